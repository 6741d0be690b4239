"""Checks for chapter 12, the five methods: LLE's mixture, and how sure a difference of two methods is."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_12_bootstrap", "check_12_difference", "check_12_lle", "check_12_paired_t"]

Scores = np.ndarray


def _faces(seed: int, n: int, gain: float) -> tuple[Scores, Scores]:
    """Scores of two methods on the same n faces: faces differ much, methods little."""
    rng = np.random.default_rng(seed)
    face = rng.normal(0.6, 0.08, n)
    return face + gain + rng.normal(0, 0.03, n), face + rng.normal(0, 0.03, n)


def _skewed() -> tuple[Scores, Scores]:
    """Two methods of which one fails badly on a few faces."""
    rng = np.random.default_rng(4)
    rival = rng.normal(0.6, 0.08, 12)
    return rival + rng.exponential(0.06, 12) ** 2, rival


def _two_samples() -> list[tuple[Scores, Scores]]:
    return [_faces(1, 40, 0.01), _faces(2, 9, -0.02)]


def _apart(a: Scores, b: Scores) -> float:
    """The standard error as if the faces were different ones."""
    return float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))


check_12_difference = Check(
    "check_12_difference",
    right=lambda a, b: (np.mean(a - b), stats.sem(a - b)),
    inputs=_two_samples,
    mistakes=[
        Mistake(
            lambda a, b: ((a - b).mean(), (a - b).std(ddof=1)),
            "The second number is the standard deviation of the differences: how far single faces scatter. How far "
            "their mean moves is its standard error: divide by the square root of the number of faces.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / len(a)),
            "You divided the standard deviation by the number of faces, and not by its square root.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(), _apart(a, b)),
            "You added the errors of two separate means, as if the methods had drawn different faces. Take the "
            "difference face by face first, then the standard error of these differences.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(), (a - b).std() / np.sqrt(len(a))),
            "Close. NumPy's std divides by n; for the spread that n faces show divide by n - 1, with ddof=1.",
        ),
        Mistake(
            lambda a, b: ((b - a).mean(), stats.sem(a - b)),
            "The sign is turned around: the difference is a minus b.",
        ),
    ],
)


def _two_sided(t: float, n: int) -> float:
    return float(2 * stats.t.sf(abs(t), n - 1))


def _tested(a: Scores, b: Scores, p: Any = _two_sided, error: Any = stats.sem) -> tuple[float, float]:
    """t and p of the differences, each with a way to go wrong."""
    t = float((a - b).mean() / error(a - b))
    return t, float(p(t, len(a)))


GROUPS = "That is the test for two groups of different faces. Both methods drew the same faces: test the n differences."

check_12_paired_t = Check(
    "check_12_paired_t",
    right=lambda a, b: tuple(map(float, stats.ttest_rel(a, b))),
    inputs=_two_samples,
    mistakes=[
        Mistake(lambda a, b: tuple(stats.ttest_ind(a, b)), GROUPS),
        Mistake(lambda a, b: tuple(stats.ttest_ind(a, b, equal_var=False)), GROUPS),
        Mistake(
            partial(_tested, error=lambda d: d.std(ddof=1)),
            "You divided the mean difference by the standard deviation, which is how far single faces scatter. Divide "
            "by the standard error of the mean.",
        ),
        Mistake(
            partial(_tested, p=lambda t, n: stats.t.sf(abs(t), n - 1)),
            "Your t is right and p is half of what it should be: the two-sided p counts both tails.",
        ),
        Mistake(
            partial(_tested, p=lambda t, n: 2 * stats.norm.sf(abs(t))),
            "Your t is right, but p is from a normal distribution. The spread was estimated from the same n faces, so "
            "take Student's t with n - 1 degrees of freedom.",
        ),
        Mistake(
            partial(_tested, p=lambda t, n: 2 * stats.t.sf(abs(t), n)),
            "Your t is right, but for p there are n - 1 degrees of freedom, and not n: one went into the mean.",
        ),
        Mistake(
            partial(_tested, p=lambda t, n: 2 * stats.t.sf(t, n - 1)),
            "For a negative t your p is above 1. Take the absolute value of t first.",
        ),
    ],
)


def _percentile(values: Scores, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    return tuple(stats.bootstrap((values,), np.mean, method="percentile", rng=rng).confidence_interval)


def _redrawn(values: Scores, seed: int) -> Scores:
    """Means of resamples: (9999,), as many as SciPy takes."""
    rows = np.random.default_rng(seed).integers(0, len(values), (9999, len(values)))
    return values[rows].mean(axis=1)


def _ends(values: Scores, share: float = 0.95) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def _around(values: Scores, error: float) -> tuple[float, float]:
    return float(values.mean() - 1.96 * error), float(values.mean() + 1.96 * error)


SCATTER = (
    "Between these two numbers lie 95 % of the single faces. Asked is where the mean may lie: draw n faces with "
    "repetition, take their mean, many times, and cut the ends off these means."
)

check_12_bootstrap = Check(
    "check_12_bootstrap",
    right=lambda a, b, seed: _percentile(a - b, seed),
    inputs=lambda: [(*_faces(1, 40, 0.01), 0), (*_skewed(), 1)],
    mistakes=[
        Mistake(lambda a, b, seed: _ends(a - b), SCATTER),
        Mistake(lambda a, b, seed: _around(a - b, (a - b).std(ddof=1)), SCATTER),
        Mistake(
            lambda a, b, seed: _ends(_redrawn(a, seed) - _redrawn(b, seed + 1)),
            "You drew the faces of the two methods separately, so the interval carries how much faces differ. Draw "
            "from the differences: where a face comes up, both of its scores do.",
        ),
        Mistake(
            lambda a, b, seed: ((a - b).mean(), (a - b).mean()),
            "Both ends are the mean itself: without repetition every draw holds the same n faces. Let a face come up "
            "several times, and others not at all.",
        ),
        Mistake(
            lambda a, b, seed: _ends(_redrawn(a - b, seed), 0.9),
            "Those ends hold 90 % of the means between them: you cut 5 % off each end. For 95 % cut off 2.5 %.",
        ),
        Mistake(
            lambda a, b, seed: _around(a - b, stats.sem(a - b)),
            "That is the mean with 1.96 standard errors to either side. Where few faces decide and some stand far "
            "out, the interval is not symmetric: take it from means of faces drawn with repetition.",
        ),
    ],
    tolerance=1e-3,
)


def _mixture(patch: Tensor, neighbors: Tensor, pieces: Tensor, r: float, wrong: str) -> tuple[Tensor, Tensor]:
    """The answer as the chapter writes it, but for one step."""
    off = (patch - (pieces if wrong == "from the sketches" else neighbors)).flatten(1)
    C = off @ off.T
    scale = {"mean": C.diagonal().mean(), "unscaled": 1.0, "none": 0.0}.get(wrong, C.trace())
    w = torch.linalg.solve(C + r * scale * torch.eye(len(C)), torch.ones(len(C)))  # (K,)
    w = w.clamp(min=0) if wrong == "positive" else w
    w = w if wrong == "any sum" else w / w.sum()
    return w, torch.tensordot(w, neighbors if wrong == "of the photos" else pieces, 1)


def _constrained(patch: Tensor, neighbors: Tensor, pieces: Tensor, regularization: float) -> tuple[Tensor, Tensor]:
    """The minimum of w^T C w under the sum 1, by its Lagrange system in NumPy, in float64, of K + 1 unknowns."""
    off = (patch - neighbors).flatten(1).double().numpy()
    gram, k = off @ off.T, len(off)
    system = np.ones((k + 1, k + 1))
    system[:k, :k] = 2 * (gram + regularization * np.trace(gram) * np.eye(k))
    system[k, k] = 0
    w = torch.from_numpy(np.linalg.solve(system, np.eye(k + 1)[k])[:k])  # (K,)
    return w, torch.tensordot(w, pieces.double(), 1)


def _patches() -> list[tuple[Any, ...]]:
    """Small ones, of which two neighbors are nearly equal, and such as faces have."""
    rng = torch.Generator().manual_seed(12)
    few = torch.randint(0, 4, (6, 4, 4), generator=rng).float()
    few[2] = few[1]
    few[2, 0, 0] += 1
    many = torch.randint(0, 256, (8, 13, 13), generator=rng).float()
    return [
        (few[0], few[1:], torch.randint(0, 9, (5, 4, 4), generator=rng).float(), 0.01),
        (many[0], many[1:], torch.randint(0, 256, (7, 13, 13), generator=rng).float(), 1e-3),
    ]


check_12_lle = Check(
    "check_12_lle",
    right=_constrained,
    inputs=_patches,
    mistakes=[
        Mistake(
            partial(_mixture, wrong="any sum"),
            "Your weights do not sum to 1: divide what the solver gives by its sum. Without that the drawing is too "
            "dark or too light everywhere.",
        ),
        Mistake(
            partial(_mixture, wrong="none"),
            "There is no regularizer on the diagonal. Two of the neighbors are nearly equal, so the weights have run "
            "off to both signs: add regularization times the trace of C.",
        ),
        Mistake(
            partial(_mixture, wrong="unscaled"),
            "You add the regularization itself to the diagonal. Multiply it by the trace of C, or it means something "
            "else for every range of grey values.",
        ),
        Mistake(
            partial(_mixture, wrong="mean"),
            "You multiply the regularization by the mean of C's diagonal. The trace is the sum of it, K times as much.",
        ),
        Mistake(
            partial(_mixture, wrong="of the photos"),
            "The weights are right, but you mixed the photo patches with them. The drawing is the mixture of the "
            "sketch pieces.",
        ),
        Mistake(
            partial(_mixture, wrong="from the sketches"),
            "You took the weights from the sketch pieces. A new photo has no sketch to compare them with: the weights "
            "come from the photo patches.",
        ),
        Mistake(
            partial(_mixture, wrong="positive"),
            "You set negative weights to 0. The only condition is that the weights sum to 1; a weight may be below 0.",
        ),
    ],
    tolerance=1e-3,
)
