"""SSIM on tensors against scikit-image's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from sketchlib.evaluation.fast_ssim import PAIRS, fast_ssim
from sketchlib.evaluation.ssim import ssim


def noise(count: int, height: int, width: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(256, (count, 1, height, width), generator=generator, dtype=torch.uint8)


def smooth(count: int, height: int, width: int, seed: int) -> Tensor:
    """Blobs, with large even areas, where variances are differences of nearly equal numbers."""
    coarse = noise(count, 4, 3, seed).float()
    return torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic").clamp(0, 255).to(torch.uint8)


@pytest.mark.parametrize("make", [noise, smooth])
@pytest.mark.parametrize(("count", "height", "width"), [(1, 11, 11), (PAIRS + 1, 64, 50), (2, 250, 200)])
def test_it_is_scikit_images(make: Callable[..., Tensor], count: int, height: int, width: int) -> None:
    a = make(count, height, width, 0)
    b = ((a.float() + make(count, height, width, 1).float()) / 2).to(torch.uint8)
    ours = fast_ssim(a, b)
    assert ours.shape == (count,)
    np.testing.assert_allclose(ours.numpy(), ssim(a, b), rtol=0, atol=1e-5)


@pytest.mark.parametrize("value", [0, 127, 255])
def test_even_images(value: int) -> None:
    page = torch.full((1, 1, 40, 30), value, dtype=torch.uint8)
    other = noise(1, 40, 30, 2)
    assert fast_ssim(page, page).item() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(fast_ssim(page, other).numpy(), ssim(page, other), rtol=0, atol=1e-5)


def test_bad_images_are_told() -> None:
    with pytest.raises(ValueError, match=r"^The images are 10 x 30, expected 11 or more a side, the window of SSIM\.$"):
        fast_ssim(noise(1, 10, 30, 0), noise(1, 10, 30, 1))
    with pytest.raises(ValueError, match=r"expected \(N, 1, H, W\) of torch\.uint8"):
        fast_ssim(noise(1, 20, 30, 0).float(), noise(1, 20, 30, 1))
