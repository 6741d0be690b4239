"""What the check of chapter 01 says to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sketchlib import checks
from sketchlib.evaluation import blur
from sketchlib.evaluation.floors import grey


def parts(photos: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    p = grey(photos)
    return p, blur(255 - p, sigma)


def dodge(photos: Tensor, sigma: float = 6.0) -> Tensor:
    p, b = (each.float() for each in parts(photos, sigma))
    return torch.minimum(torch.tensor(255.0), 255 * p / (256 - b)).round().byte()


def in_bytes(photos: Tensor, sigma: float = 6.0) -> Tensor:
    p, b = parts(photos, sigma)
    return torch.round(torch.clamp(p * 255 / (256 - b), max=255)).byte()


def photo_blurred(photos: Tensor, sigma: float = 6.0) -> Tensor:
    p = grey(photos)
    return (255 * p.float() / (256 - blur(p, sigma).float())).clamp(max=255).round().byte()


def divided_by_b(photos: Tensor, sigma: float = 6.0) -> Tensor:
    p, b = (each.float() for each in parts(photos, sigma))
    return (p / b * 255).clamp(0, 255).round().byte()


def not_clamped(photos: Tensor, sigma: float = 6.0) -> Tensor:
    p, b = (each.float() for each in parts(photos, sigma))
    return (255 * p / (256 - b)).round().byte()


def cut(photos: Tensor, sigma: float = 6.0) -> Tensor:
    p, b = (each.float() for each in parts(photos, sigma))
    return (255 * p / (256 - b)).clamp(max=255).byte()


def still_floats(photos: Tensor, sigma: float = 6.0) -> Tensor:
    return dodge(photos, sigma).float()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (in_bytes, "calculated with bytes"),
        (photo_blurred, "blurred the photo itself"),
        (divided_by_b, "divided by b"),
        (not_clamped, "did not stop at 255"),
        (cut, "call round"),
        (still_floats, "still floats"),
        (lambda photos, sigma: grey(photos), r"shape \(2, 1, 32, 40\) is right, but the numbers are not"),
    ],
)
def test_dodge_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_01_dodge(answer)


def test_dodge_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_01_dodge(dodge)
    assert capsys.readouterr().out == "check_01_dodge: right.\n"
