"""What the checks of chapter 08 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from sketchlib import checks, losses
from sketchlib.data.pairs import one_channel, three_channels


def more_sketches(sketch: Tensor) -> Tensor:
    return sketch.repeat(3, 1, 1, 1)


def a_new_dimension(sketch: Tensor) -> Tensor:
    return sketch[:, None].repeat(1, 3, 1, 1, 1)


def side_by_side(sketch: Tensor) -> Tensor:
    return sketch.repeat(1, 1, 1, 3)


def in_the_first_channel(sketch: Tensor) -> Tensor:
    image = torch.zeros(len(sketch), 3, *sketch.shape[2:])
    image[:, :1] = sketch
    return image


def divided(sketch: Tensor) -> Tensor:
    return (sketch / 3).repeat(1, 3, 1, 1)


def forgotten(sketch: Tensor) -> Tensor:
    sketch.expand(-1, 3, -1, -1)
    return sketch


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (more_sketches, r"repeated the sketches and not their channel: the result has shape \(6, 1, 4, 5\)"),
        (a_new_dimension, r"a new dimension: the result has shape \(2, 3, 1, 4, 5\), expected \(2, 3, 4, 5\)"),
        (side_by_side, r"side by side in one image: the result has shape \(2, 1, 4, 15\)"),
        (in_the_first_channel, "Only the first channel holds the sketch"),
        (divided, "divided by three"),
        (forgotten, r"with one channel: the result has shape \(2, 1, 4, 5\)"),
    ],
)
def test_three_channels_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_08_three_channels(answer)


@pytest.mark.parametrize("answer", [three_channels, lambda s: s.repeat(1, 3, 1, 1), lambda s: torch.cat([s, s, s], 1)])
def test_three_channels_takes_any_right_answer(answer: Any, capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_08_three_channels(answer)
    assert capsys.readouterr().out == "check_08_three_channels: right.\n"


def wrong_generators(G, F, photo, sketch):
    y = three_channels(sketch)
    return losses.l1(F(y), y) + losses.l1(G(photo), photo)


def translated(G, F, photo, sketch):
    y = three_channels(sketch)
    return losses.supervised_xy(G(photo), y) + losses.supervised_yx(F(y), photo)


def signed(G, F, photo, sketch):
    y = three_channels(sketch)
    return torch.mean(G(y) - y) + torch.mean(F(photo) - photo)


def added_up(G, F, photo, sketch):
    y = three_channels(sketch)
    return torch.norm(G(y) - y, p=1) + torch.norm(F(photo) - photo, p=1)


def squares(G, F, photo, sketch):
    y = three_channels(sketch)
    return ((G(y) - y) ** 2).mean() + ((F(photo) - photo) ** 2).mean()


def weighted(G, F, photo, sketch):
    return 0.5 * right(G, F, photo, sketch)


def only_G(G, F, photo, sketch):
    y = three_channels(sketch)
    return losses.identity_y(G(y), y)


def only_F(G, F, photo, sketch):
    return losses.identity_x(F(photo), photo)


@torch.no_grad()
def without_gradient(G, F, photo, sketch):
    return right(G, F, photo, sketch)


def a_number(G, F, photo, sketch):
    return right(G, F, photo, sketch).tolist()


def what_is_seen(G, F, photo, sketch):
    return losses.l1(one_channel(G(three_channels(sketch))), sketch) + losses.l1(F(photo), photo)


def one_channel_into_G(G, F, photo, sketch):
    return (G(sketch) - sketch).abs().mean() + (F(photo) - photo).abs().mean()


def right(G, F, photo, sketch):
    y = three_channels(sketch)
    return losses.identity_y(G(y), y) + losses.identity_x(F(photo), photo)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (wrong_generators, "wrong generators"),
        (translated, r"equations \(1\) and \(2\)"),
        (signed, "no absolute value in it"),
        (added_up, "take the mean"),
        (squares, "You squared"),
        (weighted, "applied in the total, not here"),
        (only_G, r"Equation \(7\) is missing"),
        (only_F, r"Equation \(6\) is missing"),
        (without_gradient, "no gradient reaches G or F"),
        (a_number, "returned a Python number"),
        (what_is_seen, "colors in a sketch cost nothing"),
        (one_channel_into_G, r"You gave G an image of shape \(2, 1, 4, 5\). The networks take three channels"),
    ],
)
def test_identity_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_08_identity(answer)


def test_identity_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_08_identity(right)
    assert capsys.readouterr().out == "check_08_identity: right.\n"
