"""Means, intervals and tests, against the textbook formulas."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from scipy import stats
from scipy.special import stdtr

from sketchlib.evaluation import bootstrap_interval, compare, summary


@pytest.fixture
def scores() -> tuple[np.ndarray, np.ndarray]:
    """Two methods on 40 images, three and four seeds; what is hard for one is hard for the other."""
    rng = np.random.default_rng(5)
    hard = rng.normal(0.6, 0.05, 40)
    a = hard + 0.01 + rng.normal(0, 0.01, (3, 40)) + rng.normal(0, 0.005, (3, 1))
    b = hard + rng.normal(0, 0.01, (4, 40)) + rng.normal(0, 0.005, (4, 1))
    return a, b


def two_sided(t: float, freedom: float) -> float:
    """p of Student's t: twice the tail, by the distribution function itself."""
    return 2 * float(stdtr(freedom, -abs(t)))


def test_summary_by_hand() -> None:
    found = summary([[1.0, 2.0, 3.0, 6.0], [3.0, 4.0, 5.0, 8.0]])  # means over seeds 2, 3, 4, 7
    assert found.mean == 4.0
    assert found.standard_error == pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 3) / 2)
    assert found.seed_spread == pytest.approx(np.sqrt(2))  # seeds' means 3 and 5
    assert (found.n, found.seeds) == (4, 2)
    assert found.low < found.mean < found.high


def test_the_bootstrap_is_the_normal_interval_for_many_images() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 500)
    low, high = bootstrap_interval(values)
    error = values.std(ddof=1) / np.sqrt(500)
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


def test_the_bootstrap_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    intervals = [bootstrap_interval(rng.normal(0.5, 0.1, 30), seed=i) for i in range(200)]
    held = sum(low <= 0.5 <= high for low, high in intervals)
    assert 178 <= held <= 199  # 190 expected; binomial, four standard deviations below and as far as it goes above


def test_the_bootstrap_leans_to_the_long_tail() -> None:
    values = np.random.default_rng(3).exponential(1.0, 60)
    low, high = bootstrap_interval(values)
    assert high - values.mean() > values.mean() - low


def test_the_same_seed_gives_the_same_interval(scores: tuple[np.ndarray, np.ndarray]) -> None:
    assert summary(scores[0], seed=7) == summary(scores[0], seed=7)
    assert summary(scores[0], seed=7).low != summary(scores[0], seed=8).low


def test_over_images_is_the_paired_t_test(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores
    d = a.mean(axis=0) - b.mean(axis=0)
    error = np.sqrt(((d - d.mean()) ** 2).sum() / 39 / 40)
    found = compare(a, b)
    assert found.difference == pytest.approx(d.mean())
    assert found.standard_error == pytest.approx(error)
    assert found.p_images == pytest.approx(two_sided(d.mean() / error, 39))
    assert found.low < d.mean() < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert (found.n, found.seeds, found.note) == (40, (3, 4), "")


def test_pairing_finds_what_separate_intervals_hide(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores
    assert summary(a).low < summary(b).high  # they overlap
    assert compare(a, b).p_images < 0.001
    assert compare(a, b).p_wilcoxon < 0.001


def test_over_seeds_is_welchs_test(scores: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = (runs.mean(axis=1) for runs in scores)
    v_x, v_y = x.var(ddof=1) / 3, y.var(ddof=1) / 4
    freedom = (v_x + v_y) ** 2 / (v_x**2 / 2 + v_y**2 / 3)
    t = (x.mean() - y.mean()) / np.sqrt(v_x + v_y)
    found = compare(*scores)
    assert found.p_seeds == pytest.approx(two_sided(t, freedom))
    assert (found.test, found.df_seeds) == ("welch", pytest.approx(freedom))
    interval = stats.ttest_ind(x, y, equal_var=False).confidence_interval(0.95)
    assert (found.seeds_low, found.seeds_high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_wilcoxon_of_five_that_agree_is_two_in_32() -> None:
    a = np.array([0.51, 0.62, 0.73, 0.84, 0.95])
    assert compare(a, a - [0.01, 0.02, 0.03, 0.04, 0.05]).p_wilcoxon == pytest.approx(2 / 32)


def test_turning_the_methods_round_turns_the_sign(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores
    there, back = compare(a, b), compare(b, a)
    assert there.difference == pytest.approx(-back.difference)
    for p in ("p_images", "p_wilcoxon", "p_seeds"):
        assert getattr(there, p) == pytest.approx(getattr(back, p))


def test_one_seed_says_that_seeds_are_not_tested(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores
    assert summary(a[0]).seed_spread is None
    assert summary(a[0]).seeds == 1
    found = compare(a[0], b)
    assert found.p_seeds is None
    assert found.p_images is not None
    assert found.note == "No test over seeds: it takes two runs of each method, and there are 1 and 4."


def test_against_a_deterministic_method_its_mean_is_a_number(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores[0], scores[1][0]
    means = a.mean(axis=1)  # of 3 seeds
    t = (means.mean() - b.mean()) / (means.std(ddof=1) / np.sqrt(3))
    found, turned = compare(a, b, deterministic_b=True), compare(b, a, deterministic_a=True)
    assert found.p_seeds == pytest.approx(two_sided(t, 2)) and found.note == ""
    assert (found.test, found.df_seeds) == ("one-sample", pytest.approx(2))
    assert (turned.p_seeds, turned.seeds_low) == (pytest.approx(found.p_seeds), pytest.approx(-found.seeds_high))
    for one in (a[:1], a[[0, 0]]):
        found = compare(one, b, deterministic_b=True)
        assert found.p_seeds is None and "The second is deterministic" in found.note
    assert "of the second method that differ, and there is only one. The first is deterministic" in (
        compare(b, a[:1], deterministic_a=True).note
    )


def test_two_deterministic_methods_differ_over_images_alone(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores[0][0], scores[1][0]
    found = compare(a, b, deterministic_a=True, deterministic_b=True)
    interval = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert (found.test, found.p_seeds) == (None, None)
    assert found.note == "No test over seeds: both methods are deterministic."
    assert found.p_combined == pytest.approx(found.p_images)  # other runs would change nothing
    assert (found.combined_low, found.combined_high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_runs_that_share_their_start_are_tested_in_pairs(scores: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = scores[0], scores[1][:3]
    oracle = stats.ttest_rel(a.mean(axis=1), b.mean(axis=1))
    found = compare(a, b, paired=True)
    assert (found.test, found.df_seeds) == ("paired", pytest.approx(2))
    assert found.p_seeds == pytest.approx(oracle.pvalue)
    interval = oracle.confidence_interval(0.95)
    assert (found.seeds_low, found.seeds_high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert compare(a, a[[1, 2, 0]], paired=True).seeds_low < 0 < compare(a, a[[1, 2, 0]], paired=True).seeds_high
    alone = compare(a[0], b[0], paired=True)
    assert (alone.p_seeds, alone.test) == (None, None)
    assert alone.note == "No test over seeds: it takes two seeds of both methods, and there is only one."


def test_the_combined_interval_is_wider_than_over_images_or_over_seeds(
    scores: tuple[np.ndarray, np.ndarray],
) -> None:
    found = compare(*scores)
    width = found.combined_high - found.combined_low
    assert found.combined_low < found.difference < found.combined_high
    assert width > found.high - found.low
    assert (found.combined_low > 0) == (found.p_combined < 0.05)
    one = compare(scores[0][0], scores[1])  # one run says nothing about others
    assert (one.combined_low, one.combined_high, one.p_combined) == (None, None, None)


def test_t_and_wilcoxon_ask_different_questions() -> None:
    d = np.array([0.01] * 36 + [-0.09] * 4) + np.random.default_rng(0).normal(0, 0.001, 40)
    found = compare(d, np.zeros(40))  # ahead on 36 faces of 40, and yet the mean is next to 0
    assert found.p_images > 0.5 and found.p_wilcoxon < 0.01


def test_equal_scores_have_an_interval_of_a_point_and_no_test() -> None:
    same = summary(np.full(10, 0.6))
    assert (same.standard_error, same.low, same.high) == pytest.approx((0.0, 0.6, 0.6))
    varied = np.linspace(0.4, 0.7, 10)
    for other, difference in ((varied, 0.0), (varied - 0.1, 0.1)):
        found = compare([varied, varied], [other, other])
        assert found.difference == pytest.approx(difference)
        assert (found.low, found.high) == pytest.approx((difference, difference))
        assert (found.p_images, found.p_wilcoxon, found.p_seeds, found.test) == (None, None, None, None)
        assert "the difference is the same at every image" in found.note
        assert "no spread to compare with" in found.note


def test_one_image_has_a_mean_and_nothing_else() -> None:
    alone = summary([0.5])
    assert (alone.mean, alone.n, alone.seeds) == (0.5, 1, 1)
    assert (alone.standard_error, alone.low, alone.high, alone.seed_spread) == (None, None, None, None)
    found = compare([[0.5], [0.6]], [[0.4], [0.6]])
    assert (found.p_images, found.low, found.standard_error) == (None, None, None)
    assert found.p_seeds == pytest.approx(
        two_sided(0.05 / np.sqrt(0.005 / 2 + 0.02 / 2), 0.0125**2 / (0.0025**2 + 0.01**2))
    )
    assert "No test over images: there is only one." in found.note


@pytest.mark.parametrize("n", [2, 3, 6, 20])
@pytest.mark.parametrize("kind", ["ties", "zeros", "one apart", "distinct"])
def test_small_and_tied_scores_neither_warn_nor_give_nan(n: int, kind: str) -> None:
    b = np.linspace(0.3, 0.6, n)
    step = {"ties": 0.01, "zeros": 0.0, "one apart": 0.0, "distinct": 0.003}[kind]
    a = b + step * (np.arange(n) % 2 * 2 - 1 if kind != "distinct" else np.arange(1, n + 1) ** 2)
    if kind == "one apart":
        a[0] += 0.1
    for found in (compare(a, b), compare([a, b], [b, b]), summary(a), summary(a - b)):
        numbers = [value for value in asdict(found).values() if isinstance(value, float)]
        assert np.isfinite(numbers).all(), found


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        ([0.1, np.nan], [0.1, 0.2], "a has a score that is not a finite number"),
        ([0.1, 0.2], [[[0.1]]], "b has the shape .1, 1, 1., expected .images,. or .seeds, images."),
        ([], [0.1], "a has the shape .0,., expected"),
        ([0.1, 0.2], [0.1, 0.2, 0.3], "scores of 2 and of 3 images, expected the same images"),
    ],
)
def test_what_does_not_fit_is_named(a: list, b: list, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        compare(a, b)


def test_runs_that_are_not_in_pairs_are_named(scores: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="paired is True with 3 and 4 runs, expected as many of each"):
        compare(*scores, paired=True)
    with pytest.raises(ValueError, match="paired is True, expected False: a method that is deterministic"):
        compare(scores[0][0], scores[1][0], paired=True, deterministic_b=True)
