"""What the checks of chapter 09 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor

from sketchlib import checks, losses


def signed(fake_sketch: Tensor, sketch: Tensor) -> Tensor:
    return torch.mean(fake_sketch - sketch)


def absolute_value_too_late(fake_sketch: Tensor, sketch: Tensor) -> Tensor:
    return abs(fake_sketch.mean() - sketch.mean())


def summed(fake_sketch: Tensor, sketch: Tensor) -> Tensor:
    return torch.norm(fake_sketch - sketch, p=1)


def squared(fake_sketch: Tensor, sketch: Tensor) -> Tensor:
    return ((fake_sketch - sketch) ** 2).mean()


@torch.no_grad()
def without_gradient(fake_sketch: Tensor, sketch: Tensor) -> Tensor:
    return torch.mean(torch.abs(fake_sketch - sketch))


def a_number(fake_sketch: Tensor, sketch: Tensor) -> float:
    return torch.mean(torch.abs(fake_sketch - sketch)).item()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (signed, "no absolute value in it"),
        (absolute_value_too_late, "comes too late"),
        (summed, "take the mean"),
        (squared, "You squared"),
        (without_gradient, "no gradient reaches the generated sketch"),
        (a_number, "returned a Python number"),
    ],
)
def test_supervised_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_09_supervised(answer)


def unweighted(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return torch.stack(list(terms.values())).sum()


def by_order(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return (torch.stack(list(terms.values())) * torch.tensor(list(weights.values()))).sum()


def a_mean(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return torch.stack([terms[name] * weights[name] for name in weights]).mean()


def a_weighted_mean(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return losses.total(terms, weights) / sum(weights.values())


def two_sums(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return sum(w * sum(terms.values()) for w in weights.values())


def numbers(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> float:
    return sum(terms[name].tolist() * weight for name, weight in weights.items())


def a_new_tensor(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return torch.tensor([terms[name].item() * weights[name] for name in terms]).sum()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (unweighted, "The weights are missing"),
        (by_order, "match them by name"),
        (a_mean, "took a mean"),
        (a_weighted_mean, "divided by the sum of the weights"),
        (two_sums, "a weight of its own"),
        (numbers, "a Python number"),
        (a_new_tensor, "no gradient reaches the terms"),
    ],
)
def test_total_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_09_total(answer)


def equation_8(G, F, D_X, D_Y, photo, sketch, weights, **wrong):
    """The total as in the chapter, with room for one mistake."""
    fake_sketch, fake_photo = G(photo), F(sketch)
    of_sketch, of_photo = wrong.get("discriminators", (D_Y, D_X))
    scored = (lambda image: image.detach()) if wrong.get("adversarial_cut") else (lambda image: image)
    passed_on = (lambda image: image.detach()) if wrong.get("cycle_cut") else (lambda image: image)
    aim = wrong.get("aim", 1)
    kept = (photo, sketch) if wrong.get("to_the_wrong_one") else (sketch, photo)
    cycle_y = wrong.get("cycle_y", 1) * losses.cycle_y(G(passed_on(fake_photo)), sketch)
    return (
        wrong.get("adversarial", 1) * ((of_sketch(scored(fake_sketch)) - aim) ** 2).mean()
        + wrong.get("adversarial", 1) * ((of_photo(scored(fake_photo)) - aim) ** 2).mean()
        + weights["xy"] * losses.supervised_xy(fake_sketch, sketch)
        + weights["yx"] * losses.supervised_yx(fake_photo, photo)
        + weights["cyc"] * cycle_y
        + weights["cxc"] * losses.cycle_x(F(passed_on(fake_sketch)), photo)
        + weights["yc"] * losses.l1(G(kept[0]), kept[0])
        + weights["xc"] * losses.l1(F(kept[1]), kept[1])
    )


def with_mistake(**wrong):
    return lambda *given: equation_8(*given, **wrong)


def discriminators_exchanged(G, F, D_X, D_Y, photo, sketch, weights):
    return equation_8(G, F, D_X, D_Y, photo, sketch, weights, discriminators=(D_X, D_Y))


def all_weights_one(G, F, D_X, D_Y, photo, sketch, weights):
    return equation_8(G, F, D_X, D_Y, photo, sketch, dict.fromkeys(weights, 1.0))


def weights_exchanged(one: str, other: str):
    def answer(G, F, D_X, D_Y, photo, sketch, weights):
        exchanged = {**weights, one: weights[other], other: weights[one]}
        return equation_8(G, F, D_X, D_Y, photo, sketch, exchanged)

    return answer


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (discriminators_exchanged, "The discriminators are exchanged"),
        (with_mistake(aim=0), "want to be called fake"),
        (with_mistake(adversarial_cut=True), "keeps the adversarial gradient from G and F"),
        (with_mistake(adversarial=0), "adversarial terms are missing"),
        (with_mistake(cycle_cut=True), "cut in the middle"),
        (with_mistake(to_the_wrong_one=True), "to the wrong generators"),
        (all_weights_one, "The weights are missing"),
        (weights_exchanged("xy", "yx"), "weights of the two supervised terms are exchanged"),
        (weights_exchanged("cyc", "cxc"), "weights of the two cycles are exchanged"),
        (weights_exchanged("yc", "xc"), "weights of the identity terms are exchanged"),
        (with_mistake(cycle_y=0), r"Equation \(4\) is missing"),
        (torch.no_grad()(equation_8), "no gradient reaches G or F"),
    ],
)
def test_equation_8_names_the_mistake(answer: Any, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_09_equation_8(answer)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (checks.check_09_supervised, losses.supervised_xy),
        (checks.check_09_total, losses.total),
        (checks.check_09_equation_8, equation_8),
    ],
)
def test_a_right_answer_is_told_so(check: Any, right: Any, capsys: pytest.CaptureFixture[str]) -> None:
    check(right)
    assert capsys.readouterr().out == f"{check.name}: right.\n"
