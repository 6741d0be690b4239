"""Blur and texture, in numbers: the power spectrum of a drawing and its gradients, beside the artist's.

A wave along the image has a frequency in cycles per pixel: 1/8 for a wave of 8 pixels. The finest that pixels can hold
is 1/2, a wave of two pixels. Blurring takes the high frequencies away, and so does drawing at a small size: what is
drawn at half the size and then enlarged has next to nothing above 1/4.

The two ratios are 1 where a drawing has as much as the artist's, below 1 where it is blurrier or smoother, and above 1
where it is harsher. They do not ask *where* anything is: noise has detail too.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from sketchlib.evaluation.ssim import check_images

FINE = 1 / 8
"""Cycles per pixel. Waves of 8 pixels and shorter count as detail, as strokes, hatching and the grain of paper."""

BINS = 25
"""Rings of the spectrum between 0 and 1/2 cycles per pixel, each 0.02 wide."""

NOTHING = 1e-12
"""Less than this is the rounding of floats. One pixel that differs by one grey level is far above it."""


def power_spectrum(images: Tensor, bins: int = BINS) -> tuple[np.ndarray, np.ndarray]:
    """The radially averaged power spectrum of each image.

    The mean is taken off, a Hann window fades the borders out, and the squared magnitude of the discrete Fourier
    transform is averaged over rings of equal distance from zero frequency. White noise of variance v has v everywhere.

    Args:
        images: (N, 1, H, W), uint8.
        bins: rings between 0 and 1/2 cycles per pixel.

    Returns:
        The rings' middles, (bins,), in cycles per pixel, and the mean power in each, (N, bins), of values in [0, 1].

    Raises:
        ValueError: if the images are not uint8 with one channel, or too small for a ring to have a frequency in it.
    """
    check_images(images, images)
    frequency, power = _power(images)
    ring = np.floor(frequency * 2 * bins).astype(int)
    inside = ring < bins  # the corners of the frequency plane lie beyond 1/2
    count = np.bincount(ring[inside], minlength=bins)
    if not count.all():
        raise ValueError(f"power_spectrum got bins={bins}, expected fewer for images of {tuple(images.shape[-2:])}.")
    rings = [np.bincount(ring[inside], weights=each[inside], minlength=bins) / count for each in power]
    return (np.arange(bins) + 0.5) / (2 * bins), np.stack(rings)


def detail(reference: Tensor, sketch: Tensor) -> np.ndarray:
    """The power above `FINE` cycles per pixel, relative to the artist's.

    Args:
        reference: (N, 1, H, W), uint8, the artist's.
        sketch: the same.

    Returns:
        (N,), float64, 0 or more.

    Raises:
        ValueError: if the shapes differ, an image is not uint8 with one channel, or a reference has no detail.
    """
    check_images(reference, sketch)

    def fine(images: Tensor) -> np.ndarray:
        frequency, power = _power(images)
        return power[:, frequency >= FINE].sum(axis=1)

    return _ratio(fine(sketch), fine(reference), "detail")


def sharpness(reference: Tensor, sketch: Tensor) -> np.ndarray:
    """The mean length of the gradient, by central differences, relative to the artist's.

    Args, returns and errors as `detail`.
    """
    check_images(reference, sketch)

    def steepness(images: Tensor) -> np.ndarray:
        down, right = np.gradient(images[:, 0].double().cpu().numpy(), axis=(1, 2))
        return np.hypot(down, right).mean(axis=(1, 2))

    return _ratio(steepness(sketch), steepness(reference), "sharpness")


def _power(images: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The length of each frequency, (K,), in cycles per pixel, and the power of each image there, (N, K)."""
    height, width = images.shape[-2:]
    window = np.outer(np.hanning(height), np.hanning(width))
    values = images[:, 0].double().cpu().numpy() / 255
    values = (values - values.mean(axis=(1, 2), keepdims=True)) * window
    power = np.abs(np.fft.fft2(values)) ** 2 / (window**2).sum()
    frequency = np.hypot(np.fft.fftfreq(height)[:, np.newaxis], np.fft.fftfreq(width))
    return frequency.ravel(), power.reshape(len(images), -1)


def _ratio(sketch: np.ndarray, reference: np.ndarray, name: str) -> np.ndarray:
    flat = np.flatnonzero(reference < NOTHING)
    if len(flat):
        at = int(flat[0])
        raise ValueError(f"Reference {at} is one grey all over, expected a drawing to relate {name} to.")
    return sketch / reference
