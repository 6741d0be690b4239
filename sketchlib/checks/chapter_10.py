"""Checks for chapter 10, training."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.optim.lr_scheduler import MultiStepLR
from torch.utils.data import DataLoader

from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_10_schedule", "check_10_steps", "check_10_update"]


def _loader_steps(faces: int, batch_size: int, epochs: int) -> int:
    """PyTorch's own count: how many batches a loader of `faces` images gives, epoch after epoch."""
    return epochs * len(DataLoader(list(range(faces)), batch_size=batch_size))  # type: ignore[arg-type]


check_10_steps = Check(
    "check_10_steps",
    right=_loader_steps,
    # The middle one tells a batch that is not full apart, the others what was left out.
    inputs=lambda: [(88, 4, 200), (10, 4, 3), (88, 1, 200)],
    mistakes=[
        Mistake(
            lambda faces, batch_size, epochs: epochs * (faces // batch_size),
            "Your division drops the last batch of an epoch when it is not full: 10 faces in batches of 4 are 3 steps, "
            "not 2. Round up.",
        ),
        Mistake(
            lambda faces, batch_size, epochs: math.ceil(epochs * faces / batch_size),
            "You divide all faces of all epochs at once. A batch does not reach over the end of an epoch: round up "
            "within an epoch first, then multiply.",
        ),
        Mistake(
            lambda faces, batch_size, epochs: epochs * faces,
            "You counted faces, not steps: one step takes a whole batch of them.",
        ),
        Mistake(
            lambda faces, batch_size, epochs: math.ceil(faces / batch_size),
            "Those are the steps of one epoch: multiply by the number of epochs.",
        ),
        Mistake(
            lambda faces, batch_size, epochs: epochs * faces / batch_size,
            "A number of steps is a whole one: the last batch of an epoch may be smaller, and is a step all the same.",
        ),
    ],
)


def _whole_run(answer: Callable[..., float], epochs: int, lr: float, milestones: Sequence[int], gamma: float) -> Any:
    """The rate in each of `epochs` epochs."""
    return [answer(epoch, lr, milestones, gamma) for epoch in range(epochs)]


def _pytorch_rate(epoch: int, lr: float, milestones: Sequence[int], gamma: float) -> float:
    """What PyTorch's scheduler has set after `epoch` epochs."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = MultiStepLR(optimizer, list(milestones), gamma)
    for _ in range(epoch):
        optimizer.step()
        scheduler.step()
    return float(optimizer.param_groups[0]["lr"])


def _behind(epoch: int, milestones: Sequence[int]) -> int:
    return sum(epoch >= milestone for milestone in milestones)


check_10_schedule = Check(
    "check_10_schedule",
    right=_pytorch_rate,
    inputs=lambda: [(10, 1.0, (5, 8), 0.1), (7, 0.2, (2, 3, 4), 0.5)],
    observe=_whole_run,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            lambda epoch, lr, milestones, gamma: lr * gamma ** sum(epoch > m for m in milestones),
            "Your rate drops one epoch too late. Epochs count from 0, so with a milestone of 5 the five epochs 0 to 4 "
            "lie before it, and epoch 5 has the new rate already.",
        ),
        Mistake(
            lambda epoch, lr, milestones, gamma: lr * gamma ** sum(epoch + 1 >= m for m in milestones),
            "Your rate drops one epoch too early. With a milestone of 5, epoch 4, the fifth, still has the old rate.",
        ),
        Mistake(
            lambda epoch, lr, milestones, gamma: lr * (gamma if _behind(epoch, milestones) else 1),
            "Your rate drops at the first milestone only: each further one multiplies by gamma again.",
        ),
        Mistake(
            lambda epoch, lr, milestones, gamma: lr * (gamma if epoch in milestones else 1),
            "Your rate is small in the epoch of a milestone and large again after it. It should stay down.",
        ),
        Mistake(
            lambda epoch, lr, milestones, gamma: lr * (gamma * _behind(epoch, milestones) or 1),
            "You multiply gamma by the number of milestones that are behind. Each of them multiplies the rate once, "
            "so it is gamma to that power.",
        ),
        Mistake(
            lambda epoch, lr, milestones, gamma: lr / gamma ** _behind(epoch, milestones),
            "Your rate grows: multiply by gamma, do not divide.",
        ),
        Mistake(
            lambda epoch, lr, milestones, gamma: gamma ** _behind(epoch, milestones),
            "That is the factor. The rate is lr times it.",
        ),
    ],
)


Update = Callable[..., None]


def _networks() -> tuple[nn.Module, nn.Module]:
    """A G and a D of one convolution each, the same every time."""
    generator = torch.Generator().manual_seed(10)
    G, D = nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 2, stride=2)
    with torch.no_grad():
        for weight in [*G.parameters(), *D.parameters()]:
            weight.copy_(0.5 * torch.randn(weight.shape, generator=generator))
    return G, D


def _faces() -> list[tuple[Tensor, Tensor]]:
    photo, sketch = torch.randn(2, 2, 1, 6, 6, generator=torch.Generator().manual_seed(11))
    return [(photo, sketch)]


def _after_two_steps(update: Update, photo: Tensor, sketch: Tensor) -> list[Tensor] | str:
    """The weights of G and of D after two steps with plain gradient descent, or "through G" for a D that goes there."""
    G, D = _networks()
    sgd_G, sgd_D = torch.optim.SGD(G.parameters(), lr=0.1), torch.optim.SGD(D.parameters(), lr=0.1)
    try:
        for _ in range(2):
            update(G, D, sgd_G, sgd_D, photo, sketch)
    except RuntimeError as error:
        if re.search("second time|modified by an inplace", str(error)):
            return "through G"
        raise
    return [torch.cat([w.detach().flatten() for w in net.parameters()]) for net in (G, D)]


def _by_hand(G: nn.Module, D: nn.Module, sgd_G: Any, sgd_D: Any, photo: Tensor, sketch: Tensor) -> None:
    """Without `backward`: the gradient of each loss with respect to its own network, and a step against it."""
    g, d = dict(G.named_parameters()), dict(D.named_parameters())
    fake = functional_call(G, g, (photo,))
    slopes = torch.autograd.grad((functional_call(D, d, (fake,)) - 1).square().mean(), list(g.values()))
    real_score, fake_score = functional_call(D, d, (sketch,)), functional_call(D, d, (fake.detach(),))
    loss_D = 0.5 * (real_score - 1).square().mean() + 0.5 * fake_score.square().mean()
    slopes += torch.autograd.grad(loss_D, list(d.values()))
    with torch.no_grad():
        for weight, slope in zip([*g.values(), *d.values()], slopes, strict=True):
            weight -= 0.1 * slope


def _variant(
    *,
    first: str = "G",
    clean_G: bool = True,
    clean_D: bool = True,
    detach: bool = True,
    redraw: bool = False,
    half: float = 0.5,
    real: bool = True,
    swapped: bool = False,
) -> Update:
    """The step with one thing changed."""

    def update(G: nn.Module, D: nn.Module, adam_G: Any, adam_D: Any, photo: Tensor, sketch: Tensor) -> None:
        def move_G() -> None:
            if clean_G:
                adam_G.zero_grad()
            (D(fake) - 1).square().mean().backward()
            adam_G.step()

        def move_D() -> None:
            if clean_D:
                adam_D.zero_grad()
            shown = G(photo) if redraw else fake
            shown = shown.detach() if detach else shown
            goal = 0.0 if swapped else 1.0
            loss = half * (D(shown) - 1 + goal).square().mean()
            if real:
                loss = loss + half * (D(sketch) - goal).square().mean()
            loss.backward()
            adam_D.step()

        fake = G(photo)
        for move in (move_G, move_D) if first == "G" else (move_D, move_G):
            move()

    return update


check_10_update = Check(
    "check_10_update",
    right=_by_hand,
    inputs=_faces,
    observe=_after_two_steps,
    mistakes=[
        Mistake(
            _variant(clean_D=False),
            "The gradients in D are not only its own: the loss of G has left some there, which pull D toward calling "
            "the fakes real. Call adam_D.zero_grad() after G has moved.",
        ),
        Mistake(
            _variant(clean_G=False, clean_D=False),
            "You never clear the gradients, so every step adds those of the steps before. Call zero_grad() of an "
            "optimizer before the backward pass that it is to follow.",
        ),
        Mistake(
            _variant(detach=False),
            "The loss of D runs back through G, which has moved since it drew. Give D fake.detach(): the picture "
            "without the way it was made.",
        ),
        Mistake(
            _variant(first="D"),
            "You moved D before G. Here G moves first, and D learns after it, as the authors of CycleGAN do it.",
        ),
        Mistake(
            _variant(redraw=True),
            "You drew a second time for D, with the G that has moved already. D gets the drawing that G was scored "
            "by, and a second drawing would cost the time of one as well.",
        ),
        Mistake(
            _variant(half=1.0),
            "D moves twice as far as it should: its loss is one half of the real part plus one half of the fake part.",
        ),
        Mistake(
            _variant(real=False),
            "Your D sees no real sketch. Without one it only learns to say no.",
        ),
        Mistake(
            _variant(swapped=True),
            "D's targets are the wrong way round: 1 is for the artist's sketch, 0 for the generated one.",
        ),
    ],
)
