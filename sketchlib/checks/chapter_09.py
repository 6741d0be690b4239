"""Checks for chapter 09, the supervised L1 terms and the total."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d, l1_loss, mse_loss

from sketchlib.checks.gradients import loss_and_gradients
from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_09_equation_8", "check_09_supervised", "check_09_total"]

Net = Callable[[Tensor], Tensor]


def _pairs() -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(9)
    draws = [2 * torch.rand(2, *shape, generator=generator) - 1 for shape in ((2, 3, 4, 5), (1, 1, 6, 2))]
    return [(draw[0] - 0.2, draw[1]) for draw in draws]  # too dark on average: then a late abs() shows


def _loss_of_a_drawing(answer: Callable[..., Any], fake_sketch: Tensor, sketch: Tensor) -> Any:
    drawn = fake_sketch.clone().requires_grad_()
    return loss_and_gradients(answer(drawn, sketch), {"the generated sketch": drawn})


check_09_supervised = Check(
    "check_09_supervised",
    right=l1_loss,
    inputs=_pairs,
    observe=_loss_of_a_drawing,
    mistakes=[
        Mistake(
            lambda fake, sketch: (fake - sketch).mean(),
            "There is no absolute value in it: a sketch that is too dark in one place and too light in another would "
            "cost nothing.",
        ),
        Mistake(
            lambda fake, sketch: (fake - sketch).mean().abs(),
            "The absolute value comes too late: the mean has let errors of both signs cancel before it.",
        ),
        Mistake(
            lambda fake, sketch: (fake - sketch).abs().sum(),
            "You added up all pixels: take the mean, so that a weight means the same at every image size.",
        ),
        Mistake(mse_loss, "You squared the differences: equation (1) has absolute values."),
        Mistake(
            lambda fake, sketch: l1_loss(fake.detach(), sketch),
            "The value is right, but no gradient reaches the generated sketch: leave out detach and no_grad.",
        ),
        Mistake(
            lambda fake, sketch: l1_loss(fake, sketch).item(),
            "You returned a Python number: item() cuts the gradient, so G could not learn. Return the tensor.",
        ),
    ],
)


def _terms_and_weights() -> list[tuple[dict[str, Tensor], dict[str, float]]]:
    """The weights stand in another order than the terms: they belong together by name."""
    values = {"adversarial_G": 0.4, "supervised_xy": 0.2, "cycle_x": 0.1, "identity_y": 0.3}
    weights = {"identity_y": 0.5, "supervised_xy": 8.0, "cycle_x": 12.0, "adversarial_G": 1.0}
    return [({name: torch.tensor(value) for name, value in values.items()}, weights)]


def _total_and_gradients(answer: Callable[..., Any], terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Any:
    live = {name: value.clone().requires_grad_() for name, value in terms.items()}
    return loss_and_gradients(answer(dict(live), weights), live)


def _dot(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    """The oracle: a scalar product."""
    return torch.dot(torch.stack(list(terms.values())), torch.tensor([weights[name] for name in terms]))


check_09_total = Check(
    "check_09_total",
    right=_dot,
    inputs=_terms_and_weights,
    observe=_total_and_gradients,
    mistakes=[
        Mistake(
            lambda terms, weights: sum(terms.values()),
            "The weights are missing: each term has to be multiplied by its own before the sum.",
        ),
        Mistake(
            lambda terms, weights: sum(w * t for w, t in zip(weights.values(), terms.values(), strict=True)),
            "You matched terms and weights by their order. They need not stand in the same order: match them by name.",
        ),
        Mistake(
            lambda terms, weights: _dot(terms, weights) / len(terms),
            "You took a mean of the weighted terms: equation (8) is a sum.",
        ),
        Mistake(
            lambda terms, weights: _dot(terms, weights) / sum(weights.values()),
            "You divided by the sum of the weights. Equation (8) does not: only then does a weight of 10 weigh 10.",
        ),
        Mistake(
            lambda terms, weights: sum(weights.values()) * sum(terms.values()),
            "You multiplied the sum of the terms by the sum of the weights: each term needs a weight of its own.",
        ),
        Mistake(
            lambda terms, weights: sum(weights[name] * terms[name].item() for name in terms),
            "The number is right, but it is a Python number: item() cuts the gradient, so no network could learn.",
        ),
        Mistake(
            lambda terms, weights: _dot(terms, weights).detach(),
            "The value is right, but no gradient reaches the terms: something (detach, no_grad or torch.tensor of the "
            "terms) copies the numbers alone.",
        ),
    ],
)


def _networks_and_images() -> list[tuple[Any, ...]]:
    """Weights of small networks G, F, D_X and D_Y, a batch of pairs and weights of the terms."""
    generator = torch.Generator().manual_seed(90)
    shapes = ((3, 3, 3, 3), (3, 3, 3, 3), (1, 3, 2, 2), (1, 3, 2, 2), (2, 3, 4, 6), (2, 3, 4, 6))
    tensors = [0.4 * torch.randn(shape, generator=generator) for shape in shapes]
    return [(*tensors, {"xy": 7.0, "yx": 5.0, "cyc": 11.0, "cxc": 9.0, "yc": 0.5, "xc": 0.3})]


def _gradients_of_the_generators(
    answer: Callable[..., Any], G: Tensor, F: Tensor, D_X: Tensor, D_Y: Tensor, *batch: Any
) -> Any:
    live = {"G": G.clone().requires_grad_(), "F": F.clone().requires_grad_()}
    generators = [lambda image, weight=w: torch.tanh(conv2d(image, weight, padding=1)) for w in live.values()]
    discriminators = [lambda image, weight=w: conv2d(image, weight, stride=2) for w in (D_X, D_Y)]
    return loss_and_gradients(answer(*generators, *discriminators, *batch), live)


def _fool(scores: Tensor) -> Tensor:
    return mse_loss(scores, torch.ones_like(scores))


def _parts(G: Net, F: Net, D_X: Net, D_Y: Net, x: Tensor, y: Tensor) -> dict[str, Tensor]:
    return {
        "adv": _fool(D_Y(G(x))) + _fool(D_X(F(y))),
        "xy": l1_loss(G(x), y),
        "yx": l1_loss(F(y), x),
        "cyc": l1_loss(G(F(y)), y),
        "cxc": l1_loss(F(G(x)), x),
        "yc": l1_loss(G(y), y),
        "xc": l1_loss(F(x), x),
    }


def _with(**wrong: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Equation (8) with some of its parts replaced."""

    def loss(*given: Any) -> Tensor:
        *networks_and_images, weights = given
        parts = _parts(*networks_and_images) | {name: part(*networks_and_images) for name, part in wrong.items()}
        return sum(({"adv": 1.0} | weights)[name] * part for name, part in parts.items())

    return loss


def _swapped(one: str, other: str) -> Callable[..., Tensor]:
    """Equation (8) with two of its weights exchanged."""
    return lambda *given: _with()(*given[:6], given[6] | {one: given[6][other], other: given[6][one]})


check_09_equation_8 = Check(
    "check_09_equation_8",
    right=_with(),
    inputs=_networks_and_images,
    observe=_gradients_of_the_generators,
    mistakes=[
        Mistake(
            _with(adv=lambda G, F, D_X, D_Y, x, y: _fool(D_X(G(x))) + _fool(D_Y(F(y)))),
            "The discriminators are exchanged: G(x) is a sketch, so D_Y has to score it, and D_X the photo F(y).",
        ),
        Mistake(
            _with(adv=lambda G, F, D_X, D_Y, x, y: D_Y(G(x)).square().mean() + D_X(F(y)).square().mean()),
            "Your generators want to be called fake: they should aim for scores of 1. Aiming for 0 is the "
            "discriminator's side.",
        ),
        Mistake(
            _with(adv=lambda G, F, D_X, D_Y, x, y: _fool(D_Y(G(x).detach())) + _fool(D_X(F(y).detach()))),
            "The value is right, but a detach keeps the adversarial gradient from G and F. It belongs in the "
            "discriminators' loss only.",
        ),
        Mistake(
            _with(adv=lambda *networks_and_images: torch.zeros(())),
            "The adversarial terms are missing: they stand in equation (8) with a weight of 1.",
        ),
        Mistake(
            _with(
                cyc=lambda G, F, D_X, D_Y, x, y: l1_loss(G(F(y).detach()), y),
                cxc=lambda G, F, D_X, D_Y, x, y: l1_loss(F(G(x).detach()), x),
            ),
            "The value is right, but the cycle terms are cut in the middle: without the detach, the first network of "
            "each cycle learns too.",
        ),
        Mistake(
            _with(
                yc=lambda G, F, D_X, D_Y, x, y: l1_loss(G(x), x),
                xc=lambda G, F, D_X, D_Y, x, y: l1_loss(F(y), y),
            ),
            "The identity terms give the images to the wrong generators: G has to leave the sketch alone, F the photo.",
        ),
        Mistake(
            lambda *given: sum(_parts(*given[:6]).values()),
            "The weights are missing: multiply each term by its lambda.",
        ),
        Mistake(
            _swapped("xy", "yx"),
            "The weights of the two supervised terms are exchanged: lambda_xy belongs to G(x), lambda_yx to F(y).",
        ),
        Mistake(
            _swapped("cyc", "cxc"),
            "The weights of the two cycles are exchanged: lambda_cyc belongs to the one that begins and ends with the "
            "sketch y, lambda_cxc to the one of the photo x.",
        ),
        Mistake(
            _swapped("yc", "xc"),
            "The weights of the identity terms are exchanged: lambda_yc belongs to G(y), lambda_xc to F(x).",
        ),
        Mistake(
            _with(cyc=lambda *networks_and_images: torch.zeros(())),
            "Equation (4) is missing: the sketch has to go to a photo and back as well.",
        ),
        Mistake(
            lambda *given: _with()(*given).detach(),
            "The value is right, but no gradient reaches G or F: leave out no_grad and detach.",
        ),
    ],
)
