"""What the checks of chapter 11 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity
from torch.nn.functional import conv2d

from sketchlib import checks

C1, C2 = 6.5025, 58.5225


def without_constant(a, b):
    return 2 / (a / b + b / a)


def without_two(a, b):
    return (a * b + C1) / (a * a + b * b + C1)


def not_squared(a, b):
    c = 0.01 * 255
    return (2 * a * b + c) / (a**2 + b**2 + c)


def range_of_one(a, b):
    return (2 * a * b + 1e-4) / (a**2 + b**2 + 1e-4)


def no_variance_no_score(a, b):
    covariance = 0
    return (2 * a * b + C1) / (a**2 + b**2 + C1) * covariance


def all_constants(a, b):
    contrast, structure = C2 / C2, C2 / C2
    return contrast * structure


def square_of_the_sum(a, b):
    return (2 * a * b + C1) / (pow(a + b, 2) + C1)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (without_constant, "You left C1 out"),
        (without_two, "The 2 in the numerator is missing"),
        (not_squared, "you have not squared it"),
        (range_of_one, "L is 255"),
        (no_variance_no_score, "let the missing variance make SSIM 0"),
        (all_constants, "Contrast and structure are 1, and luminance is not"),
        (square_of_the_sum, "the sum of the squares, not the square of the sum"),
    ],
)
def test_flat_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_11_flat(answer)


def test_flat_takes_any_right_answer() -> None:
    checks.check_11_flat(lambda a, b: 1 - (a - b) ** 2 / (a**2 + b**2 + C1))


def bell(side=11, sigma=1.5):
    g = np.exp(-0.5 * (np.arange(side) - side // 2) ** 2 / sigma**2)
    return torch.from_numpy(np.outer(g, g) / g.sum() ** 2)


def box(side):
    return torch.full((side, side), 1 / side**2, dtype=torch.float64)


def windows(image):
    return torch.as_tensor(image)[None, None].double()


def score(x, y, window, c1=C1, c2=C2, n_minus_one=False, padding=0):
    """SSIM by convolution in PyTorch, as a reader would write it: another way than the check's own mistakes."""

    def mean(image):
        return conv2d(image, window[None, None], padding=padding)

    x, y = windows(x), windows(y)
    n = window.numel()
    factor = n / (n - 1) if n_minus_one else 1
    mx, my = mean(x), mean(y)
    vx, vy, cov = (factor * v for v in (mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my))
    return (((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean().item()


def raw_squares(x, y):
    x, y = windows(x), windows(y)
    k = bell()[None, None]
    mx, my, vx, vy, cov = (conv2d(each, k) for each in (x, y, x**2, y**2, x * y))
    return (((2 * mx * my + C1) * (2 * cov + C2)) / ((mx**2 + my**2 + C1) * (vx + vy + C2))).mean().item()


def one_covariance(x, y):
    x, y = windows(x), windows(y)
    k = bell()[None, None]
    mx, my = conv2d(x, k), conv2d(y, k)
    vx, vy, cov = conv2d(x**2, k) - mx**2, conv2d(y**2, k) - my**2, conv2d(x * y, k) - mx * my
    return (((2 * mx * my + C1) * (cov + C2)) / ((mx**2 + my**2 + C1) * (vx + vy + C2))).mean().item()


def means_multiplied(x, y):
    x, y = windows(x), windows(y)
    k = bell()[None, None]
    mx, my = conv2d(x, k), conv2d(y, k)
    sx, sy = (conv2d(x**2, k) - mx**2).clamp(min=0).sqrt(), (conv2d(y**2, k) - my**2).clamp(min=0).sqrt()
    cov = conv2d(x * y, k) - mx * my
    luminance = ((2 * mx * my + C1) / (mx**2 + my**2 + C1)).mean()
    contrast = ((2 * sx * sy + C2) / (sx**2 + sy**2 + C2)).mean()
    structure = ((cov + C2 / 2) / (sx * sy + C2 / 2)).mean()
    return (luminance * contrast * structure).item()


def whole_image(x, y):
    x, y = x.astype(float), y.astype(float)
    cov = ((x - x.mean()) * (y - y.mean())).mean()
    top = (2 * x.mean() * y.mean() + C1) * (2 * cov + C2)
    return top / ((x.mean() ** 2 + y.mean() ** 2 + C1) * (x.var() + y.var() + C2))


def bytes_multiplied(x, y):
    k = bell()[None, None]
    mx, my = conv2d(windows(x), k), conv2d(windows(y), k)
    vx, vy, cov = (conv2d(windows(p), k) - m for p, m in ((x * x, mx**2), (y * y, my**2), (x * y, mx * my)))
    return (((2 * mx * my + C1) * (2 * cov + C2)) / ((mx**2 + my**2 + C1) * (vx + vy + C2))).mean().item()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x, y: score(x, y, box(11)), "gives all its 121 pixels the same weight"),
        (lambda x, y: score(x, y, box(7)), "That is a uniform window of 7 x 7"),
        (structural_similarity, "scikit-image called without settings"),
        (
            lambda x, y: structural_similarity(x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=True),
            "those of a sample",
        ),
        (lambda x, y: score(x, y, bell(), n_minus_one=True), "those of a sample"),
        (lambda x, y: score(x, y, bell(), padding=5), "You padded with zeros"),
        (lambda x, y: score(x, y, bell(), 1e-4, 9e-4), "those for grey values from 0 to 1"),
        (lambda x, y: score(x, y, bell(), 0, 0), "C1 and C2 are missing"),
        (lambda x, y: score(x, y, bell(), 2.55, 7.65), "you have not squared them"),
        (raw_squares, "the square of the mean has to come off"),
        (one_covariance, "The 2 in front of the covariance is missing"),
        (means_multiplied, "the mean of the products"),
        (whole_image, "one variance for the whole image"),
        (bytes_multiplied, "You multiplied bytes"),
    ],
)
def test_ssim_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_11_ssim(answer)


def test_ssim_names_a_border_that_was_kept() -> None:
    def answer(x, y):
        settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
        return structural_similarity(x, y, full=True, **settings)[1].mean()

    with pytest.raises(checks.CheckFailed, match="You kept the border"):
        checks.check_11_ssim(answer)


def test_ssim_takes_any_right_answer() -> None:
    checks.check_11_ssim(lambda x, y: score(x, y, bell()))
