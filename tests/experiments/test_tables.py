"""Tables made of scores whose effects are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sketchlib.evaluation.protocols import PROTOCOLS
from sketchlib.experiments.ablation import ABLATION, CORNERS, STUDIES, grid_name
from sketchlib.experiments.evaluations import house_rows, scores_of
from sketchlib.experiments.tables import (
    PAPER,
    ablation_rows,
    comparison_rows,
    effect_rows,
    floor_rows,
    protocol_rows,
    table1,
)
from sketchlib.files import write_json
from sketchlib.methods import METHODS, Row

from .tiny import Guess, faces, job

IMAGES = 12
FACES = np.random.default_rng(0).uniform(-0.05, 0.05, IMAGES)
"""What an image is easier than others, for all methods."""


def scored(means: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Rows as `evaluate_run` gives them, for a mean of each seed of each method. Protocol k adds k / 100."""
    return [
        {"method": name, "seed": seed, "id": f"{i}", "protocol": protocol, "ssim": mean + FACES[i] + k / 100, "psnr": p}
        for name, each in means.items()
        for seed, mean in enumerate(each)
        for k, protocol in enumerate(PROTOCOLS)
        for i, p in enumerate([20.0 + mean] * IMAGES if k == 0 else [""] * IMAGES)
    ]


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


def test_table1_has_means_spreads_seconds_and_the_papers_numbers(tmp_path: Path) -> None:
    methods = {name: METHODS[name] for name in ("pix2pix", "improved", "improved-1x1")}
    means = {"pix2pix": [0.40], "improved": [0.50, 0.52, 0.57], "improved-1x1": [0.3, 0.3, 0.3]}
    jobs = [job(tmp_path, name, row, seed) for name, row in methods.items() for seed in range(len(means[name]))]
    for each in jobs:
        write_json(each.folder / "run.json", {"seconds": 9.5 + each.seed, "seconds_drawing": 0.5})
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
    expected = stats.ttest_ind([0.5, 0.53], [0.70, 0.72], equal_var=False).pvalue
    assert worse["p_seeds"] == pytest.approx(expected, rel=0.05)  # two digits are kept
    assert worse["p_images"] == pytest.approx(stats.ttest_1samp(noise - 0.195, 0).pvalue, rel=0.05)
    means = np.array([0.5, 0.53]) + noise.mean()  # LLE has no chance in it: its mean is a number, and not a sample
    expected = stats.ttest_1samp(means, 0.4).pvalue
    assert better["p_seeds"] == pytest.approx(expected, rel=0.05) and better["note"] == ""
    (single,) = comparison_rows(
        [row for row in rows if row["seed"] == 0], {name: methods[name] for name in ("lle", "improved")}
    )
    assert single["p_seeds"] is None and "has no chance in it" in single["note"]
    assert comparison_rows(rows, {"lle": METHODS["lle"]}) == []


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
    assert {row["knows"] for row in table} == {"yes", "no"} and len(table) == 7
    assert all(row["n"] == 3 and row["seeds"] == 1 and row["seed_spread"] is None for row in table)


def additive(*effects: float, seeds: int = 1, together: float = 0.0) -> dict[str, list[float]]:
    """Means of the eight corners: 0.3, plus the effect of each part that is on, plus `together` where all are."""
    means = {
        grid_name(*parts): 0.3 + sum(e for e, on in zip(effects, parts, strict=True) if on) + together * all(parts)
        for parts in CORNERS
    }
    return {name: [mean + 0.01 * seed for seed in range(seeds)] for name, mean in means.items()}


def test_additive_effects_come_back_as_they_were_put_in() -> None:
    for row, effect in zip(effect_rows(scored(additive(0.02, -0.01, 0.2))), (0.02, -0.01, 0.2), strict=True):
        assert (row["effect"], row["alone"], row["last"]) == (pytest.approx(effect),) * 3
        assert row["low"] == row["high"] == pytest.approx(effect)  # the same at every image
        assert row["seed_spread"] is None
    assert [row["part"] for row in effect_rows(scored(additive(0, 0, 0)))] == ["U-Net", "SE", "L1"]


def test_what_parts_buy_only_together_shows_where_the_others_are_on() -> None:
    for row, effect in zip(effect_rows(scored(additive(0.1, 0.0, 0.2, together=0.08))), (0.1, 0.0, 0.2), strict=True):
        assert row["alone"] == pytest.approx(effect)
        assert row["last"] == pytest.approx(effect + 0.08)
        assert row["effect"] == pytest.approx(effect + 0.02)  # one of four settings has it


def test_effects_are_taken_over_the_seeds_that_all_corners_have() -> None:
    means = additive(0.1, 0.0, 0.2, seeds=2)
    means["improved"].append(0.9)  # a third run of one corner
    table = effect_rows(scored(means))
    assert [row["seeds"] for row in table] == [2, 2, 2]
    assert [row["effect"] for row in table] == [pytest.approx(e, abs=1e-9) for e in (0.1, 0.0, 0.2)]
    assert all(row["seed_spread"] == pytest.approx(0, abs=1e-9) for row in table)  # a seed moves all corners alike


def test_effects_pair_runs_of_the_same_seed() -> None:
    rows = scored(additive(0.1, 0.0, 0.2, seeds=3))
    rows = [row for row in rows if (row["method"], row["seed"]) != ("improved", 1)]  # it has the seeds 0 and 2
    table = effect_rows(rows)
    assert [row["seeds"] for row in table] == [2, 2, 2]
    assert [row["effect"] for row in table] == [pytest.approx(e, abs=1e-9) for e in (0.1, 0.0, 0.2)]


def test_ablation_rows_are_the_studies_with_their_distance_from_the_papers_method() -> None:
    means = {name: [0.3 + 0.01 * k, 0.31 + 0.01 * k] for k, name in enumerate(ABLATION)}
    table = ablation_rows(scored(means))
    assert [(row["study"], row["method"]) for row in table] == [
        (s, name) for s, rows in STUDIES.items() for name in rows
    ]
    assert len({tuple(row) for row in table}) == 1  # the same columns, as CSV wants
    for row in table:
        expected = means[row["method"]][0] - means["improved"][0]
        assert row["difference"] == pytest.approx(expected, abs=1e-5)
        assert row["seeds"] == 2 and row["seed_spread"] == pytest.approx(0.01 / 2**0.5, abs=1e-5)
        assert row["seeds_compared"] == 2


def test_an_ablation_row_differs_by_the_runs_of_the_same_seeds() -> None:
    means = {name: [0.3, 0.4] for name in ABLATION} | {"improved": [0.5, 0.6, 0.9], "lambda-2": [0.1, 0.6]}
    rows = [row for row in scored(means) if (row["method"], row["seed"]) != ("lambda-2", 0)]
    table = {row["method"]: row for row in ablation_rows(rows)}
    assert table["unet-l1"]["difference"] == pytest.approx(-0.2) and table["unet-l1"]["seeds_compared"] == 2
    assert table["lambda-2"]["difference"] == pytest.approx(0) and table["lambda-2"]["seeds_compared"] == 1
    assert table["improved"]["ssim"] == pytest.approx(2 / 3 + FACES.mean(), abs=1e-5)


def test_an_effect_is_tested_over_its_seeds() -> None:
    means = {name: [mean[0]] * 3 for name, mean in additive(0.1, 0.0, 0.2).items()}
    for k, name in enumerate(means):
        means[name] = [mean + 0.01 * luck for mean, luck in zip(means[name], np.sin([k, 3 * k, 7 * k]), strict=True)]
    signs = {"U-Net": 0, "SE": 1, "L1": 2}
    for row in effect_rows(scored(means)):
        each = [
            sum((1 if parts[signs[row["part"]]] else -1) * means[grid_name(*parts)][seed] for parts in CORNERS) / 4
            for seed in range(3)
        ]
        assert row["p_seeds"] == pytest.approx(stats.ttest_1samp(each, 0).pvalue, rel=0.05)
        assert row["effect"] == pytest.approx(np.mean(each), abs=1e-5)
    assert all(row["p_seeds"] is None for row in effect_rows(scored(additive(0.1, 0.0, 0.2))))
