"""Contrasts against SciPy's tests, Holm's correction against its definition, the combined interval against chance."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from scipy import stats

from sketchlib.evaluation.contrasts import contrast, holm, over_faces_too, over_seeds

A, B = np.array([0.601, 0.598, 0.607]), np.array([0.589, 0.596, 0.580, 0.591])
"""Means of three and of four runs."""


def test_two_groups_are_welchs_test_with_its_interval() -> None:
    found, oracle = contrast([A, B], [1, -1]), stats.ttest_ind(A, B, equal_var=False)
    interval = oracle.confidence_interval(0.95)
    assert found.value == pytest.approx(A.mean() - B.mean())
    assert (found.df, found.p) == (pytest.approx(oracle.df), pytest.approx(oracle.pvalue))
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert found.value / found.standard_error == pytest.approx(oracle.statistic)


def test_one_group_is_the_t_test_of_one_sample() -> None:
    found, oracle = contrast([A], [1], 0.59), stats.ttest_1samp(A, 0.59)
    interval = oracle.confidence_interval(0.95)
    assert (found.df, found.p) == (pytest.approx(2), pytest.approx(oracle.pvalue))
    assert (found.low + 0.59, found.high + 0.59) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert contrast([A], [-1], -0.59).p == pytest.approx(oracle.pvalue)


def test_equal_spreads_and_sizes_have_the_degrees_of_freedom_of_students_test() -> None:
    groups = [np.array([0.0, 0.1, 0.2]) + shift for shift in np.arange(8) ** 2]
    coefficients = np.repeat([0.25, -0.25], 4)
    found = contrast(groups, coefficients)
    assert found.df == pytest.approx(8 * 2)  # Satterthwaite's upper limit, sum of n_i - 1
    assert found.standard_error == pytest.approx((8 * 0.01 / 16 / 3) ** 0.5)
    assert found.value == pytest.approx((0 + 1 + 4 + 9 - 16 - 25 - 36 - 49) / 4)
    assert found.p == pytest.approx(2 * stats.t.cdf(-abs(found.value) / found.standard_error, 16))


def test_one_noisy_group_among_steady_ones_leaves_its_own_degrees_of_freedom() -> None:
    steady = [np.array([0.5, 0.5 + 1e-6, 0.5 - 1e-6])] * 3
    assert contrast([np.array([0.1, 0.5, 0.9]), *steady], [1, 1, -1, -1]).df == pytest.approx(2, abs=1e-6)


def test_a_contrast_without_a_spread_has_a_value_and_nothing_else() -> None:
    for group in (np.array([0.5]), np.array([0.5, 0.5, 0.5])):
        found = contrast([group, B], [1, -1])
        assert found.value == pytest.approx(0.5 - B.mean())
        assert {found.standard_error, found.df, found.low, found.high, found.p} == {None}


@pytest.mark.parametrize(("groups", "coefficients"), [([A, B], [1]), ([], []), ([A, np.array([])], [1, -1])])
def test_groups_that_make_no_contrast_are_named(groups: list, coefficients: list) -> None:
    with pytest.raises(ValueError, match="contrast got groups of .* values and . coefficients, expected"):
        contrast(groups, coefficients)


def test_the_test_over_seeds_is_the_one_that_fits_the_runs() -> None:
    b = B[:3]
    paired, name, _ = over_seeds(A, b, True, False, False)
    assert (name, paired.p) == ("paired", pytest.approx(stats.ttest_rel(A, b).pvalue))
    assert paired.df == pytest.approx(2)
    welch, name, _ = over_seeds(A, b, False, False, False)
    assert (name, welch.p) == ("welch", pytest.approx(stats.ttest_ind(A, b, equal_var=False).pvalue))
    first, name, _ = over_seeds(np.array([0.59]), b, False, True, False)
    assert (name, first.p) == ("one-sample", pytest.approx(stats.ttest_1samp(b, 0.59).pvalue))
    assert first.value == pytest.approx(0.59 - b.mean()) and first.low < first.value < first.high


def by_closed_testing(p_values: list[float]) -> list[float]:
    """Holm's correction by its proof: p of a test is the largest Bonferroni p of all subsets of the family with it."""
    places = range(len(p_values))
    subsets = list(chain.from_iterable(combinations(places, k) for k in range(1, len(p_values) + 1)))
    bonferroni = {each: min(1.0, len(each) * min(p_values[i] for i in each)) for each in subsets}
    return [max(p for each, p in bonferroni.items() if i in each) for i in places]


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_closed_testing_with_bonferroni(seed: int) -> None:
    p_values = (np.random.default_rng(seed).uniform(0, 1, 6) ** 3).tolist()
    assert holm(p_values) == pytest.approx(by_closed_testing(p_values))


def test_holm_keeps_the_order_and_ties_and_stops_at_one() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.02, 0.02]) == pytest.approx([0.04, 0.04])
    assert holm([0.6, 0.7, 0.9]) == [1, 1, 1]
    assert holm([0.03]) == [0.03] and holm([]) == []


def test_a_test_that_was_not_taken_does_not_count_in_its_family() -> None:
    assert holm([None, 0.01, None, 0.04]) == [None, pytest.approx(0.02), None, pytest.approx(0.04)]
    with pytest.raises(ValueError, match="p_values has 1.5, expected numbers from 0 to 1"):
        holm([0.5, 1.5])


def test_the_combined_variance_is_that_of_faces_and_of_both_methods_runs() -> None:
    faces = np.random.default_rng(3).normal(0.01, 0.03, 100)
    parts = np.array([faces.var(ddof=1) / 100, A.var(ddof=1) / 3, B.var(ddof=1) / 4])
    df = parts.sum() ** 2 / (parts**2 / [99, 2, 3]).sum()
    found = over_faces_too(contrast([A, B], [1, -1]), faces)
    assert (found.standard_error, found.df) == (pytest.approx(parts.sum() ** 0.5), pytest.approx(df))
    low, high = stats.t.interval(0.95, df, found.value, found.standard_error)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert over_faces_too(contrast([A[:1], B], [1, -1]), faces).low is None
    assert over_faces_too(contrast([A, B], [1, -1]), faces[:1]).p is None


TRUTH = 0.01


def drawn(rng: np.random.Generator, face: float, run: float) -> tuple[np.ndarray, np.ndarray]:
    """(3, 100) scores of two methods, `TRUTH` apart, on new faces in new runs. Faces differ skewly, as real ones do."""
    a, b = (rng.normal(0, run, (3, 1)) + rng.normal(0, 0.01, (3, 100)) for _ in range(2))
    return a + TRUTH + face * (1 - rng.exponential(1, 100)), b


@pytest.mark.parametrize(("face", "run"), [(0.028, 0.0015), (0.028, 0.005), (0.01, 0.01), (0.0, 0.003)])
def test_the_combined_interval_of_three_runs_holds_the_truth_as_often_as_it_says(face: float, run: float) -> None:
    rng, held, trials = np.random.default_rng(11), 0, 1000
    for _ in range(trials):
        a, b = drawn(rng, face, run)
        found = over_faces_too(contrast([a.mean(axis=1), b.mean(axis=1)], [1, -1]), a.mean(axis=0) - b.mean(axis=0))
        held += found.low <= TRUTH <= found.high
    assert 0.93 <= held / trials <= 0.975  # binomial, three standard deviations below 95 %, and a little wide above


def test_a_bootstrap_over_faces_and_three_runs_holds_the_truth_too_seldom() -> None:
    rng, held, trials, resamples = np.random.default_rng(12), 0, 300, 400
    for _ in range(trials):
        a, b = drawn(rng, 0.01, 0.01)
        faces = rng.multinomial(100, np.full(100, 1 / 100), resamples) / 100  # the weights of a new draw
        ours, theirs = (rng.multinomial(3, np.full(3, 1 / 3), resamples) / 3 for _ in range(2))
        means = ((ours @ a - theirs @ b) * faces).sum(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        held += low <= TRUTH <= high
    assert held / trials < 0.89


def test_runs_that_share_a_start_are_averaged_before_they_are_compared() -> None:
    """Four corners of each generator, no effect, three seeds; half of a run's variance is of its shared start."""
    rng, trials = np.random.default_rng(13), 1000
    wrong = {"averaged": 0, "as if independent": 0}
    for _ in range(trials):
        sides = [rng.normal(0, 1, (1, 3)) + rng.normal(0, 1, (4, 3)) for _ in range(2)]  # (corners, seeds)
        wrong["averaged"] += contrast([side.mean(axis=0) for side in sides], [1, -1]).p < 0.05
        wrong["as if independent"] += contrast([*sides[0], *sides[1]], np.repeat([0.25, -0.25], 4)).p < 0.05
    assert wrong["averaged"] / trials < 0.06
    assert wrong["as if independent"] / trials > 0.15
