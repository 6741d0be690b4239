"""Metrics beside SSIM: of this library, and of the kept library `piq`.

Structure, Scoot, recognition, sharpness and detail are in `ssim.py`, `scoot.py`, `recognition.py` and `texture.py`
beside this file, and need no further package. The others are `piq`'s, an extra (`pip install "sketchlib[metrics]"`)
that is imported only when one of these is asked for. LPIPS and FID look through trained networks, whose weights are
large downloads. Nothing here downloads unless told to: what is missing is skipped, and `available_metrics` says in one
sentence what and why.

- PSNR: 10 log10(1 / MSE) of images in [0, 1], in decibels.
- MS-SSIM: Wang, Simoncelli and Bovik, "Multiscale Structural Similarity for Image Quality Assessment", 2003.
- FSIM: Zhang, Zhang, Mou and Zhang, "FSIM: A Feature Similarity Index for Image Quality Assessment", 2011.
- LPIPS: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018.
- FID: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from sketchlib.evaluation import by_piq
from sketchlib.evaluation.recognition import recognized
from sketchlib.evaluation.scoot import scoot
from sketchlib.evaluation.ssim import check_images, structure
from sketchlib.evaluation.texture import detail, sharpness

MS_SSIM_SIDE = 161
"""The least side in pixels, (11 - 1) 2^4 + 1. A window of 11 x 11 still fits after four halvings."""


@dataclass(frozen=True)
class Metric:
    """A measure of sketches against the artist's.

    Attributes:
        title: what it is called in tables.
        better: which direction is better; "near 1" is for ratios, where 1 is as the artist's.
        about: one sentence on what it looks at, and what to beware of.
        per_image: one number for each image; if False, one for a set of images.
        weights: files that must lie in the folder `checkpoints` of `torch.hub.get_dir()`.
        compute: (reference, sketch) -> (N,), of this library; None if the metric is `piq`'s.
    """

    title: str
    better: Literal["higher", "lower", "near 1"]
    about: str
    per_image: bool = True
    weights: tuple[str, ...] = ()
    compute: Callable[[Tensor, Tensor], np.ndarray] | None = None

    def cost(self, value: float) -> float:
        """A number that is smaller where `value` is better, to rank methods by. A ratio of 2 is as far off as 1/2."""
        if self.better == "near 1":
            return abs(math.log(value)) if value > 0 else math.inf
        return value if self.better == "lower" else -value


METRICS: dict[str, Metric] = {
    "psnr": Metric("PSNR (dB)", "higher", "The mean squared error on a logarithmic scale; equal images get 80 dB."),
    "ms_ssim": Metric(
        "MS-SSIM", "higher", "SSIM's contrast and structure at five scales, its luminance at the coarsest; 1 at most."
    ),
    "fsim": Metric("FSIM", "higher", "Phase congruency and gradients, of grey images, weighted to edges; 1 at most."),
    "structure": Metric(
        "Structure",
        "higher",
        "The third factor of SSIM: whether light and dark lie where the artist's do, however strong; 1 at most.",
        compute=structure,
    ),
    "scoot": Metric(
        "Scoot",
        "higher",
        "Texture statistics of 4 x 4 blocks, made for face sketches; it does not see where in a block a stroke lies.",
        compute=scoot,
    ),
    "rank1": Metric(
        "Rank 1, tones",
        "higher",
        "1 where no other reference correlates as well at 50 x 40 pixels, else 0; it depends on how many there are.",
        compute=partial(recognized, by="pixels"),
    ),
    "rank1_edges": Metric(
        "Rank 1, edges",
        "higher",
        "The same, by histograms of oriented gradients: where strokes run and not how dark areas are.",
        compute=partial(recognized, by="edges"),
    ),
    "sharpness": Metric(
        "Sharpness",
        "near 1",
        "The mean length of the gradient over the artist's: below 1 is blurrier; noise is sharp too.",
        compute=sharpness,
    ),
    "detail": Metric(
        "Detail",
        "near 1",
        "The power of waves of 8 pixels and shorter over the artist's: below 1 is smoother; noise is detail too.",
        compute=detail,
    ),
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
    if METRICS[name].compute is not None:
        return None
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
        name: a key of `METRICS`, of a metric that gives a number for each image.
        reference: (N, 1, H, W), uint8.
        sketch: the same, of the same faces in the same order. For MS-SSIM both sides must have 161 pixels or more.
        download: whether missing weights may be downloaded.

    Returns:
        (N,), float64.

    Raises:
        ValueError: if the images do not fit the metric, or there is no such metric for single images.
        RuntimeError: if the metric cannot be computed here.
    """
    _require(name, download)
    if not METRICS[name].per_image:
        raise ValueError(f"The metric is {name!r}, expected one with a number for each image: call {name}().")
    check_images(reference, sketch)
    if name == "ms_ssim" and min(reference.shape[-2:]) < MS_SSIM_SIDE:
        raise ValueError(
            f"The images are {tuple(reference.shape[-2:])}, expected {MS_SSIM_SIDE} pixels or more on each side "
            f"for MS-SSIM."
        )
    if (ours := METRICS[name].compute) is not None:
        return ours(reference, sketch)
    return by_piq.each(name, reference, sketch)


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
    return by_piq.frechet(reference, sketch)


def _require(name: str, download: bool) -> None:
    if reason := why_not(name, download=download):
        raise RuntimeError(reason)
