"""Means of independent training runs, compared: contrasts with Satterthwaite's degrees of freedom, and Holm.

A contrast is a sum of means with fixed coefficients, sum_i c_i mean_i. All tests over seeds of this library are one:

- **Welch's test** of two methods: c = (1, -1). Their runs are independent, and their spreads may differ.
- **The test of one sample**: c = (1,), against a number that is known.
- **The paired test**: c = (1,), of the differences seed by seed. It is allowed where the two runs of a seed really
  share something, as the start of their generators. Its degrees of freedom are fewer (seeds - 1), so it gains only
  if what they share counts.

The groups are independent of each other: runs that share their start are averaged, or subtracted, seed by seed first.

Each group of n_i runs with variance s_i^2 adds v_i = c_i^2 s_i^2 / n_i to the variance V of the contrast. V is an
estimate itself, and a rough one for three runs. Student's t with V^2 / sum_i v_i^2 / (n_i - 1) degrees of freedom
allows for that (Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", Biometrics
Bulletin 1946; Welch, "The Generalization of Student's Problem", Biometrika 1947).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
ROUNDING = 1e-12
"""Scores that differ by less than this (times the largest, if above 1) are equal but for the rounding of floats."""


@dataclass(frozen=True)
class Estimate:
    """A difference, and how sure it is.

    Attributes:
        value: of the contrast.
        standard_error: the root of its variance V.
        df: degrees of freedom of V, not always a whole number.
        low: lower end of the 95 % interval, by Student's t with `df`.
        high: upper end.
        p: of the two-sided t test that the true value is the one expected.

    All but `value` are None where a group has fewer than two runs, or runs that do not differ.
    """

    value: float
    standard_error: float | None = None
    df: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None


def contrast(groups: Sequence[np.ndarray], coefficients: Sequence[float], expected: float = 0.0) -> Estimate:
    """sum_i c_i mean_i of independent groups, minus `expected`, tested against 0.

    Args:
        groups: (n_i,) values each, one value a run. Every run is independent of every other.
        coefficients: c_i, one for each group.
        expected: a number without error.

    Raises:
        ValueError: for no group, an empty group, or another number of coefficients.
    """
    if not groups or len(groups) != len(coefficients) or not all(len(group) for group in groups):
        sizes = [len(group) for group in groups]
        raise ValueError(
            f"contrast got groups of {sizes} values and {len(coefficients)} coefficients, "
            "expected one or more groups, none of them empty, and a coefficient for each."
        )
    value = sum(c * float(np.mean(group)) for c, group in zip(coefficients, groups, strict=True)) - expected
    if any(len(group) < 2 or equal(group) for group in groups):
        return Estimate(value)
    sizes = np.array([len(group) for group in groups])
    variances = np.array([np.var(group, ddof=1) for group in groups])
    return _estimate(value, np.square(coefficients) * variances / sizes, sizes - 1)


def over_seeds(
    a: np.ndarray, b: np.ndarray, paired: bool, deterministic_a: bool, deterministic_b: bool
) -> tuple[Estimate, str | None, str]:
    """The test between two methods' runs that fits how they were made.

    Args:
        a, b: (seeds,) the means of each method's runs over the same images.
        paired, deterministic_a, deterministic_b: see `sketchlib.evaluation.statistics.compare`.

    Returns:
        The difference a - b, the name of the test ("welch", "paired", "one-sample"; None if it could not be taken),
        and why it could not, in a sentence (else empty).
    """
    if deterministic_a and deterministic_b:
        found, name, why = Estimate(float(a.mean() - b.mean())), None, "both methods are deterministic."
    elif deterministic_b:
        found, name, why = contrast([a], [1], b.mean()), "one-sample", _too_few(a, "first", "second")
    elif deterministic_a:
        found, name, why = contrast([b], [-1], -a.mean()), "one-sample", _too_few(b, "second", "first")
    elif paired:
        found, name = contrast([a - b], [1]), "paired"
        runs = "there is only one" if len(a) < 2 else "the difference is the same at each"
        why = f"it takes two seeds of both methods, and {runs}."
    else:
        found, name = contrast([a, b], [1, -1]), "welch"
        why = f"it takes two runs of each method, and there are {len(a)} and {len(b)}."
        if min(len(a), len(b)) > 1:
            why = "the runs of a method are equal, so there is no spread to compare with."
    return (found, name, "") if found.p is not None else (found, None, f"No test over seeds: {why}")


def over_faces_too(runs: Estimate, faces: np.ndarray) -> Estimate:
    """The same difference with the variance over faces added to that over runs: other faces *and* other runs.

    The variance is s_F^2 / N of the N faces' differences plus V of the runs, the degrees of freedom are
    Satterthwaite's, so for two methods those of s_F^2 / N + s_a^2 / n_a + s_b^2 / n_b.

    A score is a face's part, a run's part and a rest. The rest's variance, over runs and faces, is in s_F^2 and in V,
    so it is counted twice: the interval is a little wide, and holds the truth at least as often as it says. A
    bootstrap that draws faces and runs anew does not: three runs that are drawn anew show two thirds of their
    variance, and nothing in it knows that three are few. A test simulates both, for three runs and 100 faces.

    Args:
        runs: the difference and its error over runs.
        faces: (N,) differences of the faces, each averaged over the runs.

    Returns:
        An estimate without an error if `runs` has none or there is only one face.
    """
    if runs.standard_error is None or runs.df is None or len(faces) < 2:
        return Estimate(runs.value)
    parts = np.array([np.var(faces, ddof=1) / len(faces), runs.standard_error**2])
    return _estimate(runs.value, parts, np.array([len(faces) - 1, runs.df]))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's adjusted p of each test in a family; each may be held against 0.05 as if it were alone.

    The chance that one or more of all true null hypotheses is rejected stays below the level, however the tests hang
    together. The smallest of m p-values is multiplied by m, the next by m - 1, and so on; none falls below the one
    before it, none exceeds 1 (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal
    of Statistics 1979).

    Args:
        p_values: in [0, 1]. None is a test that was not taken: it stays None and does not count.

    Raises:
        ValueError: for a p that is not in [0, 1].
    """
    for p in p_values:
        if p is not None and not 0 <= p <= 1:
            raise ValueError(f"p_values has {p}, expected numbers from 0 to 1, or None.")
    taken = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, i) in enumerate(taken):
        least = max(least, min(1.0, (len(taken) - rank) * p))
        adjusted[i] = least
    return adjusted


def equal(values: np.ndarray, scale: float | None = None) -> bool:
    """Whether all values are the same but for the rounding of floats as large as `scale`, or as they are."""
    largest = np.abs(values).max() if scale is None else scale
    return bool(np.ptp(values) <= ROUNDING * max(1.0, largest))


def _too_few(runs: np.ndarray, which: str, other: str) -> str:
    """Why a method's runs cannot be held against a number."""
    what = "there is only one" if len(runs) < 2 else "they are equal"
    return (
        f"it takes two runs of the {which} method that differ, and {what}. "
        f"The {other} is deterministic, so its one run is enough."
    )


def _estimate(value: float, parts: np.ndarray, freedom: np.ndarray) -> Estimate:
    """From the parts of the variance, each with its degrees of freedom."""
    variance = float(parts.sum())
    error, df = variance**0.5, float(variance**2 / (parts**2 / freedom).sum())
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, df)) * error
    p = 2 * float(stats.t.sf(abs(value) / error, df))
    return Estimate(value, error, df, value - half, value + half, p)
