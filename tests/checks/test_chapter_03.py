"""What the checks of chapter 03 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from sketchlib import checks


def over_the_batch(x: Tensor) -> Tensor:
    return x.mean(dim=(0, 2, 3)).reshape(1, -1)


def over_the_batch_flat(x: Tensor) -> Tensor:
    return torch.stack([x[:, c].mean() for c in range(x.shape[1])])


def over_the_channels(x: Tensor) -> Tensor:
    return sum(x[:, c] for c in range(x.shape[1])) / x.shape[1]


def not_reshaped(x: Tensor) -> Tensor:
    return nn.AdaptiveAvgPool2d(1)(x)


def a_sum(x: Tensor) -> Tensor:
    return x.flatten(2).sum(-1)


def a_maximum(x: Tensor) -> Tensor:
    return x.flatten(2).max(-1).values


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (over_the_batch, r"averaged over the batch as well: the result has shape \(1, 6\), expected \(2, 6\)"),
        (over_the_batch_flat, r"averaged over the batch as well: the result has shape \(6,\), expected \(2, 6\)"),
        (over_the_channels, "averaged over the channels"),
        (not_reshaped, r"places are still there: the result has shape \(2, 6, 1, 1\)"),
        (a_sum, "a mean, not a sum"),
        (a_maximum, "the largest value"),
    ],
)
def test_squeeze_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_03_squeeze(answer)


def test_squeeze_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_03_squeeze(lambda x: torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]))
    assert capsys.readouterr().out == "check_03_squeeze: right.\n"
