"""Judges beside SSIM, by the kept library `piq`: PSNR, MS-SSIM, FSIM, and LPIPS and FID where their weights are.

`piq` is an extra (`pip install "sketchlib[metrics]"`) and is imported only when one of these is asked for.
LPIPS and FID look through trained networks, whose weights are large downloads. Nothing here downloads unless
told to: what is missing is skipped, and `available_metrics` says in one sentence what and why.

- PSNR: 10 log10(1 / MSE) of images in [0, 1], in decibels.
- MS-SSIM: Wang, Simoncelli and Bovik, "Multiscale Structural Similarity for Image Quality Assessment", 2003.
- FSIM: Zhang, Zhang, Mou and Zhang, "FSIM: A Feature Similarity Index for Image Quality Assessment", 2011.
- LPIPS: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018.
- FID: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from sketchlib.evaluation.ssim import check_images

BATCH = 10
"""Images at a time. FSIM holds 16 filtered copies of each."""

MS_SSIM_SIDE = 161
"""The least side in pixels, (11 - 1) 2^4 + 1. A window of 11 x 11 still fits after four halvings."""


@dataclass(frozen=True)
class Metric:
    """A judge of sketches.

    Attributes:
        title: what it is called in tables.
        better: which direction is better.
        about: one sentence on what it looks at, and what to beware of.
        per_image: one number for each image; if False, one for a set of images.
        weights: files that must lie in the folder `checkpoints` of `torch.hub.get_dir()`.
    """

    title: str
    better: Literal["higher", "lower"]
    about: str
    per_image: bool = True
    weights: tuple[str, ...] = ()


METRICS: dict[str, Metric] = {
    "psnr": Metric("PSNR (dB)", "higher", "The mean squared error on a logarithmic scale; equal images get 80 dB."),
    "ms_ssim": Metric(
        "MS-SSIM", "higher", "SSIM's contrast and structure at five scales, its luminance at the coarsest; 1 at most."
    ),
    "fsim": Metric("FSIM", "higher", "Phase congruency and gradients, of grey images, weighted to edges; 1 at most."),
    "lpips": Metric(
        "LPIPS (VGG)",
        "lower",
        "Distance of VGG-16's features, weighted as people judged photos; sketches are not what it was fitted to.",
        weights=("vgg16-397923af.pth", "lpips_weights.pt"),
    ),
    "fid": Metric(
        "FID",
        "lower",
        "Distance of two sets in features of Inception-v3; far from its limit, and biased, at 100 images.",
        per_image=False,
        weights=("pt_inception-2015-12-05-6726825d.pth",),
    ),
}
"""Metrics by name, in the order of tables."""


def why_not(name: str, *, download: bool = False) -> str | None:
    """Why this metric cannot be computed here, in one sentence, or None if it can.

    Args:
        name: a key of `METRICS`.
        download: whether missing weights may be downloaded, so that they are no reason. Nothing is downloaded yet.

    Raises:
        ValueError: if there is no such metric.
    """
    if name not in METRICS:
        raise ValueError(f"The metric is {name!r}, expected one of {', '.join(METRICS)}.")
    title = METRICS[name].title
    if importlib.util.find_spec("piq") is None:
        return f'{title} needs the package piq, which is not installed: pip install "sketchlib[metrics]".'
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    missing = [file for file in METRICS[name].weights if not (folder / file).is_file()]
    if missing and not download:
        return f"{title} needs weights that are not on this machine ({' and '.join(missing)}) and were not downloaded."
    return None


def available_metrics(*, download: bool = False) -> tuple[tuple[str, ...], dict[str, str]]:
    """What can be computed here, and for each metric that cannot, one sentence why.

    Args:
        download: whether missing weights may be downloaded when a metric is computed. Nothing is downloaded here.

    Returns:
        The names that can be computed, in the order of `METRICS`, and the reasons by name for the others.
    """
    reasons = {name: why_not(name, download=download) for name in METRICS}
    return (
        tuple(name for name, reason in reasons.items() if reason is None),
        {name: reason for name, reason in reasons.items() if reason is not None},
    )


def measure(name: str, reference: Tensor, sketch: Tensor, *, download: bool = False) -> np.ndarray:
    """One number for each pair of images.

    Args:
        name: a key of `METRICS`, of a metric that judges single images.
        reference: (N, 1, H, W), uint8.
        sketch: the same. For MS-SSIM both sides must have 161 pixels or more.
        download: whether missing weights may be downloaded.

    Returns:
        (N,), float64.

    Raises:
        ValueError: if the images do not fit the metric, or there is no such metric for single images.
        RuntimeError: if the metric cannot be computed here.
    """
    _require(name, download)
    if not METRICS[name].per_image:
        raise ValueError(f"The metric is {name!r}, expected one that judges single images: call {name}() instead.")
    check_images(reference, sketch)
    if name == "ms_ssim" and min(reference.shape[-2:]) < MS_SSIM_SIDE:
        raise ValueError(
            f"The images are {tuple(reference.shape[-2:])}, expected {MS_SSIM_SIDE} pixels or more on each side "
            f"for MS-SSIM."
        )
    compute = _judge(name)
    with torch.no_grad():
        parts = [
            compute(_unit(sketch[i : i + BATCH]), _unit(reference[i : i + BATCH])).reshape(-1).double().cpu()
            for i in range(0, len(sketch), BATCH)
        ]
    return torch.cat(parts).numpy()


def fid(reference: Tensor, sketch: Tensor, *, download: bool = False) -> float:
    """Fréchet distance of two sets of images, each seen as a Gaussian of 2,048 features of Inception-v3.

    ``d^2 = |mu_x - mu_y|^2 + Tr(S_x + S_y - 2 (S_x S_y)^(1/2))``

    Beware: a covariance of 2,048 features cannot be had from 100 images, its rank is at most 99. FID of a finite
    set is biased, and how much depends on the size of the set and on the method (Chong and Forsyth, 2020), so even
    sets of the same size cannot be ranked safely. It also does not ask whose face it is: it knows no pairs.

    Args:
        reference: (N, 1, H, W), uint8.
        sketch: (M, 1, H', W'), uint8. Two images or more on both sides.
        download: whether missing weights may be downloaded.

    Raises:
        ValueError: if a set has fewer than two images, or they are not grey and uint8.
        RuntimeError: if the weights or piq are not here.
    """
    _require("fid", download)
    for images in (reference, sketch):
        check_images(images, images)
        if len(images) < 2:
            raise ValueError(f"fid got a set of {len(images)} images, expected two or more.")
    import piq
    from piq.feature_extractors import InceptionV3

    with warnings.catch_warnings():  # piq builds the network in ways that torchvision calls deprecated
        warnings.simplefilter("ignore")
        network = InceptionV3().eval()
    with torch.no_grad():
        features = [
            torch.cat([network(_three(_unit(part)))[0].flatten(1) for part in images.split(BATCH)])  # (N, 2048)
            for images in (sketch, reference)
        ]
    return float(piq.FID()(*features))


def _judge(name: str) -> Callable[[Tensor, Tensor], Tensor]:
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


def _require(name: str, download: bool) -> None:
    if reason := why_not(name, download=download):
        raise RuntimeError(reason)


def _unit(images: Tensor) -> Tensor:
    """uint8 -> float32 in [0, 1], as piq takes it."""
    return images.to(torch.float32) / 255


def _three(images: Tensor) -> Tensor:
    """(N, 1, H, W) -> (N, 3, H, W): networks trained on photos want three channels."""
    return images.expand(-1, 3, -1, -1)
