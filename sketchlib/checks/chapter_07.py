"""Checks for chapter 07, the cycle loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d, l1_loss, mse_loss

from sketchlib.checks.gradients import loss_and_gradients
from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_07_cycle", "check_07_each_face"]

Net = Callable[[Tensor], Tensor]


def _images() -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(7)
    shapes = ((2, 3, 4, 5), (1, 3, 6, 2))
    return [tuple(2 * torch.rand(2, *shape, generator=generator) - 1) for shape in shapes]


check_07_each_face = Check(
    "check_07_each_face",
    right=lambda found, image: l1_loss(found, image, reduction="none").flatten(1).mean(dim=1),  # (N,)
    inputs=_images,
    mistakes=[
        Mistake(
            lambda found, image: (found - image).abs().mean(),
            "You averaged over the faces as well: the result has shape {got}, expected {expected}, one number a face.",
        ),
        Mistake(
            lambda found, image: (found - image).abs().mean(dim=(2, 3)),
            "The colors are still apart: the result has shape {got}, expected {expected}. Average over them too.",
        ),
        Mistake(
            lambda found, image: (found - image).abs().mean(dim=1),
            "You averaged over the colors alone: the result has shape {got}, a number for each pixel, expected "
            "{expected}.",
        ),
        Mistake(
            lambda found, image: (found - image).mean(dim=(1, 2, 3)),
            "There is no absolute value in it: a pixel that is too bright pays for one that is too dark.",
        ),
        Mistake(
            lambda found, image: (found - image).mean(dim=(1, 2, 3)).abs(),
            "The absolute value comes too late: within a face, errors of both signs have canceled before it.",
        ),
        Mistake(
            lambda found, image: (found - image).abs().sum(dim=(1, 2, 3)),
            "That is a sum over the pixels. The book takes the mean, so that image size does not matter.",
        ),
        Mistake(
            lambda found, image: (found - image).square().mean(dim=(1, 2, 3)),
            "You squared the differences: an L1 norm takes absolute values.",
        ),
    ],
)


def _weights_and_images() -> list[tuple[Tensor, ...]]:
    """The weights of a small G and F, photos and sketches."""
    generator = torch.Generator().manual_seed(70)
    shapes = ((3, 3, 3, 3), (3, 3, 3, 3), (2, 3, 4, 5), (2, 3, 4, 5))
    return [tuple(0.5 * torch.randn(shape, generator=generator) for shape in shapes)]


def _generator(weight: Tensor) -> Net:
    return lambda image: torch.tanh(conv2d(image, weight, padding=1))


def _value_and_gradients(answer: Callable[..., Any], G: Tensor, F: Tensor, photo: Tensor, sketch: Tensor) -> Any:
    weights = {"G": G.clone().requires_grad_(), "F": F.clone().requires_grad_()}
    loss = answer(_generator(weights["G"]), _generator(weights["F"]), photo, sketch)
    return loss_and_gradients(loss, weights)


def _cycle(G: Net, F: Net, photo: Tensor, sketch: Tensor) -> Tensor:
    return l1_loss(G(F(sketch)), sketch) + l1_loss(F(G(photo)), photo)


def _without_graph(G: Net, F: Net, photo: Tensor, sketch: Tensor) -> Tensor:
    with torch.no_grad():
        return _cycle(G, F, photo, sketch)


check_07_cycle = Check(
    "check_07_cycle",
    right=_cycle,
    inputs=_weights_and_images,
    observe=_value_and_gradients,
    mistakes=[
        Mistake(
            lambda G, F, photo, sketch: l1_loss(G(F(sketch).detach()), sketch) + l1_loss(F(G(photo).detach()), photo),
            "The value is right, but a detach (or no_grad) cuts the way between the two networks: the first network "
            "of each cycle gets no gradient from it, so G never learns to draw what F needs.",
        ),
        Mistake(
            _without_graph,
            "The value is right, but no gradient reaches G or F: compute the loss without detach, item or no_grad.",
        ),
        Mistake(
            lambda *networks_and_images: _cycle(*networks_and_images).item(),
            "You returned a Python number: item() cuts the gradient, so no network could learn. Return the tensor.",
        ),
        Mistake(
            lambda G, F, photo, sketch: (G(F(sketch)) - sketch).mean() + (F(G(photo)) - photo).mean(),
            "There is no absolute value in it: errors of both signs cancel, and the loss can fall below zero.",
        ),
        Mistake(
            lambda G, F, photo, sketch: (G(F(sketch)) - sketch).mean().abs() + (F(G(photo)) - photo).mean().abs(),
            "The absolute value comes too late: errors of both signs have canceled in the mean.",
        ),
        Mistake(
            lambda G, F, photo, sketch: l1_loss(F(G(sketch)), sketch) + l1_loss(G(F(photo)), photo),
            "You went the wrong way round: G takes photos and F takes sketches, but here G is given the sketch first.",
        ),
        Mistake(
            lambda G, F, photo, sketch: l1_loss(G(F(sketch)), photo) + l1_loss(F(G(photo)), sketch),
            "You compare the last image of each cycle with the other image of the pair. It must be compared with "
            "the first.",
        ),
        Mistake(
            lambda G, F, photo, sketch: l1_loss(F(sketch), photo) + l1_loss(G(photo), sketch),
            "That compares the images of a pair after half the way: these are equations (1) and (2). Close "
            "the cycle first.",
        ),
        Mistake(
            lambda G, F, photo, sketch: l1_loss(F(G(photo)), photo),
            "Equation (4) is missing: the sketch has to go to a photo and back as well.",
        ),
        Mistake(
            lambda G, F, photo, sketch: l1_loss(G(F(sketch)), sketch),
            "Equation (5) is missing: the photo has to go to a sketch and back as well.",
        ),
        Mistake(
            lambda *networks_and_images: _cycle(*networks_and_images) / 2,
            "You averaged equations (4) and (5): the total adds them.",
        ),
        Mistake(
            lambda *networks_and_images: 10 * _cycle(*networks_and_images),
            "You multiplied by the weights: leave that to the total, so that the terms can be compared.",
        ),
        Mistake(
            lambda G, F, photo, sketch: (l1_loss(G(F(sketch)), sketch), l1_loss(F(G(photo)), photo)),
            "You returned the two losses, equation (4) first: return their sum, one tensor.",
        ),
        Mistake(
            lambda G, F, photo, sketch: (l1_loss(F(G(photo)), photo), l1_loss(G(F(sketch)), sketch)),
            "You returned the two losses, equation (5) first: return their sum, one tensor.",
        ),
        Mistake(
            lambda G, F, photo, sketch: (G(F(sketch)) - sketch).abs().sum() + (F(G(photo)) - photo).abs().sum(),
            "You added up all pixels: take the mean, so that a weight means the same at every image size.",
        ),
        Mistake(
            lambda G, F, photo, sketch: mse_loss(G(F(sketch)), sketch) + mse_loss(F(G(photo)), photo),
            "You squared the differences: equations (4) and (5) have absolute values.",
        ),
    ],
)
