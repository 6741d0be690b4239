"""The rows of the ablation differ from the paper's method in what they say, and in nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sketchlib.experiments.ablation import (
    ABLATION,
    ADVERSARIAL,
    GRID,
    IDENTITY,
    LAMBDA_XY,
    LITERAL,
    PAIRS,
    SCHEDULE,
    SE_INIT,
    SE_PLACE,
    STUDIES,
)
from sketchlib.experiments.scales import SCALES, config_for
from sketchlib.methods import METHODS, ImprovedCycleGAN, Row

UNALIGNED = {"aligned": False, "lambda_xy": 0.0, "lambda_yx": 0.0}


def changes(row: Row, reference: Row = METHODS["improved"], scale: str = "paper") -> dict[str, Any]:
    """The settings of `row` that are not those of `reference`."""
    ours, theirs = (config_for(each, scale, 0).to_dict() for each in (row, reference))
    return {key: ours[key] for key in ours if ours[key] != theirs[key]}


def test_the_grid_has_every_combination_once_and_the_full_one_is_the_papers() -> None:
    resnet, no_se = {"generator": "resnet"}, {"se": False}
    assert {name: changes(row) for name, row in GRID.items()} == {
        "resnet": resnet | no_se | UNALIGNED,
        "resnet-l1": resnet | no_se,
        "resnet-se": resnet | UNALIGNED,
        "resnet-se-l1": resnet,
        "unet": no_se | UNALIGNED,
        "unet-l1": no_se,
        "unet-se": UNALIGNED,
        "improved": {},
    }
    assert GRID["improved"] is METHODS["improved"]


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        (
            LAMBDA_XY,
            {
                "unet-se": UNALIGNED,
                "improved": {},
                "lambda-10": {"lambda_xy": 10.0, "lambda_yx": 10.0},
                "lambda-100": {"lambda_xy": 100.0, "lambda_yx": 100.0},
            },
        ),
        (
            PAIRS,
            {"unet-se": UNALIGNED, "aligned-no-l1": {"lambda_xy": 0.0, "lambda_yx": 0.0}, "improved": {}},
        ),
        (
            SE_INIT,
            {
                "unet-l1": {"se": False},
                "improved": {},
                "se-plain": {"se_center": False},
                "se-normal": {"se_center": False, "se_init": "normal"},
                "se-r4": {"reduction": 4},
            },
        ),
        (LITERAL, {"improved": {}, "200-steps": {"max_steps": 200, "milestones": []}}),
        (
            ADVERSARIAL,
            {"improved": {}, "log-loss": {"adversarial": "log"}, "saturating": {"adversarial": "saturating"}},
        ),
        (IDENTITY, {"improved": {}, "identity-5": {"lambda_yc": 5.0, "lambda_xc": 5.0}}),
        (
            SE_PLACE,
            {
                "unet-l1": {"se": False},
                "improved": {},
                "unet-l1-1x1": {"se": False, "bottleneck": 1},
                "improved-1x1": {"bottleneck": 1},
            },
        ),
        (SCHEDULE, {"improved": {}, "linear-decay": {"decay": "linear"}}),
    ],
)
def test_a_study_changes_what_it_names(study: dict[str, Row], expected: dict[str, dict[str, Any]]) -> None:
    assert {name: changes(row) for name, row in study.items()} == expected
    assert list(study) == list(expected)


@pytest.mark.parametrize("scale", SCALES)
def test_no_scale_hides_a_change(scale: str) -> None:
    settings = [str(changes(row, scale=scale)) for row in ABLATION.values()]
    assert len(set(settings)) == len(ABLATION)  # no two rows are the same run


def test_without_any_part_it_is_cyclegan_but_for_what_the_module_says() -> None:
    """Its identity weight is 0.5, its schedule the paper's, and there is no jitter."""
    corner = GRID["resnet"]
    assert changes(corner, METHODS["cyclegan"]) == {
        "lambda_yc": 0.5,
        "lambda_xc": 0.5,
        "decay": "steps",
        "jitter": False,
    }


def test_every_row_is_the_papers_method_under_one_name() -> None:
    assert all(row.method is ImprovedCycleGAN and not row.deterministic for row in ABLATION.values())
    for study in STUDIES.values():
        assert all(ABLATION[name] is row for name, row in study.items())
    both = ABLATION.keys() & METHODS.keys()
    assert both == {"improved", "improved-1x1"}
    assert all(ABLATION[name] is METHODS[name] for name in both)
    assert len({row.label for row in ABLATION.values()}) == len(ABLATION)
