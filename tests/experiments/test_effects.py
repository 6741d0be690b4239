"""The ablation's tables, made of scores whose effects are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sketchlib.evaluation.contrasts import holm
from sketchlib.experiments.ablation import ABLATION, CORNERS, STUDIES, grid_name
from sketchlib.experiments.effects import ablation_tables, effect_rows
from sketchlib.files import write_json

from .made import FACES, scored
from .tiny import job


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


def test_effects_are_taken_over_the_seeds_that_the_corners_have() -> None:
    means = additive(0.1, 0.0, 0.2, seeds=2)
    means["improved"].append(0.9)  # a third run of one corner
    table = effect_rows(scored(means))
    assert [row["seeds"] for row in table] == [2, 2, 2] == [row["seeds_without"] for row in table]
    assert [row["effect"] for row in table] == [pytest.approx(e, abs=1e-9) for e in (0.1, 0.0, 0.2)]
    unet, *paired = table
    assert unet["seed_spread"] is None and unet["test"] == "welch"
    assert all(row["seed_spread"] == pytest.approx(0, abs=1e-9) for row in paired)  # a seed moves all corners alike
    assert all((row["test"], row["p_seeds"]) == (None, None) for row in paired)


def test_se_and_l1_pair_runs_of_the_same_seed_and_the_u_net_takes_all_of_each_generator() -> None:
    rows = scored(additive(0.1, 0.0, 0.2, seeds=3))
    rows = [row for row in rows if (row["method"], row["seed"]) != ("improved", 1)]  # it has the seeds 0 and 2
    table = effect_rows(rows)
    assert [(row["seeds"], row["seeds_without"]) for row in table] == [(2, 3), (2, 2), (2, 2)]
    assert [row["effect"] for row in table] == [pytest.approx(e, abs=1e-9) for e in (0.1, 0.0, 0.2)]
    rows = [row for row in rows if (row["method"] == "resnet") == (row["seed"] == 1)]
    with pytest.raises(ValueError, match="The corners resnet, .* are averaged seed by seed, expected a seed that all"):
        effect_rows(rows)


def lucky(seeds: int = 3) -> dict[str, list[float]]:
    """Corners with effects 0.1, 0 and 0.2, each run with its own luck."""
    rng = np.random.default_rng(4)
    return {name: (mean[0] + rng.normal(0, 0.01, seeds)).tolist() for name, mean in additive(0.1, 0.0, 0.2).items()}


@pytest.mark.parametrize("at", [1, 2])
def test_an_effect_within_a_generator_is_tested_over_its_seeds_in_pairs(at: int) -> None:
    means = lucky()
    row = effect_rows(scored(means))[at]
    each = [
        sum((1 if parts[at] else -1) * means[grid_name(*parts)][seed] for parts in CORNERS) / 4 for seed in range(3)
    ]
    oracle = stats.ttest_1samp(each, 0)
    interval = oracle.confidence_interval(0.95)
    assert (row["test"], row["df_seeds"], row["seeds"]) == ("paired", 2, 3)
    assert row["p_seeds"] == pytest.approx(oracle.pvalue, rel=0.05)
    assert (row["seeds_low"], row["seeds_high"]) == pytest.approx((interval.low, interval.high), abs=1e-5)
    assert row["effect"] == pytest.approx(np.mean(each), abs=1e-5)
    assert row["seed_spread"] == pytest.approx(np.std(each, ddof=1), abs=1e-5)


def test_the_effect_of_the_generator_is_welchs_test_of_its_seeds() -> None:
    means = lucky()
    row = effect_rows(scored(means))[0]
    sides = [
        np.mean([means[grid_name(*parts)] for parts in CORNERS if parts[0] == unet], axis=0) for unet in (True, False)
    ]
    oracle = stats.ttest_ind(*sides, equal_var=False)
    interval = oracle.confidence_interval(0.95)
    assert (row["test"], row["df_seeds"]) == ("welch", pytest.approx(oracle.df, abs=0.01))
    assert row["p_seeds"] == pytest.approx(oracle.pvalue, rel=0.05)
    assert (row["seeds_low"], row["seeds_high"]) == pytest.approx((interval.low, interval.high), abs=1e-5)
    assert row["effect"] == pytest.approx(sides[0].mean() - sides[1].mean(), abs=1e-5)


def test_one_seed_tests_nothing() -> None:
    table = effect_rows(scored(lucky(seeds=1)))
    assert all(row["p_seeds"] is row["p_holm"] is row["test"] is row["seed_spread"] is None for row in table)
    assert all("No test over seeds" in row["note"] for row in table)


def test_where_the_resnet_was_not_run_effects_are_those_within_the_u_net() -> None:
    means = {name: each for name, each in lucky().items() if not name.startswith("resnet")}
    settings, effects = ablation_tables(scored(means), [])
    assert {row["method"] for row in settings} == set(means)
    assert [(row["part"], row["settings"], row["alone"]) for row in effects] == [("SE", 2, None), ("L1", 2, None)]
    on, off = ([means[name][seed] for seed in range(3)] for name in ("improved", "unet-l1"))
    others = ([means[name][seed] for seed in range(3)] for name in ("unet-se", "unet"))
    gains = [np.subtract(on, off), np.subtract(*others)]
    assert effects[0]["last"] == pytest.approx(gains[0].mean(), abs=1e-5)
    assert effects[0]["p_seeds"] == pytest.approx(stats.ttest_1samp(np.mean(gains, axis=0), 0).pvalue, rel=0.05)
    alone = {"improved": means["improved"], "resnet-se-l1": [0.3, 0.35]}
    (row,) = effect_rows(scored(alone))
    assert (row["part"], row["settings"], row["test"], row["last"]) == ("U-Net", 1, "welch", row["effect"])


def test_ablation_rows_are_the_studies_with_their_distance_from_the_papers_method() -> None:
    means = {name: [0.3 + 0.01 * k, 0.31 + 0.01 * k] for k, name in enumerate(ABLATION)}
    table = ablation_tables(scored(means), [])[0]
    assert [(row["study"], row["method"]) for row in table] == [
        (s, name) for s, rows in STUDIES.items() for name in rows
    ]
    assert len({tuple(row) for row in table}) == 1  # the same columns, as CSV wants
    for row in table:
        expected = means[row["method"]][0] - means["improved"][0]
        assert row["difference"] == pytest.approx(expected, abs=1e-5)
        assert row["seeds"] == 2 and row["seed_spread"] == pytest.approx(0.01 / 2**0.5, abs=1e-5)
        assert (row["se_live"], row["gate_spread"]) == (None, None)
        if row["method"] != "improved":
            assert (row["seeds_compared"], row["seeds_reference"]) == (2, 2)


def test_an_ablation_row_is_paired_with_its_start_or_takes_all_seeds_of_both() -> None:
    means = {name: [0.3, 0.41, 0.37] for name in ABLATION} | {"improved": [0.5, 0.6, 0.52, 0.9]}
    table = {row["method"]: row for row in ablation_tables(scored(means), [])[0]}
    paired, welch = table["unet-l1"], table["resnet-se-l1"]
    oracle = stats.ttest_rel([0.3, 0.41, 0.37], [0.5, 0.6, 0.52])
    assert (paired["test"], paired["seeds_compared"], paired["seeds_reference"]) == ("paired", 3, 3)
    assert paired["difference"] == pytest.approx(0.36 - 0.54, abs=1e-5)
    assert paired["p_seeds"] == pytest.approx(oracle.pvalue, rel=0.05)
    oracle = stats.ttest_ind([0.3, 0.41, 0.37], means["improved"], equal_var=False)
    assert (welch["test"], welch["seeds_compared"], welch["seeds_reference"]) == ("welch", 3, 4)
    assert welch["difference"] == pytest.approx(0.36 - 0.63, abs=1e-5)
    assert welch["p_seeds"] == pytest.approx(oracle.pvalue, rel=0.05)
    assert table["improved"]["ssim"] == pytest.approx(0.63 + FACES.mean(), abs=1e-5)
    assert table["improved"]["difference"] == 0 and table["improved"]["p_seeds"] is None


def test_all_settings_and_effects_are_one_family_and_a_row_of_two_studies_counts_once() -> None:
    rng = np.random.default_rng(6)
    settings, effects = ablation_tables(scored({name: rng.normal(0.5, 0.01, 3).tolist() for name in ABLATION}), [])
    family = {row["method"]: row for row in settings if row["method"] != "improved"}
    family |= {row["part"]: row for row in effects}
    assert len(family) == len(ABLATION) - 1 + 3
    expected = holm([row["p_seeds"] for row in family.values()])
    assert [row["p_holm"] for row in family.values()] == pytest.approx(expected, rel=0.1)
    assert min(expected) < 1


def test_an_ablation_row_tells_what_its_se_block_does(tmp_path: Path) -> None:
    jobs = [job(tmp_path, name, ABLATION[name], seed) for name in ("improved", "unet-l1") for seed in (0, 1)]
    for each in jobs:
        block = {"live_units": 0.5 + each.seed / 4, "gate_spread": 0.002}
        write_json(each.folder / "run.json", {"se": {"G": block, "F": block}} if each.name == "improved" else {})
    table = {row["method"]: row for row in ablation_tables(scored({name: [0.3, 0.4] for name in ABLATION}), jobs)[0]}
    assert (table["improved"]["se_live"], table["improved"]["gate_spread"]) == (0.625, 0.002)
    assert (table["unet-l1"]["se_live"], table["unet-l1"]["gate_spread"]) == (None, None)
