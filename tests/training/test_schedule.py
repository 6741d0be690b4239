"""The learning rate, epoch by epoch, as a run's history tells it."""

from __future__ import annotations

import pytest
import torch

from sketchlib.training.config import TrainConfig
from sketchlib.training.loop import _scheduler


def rates(config: TrainConfig) -> list[float]:
    """The learning rate of each epoch, in order."""
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=config.lr)
    scheduler, seen = _scheduler(optimizer, config), []
    for _ in range(config.epochs):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def test_linear_decay_is_cyclegans() -> None:
    """Section 4 of CycleGAN: constant for the first 100 epochs, then down to zero over the next 100."""
    seen = rates(TrainConfig(decay="linear"))
    assert seen[:100] == [2e-4] * 100
    assert seen[100:] == pytest.approx([2e-4 * (101 - k) / 101 for k in range(1, 101)])
    assert seen[-1] == pytest.approx(2e-4 / 101)


@pytest.mark.parametrize("epochs", [1, 2, 5, 7])
def test_linear_decay_at_other_lengths_has_equal_steps_and_ends_one_step_above_zero(epochs: int) -> None:
    seen = rates(TrainConfig(epochs=epochs, decay="linear", lr=1.0))
    falling = epochs - epochs // 2  # the longer half of an odd number
    assert seen[: epochs // 2] == [1.0] * (epochs // 2)
    assert seen[epochs // 2 :] == pytest.approx([1 - k / (falling + 1) for k in range(1, falling + 1)])


def test_milestones_are_the_papers() -> None:
    seen = rates(TrainConfig())
    assert (seen[99], seen[149]) == (2e-4, pytest.approx(2e-5))
    assert (seen[100], seen[150]) == (pytest.approx(2e-5), pytest.approx(2e-6))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"decay": "cosine"}, "TrainConfig.decay is 'cosine', expected steps or linear."),
        ({"generator": "vit"}, "TrainConfig.generator is 'vit', expected unet or resnet."),
        (
            {"aligned": False, "lambda_xy": 0.0},
            "TrainConfig.aligned is False, expected True: lambda_xy and lambda_yx compare pairs.",
        ),
    ],
)
def test_a_setting_that_is_not_there_is_one_sentence(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        TrainConfig(**change)
    assert str(caught.value) == sentence
