"""How sure a mean score is, and whether two methods differ.

There are two sources of chance, and they answer two questions.

- **Images**: would other faces give another mean? The standard error and the bootstrap interval over the N test
  images say how far the mean may move, *for the networks at hand*. Scores of the same image by two methods go
  together, so methods are compared by their differences, image by image.
- **Seeds**: would another training run give another mean? Only training again can tell. The spread over seeds is
  the standard deviation of the seeds' means over the same images. Two methods are compared by Welch's test, as their
  runs are independent; `sketchlib.evaluation.contrasts` has it, and says when a paired test is allowed instead.

A small interval over images says nothing about seeds, and the other way round. The *combined* interval of a
difference allows for both: it is the one for a claim about the methods, on faces of this kind.

Two tests over images are shown, and they ask different questions. The t test asks whether the *mean* difference is
other than 0: a few large losses count as much as many small gains. Wilcoxon's signed-rank test asks whether the
differences lie *symmetrically* about 0, by their ranks alone: roughly, whether a method is more often ahead than
behind, however large a loss is. Where the differences are skewed, the second can be certain and the first not.

Where there is nothing to compute a number from (one image, one seed, no spread), it is None, never NaN, and a
comparison says why in its `note`.

Efron, "Better Bootstrap Confidence Intervals", JASA 1987; DiCiccio and Efron, "Bootstrap Confidence Intervals",
Statistical Science 1996: the BCa interval that is used here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from sketchlib.evaluation.contrasts import CONFIDENCE, contrast, equal, over_faces_too, over_seeds

RESAMPLES = 9999


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
        p_images: paired t test over images of the scores averaged over seeds: "for these networks, would the mean
            difference over other faces be other than 0?" None if it cannot be taken.
        p_wilcoxon: Wilcoxon's signed-rank test of the same scores, which asks something else: "do the differences lie
            symmetrically about 0?" None as `p_images`.
        test: the test over seeds that was taken: "welch" (independent runs), "paired" (runs of one seed share their
            start), "one-sample" (one method is deterministic, so its mean is a number), or None.
        df_seeds: its degrees of freedom. This and the four below are None if a method that is not deterministic has
            fewer than two seeds, or its seeds do not differ.
        seeds_low: lower end of the 95 % interval of the difference over seeds, for these images.
        seeds_high: upper end.
        p_seeds: of the test over seeds: "would other training runs show a difference on these images?"
        combined_low: lower end of the 95 % interval over images and seeds. See
            `sketchlib.evaluation.contrasts.over_faces_too`. None as `df_seeds`, and for one image.
        combined_high: upper end.
        p_combined: the t test that goes with it: "would other training runs, on other faces, show a difference?"
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
    test: str | None
    df_seeds: float | None
    seeds_low: float | None
    seeds_high: float | None
    p_seeds: float | None
    combined_low: float | None
    combined_high: float | None
    p_combined: float | None
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


def compare(
    a: ArrayLike,
    b: ArrayLike,
    *,
    paired: bool = False,
    deterministic_a: bool = False,
    deterministic_b: bool = False,
    seed: int = 0,
) -> Comparison:
    """Whether two methods differ, over images, over seeds, and over both.

    Args:
        a: (N,) or (seeds, N) scores of one method.
        b: those of the other: the same N images in the same order, any number of seeds.
        paired: whether row k of a and row k of b are runs that share their start. To be said before the scores are
            seen, by what the runs share, and never of two methods that share nothing.
        deterministic_a: whether every run of a gives the same scores. Its mean is then a number without an error.
        deterministic_b: the same of b.
        seed: of the bootstrap.

    Raises:
        ValueError: if the shapes do not fit, a score is not finite, or `paired` runs are not there in pairs.
    """
    runs_a, runs_b = _runs(a, "a"), _runs(b, "b")
    if runs_a.shape[1] != runs_b.shape[1]:
        raise ValueError(
            f"compare got scores of {runs_a.shape[1]} and of {runs_b.shape[1]} images, expected the same images."
        )
    if paired and (deterministic_a or deterministic_b):
        raise ValueError("paired is True, expected False: a method that is deterministic has no seeds to pair.")
    if paired and len(runs_a) != len(runs_b):
        raise ValueError(f"paired is True with {len(runs_a)} and {len(runs_b)} runs, expected as many of each.")
    x, y = runs_a.mean(axis=0), runs_b.mean(axis=0)  # (N,)
    p_images, p_wilcoxon, note_images = _over_images(x, y)
    means = runs_a.mean(axis=1), runs_b.mean(axis=1)  # (seeds,) each
    seeds, test, note_seeds = over_seeds(*means, paired, deterministic_a, deterministic_b)
    both = contrast([x - y], [1]) if deterministic_a and deterministic_b else over_faces_too(seeds, x - y)
    low, high = bootstrap_interval(x - y, seed=seed)
    return Comparison(
        difference=float((x - y).mean()),
        standard_error=_standard_error(x - y),
        low=low,
        high=high,
        p_images=p_images,
        p_wilcoxon=p_wilcoxon,
        test=test,
        df_seeds=seeds.df,
        seeds_low=seeds.low,
        seeds_high=seeds.high,
        p_seeds=seeds.p,
        combined_low=both.low,
        combined_high=both.high,
        p_combined=both.p,
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
    if equal(values):
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
    if equal(x - y, scale=max(np.abs(x).max(), np.abs(y).max())):
        return None, None, "No test over images: the difference is the same at every image."
    return float(stats.ttest_rel(x, y).pvalue), float(stats.wilcoxon(x, y).pvalue), ""


def _runs(scores: ArrayLike, name: str) -> np.ndarray:
    """(N,) or (seeds, N) -> (seeds, N), float64, checked."""
    runs = np.asarray(scores, dtype=np.float64)
    if runs.ndim not in (1, 2) or runs.size == 0:
        raise ValueError(f"{name} has the shape {runs.shape}, expected (images,) or (seeds, images).")
    if not np.isfinite(runs).all():
        raise ValueError(f"{name} has a score that is not a finite number, expected finite scores only.")
    return np.atleast_2d(runs)


def _standard_error(values: np.ndarray) -> float | None:
    return float(stats.sem(values)) if len(values) > 1 else None


def _spread(values: np.ndarray) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None
