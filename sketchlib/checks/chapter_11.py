"""Checks for chapter 11, SSIM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from scipy.ndimage import correlate1d, gaussian_filter
from skimage.metrics import structural_similarity

from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_11_flat", "check_11_ssim"]

Blur = Callable[[np.ndarray], np.ndarray]
Score = Callable[[np.ndarray, np.ndarray], float]


def _flat(a: float, b: float) -> float:
    """scikit-image's score of two flat images."""
    pages = [np.full((16, 16), grey, dtype=np.float64) for grey in (a, b)]
    return float(
        structural_similarity(*pages, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    )


C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # of Wang et al., for grey values of 0..255

check_11_flat = Check(
    "check_11_flat",
    right=_flat,
    inputs=lambda: [(0.1, 1.0), (100.0, 200.0), (0.0, 0.0)],  # near black C1 shows
    mistakes=[
        Mistake(
            lambda a, b: 2 * a * b / (a**2 + b**2) if a or b else 0.0,
            "You left C1 out. At bright greys nobody sees it, but near black it decides, and for two black pages "
            "there would be 0/0.",
        ),
        Mistake(
            lambda a, b: (a * b + C1) / (a**2 + b**2 + C1),
            "The 2 in the numerator is missing: equal pages have to give 1.",
        ),
        Mistake(
            lambda a, b: (2 * a * b + 0.01 * 255) / (a**2 + b**2 + 0.01 * 255),
            "C1 is (0.01 L) squared, and you have not squared it.",
        ),
        Mistake(
            lambda a, b: (2 * a * b + 0.01**2) / (a**2 + b**2 + 0.01**2),
            "Your C1 is for grey values from 0 to 1. For those from 0 to 255, L is 255.",
        ),
        Mistake(
            lambda a, b: 0.0,
            "You let the missing variance make SSIM 0. Contrast and structure are then constant over constant, so 1, "
            "and luminance is what remains.",
        ),
        Mistake(
            lambda a, b: 1.0,
            "Contrast and structure are 1, and luminance is not: the two pages differ in their grey.",
        ),
        Mistake(
            lambda a, b: (2 * a * b + C1) / ((a + b) ** 2 + C1),
            "The denominator has the sum of the squares, not the square of the sum.",
        ),
    ],
)


def _gaussian(image: np.ndarray, beyond: str = "reflect") -> np.ndarray:
    """The mean in the window of Wang et al., 11 x 11, around each pixel."""
    return gaussian_filter(image, 1.5, radius=5, mode=beyond)


def _box(side: int) -> Blur:
    """The mean in a window of equal weights around each pixel."""

    def mean(image: np.ndarray) -> np.ndarray:
        weights = np.full(side, 1 / side)
        return correlate1d(correlate1d(image, weights, axis=0, mode="reflect"), weights, axis=1, mode="reflect")

    return mean


def _nowhere(image: np.ndarray) -> np.ndarray:
    """One mean over the whole image."""
    return np.full_like(image, image.mean())


def _variant(
    mean: Blur = _gaussian,
    *,
    border: int = 5,
    c1: float = C1,
    c2: float = C2,
    sample: float = 1.0,
    centered: bool = True,
    doubled: float = 2.0,
    mean_of_terms: bool = False,
    wrap: bool = False,
) -> Score:
    """SSIM with something changed."""

    def score(x: np.ndarray, y: np.ndarray) -> float:
        if not wrap:
            x, y = x.astype(np.float64), y.astype(np.float64)
        squares = [each.astype(np.float64) for each in (x * x, y * y, x * y)]
        mu_x, mu_y = mean(x.astype(np.float64)), mean(y.astype(np.float64))
        keep = 1.0 if centered else 0.0
        products = (mu_x * mu_x, mu_y * mu_y, mu_x * mu_y)
        var_x, var_y, cov = (
            sample * (mean(square) - keep * product) for square, product in zip(squares, products, strict=True)
        )
        luminance = (2 * mu_x * mu_y + c1) / (mu_x**2 + mu_y**2 + c1)
        rest = (doubled * cov + c2) / (var_x + var_y + c2)
        inner = (slice(border, -border or None),) * 2
        if mean_of_terms:
            both = np.sqrt(var_x.clip(min=0) * var_y.clip(min=0))
            contrast, structure = (2 * both + c2) / (var_x + var_y + c2), (cov + c2 / 2) / (both + c2 / 2)
            return float(np.prod([term[inner].mean() for term in (luminance, contrast, structure)]))
        return float((luminance * rest)[inner].mean())

    return score


def _drawings() -> Sequence[tuple[np.ndarray, np.ndarray]]:
    """Two pairs of small drawings: strokes on paper, and the same moved, fainter and on other paper."""
    chance = np.random.default_rng(11)
    pairs = []
    for side, fade in ((32, 0.5), (40, 0.8)):
        paper = np.full((side, side - 6), 235.0) + chance.normal(0, 3, (side, side - 6))
        strokes = 200 * (chance.random(paper.shape) < 0.15)
        drawing = paper - gaussian_filter(strokes.astype(np.float64), 0.7)
        other = 0.9 * (235 + fade * (np.roll(drawing, 1, axis=1) - 235))
        pairs.append(tuple(each.round().clip(0, 255).astype(np.uint8) for each in (drawing, other)))
    return pairs  # type: ignore[return-value]


_WINDOW = 11 * 11

check_11_ssim = Check(
    "check_11_ssim",
    right=lambda x, y: float(
        structural_similarity(x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    ),
    inputs=_drawings,
    mistakes=[
        Mistake(
            _variant(_box(11)),
            "Your window gives all its 121 pixels the same weight. Here it is a Gaussian bell with a sigma of 1.5.",
        ),
        Mistake(
            _variant(_box(7), border=3),
            "That is a uniform window of 7 x 7, the default of scikit-image. Here it is a Gaussian bell of 11 x 11.",
        ),
        Mistake(
            _variant(_box(7), border=3, sample=49 / 48),
            "That is scikit-image called without settings: a uniform window of 7 x 7, and variances divided by n - 1. "
            "Here the window is a Gaussian bell of 11 x 11, and the weights sum to 1.",
        ),
        Mistake(
            _variant(sample=_WINDOW / (_WINDOW - 1)),
            "Your variances and covariance are those of a sample, a bit too large: with weights that sum to 1 nothing "
            "has to be divided by n - 1.",
        ),
        Mistake(
            _variant(c1=0.01**2, c2=0.03**2),
            "C1 and C2 are missing, or are those for grey values from 0 to 1. For bytes the range L is 255.",
        ),
        Mistake(
            _variant(c1=0.01 * 255, c2=0.03 * 255),
            "The constants are (0.01 L) and (0.03 L) squared, and you have not squared them.",
        ),
        Mistake(
            _variant(c1=0.0, c2=0.0),
            "C1 and C2 are missing, or are those for grey values from 0 to 1. For bytes the range L is 255.",
        ),
        Mistake(
            _variant(border=0),
            "You kept the border, where a window needs pixels that are not there. Take the mean over the windows that "
            "fit: 5 pixels less on each side.",
        ),
        Mistake(
            _variant(partial(_gaussian, beyond="constant"), border=0),
            "You padded with zeros, so the border is compared with black that is not there. Take the mean over the "
            "windows that fit: 5 pixels less on each side.",
        ),
        Mistake(
            _variant(centered=False),
            "You took the mean of the squares for the variance: the square of the mean has to come off, and the "
            "product of the means off the covariance.",
        ),
        Mistake(
            _variant(doubled=1.0),
            "The 2 in front of the covariance is missing: equal images have to give 1.",
        ),
        Mistake(
            _variant(mean_of_terms=True),
            "You multiplied the means of the terms. SSIM is the mean of the products: multiply in each window first.",
        ),
        Mistake(
            _variant(_nowhere),
            "You took one mean and one variance for the whole image. SSIM takes them in a small window around each "
            "pixel.",
        ),
        Mistake(
            _variant(wrap=True),
            "You multiplied bytes: 200 times 200 does not fit into 8 bits, and what is too much is cut off without a "
            "word. Make them floats first.",
        ),
    ],
)
