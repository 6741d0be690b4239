"""What the results page and the page of claims say in words is what their files say in numbers."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from sketchlib.evaluation.protocols import PROTOCOLS
from sketchlib.experiments.claims import MARGIN, NOT_RUN, QUESTIONS, verdict
from sketchlib.experiments.scales import SCALES
from sketchlib.training.config import WEIGHTS, TrainConfig

BOOK = Path(__file__).parents[1] / "book"
RESULTS = BOOK / "results"
BASELINES = ("lle", "pix2pix", "cyclegan")


def load(name: str) -> dict[str, Any]:
    return json.loads((RESULTS / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    return load("table1_cpu.json")


@pytest.fixture(scope="module")
def rows(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["method"]: row for row in table["rows"]}


def means_of(method: str) -> dict[str, float]:
    """The mean of each run of a method, by its seed."""
    with (RESULTS / "scores_cpu.csv").open(encoding="utf-8") as file:
        scores = [each for each in csv.DictReader(file) if each["method"] == method]
    seeds = {each["seed"] for each in scores}
    return {seed: fmean(float(each["ssim"]) for each in scores if each["seed"] == seed) for seed in seeds}


def settings(table: dict[str, Any], name: str) -> dict[str, Any]:
    return {**table["config"], **table["config_of_methods"][name]}


def test_the_papers_method_has_the_papers_weights(table: dict[str, Any]) -> None:
    for name in ("improved", "improved-1x1"):
        assert all(settings(table, name)[weight] == getattr(TrainConfig(), weight) for weight in WEIGHTS)


def test_its_se_block_is_alive(rows: dict[str, dict[str, Any]]) -> None:
    assert all(rows[name]["se_live"] == 1 and rows[name]["gate_spread"] > 0.01 for name in ("improved", "improved-1x1"))


def test_baselines_lie_above_the_paper_and_its_method_below(rows: dict[str, dict[str, Any]]) -> None:
    above = {name: rows[name]["ssim"] - rows[name]["paper"] for name in BASELINES}
    assert all(distance > 0 for distance in above.values())
    assert {name for name, distance in above.items() if distance > 0.1} == {"lle", "pix2pix"}
    assert all(rows[name]["ssim"] < rows["improved"]["paper"] for name in ("improved", "improved-1x1"))


def test_the_methods_lie_close_together_and_lle_is_first(rows: dict[str, dict[str, Any]]) -> None:
    ours = {name: row["ssim"] for name, row in rows.items()}
    paper = [row["ssim"] for row in load("paper_table1.json")["rows"]]
    assert max(ours.values()) - min(ours.values()) < 0.03 and max(paper) - min(paper) > 0.2
    assert max(ours, key=ours.get) == "lle"


def test_each_run_has_its_hundred_faces(table: dict[str, Any]) -> None:
    with (RESULTS / "scores_cpu.csv").open(encoding="utf-8") as file:
        scores = list(csv.DictReader(file))
    runs: dict[tuple[str, str], list[float]] = {}
    for each in scores:
        runs.setdefault((each["method"], each["seed"]), []).append(float(each["ssim"]))
    assert all(len(values) == 100 for values in runs.values())
    for row in [*table["rows"], *load("ablation_cpu.json")["rows"]]:
        means = [sum(values) / 100 for (method, _), values in runs.items() if method == row["method"]]
        assert len(means) == row["seeds"] and sum(means) / len(means) == pytest.approx(row["ssim"], abs=1e-5)


def test_cyclegan_is_ahead_of_every_run_of_the_papers_method(rows: dict[str, dict[str, Any]]) -> None:
    means = means_of("improved")
    assert len(means) == rows["improved"]["seeds"] == 2
    assert max(means.values()) < rows["cyclegan"]["ssim"] and rows["cyclegan"]["seeds"] == 1


def test_lle_is_first_under_every_sound_protocol(table: dict[str, Any]) -> None:
    for row in table["protocols"]:
        if PROTOCOLS[row["protocol"]].sound:
            means = {key: value for key, value in row.items() if isinstance(value, float)}
            assert max(means, key=means.get) == "lle", row["protocol"]


def test_the_filter_is_the_best_floor_and_every_method_is_within_a_twentieth_of_it(table: dict[str, Any]) -> None:
    free = {row["floor"]: row["ssim"] for row in table["floors"] if row["knows"] == "no"}
    assert max(free, key=free.get) == "learned 7 x 7 filter"
    assert all(0 < row["ssim"] - free["learned 7 x 7 filter"] < 0.05 for row in table["rows"])
    shifted = next(row["ssim"] for row in table["floors"] if row["floor"] == "reference shifted by one pixel")
    assert shifted < 0.8  # "more than a fifth of its score"


def test_the_table_was_made_at_the_scale_that_the_page_describes(table: dict[str, Any]) -> None:
    assert {key: table["config"][key] for key in SCALES["cpu"]} == json.loads(json.dumps(SCALES["cpu"]))
    assert (table["config"]["size"], table["config"]["channels"], table["config"]["epochs"]) == (128, 16, 30)


def test_the_plan_was_written_before_the_runs_and_each_claim_has_its_verdict() -> None:
    claims = load("claims_cpu.json")
    assert claims["margin"] == MARGIN and len(claims["rows"]) == len(QUESTIONS)
    for row in claims["rows"]:
        margin = MARGIN if row["measure"] == "ssim" else 0.0
        if row["verdict"] != NOT_RUN:
            assert row["verdict"] == verdict(row["combined_low"], row["combined_high"], margin)
    assert claims["metrics"][0]["metric"] == "ssim" and len({row["first"] for row in claims["metrics"]}) > 1


def test_l1_weighs_more_than_se_and_the_block_was_alive() -> None:
    rows = {row["method"]: row for row in load("ablation_cpu.json")["rows"]}
    assert rows["lambda-10"]["difference"] > 0.01 and rows["lambda-10"]["seeds"] == 1
    assert rows["lambda-10"]["ssim"] > max(means_of("improved").values())
    assert rows["unet-l1"]["difference"] > 0 and rows["unet-l1"]["p_seeds"] > 0.05
    assert rows["improved"]["se_live"] == 1
