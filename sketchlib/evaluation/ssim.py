"""SSIM in the house protocol: 250 x 200 pixels, grey, 8 bit, Gaussian window, by scikit-image.

Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity",
IEEE TIP 13(4), 2004. The paper of Liao and Lin scores by SSIM without saying how, and the choice of window, size
and range moves the number by more than their improvement; so one choice is fixed here, in `HOUSE`.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity
from torch import Tensor

from sketchlib.data.pairs import PairedFaces, resize, to_uint8

HOUSE = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
"""The arguments of `skimage.metrics.structural_similarity`, the window and constants of Wang et al."""


def ssim(reference: Tensor, sketch: Tensor) -> np.ndarray:
    """SSIM of each pair of images.

    Args:
        reference: (N, 1, H, W), uint8.
        sketch: the same.

    Returns:
        (N,), float64, at most 1, which only equal images reach.

    Raises:
        ValueError: if the shapes differ or an image is not uint8 with one channel.
    """
    return np.array([np.mean(each) for each in ssim_map(reference, sketch)])


def ssim_map(reference: Tensor, sketch: Tensor) -> np.ndarray:
    """Where SSIM is won and lost: (N, H', W'), float64.

    Arguments and errors as `ssim`. The map is 5 pixels smaller on each side: scikit-image's mean leaves out the
    border, where the 11 x 11 window would read beyond the image. Its mean is the score.
    """
    check_images(reference, sketch)
    maps = [
        structural_similarity(a, b, full=True, **HOUSE)[1]
        for a, b in zip(reference[:, 0].cpu().numpy(), sketch[:, 0].cpu().numpy(), strict=True)
    ]
    return np.stack(maps)[:, 5:-5, 5:-5]


def structure(reference: Tensor, sketch: Tensor) -> np.ndarray:
    """The third factor of SSIM alone, eq. (10) of Wang et al., with C3 = C2 / 2: the correlation within the window.

    It does not see how light or how contrasty a sketch is, only whether light and dark lie where the artist's do.

    Arguments and errors as `ssim`.

    Returns:
        (N,), float64, from -1 to 1, the mean over the places of `ssim_map`.
    """
    check_images(reference, sketch)
    pairs = zip(reference[:, 0].cpu().numpy(), sketch[:, 0].cpu().numpy(), strict=True)
    return np.array([_structure(a.astype(np.float64), b.astype(np.float64)) for a, b in pairs])


def _structure(a: np.ndarray, b: np.ndarray) -> float:
    def mean(image: np.ndarray) -> np.ndarray:
        return gaussian_filter(image, HOUSE["sigma"], truncate=3.5)[5:-5, 5:-5]

    c3 = (0.03 * HOUSE["data_range"]) ** 2 / 2
    mean_a, mean_b = mean(a), mean(b)
    product = (mean(a * a) - mean_a**2).clip(0) * (mean(b * b) - mean_b**2).clip(0)  # of the two variances
    return float(((mean(a * b) - mean_a * mean_b + c3) / (np.sqrt(product) + c3)).mean())


def check_images(reference: Tensor, sketch: Tensor) -> None:
    """Two stacks of grey images that can be compared: (N, 1, H, W), uint8, the same shape.

    Raises:
        ValueError: if they are not, with a sentence that says what was given.
    """
    for name, images in (("reference", reference), ("sketch", sketch)):
        if images.ndim != 4 or images.shape[1] != 1 or str(images.dtype) != "torch.uint8":
            raise ValueError(
                f"The {name} is {tuple(images.shape)} of {images.dtype}, expected (N, 1, H, W) of torch.uint8."
            )
    if reference.shape != sketch.shape:
        raise ValueError(
            f"The reference is {tuple(reference.shape)} and the sketch is {tuple(sketch.shape)}, "
            "expected two equal shapes."
        )


def score(sketches: Tensor, pairs: PairedFaces) -> np.ndarray:
    """SSIM of drawn sketches against the artist's, at the artist's size.

    Args:
        sketches: (N, 1, H, W) in [-1, 1], of the photos of `pairs`, in their order, at any size.

    Returns:
        (N,), float64.
    """
    native = resize(sketches.cpu(), tuple(pairs.sketches.shape[-2:]))
    return ssim(pairs.sketches, to_uint8(native))


def mean_and_error(scores: np.ndarray) -> tuple[float, float]:
    """The mean of (N,) scores and its standard error, the standard deviation over the square root of N."""
    return float(scores.mean()), float(scores.std(ddof=1) / np.sqrt(len(scores)))
