"""Checks for chapter 06, the adversarial loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from sketchlib.checks.gradients import loss_and_gradients
from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_06_log_loss", "check_06_loss_D", "check_06_loss_G", "check_06_turn_D", "check_06_turn_G"]

Discriminator = Callable[[Tensor], Tensor]


def _to(scores: Tensor, target: float) -> Tensor:
    """PyTorch's own squared distance of scores to 1 or 0."""
    return mse_loss(scores, torch.full_like(scores, target))


def _loss_d(real: Tensor, fake: Tensor) -> Tensor:
    return (_to(real, 1) + _to(fake, 0)) / 2


def _maps() -> tuple[Tensor, Tensor]:
    real, fake = 0.5 + torch.randn(2, 3, 1, 5, 4, generator=torch.Generator().manual_seed(6))
    return real, fake


MEAN_FIRST = (
    "You took the mean of the scores first and squared afterwards: then good patches pay for bad ones. Square the "
    "distance of each patch, then take the mean."
)
NOT_REDUCED = "The squares are right, but your result has shape {got}: take their mean over patches and images."
A_SUM = "You added the squares up: the expectation is a mean, so that a large map does not count more than a small one."

check_06_loss_G = Check(
    "check_06_loss_G",
    right=lambda fake_scores: _to(fake_scores, 1),
    inputs=lambda: [(_maps()[1],)],
    mistakes=[
        Mistake(
            lambda s: s.square().mean(),
            "You pull the fakes toward 0: that is what the discriminator wants. The generator wants a score of 1.",
        ),
        Mistake(lambda s: (s.mean() - 1).square(), MEAN_FIRST),
        Mistake(lambda s: (s.mean(dim=(1, 2, 3)) - 1).square().mean(), MEAN_FIRST),
        Mistake(lambda s: (s - 1).square(), NOT_REDUCED),
        Mistake(lambda s: (s - 1).square().mean(dim=(1, 2, 3)), NOT_REDUCED),
        Mistake(lambda s: (s - 1).square().sum(), A_SUM),
        Mistake(lambda s: (s - 1).abs().mean(), "You took the distance itself: least squares takes its square."),
        Mistake(
            lambda s: (s - 1).square().mean() / 2,
            "Your loss is half as large: only the discriminator's side has the factor 1/2.",
        ),
    ],
)

check_06_loss_D = Check(
    "check_06_loss_D",
    right=_loss_d,
    inputs=lambda: [_maps()],
    mistakes=[
        Mistake(
            lambda real, fake: _loss_d(fake, real),
            "The targets are exchanged: real scores are pulled toward 1 and fake scores toward 0.",
        ),
        Mistake(
            lambda real, fake: ((real.mean() - 1).square() + fake.mean().square()) / 2,
            MEAN_FIRST,
        ),
        Mistake(
            lambda real, fake: _to(real, 1) + _to(fake, 0),
            "Your loss is twice as large: the factor 1/2 is missing.",
        ),
        Mistake(
            lambda real, fake: _to(fake, 0),
            "The real term is missing, as in the printed equation: this discriminator learns to call everything fake.",
        ),
        Mistake(
            lambda real, fake: _to(fake, 0) / 2,
            "The real term is missing, as in the printed equation: this discriminator learns to call everything fake.",
        ),
        Mistake(
            lambda real, fake: (_to(real, 1) + _to(fake, 1)) / 2,
            "You pull the fakes toward 1 as well: that is what the generator wants. "
            "The discriminator wants to give them 0.",
        ),
        Mistake(lambda real, fake: ((real - 1).square() + fake.square()) / 2, NOT_REDUCED),
        Mistake(lambda real, fake: ((real - 1).square().sum() + fake.square().sum()) / 2, A_SUM),
    ],
)


def _observed(loss: object, **nets: nn.Module) -> object:
    """A loss of one number and the gradients that it leaves in the weights of networks."""
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        return loss
    weights = {f"{name}.{key}": weight for name, net in nets.items() for key, weight in net.named_parameters()}
    return loss_and_gradients(loss, weights)


def _game() -> tuple[nn.Module, nn.Module, Tensor, Tensor]:
    """A tiny G and D_Y with weights of their own, a fake that G made and a real sketch."""
    generator = torch.Generator().manual_seed(6)
    G, D_Y = nn.Conv2d(3, 3, 1), nn.Sequential(nn.Conv2d(3, 4, 2), nn.LeakyReLU(0.2), nn.Conv2d(4, 1, 2))
    with torch.no_grad():
        for weight in [*G.parameters(), *D_Y.parameters()]:
            weight.copy_(0.4 * torch.randn(weight.shape, generator=generator))
    photo, real = torch.randn(2, 2, 3, 6, 6, generator=generator)
    return G, D_Y, G(photo), real


def _turn_of_d(answer: Callable[[Discriminator, Tensor, Tensor], Tensor]) -> object:
    G, D_Y, fake, real = _game()
    return _observed(answer(D_Y, real, fake), D_Y=D_Y, G=G)


def _turn_of_g(answer: Callable[[Discriminator, Tensor], Tensor]) -> object:
    G, D_Y, fake, _ = _game()
    return _observed(answer(D_Y, fake), G=G)


def _without_gradient(D_Y: Discriminator, real: Tensor, fake: Tensor) -> Tensor:
    with torch.no_grad():
        return _loss_d(D_Y(real), D_Y(fake))


check_06_turn_D = Check(
    "check_06_turn_D",
    right=lambda D_Y, real, fake: _loss_d(D_Y(real), D_Y(fake.detach())),
    inputs=lambda: [()],
    observe=_turn_of_d,
    mistakes=[
        Mistake(
            lambda D_Y, real, fake: _loss_d(D_Y(real), D_Y(fake)),
            "The loss is right, but its gradient runs on into G: detach the fake before the discriminator gets it.",
        ),
        Mistake(
            lambda D_Y, real, fake: _loss_d(D_Y(real), D_Y(fake).detach()),
            "You detached the scores instead of the fake: now the discriminator learns nothing from fakes.",
        ),
        Mistake(
            _without_gradient,
            "The loss is right, but it has no gradient at all: it is G that must stand still, not the discriminator.",
        ),
        Mistake(
            lambda D_Y, real, fake: _loss_d(D_Y(fake.detach()), D_Y(real)),
            "The targets are exchanged: real scores are pulled toward 1 and fake scores toward 0.",
        ),
        Mistake(
            lambda D_Y, real, fake: _to(D_Y(fake.detach()), 0) / 2,
            "The real term is missing, as in the printed equation: this discriminator learns to call everything fake.",
        ),
    ],
)

check_06_turn_G = Check(
    "check_06_turn_G",
    right=lambda D_Y, fake: _to(D_Y(fake), 1),
    inputs=lambda: [()],
    observe=_turn_of_g,
    mistakes=[
        Mistake(
            lambda D_Y, fake: _to(D_Y(fake.detach()), 1),
            "The loss is right, but no gradient reaches G: this is the generator's turn, so nothing may be detached.",
        ),
        Mistake(
            lambda D_Y, fake: _to(D_Y(fake), 0),
            "You pull the fakes toward 0: that is what the discriminator wants. The generator wants a score of 1.",
        ),
        Mistake(
            lambda D_Y, fake: -_to(D_Y(fake), 0) / 2,
            "That is the discriminator's loss with its sign turned: it has no lowest value, so the scores would "
            "run away. The generator has a target of its own, a score of 1.",
        ),
        Mistake(lambda D_Y, fake: (D_Y(fake).mean() - 1).square(), MEAN_FIRST),
    ],
)


def _logs() -> list[tuple[Tensor, Tensor]]:
    real, fake = _maps()
    return [(real, fake), (300 * real, 300 * fake)]


def _log_loss(real: Tensor, fake: Tensor) -> Tensor:
    on_real = binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return on_real + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


check_06_log_loss = Check(
    "check_06_log_loss",
    right=_log_loss,
    inputs=_logs,
    mistakes=[
        Mistake(
            lambda real, fake: -real.log().mean() - (1 - fake).log().mean(),
            "You took the logarithm of the raw scores: the sigmoid comes first, and without it a score below 0 is nan.",
        ),
        Mistake(
            lambda real, fake: -_log_loss(real, fake),
            "The sign is wrong: the discriminator makes the logarithms large, so the loss that it minimizes has a "
            "minus.",
        ),
        Mistake(
            lambda real, fake: _log_loss(fake, real),
            "Real and fake are exchanged: it wants a large D of real sketches and a small one of fakes.",
        ),
        Mistake(
            lambda real, fake: _log_loss(real, fake) / 2,
            "Your loss is half as large: this one has no factor 1/2.",
        ),
        Mistake(
            lambda real, fake: -real.sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean(),
            "Your formula is right, but for large scores the sigmoid rounds to 0 or 1, and the logarithm of 0 is "
            "infinite. Use logsigmoid, with 1 - sigmoid(s) = sigmoid(-s).",
        ),
    ],
)
