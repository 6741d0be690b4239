"""Claims as comparisons: what is turned which way, and what a verdict says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.made import scored
from sketchlib.evaluation.hiding import DISTURBANCES
from sketchlib.evaluation.metrics import METRICS
from sketchlib.experiments.ablation import EXPERIMENTS
from sketchlib.experiments.claims import QUESTIONS, claim_rows, metric_rows, verdict

MEANS = {"improved": [0.62, 0.63, 0.61], "cyclegan": [0.55, 0.54, 0.56], "pix2pix": [0.56, 0.56, 0.55]}


def measured(sharpness: dict[str, float]) -> list[dict[str, Any]]:
    """Rows with a sharpness for each method, a little different for each seed."""
    return [
        {**row, "sharpness": sharpness[row["method"]] * (1 + 0.01 * row["seed"])} if row["psnr"] != "" else row
        for row in scored(MEANS)
    ]


@pytest.mark.parametrize(
    ("low", "high", "margin", "says"),
    [
        (0.001, 0.02, 0.005, "holds"),
        (-0.02, -0.001, 0.005, "does not hold"),
        (-0.004, 0.003, 0.005, "does not hold"),
        (0.001, 0.004, 0.005, "does not hold"),  # larger than zero, and equal all the same
        (-0.004, 0.02, 0.005, "cannot be told here"),
        (-0.004, 0.003, 0.0, "cannot be told here"),
        (None, None, 0.005, "cannot be told here"),
    ],
)
def test_a_verdict_is_what_the_plan_says(low: float | None, high: float | None, margin: float, says: str) -> None:
    assert verdict(low, high, margin) == says


def test_every_question_asks_about_rows_and_measures_that_there_are() -> None:
    for each in QUESTIONS:
        assert {each.a, each.b} <= EXPERIMENTS.keys()
        assert each.column == "ssim" or each.column in METRICS or each.column.removeprefix("hiding, ") in DISTURBANCES
    assert {each.claim for each in QUESTIONS} == {1, 2, 3, 4, 5, 7, 9}  # 6 and 8 compare no two rows


def test_what_was_run_is_answered_and_a_ratio_is_better_near_one() -> None:
    rows = claim_rows(measured({"improved": 0.9, "cyclegan": 1.6, "pix2pix": 0.5}), [], EXPERIMENTS)
    assert len(rows) == len(QUESTIONS) and len({tuple(row) for row in rows}) == 1  # one table, whatever was run
    found = {(row["claim"], row["measure"], row["less"]): row for row in rows if row["verdict"] != "not run"}
    assert found.keys() == {
        (1, "sharpness", "cyclegan"),
        (4, "sharpness", "pix2pix"),
        (7, "ssim", "cyclegan"),
        (7, "ssim", "pix2pix"),
    }
    ssim = found[7, "ssim", "cyclegan"]
    assert ssim["difference"] == pytest.approx(0.07) and ssim["verdict"] == "holds"
    near = [np.abs(np.log(ratio * (1 + 0.01 * np.arange(3)))).mean() for ratio in (1.6, 0.9)]
    assert found[1, "sharpness", "cyclegan"]["difference"] == pytest.approx(near[0] - near[1], abs=1e-5)
    assert found[1, "sharpness", "cyclegan"]["verdict"] == "holds"
    assert found[4, "sharpness", "pix2pix"]["verdict"] == "holds"  # 1/2 is further off than 1.6


def test_what_is_hidden_is_the_rise_of_the_error() -> None:
    rows = scored(dict.fromkeys(("improved", "unet-se"), MEANS["improved"]))
    rise = {"improved": 1.1, "unet-se": 1.5}
    hidden = [
        {"method": row["method"], "seed": row["seed"], "id": row["id"], "none": 0.2}
        | dict.fromkeys(DISTURBANCES, 0.2 * rise[row["method"]] * (1 + 0.01 * row["seed"]))
        for row in rows
        if row["psnr"] != ""
    ]
    found = [row for row in claim_rows(rows, hidden, EXPERIMENTS) if row["claim"] == 5 and row["verdict"] != "not run"]
    assert [row["measure"] for row in found] == [f"hiding, {name}" for name in DISTURBANCES]
    assert all(row["difference"] == pytest.approx(0.4 * 1.01) and row["test"] == "paired" for row in found)


def test_each_metric_says_whom_it_puts_first() -> None:
    rows = measured({"improved": 0.9, "cyclegan": 1.05, "pix2pix": 0.5})
    found = {row["metric"]: row["order"] for row in metric_rows(rows, list(MEANS))}
    assert found == {
        "ssim": ["improved", "pix2pix", "cyclegan"],
        "psnr": ["improved", "pix2pix", "cyclegan"],
        "sharpness": ["cyclegan", "improved", "pix2pix"],
    }
