"""What the checks of chapter 06 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sketchlib import checks, losses


def passes(name: str, capsys: pytest.CaptureFixture[str]) -> bool:
    return capsys.readouterr().out == f"{name}: right.\n"


def mean_of_squares(scores: Tensor, target: float) -> Tensor:
    return torch.mean((target - scores) ** 2)


# Both sides of equation (3)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda fake: mean_of_squares(fake, 0), "toward 0: that is what the discriminator wants"),
        (lambda fake: (1 - fake.mean()) ** 2, "mean of the scores first"),
        (lambda fake: torch.mean((1 - fake.flatten(1).mean(1)) ** 2), "mean of the scores first"),
        (lambda fake: (1 - fake) ** 2, r"your result has shape \(3, 1, 5, 4\)"),
        (lambda fake: ((1 - fake) ** 2).flatten(1).mean(1), r"your result has shape \(3,\)"),
        (lambda fake: torch.sum((1 - fake) ** 2), "added the squares up"),
        (lambda fake: torch.mean(torch.abs(1 - fake)), "the distance itself"),
        (lambda fake: 0.5 * mean_of_squares(fake, 1), "half as large"),
    ],
)
def test_loss_of_the_generator_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_06_loss_G(answer)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda r, f: 0.5 * (mean_of_squares(r, 0) + mean_of_squares(f, 1)), "targets are exchanged"),
        (lambda r, f: 0.5 * (1 - r.mean()) ** 2 + 0.5 * f.mean() ** 2, "mean of the scores first"),
        (lambda r, f: mean_of_squares(r, 1) + mean_of_squares(f, 0), "factor 1/2 is missing"),
        (lambda r, f: mean_of_squares(f, 0), "real term is missing"),
        (lambda r, f: 0.5 * mean_of_squares(f, 0), "real term is missing"),
        (lambda r, f: mean_of_squares(torch.cat([r, f]), 1), "pull the fakes toward 1 as well"),
        (lambda r, f: 0.5 * (1 - r) ** 2 + 0.5 * f**2, r"your result has shape \(3, 1, 5, 4\)"),
        (lambda r, f: 0.5 * torch.sum((1 - r) ** 2 + f**2), "added the squares up"),
    ],
)
def test_loss_of_the_discriminator_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_06_loss_D(answer)


def test_the_losses_of_the_library_pass(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_06_loss_D(losses.adversarial_discriminator)
    assert passes("check_06_loss_D", capsys)
    checks.check_06_loss_G(losses.adversarial_generator)
    assert passes("check_06_loss_G", capsys)


# One turn each


def no_detach(D_Y, real, fake) -> Tensor:
    return losses.adversarial_discriminator(D_Y(real), D_Y(fake))


def scores_detached(D_Y, real, fake) -> Tensor:
    on_fake = D_Y(fake)
    return losses.adversarial_discriminator(D_Y(real), on_fake.detach())


def no_gradient(D_Y, real, fake) -> Tensor:
    return losses.adversarial_discriminator(D_Y(real), D_Y(fake)).detach()


def targets_exchanged(D_Y, real, fake) -> Tensor:
    return 0.5 * (mean_of_squares(D_Y(real), 0) + mean_of_squares(D_Y(fake.detach()), 1))


def no_real_term(D_Y, real, fake) -> Tensor:
    return 0.5 * mean_of_squares(D_Y(fake.detach()), 0)


def only_the_fake_learns(D_Y, real, fake) -> Tensor:
    with torch.no_grad():
        on_real = D_Y(real)
    return losses.adversarial_discriminator(on_real, D_Y(fake.detach()))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (no_detach, "gradient runs on into G"),
        (scores_detached, "detached the scores instead of the fake"),
        (no_gradient, "no gradient at all"),
        (targets_exchanged, "targets are exchanged"),
        (no_real_term, "real term is missing"),
        (only_the_fake_learns, "What is wrong is the gradient in D_Y"),
        (lambda D_Y, real, fake: D_Y(fake.detach()), r"a tensor of shape \(2, 1, 4, 4\)"),
        (lambda D_Y, real, fake: None, "is there a return in it"),
    ],
)
def test_turn_of_the_discriminator_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_06_turn_D(answer)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda D_Y, fake: losses.adversarial_generator(D_Y(fake.detach())), "no gradient reaches G"),
        (lambda D_Y, fake: losses.adversarial_generator(D_Y(fake)).detach(), "no gradient reaches G"),
        (lambda D_Y, fake: mean_of_squares(D_Y(fake), 0), "toward 0: that is what the discriminator wants"),
        (lambda D_Y, fake: -0.5 * torch.mean(D_Y(fake) ** 2), "discriminator's loss with its sign turned"),
        (lambda D_Y, fake: (1 - D_Y(fake).mean()) ** 2, "mean of the scores first"),
    ],
)
def test_turn_of_the_generator_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_06_turn_G(answer)


def test_turns_take_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    def with_a_copy(D_Y, real, fake) -> Tensor:
        on_real, on_fake = D_Y(torch.cat([real, fake.data])).chunk(2)
        return losses.adversarial_discriminator(on_real, on_fake)

    checks.check_06_turn_D(with_a_copy)
    assert passes("check_06_turn_D", capsys)
    checks.check_06_turn_G(lambda D_Y, fake: losses.adversarial_generator(D_Y(fake)))
    assert passes("check_06_turn_G", capsys)


# The first GAN's discriminator


def entropy(real: Tensor, fake: Tensor) -> Tensor:
    return torch.mean(torch.nn.functional.softplus(-real)) + torch.mean(torch.nn.functional.softplus(fake))


def rounded_to_zero(real: Tensor, fake: Tensor) -> Tensor:
    real, fake = torch.sigmoid(real), torch.sigmoid(fake)
    return -(torch.log(real).mean() + torch.log(1 - fake).mean())


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda r, f: -(torch.log(r).mean() + torch.log(1 - f).mean()), "the sigmoid comes first"),
        (lambda r, f: -entropy(r, f), "The sign is wrong"),
        (lambda r, f: entropy(-r, -f), "Real and fake are exchanged"),
        (lambda r, f: 0.5 * entropy(r, f), "half as large"),
        (rounded_to_zero, "the logarithm of 0 is infinite"),
    ],
)
def test_log_loss_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_06_log_loss(answer)


def test_log_loss_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_06_log_loss(entropy)
    assert passes("check_06_log_loss", capsys)
