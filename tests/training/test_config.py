"""Settings and what is refused."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

from sketchlib.training import config as module
from sketchlib.training.config import TrainConfig


def test_full_is_what_section_3_3_2_states() -> None:
    """Typed from the paper's section 3.3.2, and from 2.2, 2.4.1 and 2.4.2, never computed."""
    full = TrainConfig.profile("full")
    assert full == TrainConfig()
    assert full.betas[0] == 0.5  # Adam with momentum 0.5
    assert full.lr == 0.0002  # of generators and discriminators
    assert full.decay == "steps"  # "MultStepLR"
    assert full.batch_size == 1
    assert (full.epochs, full.max_steps) == (200, None)  # iterations
    assert (full.lambda_cyc, full.lambda_cxc) == (10, 10)
    assert (full.lambda_yc, full.lambda_xc) == (0.5, 0.5)
    assert (full.lambda_xy, full.lambda_yx) == (2, 2)
    assert (full.generator, full.se, full.aligned, full.adversarial) == ("unet", True, True, "least_squares")


STATED = {
    **dict.fromkeys(("lambda_xy", "lambda_yx", "lambda_cyc", "lambda_cxc", "lambda_yc", "lambda_xc"), "3.3.2"),
    **dict.fromkeys(("epochs", "batch_size", "lr", "betas", "decay"), "3.3.2"),
    **{"aligned": "2.4.1", "generator": "2.2", "se": "2.2", "adversarial": "2.4.2"},
}
"""The fields that the paper states, and where."""


def test_a_field_is_the_papers_with_its_section_or_our_choice() -> None:
    lines = inspect.getsource(module.TrainConfig).splitlines()
    for field in dataclasses.fields(TrainConfig):
        (line,) = (line for line in lines if line.startswith(f"    {field.name}: "))
        comment = line.partition("#:")[2]
        sections = set(re.findall(r"\d\.\d(?:\.\d)?(?!\d)", comment.partition("Paper, ")[2] or comment))
        if field.name in STATED:
            assert STATED[field.name] in sections, field.name
            assert "aper, 3" in comment or "Paper, 2" in comment or "the paper's, 3.3.2" in comment, field.name
        else:
            assert "ur choice" in comment and "Paper, " not in comment, field.name


def test_the_bottleneck_says_how_often_the_unet_halves() -> None:
    assert TrainConfig().num_downs == 5 and TrainConfig(bottleneck=1).num_downs == 8


def test_to_dict_and_back() -> None:
    config = TrainConfig.profile("quick", seed=3, milestones=(2, 5))
    assert TrainConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"epochs": 0}, "TrainConfig.epochs is 0, expected a number above 0"),
        ({"lambda_cyc": -1.0}, "TrainConfig.lambda_cyc is -1.0, expected 0 or more"),
        ({"size": 250}, "bottleneck is 8 and size is 250"),
        ({"aligned": False}, "TrainConfig.aligned is False, expected True"),
        ({"max_steps": 0}, "TrainConfig.max_steps is 0, expected 1 or more, or None"),
        ({"seed": -1}, "TrainConfig.seed is -1, expected 0 or more"),
        ({"adversarial": "hinge"}, "adversarial is 'hinge', expected least_squares or log or saturating"),
        ({"epoch": 3}, "TrainConfig has no field epoch"),
    ],
)
def test_bad_settings_are_one_sentence(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        TrainConfig.profile("full", **change)


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ValueError, match="profile is 'fast', expected one of cpu, full, quick"):
        TrainConfig.profile("fast")
