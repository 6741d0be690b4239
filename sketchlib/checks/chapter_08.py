"""Checks for chapter 08, the identity loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d, l1_loss, mse_loss

from sketchlib.checks.gradients import loss_and_gradients
from sketchlib.checks.judging import Check, CheckFailed, Mistake

__all__ = ["check_08_identity", "check_08_three_channels"]

Net = Callable[[Tensor], Tensor]


def _sketches() -> list[tuple[Tensor]]:
    generator = torch.Generator().manual_seed(8)
    return [(2 * torch.rand(shape, generator=generator) - 1,) for shape in ((2, 1, 4, 5), (1, 1, 3, 3))]


check_08_three_channels = Check(
    "check_08_three_channels",
    right=lambda sketch: torch.from_numpy(np.repeat(sketch.numpy(), 3, axis=1)),  # (N, 3, H, W)
    inputs=_sketches,
    mistakes=[
        Mistake(
            lambda sketch: torch.cat([sketch] * 3),
            "You repeated the sketches and not their channel: the result has shape {got}, expected {expected}. "
            "Channels are dimension 1.",
        ),
        Mistake(
            lambda sketch: torch.stack([sketch] * 3, dim=1),
            "You made a new dimension: the result has shape {got}, expected {expected}. The channel is there already, "
            "it only has to grow to three.",
        ),
        Mistake(
            lambda sketch: torch.cat([sketch] * 3, dim=3),
            "You put three copies side by side in one image: the result has shape {got}, expected {expected}.",
        ),
        Mistake(
            lambda sketch: torch.cat([sketch, torch.zeros_like(sketch), torch.zeros_like(sketch)], dim=1),
            "Only the first channel holds the sketch: the others are filled with 0, a middle grey. All three must be "
            "equal for the image to look grey.",
        ),
        Mistake(
            lambda sketch: torch.cat([sketch] * 3, dim=1) / 3,
            "You divided by three. Each channel is the sketch itself: their mean, not their sum, gives it back.",
        ),
        Mistake(
            lambda sketch: sketch,
            "The sketch has come back as it was, with one channel: the result has shape {got}, expected {expected}.",
        ),
    ],
)


def _weights_and_images() -> list[tuple[Tensor, ...]]:
    """The weights of a small G and F, photos of three channels and sketches of one."""
    generator = torch.Generator().manual_seed(80)
    shapes = ((3, 3, 3, 3), (3, 3, 3, 3), (2, 3, 4, 5), (2, 1, 4, 5))
    return [tuple(0.5 * torch.randn(shape, generator=generator) for shape in shapes)]


def _generator(name: str, weight: Tensor) -> Net:
    def draw(image: Tensor) -> Tensor:
        if image.shape[1:2] != (3,):
            raise CheckFailed(
                f"You gave {name} an image of shape {tuple(image.shape)}. The networks take three channels: give "
                "them three_channels(sketch)."
            )
        return torch.tanh(conv2d(image, weight, padding=1))

    return draw


def _value_and_gradients(answer: Callable[..., Any], G: Tensor, F: Tensor, photo: Tensor, sketch: Tensor) -> Any:
    weights = {"G": G.clone().requires_grad_(), "F": F.clone().requires_grad_()}
    loss = answer(*(_generator(name, weight) for name, weight in weights.items()), photo, sketch)
    return loss_and_gradients(loss, weights)


def _three(sketch: Tensor) -> Tensor:
    return sketch.repeat(1, 3, 1, 1)


def _with(distance: Callable[[Tensor, Tensor], Any], of_G: float = 1.0, of_F: float = 1.0) -> Callable[..., Any]:
    """Equations (6) and (7) with some distance, and a factor for each."""
    return lambda G, F, photo, sketch: (
        of_G * distance(G(_three(sketch)), _three(sketch)) + of_F * distance(F(photo), photo)
    )


check_08_identity = Check(
    "check_08_identity",
    right=_with(l1_loss),
    inputs=_weights_and_images,
    observe=_value_and_gradients,
    mistakes=[
        Mistake(
            lambda G, F, photo, sketch: l1_loss(G(photo), photo) + l1_loss(F(_three(sketch)), _three(sketch)),
            "You gave the images to the wrong generators: G is asked to leave photos alone, which it should draw. "
            "The sketch goes to G and the photo to F.",
        ),
        Mistake(
            lambda G, F, photo, sketch: l1_loss(G(photo), _three(sketch)) + l1_loss(F(_three(sketch)), photo),
            "Those are equations (1) and (2): they translate, and compare with the other image of the pair. Here each "
            "network gets what it usually makes, and has nothing to do.",
        ),
        Mistake(
            _with(lambda a, b: (a - b).mean()),
            "There is no absolute value in it: errors of both signs cancel, and the loss can fall below zero.",
        ),
        Mistake(
            _with(lambda a, b: (a - b).abs().sum()),
            "You added up all pixels: take the mean, so that a weight means the same at every image size.",
        ),
        Mistake(_with(mse_loss), "You squared the differences: equations (6) and (7) have absolute values."),
        Mistake(_with(l1_loss, 0.5, 0.5), "You halved the sum: the weight 0.5 is applied in the total, not here."),
        Mistake(_with(l1_loss, 1.0, 0.0), "Equation (7) is missing: F has to leave a photo alone as well."),
        Mistake(_with(l1_loss, 0.0, 1.0), "Equation (6) is missing: G has to leave a sketch alone as well."),
        Mistake(
            _with(lambda a, b: l1_loss(a.detach(), b)),
            "The value is right, but no gradient reaches G or F: a loss that is detached or computed under no_grad "
            "teaches nothing.",
        ),
        Mistake(
            lambda *networks_and_images: _with(l1_loss)(*networks_and_images).item(),
            "You returned a Python number: item() cuts the gradient, so no network could learn. Return the tensor.",
        ),
        Mistake(
            lambda G, F, photo, sketch: (
                l1_loss(G(_three(sketch)).mean(dim=1, keepdim=True), sketch) + l1_loss(F(photo), photo)
            ),
            "You averaged the three channels of G before comparing, so colors in a sketch cost nothing. Equation (6) "
            "compares all three.",
        ),
    ],
)
