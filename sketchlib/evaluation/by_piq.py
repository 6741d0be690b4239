"""What `sketchlib.evaluation.metrics` takes from the kept library `piq`, which is imported only inside functions."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

BATCH = 10
"""Images at a time. FSIM holds 16 filtered copies of each."""


@torch.no_grad()
def each(name: str, reference: Tensor, sketch: Tensor) -> np.ndarray:
    """The metric `name` of each pair of (N, 1, H, W) uint8 images: (N,), float64."""
    compute = _metric(name)
    parts = [
        compute(_unit(sketch[i : i + BATCH]), _unit(reference[i : i + BATCH])).reshape(-1).double().cpu()
        for i in range(0, len(sketch), BATCH)
    ]
    return torch.cat(parts).numpy()


@torch.no_grad()
def frechet(reference: Tensor, sketch: Tensor) -> float:
    """FID of two sets of images, (N, 1, H, W) and (M, 1, H', W'), uint8."""
    import piq
    from piq.feature_extractors import InceptionV3

    with warnings.catch_warnings():  # piq builds the network in ways that torchvision calls deprecated
        warnings.simplefilter("ignore")
        network = InceptionV3().eval()
    features = [
        torch.cat([network(_three(_unit(part)))[0].flatten(1) for part in images.split(BATCH)])  # (N, 2048)
        for images in (sketch, reference)
    ]
    return float(piq.FID()(*features))


def _metric(name: str) -> Callable[[Tensor, Tensor], Tensor]:
    """(N, 1, H, W) twice, in [0, 1] -> (N,)."""
    import piq

    if name == "psnr":
        return lambda x, y: piq.psnr(x, y, reduction="none")
    if name == "ms_ssim":
        return lambda x, y: piq.multi_scale_ssim(x, y, reduction="none")
    if name == "fsim":
        return lambda x, y: piq.fsim(x, y, chromatic=False, reduction="none")
    with warnings.catch_warnings():  # piq builds VGG-16 in a way that torchvision calls deprecated
        warnings.simplefilter("ignore")
        network = piq.LPIPS(reduction="none")
    return lambda x, y: network(_three(x), _three(y))


def _unit(images: Tensor) -> Tensor:
    """uint8 -> float32 in [0, 1], as piq takes it."""
    return images.to(torch.float32) / 255


def _three(images: Tensor) -> Tensor:
    """(N, 1, H, W) -> (N, 3, H, W): networks trained on photos want three channels."""
    return images.expand(-1, 3, -1, -1)
