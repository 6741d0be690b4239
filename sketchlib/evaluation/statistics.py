"""How sure a mean score is, and whether two methods differ. All tests and intervals are SciPy's.

There are two sources of chance, and they answer two questions.

- **Images**: would other faces give another mean? The standard error and the bootstrap interval over the N test
  images say how far the mean may move, *for the networks at hand*. Scores of the same image by two methods go
  together, so methods are compared by their differences, image by image.
- **Seeds**: would another training run give another mean? Only training again can tell. The spread over seeds is
  the standard deviation of the seeds' means over the same images.

A small interval over images says nothing about seeds, and the other way round. Where there is nothing to compute
a number from (one image, one seed, no spread), it is None, never NaN, and a comparison says why in its `note`.

Efron, "Better Bootstrap Confidence Intervals", JASA 1987; DiCiccio and Efron, "Bootstrap Confidence Intervals",
Statistical Science 1996: the BCa interval that is used here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

RESAMPLES = 9999
CONFIDENCE = 0.95
ROUNDING = 1e-12
"""Scores that differ by less than this (times the largest, if above 1) are equal but for the rounding of floats."""


@dataclass(frozen=True)
class Summary:
    """One method's scores in a few numbers.

    Attributes:
        mean: over all images and seeds.
        standard_error: of the mean over images: the standard deviation of the N scores (each the mean over seeds)
            over the square root of N. None for one image.
        low: lower end of the 95 % bootstrap interval over images (BCa, 9,999 resamples). None for one image.
        high: upper end.
        seed_spread: the standard deviation of the seeds' means. None for one seed.
        n: images.
        seeds: training runs.
    """

    mean: float
    standard_error: float | None
    low: float | None
    high: float | None
    seed_spread: float | None
    n: int
    seeds: int


@dataclass(frozen=True)
class Comparison:
    """Method a against method b, on the same images.

    Attributes:
        difference: mean of a minus mean of b.
        standard_error: of the difference over images, paired. None for one image.
        low: lower end of the 95 % bootstrap interval of the difference over images. None for one image.
        high: upper end.
        p_images: paired t test over images of the scores averaged over seeds: "for these networks, would other
            faces still show a difference?" None if it cannot be taken.
        p_wilcoxon: Wilcoxon's signed-rank test of the same, which trusts only ranks. None as `p_images`.
        p_seeds: Welch's t test between the seeds' means: "would other training runs?" If b has no chance in it, the
            t test of a's seeds' means against b's one mean. None if a method with chance has fewer than two seeds or
            its seeds do not differ.
        n: images.
        seeds: training runs of a and of b.
        note: why a p is None, in sentences; empty if none is.
    """

    difference: float
    standard_error: float | None
    low: float | None
    high: float | None
    p_images: float | None
    p_wilcoxon: float | None
    p_seeds: float | None
    n: int
    seeds: tuple[int, int]
    note: str


def summary(scores: ArrayLike, *, seed: int = 0) -> Summary:
    """The mean of a method's scores, and how sure it is.

    Args:
        scores: (N,) of one run, or (seeds, N): each row one training run, the columns the same images.
        seed: of the bootstrap.

    Raises:
        ValueError: if the scores are not of that shape, or not all finite.
    """
    runs = _runs(scores, "scores")
    faces = runs.mean(axis=0)  # (N,)
    low, high = bootstrap_interval(faces, seed=seed)
    return Summary(
        mean=float(faces.mean()),
        standard_error=_standard_error(faces),
        low=low,
        high=high,
        seed_spread=_spread(runs.mean(axis=1)),
        n=runs.shape[1],
        seeds=runs.shape[0],
    )


def compare(a: ArrayLike, b: ArrayLike, *, chance_b: bool = True, seed: int = 0) -> Comparison:
    """Whether two methods differ, over images and over seeds.

    Args:
        a: (N,) or (seeds, N) scores of one method.
        b: those of the other: the same N images in the same order, any number of seeds.
        chance_b: whether another run of b could give other scores. If not, its one run is all there is to know.
        seed: of the bootstrap.

    Raises:
        ValueError: if the shapes do not fit, or a score is not finite.
    """
    runs_a, runs_b = _runs(a, "a"), _runs(b, "b")
    if runs_a.shape[1] != runs_b.shape[1]:
        raise ValueError(
            f"compare got scores of {runs_a.shape[1]} and of {runs_b.shape[1]} images, expected the same images."
        )
    x, y = runs_a.mean(axis=0), runs_b.mean(axis=0)  # (N,)
    p_images, p_wilcoxon, note_images = _over_images(x, y)
    p_seeds, note_seeds = _over_seeds(runs_a.mean(axis=1), runs_b.mean(axis=1), chance_b)
    low, high = bootstrap_interval(x - y, seed=seed)
    return Comparison(
        difference=float((x - y).mean()),
        standard_error=_standard_error(x - y),
        low=low,
        high=high,
        p_images=p_images,
        p_wilcoxon=p_wilcoxon,
        p_seeds=p_seeds,
        n=len(x),
        seeds=(len(runs_a), len(runs_b)),
        note=" ".join(filter(None, (note_images, note_seeds))),
    )


def bootstrap_interval(values: np.ndarray, *, seed: int = 0) -> tuple[float, float] | tuple[None, None]:
    """The 95 % BCa bootstrap interval of the mean of (N,) values: (low, high).

    One value has no interval: (None, None). Equal values have theirs at a point.
    """
    if len(values) < 2:
        return None, None
    if _equal(values):
        return float(values.mean()), float(values.mean())
    found = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="BCa",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)


def _over_images(x: np.ndarray, y: np.ndarray) -> tuple[float | None, float | None, str]:
    """Both paired tests of (N,) scores, and why not."""
    if len(x) < 2:
        return None, None, "No test over images: there is only one."
    if _equal(x - y, scale=max(np.abs(x).max(), np.abs(y).max())):
        return None, None, "No test over images: the difference is the same at every image."
    return float(stats.ttest_rel(x, y).pvalue), float(stats.wilcoxon(x, y).pvalue), ""


def p_of_mean(values: np.ndarray, expected: float = 0.0) -> float | None:
    """p of the t test that (seeds,) values have the mean `expected`. None for one value, or where all are equal."""
    if len(values) < 2 or _equal(values):
        return None
    return float(stats.ttest_1samp(values, expected).pvalue)


def _over_seeds(a: np.ndarray, b: np.ndarray, chance_b: bool) -> tuple[float | None, str]:
    """The test between the means of seeds, (seeds,) each, and why not."""
    if not chance_b:
        p = p_of_mean(a, b.mean())
        runs = "there is only one" if len(a) < 2 else "they are equal"
        why = f"No test over seeds: it takes two runs of the first method that differ, and {runs}. "
        return p, why + "The second has no chance in it, so its one run is enough." if p is None else ""
    if min(len(a), len(b)) < 2:
        return None, f"No test over seeds: it takes two runs of each method, and there are {len(a)} and {len(b)}."
    if _equal(a) or _equal(b):
        return None, "No test over seeds: the runs of a method are equal, so there is no spread to judge by."
    return float(stats.ttest_ind(a, b, equal_var=False).pvalue), ""


def _runs(scores: ArrayLike, name: str) -> np.ndarray:
    """(N,) or (seeds, N) -> (seeds, N), float64, checked."""
    runs = np.asarray(scores, dtype=np.float64)
    if runs.ndim not in (1, 2) or runs.size == 0:
        raise ValueError(f"{name} has the shape {runs.shape}, expected (images,) or (seeds, images).")
    if not np.isfinite(runs).all():
        raise ValueError(f"{name} has a score that is not a finite number, expected finite scores only.")
    return np.atleast_2d(runs)


def _equal(values: np.ndarray, scale: float | None = None) -> bool:
    """Whether all values are the same but for rounding."""
    largest = np.abs(values).max() if scale is None else scale
    return bool(np.ptp(values) <= ROUNDING * max(1.0, largest))


def _standard_error(values: np.ndarray) -> float | None:
    return float(stats.sem(values)) if len(values) > 1 else None


def _spread(values: np.ndarray) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None
