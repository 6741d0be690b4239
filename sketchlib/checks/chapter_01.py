"""Checks for chapter 01, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from sketchlib.checks.judging import Check, Mistake, describe
from sketchlib.evaluation import blur
from sketchlib.evaluation.floors import grey

__all__ = ["check_01_dodge"]


def _photos() -> list[tuple[Tensor, float]]:
    """Squares of chance colors: surfaces, borders, and places brighter and darker than what surrounds them."""
    generator = torch.Generator().manual_seed(1)
    squares = [torch.randint(0, 256, (n, 3, 4, 5), generator=generator, dtype=torch.uint8) for n in (2, 1)]
    two, one = (each.repeat_interleave(8, -2).repeat_interleave(8, -1) for each in squares)  # (2 and 1, 3, 32, 40)
    return [(two, 2.0), (one, 3.0)]


def _drawing(answer: Callable[..., Any], *inputs: Any) -> Any:
    """What the answer returns, or what type it has if that is not uint8: equal numbers may differ in type."""
    result = answer(*inputs)
    if getattr(result, "dtype", None) == torch.uint8:
        return result
    return "floats" if isinstance(result, Tensor) and result.is_floating_point() else describe(result)


def _recipe(photos: Tensor, sigma: float) -> Tensor:
    """The formula of the exercise in NumPy's double precision, with torchvision's blur."""
    p = grey(photos)  # (N, 1, H, W)
    size = 2 * int(np.ceil(3 * sigma)) + 1
    b = gaussian_blur(255 - p, [size, size], [sigma, sigma]).numpy().astype(np.float64)
    return torch.from_numpy(np.rint(np.minimum(255.0, 255.0 * p.numpy() / (256.0 - b)))).to(torch.uint8)


def _quotient(photos: Tensor, sigma: float) -> Tensor:
    p = grey(photos)
    return 255 * p.double() / (256 - blur(255 - p, sigma).double())  # (N, 1, H, W), beyond 255 in places


def _with_bytes(photos: Tensor, sigma: float) -> Tensor:
    p = grey(photos)
    return (255 * p / (256 - blur(255 - p, sigma))).clamp(0, 255).round().to(torch.uint8)


def _not_inverted(photos: Tensor, sigma: float) -> Tensor:
    p = grey(photos)
    return (255 * p.double() / (256 - blur(p, sigma).double())).clamp(0, 255).round().to(torch.uint8)


def _by_b(photos: Tensor, sigma: float) -> Tensor:
    p = grey(photos)
    return (255 * p.double() / blur(255 - p, sigma).double()).clamp(0, 255).round().to(torch.uint8)


check_01_dodge = Check(
    "check_01_dodge",
    right=_recipe,
    inputs=_photos,
    observe=_drawing,
    mistakes=[
        Mistake(
            _with_bytes,
            "You calculated with bytes, which start again at 0 after 255: already 255 * p is wrong. Turn p and b into "
            "floats first.",
        ),
        Mistake(
            _not_inverted,
            "You blurred the photo itself. The recipe blurs its inverse, 255 - p.",
        ),
        Mistake(
            _by_b,
            "You divided by b. The recipe divides by 256 - b, which is near p where nothing changes.",
        ),
        Mistake(
            lambda photos, sigma: _quotient(photos, sigma).round().to(torch.uint8),
            "You did not stop at 255: what is brighter than its surroundings starts again near black. Clamp before you "
            "turn the result into bytes.",
        ),
        Mistake(
            lambda photos, sigma: _quotient(photos, sigma).clamp(0, 255).to(torch.uint8),
            "You cut off what stands behind the point: call round() before .to(torch.uint8).",
        ),
        Mistake(
            lambda photos, sigma: _quotient(photos, sigma).clamp(0, 255).round(),
            "The numbers may be right, but they are still floats: the drawing is an image, so end with "
            ".to(torch.uint8).",
        ),
    ],
)
