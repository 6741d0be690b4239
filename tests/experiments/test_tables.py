"""Tables made of scores whose effects are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from sketchlib.evaluation.contrasts import holm
from sketchlib.evaluation.floors import floors
from sketchlib.evaluation.protocols import PROTOCOLS
from sketchlib.experiments.ablation import ABLATION, LAMBDA_XY, SE_INIT
from sketchlib.experiments.evaluations import house_rows, scores_of
from sketchlib.experiments.plan import Job
from sketchlib.experiments.tables import (
    PAPER,
    comparison_rows,
    floor_rows,
    protocol_rows,
    share_start,
    table1,
)
from sketchlib.files import write_json
from sketchlib.methods import METHODS, Row
from sketchlib.training.config import TrainConfig

from .made import FACES, IMAGES, scored
from .tiny import Darker, Guess, faces, job

HEAVIER = {"lambda_xy": 10.0, "lambda_yx": 10.0}
SMALL: dict[str, Any] = {"reduction": 4, "samples_every": 0}


def test_scores_of_one_method_in_the_order_of_seeds_and_images() -> None:
    rows = scored({"a": [0.1, 0.2], "b": [0.3, 0.4]})
    np.testing.assert_allclose(scores_of(rows[::-1], "a"), np.add.outer([0.1, 0.2], FACES[::-1]))
    np.testing.assert_allclose(scores_of(rows, "b"), np.add.outer([0.3, 0.4], FACES))
    np.testing.assert_allclose(scores_of(rows, "b", "psnr"), [[20.3] * IMAGES, [20.4] * IMAGES])
    with pytest.raises(ValueError, match="There are no scores of 'c' under the protocol 'house'."):
        scores_of(rows, "c")


def test_house_rows_are_one_for_each_method_seed_and_image() -> None:
    rows = house_rows(scored({"a": [0.1, 0.2], "b": [0.3]}))
    assert len(rows) == 3 * IMAGES and list(rows[0]) == ["method", "seed", "id", "ssim", "psnr"]
    assert len({(row["method"], row["seed"], row["id"]) for row in rows}) == len(rows)


def se(run: Job) -> dict[str, Any]:
    """What `run.json` holds of SE in a run: more of it with each seed, and nothing for the methods without."""
    block = {"live_units": 0.25 * (1 + run.seed), "gate_spread": 0.01 * (1 + run.seed)}
    other = {"live_units": 1.0, "gate_spread": 1.0}
    return {"se": {"G": block, "F": other}} if run.row.method is METHODS["improved"].method else {}


def test_table1_has_means_spreads_seconds_and_the_papers_numbers(tmp_path: Path) -> None:
    methods = {name: METHODS[name] for name in ("pix2pix", "improved", "improved-1x1")}
    means = {"pix2pix": [0.40], "improved": [0.50, 0.52, 0.57], "improved-1x1": [0.3, 0.3, 0.3]}
    jobs = [job(tmp_path, name, row, seed) for name, row in methods.items() for seed in range(len(means[name]))]
    for each in jobs:
        write_json(each.folder / "run.json", {"seconds": 9.5 + each.seed, "seconds_drawing": 0.5, **se(each)})
    one, three, equal = table1(scored(means), jobs, methods)
    assert [row["method"] for row in (one, three, equal)] == list(methods)
    assert three["ssim"] == pytest.approx(0.53 + FACES.mean(), abs=1e-5)
    assert three["seed_spread"] == pytest.approx(np.std([0.50, 0.52, 0.57], ddof=1), abs=1e-5)
    assert three["standard_error"] == pytest.approx(FACES.std(ddof=1) / IMAGES**0.5, abs=1e-5)
    assert three["low"] < three["ssim"] < three["high"]
    assert (three["seeds"], three["n"], three["seconds"], three["psnr"]) == (3, IMAGES, 11.0, pytest.approx(20.53))
    assert (one["seed_spread"], one["seeds"], one["seconds"]) == (None, 1, 10.0)
    assert equal["seed_spread"] == pytest.approx(0, abs=1e-12)
    assert [row["paper"] for row in (one, three, equal)] == [0.4683, 0.6205, None]
    assert (one["se_live"], one["gate_spread"]) == (None, None)
    assert (three["se_live"], three["gate_spread"]) == (0.5, pytest.approx(0.02))  # over the seeds, of G alone
    assert len({tuple(row) for row in (one, three, equal)}) == 1


def test_the_papers_numbers_are_those_of_our_rows() -> None:
    assert PAPER.keys() < METHODS.keys()
    page = Path(__file__).parents[2] / "book" / "results" / "paper_table1.json"
    printed = [row["ssim"] for row in json.loads(page.read_text(encoding="utf-8"))["rows"]]
    assert list(PAPER) == list(METHODS)[:5] and list(PAPER.values()) == printed


def test_a_comparison_is_ours_minus_the_other() -> None:
    methods = {name: METHODS[name] for name in ("lle", "pix2pix", "improved")}
    noise = np.random.default_rng(1).normal(0, 0.01, IMAGES)
    rows = scored({"lle": [0.4], "pix2pix": [0.70, 0.72], "improved": [0.5, 0.53]})
    for row in rows:
        row["ssim"] += noise[int(row["id"])] if row["method"] == "improved" else 0.0
    worse, better = comparison_rows(rows, methods)[::-1]
    assert (worse["minus"], better["minus"]) == ("pix2pix", "lle")
    assert better["difference"] == pytest.approx(0.115 + noise.mean(), abs=1e-5) and better["difference_low"] > 0
    assert worse["difference"] == pytest.approx(-0.195 + noise.mean(), abs=1e-5) and worse["difference_high"] < 0
    expected = stats.ttest_ind(np.array([0.5, 0.53]) + noise.mean(), [0.70, 0.72], equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert worse["p_seeds"] == pytest.approx(expected.pvalue, rel=0.05)  # two digits are kept
    assert (worse["test"], worse["df_seeds"]) == ("welch", pytest.approx(expected.df, abs=0.01))
    assert (worse["seeds_low"], worse["seeds_high"]) == pytest.approx((interval.low, interval.high), abs=1e-5)
    assert worse["combined_low"] < worse["difference"] < worse["combined_high"] and worse["p_combined"] < 0.05
    assert worse["p_images"] == pytest.approx(stats.ttest_1samp(noise - 0.195, 0).pvalue, rel=0.05)
    means = np.array([0.5, 0.53]) + noise.mean()  # LLE is deterministic: its mean is a number, and not a sample
    expected = stats.ttest_1samp(means, 0.4)
    assert better["p_seeds"] == pytest.approx(expected.pvalue, rel=0.05) and better["note"] == ""
    assert (better["test"], better["df_seeds"]) == ("one-sample", 1)
    (single,) = comparison_rows(
        [row for row in rows if row["seed"] == 0], {name: methods[name] for name in ("lle", "improved")}
    )
    assert single["p_seeds"] is None and "The second is deterministic" in single["note"]
    assert (single["test"], single["p_holm"], single["combined_low"]) == (None, None, None)
    assert comparison_rows(rows, {"lle": METHODS["lle"]}) == []


def test_welchs_test_has_all_seeds_that_each_row_has() -> None:
    methods = {name: METHODS[name] for name in ("pix2pix", "improved")}
    ours, theirs = [0.50, 0.53, 0.51, 0.56], [0.48, 0.49]
    (row,) = comparison_rows(scored({"improved": ours, "pix2pix": theirs}), methods)
    assert row["difference"] == pytest.approx(np.mean(ours) - np.mean(theirs), abs=1e-5)
    expected = stats.ttest_ind(ours, theirs, equal_var=False)
    assert (row["p_seeds"], row["df_seeds"]) == (
        pytest.approx(expected.pvalue, rel=0.05),
        pytest.approx(expected.df, abs=0.01),
    )


def test_a_row_with_the_same_start_is_paired_over_common_seeds() -> None:
    methods = {"improved": METHODS["improved"], "heavier": Row("lambda_xy = 10", METHODS["improved"].method, HEAVIER)}
    ours, theirs = [0.50, 0.53, 0.51, 0.90], [0.49, 0.51, 0.51]
    rows = scored({"improved": ours, "heavier": theirs})
    (row,) = comparison_rows(rows, methods)
    expected = stats.ttest_rel(ours[:3], theirs)
    assert (row["test"], row["df_seeds"]) == ("paired", 2)
    assert row["p_seeds"] == pytest.approx(expected.pvalue, rel=0.05)
    assert row["difference"] == pytest.approx(0.01, abs=1e-5)
    with pytest.raises(ValueError, match="The rows 'improved' and 'heavier' are paired by seed, expected a seed"):
        comparison_rows([row for row in rows if (row["seed"] == 3) == (row["method"] == "improved")], methods)


def test_p_holm_is_for_the_four_comparisons_of_the_papers_table() -> None:
    rng = np.random.default_rng(2)
    means = {"lle": 0.52, "pix2pix": 0.4, "cyclegan": 0.495, "combogan": 0.49, "improved": 0.5, "improved-1x1": 0.5}
    runs = {name: (mean + rng.normal(0, 0.01, 1 if name == "lle" else 3)).tolist() for name, mean in means.items()}
    *family, ours = comparison_rows(scored(runs), METHODS)
    assert [row["minus"] for row in family] == ["lle", "pix2pix", "cyclegan", "combogan"]
    expected = holm([row["p_seeds"] for row in family])
    assert [row["p_holm"] for row in family] == pytest.approx(expected, rel=0.1)  # of p's with two digits
    assert max(row["p_holm"] / row["p_seeds"] for row in family) == pytest.approx(4, rel=0.1)
    assert ours["minus"] == "improved-1x1" and ours["p_seeds"] is not None and ours["p_holm"] is None


def generator(row: Row, seed: int) -> dict[str, torch.Tensor]:
    """The weights that G starts from in a run of a row."""
    method, config = row.method(), TrainConfig(**{**row.settings, "size": 32, "channels": 4, "seed": seed, **SMALL})
    method.fit(faces()[0], replace(config, epochs=1, lr=1e-30), device="cpu", progress=False)
    return {key: value.detach().clone() for key, value in method.networks["G"].state_dict().items()}


def test_rows_that_may_be_paired_start_from_the_same_generator_and_others_do_not() -> None:
    ours = METHODS["improved"]
    assert share_start(ours, ours) and not share_start(METHODS["lle"], METHODS["lle"])
    assert not any(share_start(ours, row) for name, row in METHODS.items() if name != "improved")
    start = generator(ours, 3)
    assert not any(torch.equal(weight, start[key]) for key, weight in generator(ours, 4).items() if weight.ndim > 1)
    together = {name for name, row in ABLATION.items() if share_start(ours, row)}
    assert {"unet", "unet-se", "unet-l1", *SE_INIT, *LAMBDA_XY} <= together
    assert not {"resnet", "resnet-se-l1", "improved-1x1", "unet-l1-1x1"} & together
    for name in ("unet", "unet-se", "unet-l1", "resnet-se-l1"):
        other = generator(ABLATION[name], 3)
        same = {key for key in start.keys() & other.keys() if torch.equal(start[key], other[key])}
        weights = {key for key in start if "weight" in key and "se." not in key}
        assert (weights <= same) == (name in together), name
    assert not share_start(Row("A", Guess), Row("B", Darker))


def test_protocol_rows_have_the_mean_of_each_method_under_each() -> None:
    methods = {"a": Row("A", Guess), "b": Row("B", Guess)}
    table = protocol_rows(scored({"a": [0.1, 0.3], "b": [0.5]}), methods)
    assert [row["protocol"] for row in table] == list(PROTOCOLS) and all(row["about"] for row in table)
    for k, row in enumerate(table):
        assert row["a"] == pytest.approx(0.2 + FACES.mean() + k / 100, abs=1e-5)
        assert row["b"] == pytest.approx(0.5 + FACES.mean() + k / 100, abs=1e-5)


def test_floors_are_flagged_where_they_know_the_answer() -> None:
    table = floor_rows(*faces())
    knowing = {row["floor"] for row in table if row["knows"] == "yes"}
    assert knowing == {"reference shifted by one pixel", "reference blurred (sigma 2)"}
    assert {row["knows"] for row in table} == {"yes", "no"}
    assert [row["floor"] for row in table] == list(floors(*faces()))
    assert all(row["n"] == 3 and row["seeds"] == 1 and row["seed_spread"] is None for row in table)
