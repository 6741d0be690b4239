"""What the checks of chapter 07 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from sketchlib import checks, losses


def one_for_all(found: Tensor, image: Tensor) -> Tensor:
    return functional.l1_loss(found, image)


def colors_apart(found: Tensor, image: Tensor) -> Tensor:
    return torch.abs(found - image).flatten(2).mean(-1)


def pixels_apart(found: Tensor, image: Tensor) -> Tensor:
    return torch.abs(found - image).sum(1) / 3


def no_absolute_value(found: Tensor, image: Tensor) -> Tensor:
    return torch.stack([(h - i).mean() for h, i in zip(found, image, strict=True)])


def absolute_value_too_late(found: Tensor, image: Tensor) -> Tensor:
    return torch.stack([(h - i).mean().abs() for h, i in zip(found, image, strict=True)])


def summed(found: Tensor, image: Tensor) -> Tensor:
    return (found - image).flatten(1).norm(p=1, dim=1)


def squared(found: Tensor, image: Tensor) -> Tensor:
    return functional.mse_loss(found, image, reduction="none").flatten(1).mean(1)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (one_for_all, r"over the faces as well: the result has shape \(\), expected \(2,\)"),
        (colors_apart, r"colors are still apart: the result has shape \(2, 3\)"),
        (pixels_apart, r"over the colors alone: the result has shape \(2, 4, 5\)"),
        (no_absolute_value, "no absolute value in it"),
        (absolute_value_too_late, "comes too late"),
        (summed, "a sum over the pixels"),
        (squared, "You squared"),
    ],
)
def test_each_face_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_07_each_face(answer)


def test_each_face_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_07_each_face(lambda found, image: torch.stack(list(map(losses.l1, found, image))))
    assert capsys.readouterr().out == "check_07_each_face: right.\n"


def detached(G, F, photo, sketch):
    fake_sketch, fake_photo = G(photo).detach(), F(sketch).detach()
    return (F(fake_sketch) - photo).abs().mean() + (G(fake_photo) - sketch).abs().mean()


def first_half_without_gradient(G, F, photo, sketch):
    with torch.no_grad():
        fake_sketch, fake_photo = G(photo), F(sketch)
    return losses.cycle_x(F(fake_sketch), photo) + losses.cycle_y(G(fake_photo), sketch)


@torch.no_grad()
def all_without_gradient(G, F, photo, sketch):
    return losses.cycle_x(F(G(photo)), photo) + losses.cycle_y(G(F(sketch)), sketch)


def a_number(G, F, photo, sketch):
    return losses.cycle_x(F(G(photo)), photo).item() + losses.cycle_y(G(F(sketch)), sketch).item()


def signed(G, F, photo, sketch):
    return torch.mean(F(G(photo)) - photo) + torch.mean(G(F(sketch)) - sketch)


def signs_canceled_first(G, F, photo, sketch):
    return torch.mean(F(G(photo)) - photo).abs() + torch.mean(G(F(sketch)) - sketch).abs()


def weighted(G, F, photo, sketch):
    return 10 * losses.cycle_x(F(G(photo)), photo) + 10 * losses.cycle_y(G(F(sketch)), sketch)


def sketch_and_photo(G, F, photo, sketch):
    return losses.cycle_y(G(F(sketch)), sketch), losses.cycle_x(F(G(photo)), photo)


def photo_and_sketch(G, F, photo, sketch):
    return [losses.cycle_x(F(G(photo)), photo), losses.cycle_y(G(F(sketch)), sketch)]


def wrong_way(G, F, photo, sketch):
    return losses.l1(G(F(photo)), photo) + losses.l1(F(G(sketch)), sketch)


def other_of_the_pair(G, F, photo, sketch):
    return losses.l1(F(G(photo)), sketch) + losses.l1(G(F(sketch)), photo)


def half_the_way(G, F, photo, sketch):
    return losses.supervised_xy(G(photo), sketch) + losses.supervised_yx(F(sketch), photo)


def only_photos(G, F, photo, sketch):
    return losses.cycle_x(F(G(photo)), photo)


def only_sketches(G, F, photo, sketch):
    return losses.cycle_y(G(F(sketch)), sketch)


def averaged(G, F, photo, sketch):
    return torch.stack([losses.cycle_x(F(G(photo)), photo), losses.cycle_y(G(F(sketch)), sketch)]).mean()


def added_up(G, F, photo, sketch):
    return torch.norm(F(G(photo)) - photo, p=1) + torch.norm(G(F(sketch)) - sketch, p=1)


def squares(G, F, photo, sketch):
    return ((F(G(photo)) - photo) ** 2).mean() + ((G(F(sketch)) - sketch) ** 2).mean()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (detached, "cuts the way between the two networks"),
        (first_half_without_gradient, "cuts the way between the two networks"),
        (all_without_gradient, "no gradient reaches G or F"),
        (a_number, "returned a Python number"),
        (signed, "no absolute value in it"),
        (signs_canceled_first, "comes too late"),
        (weighted, "leave that to the total"),
        (sketch_and_photo, r"equation \(4\) first: return their sum"),
        (photo_and_sketch, r"equation \(5\) first: return their sum"),
        (wrong_way, "wrong way round"),
        (other_of_the_pair, "compared with the first"),
        (half_the_way, r"equations \(1\) and \(2\)"),
        (only_photos, r"Equation \(4\) is missing"),
        (only_sketches, r"Equation \(5\) is missing"),
        (averaged, "the total adds them"),
        (added_up, "take the mean"),
        (squares, "You squared"),
    ],
)
def test_cycle_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_07_cycle(answer)


def test_cycle_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    def right(G, F, photo, sketch):
        return losses.cycle_x(F(G(photo)), photo) + losses.cycle_y(G(F(sketch)), sketch)

    checks.check_07_cycle(right)
    assert capsys.readouterr().out == "check_07_cycle: right.\n"


def forgot_the_mean(G, F, photo, sketch):
    return losses.cycle_x(F(G(photo)), photo) + (G(F(sketch)) - sketch).abs().mean((1, 2, 3))


def three_times(G, F, photo, sketch):
    return 3 * only_photos(G, F, photo, sketch)


def half_detached(G, F, photo, sketch):
    return averaged(G, F, photo, sketch) + averaged(G, F, photo, sketch).detach()


def nothing(G, F, photo, sketch):
    losses.cycle_x(F(G(photo)), photo)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (nothing, "returns None: is there a return in it"),
        (forgot_the_mean, r"What is wrong is the loss. The result has shape \(2,\), expected \(\)"),
        (three_times, "What is wrong is the loss"),
        (half_detached, "What is wrong is the gradient in G"),
    ],
)
def test_cycle_says_what_is_wrong_where_no_mistake_is_known(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_07_cycle(answer)
