"""Settings and what is refused."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from sketchlib.training import config as module
from sketchlib.training.config import TrainConfig


def test_full_is_the_default_and_the_papers() -> None:
    full = TrainConfig.profile("full")
    assert full == TrainConfig()
    assert (full.epochs, full.lambda_idt, full.size, full.channels) == (200, 0.5, 256, 64)
    assert full.halvings == 5 and TrainConfig(minimum=1).halvings == 8


def test_to_dict_and_back() -> None:
    config = TrainConfig.profile("quick", seed=3, milestones=(2, 5))
    assert TrainConfig.from_dict(config.to_dict()) == config


def test_every_field_says_where_it_comes_from() -> None:
    lines = inspect.getsource(module.TrainConfig).splitlines()
    for field in dataclasses.fields(TrainConfig):
        (line,) = (line for line in lines if line.startswith(f"    {field.name}: "))
        assert len(line.partition("#")[2].split()) >= 4, field.name


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"epochs": 0}, "TrainConfig.epochs is 0, expected a number above 0"),
        ({"lambda_cyc": -1.0}, "TrainConfig.lambda_cyc is -1.0, expected 0 or more"),
        ({"size": 250}, "minimum is 8 and size is 250"),
        ({"aligned": False}, "TrainConfig.aligned is False, expected True"),
        ({"epoch": 3}, "TrainConfig has no field epoch"),
    ],
)
def test_bad_settings_are_one_sentence(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        TrainConfig.profile("full", **change)


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ValueError, match="profile is 'fast', expected one of full, quick"):
        TrainConfig.profile("fast")
