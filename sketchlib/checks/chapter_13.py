"""Checks for chapter 13, the ablation: main effects and interactions of grids of switches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import product

import numpy as np

from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_13_effects", "check_13_interaction"]

Corner = tuple[bool, bool, bool]
Scores = Mapping[Corner, np.ndarray]
PARTS = ("U-Net", "SE", "L1")


def _regression(m: np.ndarray) -> tuple[float, float, float]:
    """Both effects and the interaction of a 2 x 2 table, from NumPy's least squares with switches of -1 and 1."""
    signs = np.array(list(product((-1, 1), repeat=2)))  # (4, 2)
    design = np.column_stack([np.ones(4), signs, signs.prod(axis=1)])
    _, a, b, ab = np.linalg.lstsq(design, m.ravel(), rcond=None)[0]
    return 2 * a, 2 * b, 4 * ab  # from -1 to 1 are two steps


def _with(m: np.ndarray, a: float, b: float) -> tuple[float, float, float]:
    """Two effects beside the right interaction."""
    return a, b, _regression(m)[2]


def _beside(m: np.ndarray, interaction: float) -> tuple[float, float, float]:
    """Both right effects beside an interaction."""
    return *_regression(m)[:2], interaction


check_13_effects = Check(
    "check_13_effects",
    right=_regression,
    inputs=lambda: [(np.array([[0.50, 0.55], [0.53, 0.51]]),), (np.random.default_rng(13).normal(0.6, 0.1, (2, 2)),)],
    mistakes=[
        Mistake(
            lambda m: _with(m, m[1, 0] - m[0, 0], m[0, 1] - m[0, 0]),
            "Your effects are what each part does alone, beside a switch that is off. A main effect is the mean of "
            "both edges: with the other part off, and with it on.",
        ),
        Mistake(
            lambda m: _with(m, m[1, 1] - m[0, 1], m[1, 1] - m[1, 0]),
            "Your effects are what each part does last, beside a switch that is on. A main effect is the mean of both "
            "edges: with the other part off, and with it on.",
        ),
        Mistake(
            lambda m: _with(m, *_regression(m)[1::-1]),
            "The effects of A and B have changed places: A goes down the rows, m[0] to m[1], and B along the columns.",
        ),
        Mistake(
            lambda m: _with(m, 2 * _regression(m)[0], 2 * _regression(m)[1]),
            "You added up the two edges of a part. Its main effect is their mean.",
        ),
        Mistake(
            lambda m: _with(m, -_regression(m)[0], -_regression(m)[1]),
            "The signs of the effects are turned around: it is on minus off.",
        ),
        Mistake(
            lambda m: _beside(m, _regression(m)[2] / 2),
            "Your effects are right. The interaction is half of what is asked for: some books divide it by 2, here it "
            "is A's gain beside B minus A's gain without B.",
        ),
        Mistake(
            lambda m: _beside(m, -_regression(m)[2]),
            "Your effects are right. The interaction has the wrong sign: A's gain beside B comes first, and A's gain "
            "without B is subtracted.",
        ),
        Mistake(
            lambda m: _beside(m, m[1, 1] - m[0, 0]),
            "Your effects are right. But your third number is what both parts gain together. The interaction is by "
            "how much A's gain changes when B is switched on.",
        ),
    ],
)


def _coefficient(scores: Scores, a: str, b: str) -> np.ndarray:
    """The interaction from the saturated regression on switches of -1 and 1, by NumPy's least squares: (seeds, N)."""
    corners = list(scores)
    signs = 2.0 * np.array(corners) - 1  # (8, 3)
    subsets = list(product((False, True), repeat=3))  # which switches are multiplied
    design = np.column_stack([signs[:, list(subset)].prod(axis=1) for subset in subsets])  # (8, 8)
    values = np.stack([scores[corner] for corner in corners])  # (8, seeds, N)
    found = np.linalg.lstsq(design, values.reshape(8, -1), rcond=None)[0]  # (8, seeds * N)
    pair = tuple(part in (a, b) for part in PARTS)
    return 4 * found[subsets.index(pair)].reshape(values.shape[1:])


def _at(scores: Scores, third: bool, a: str, b: str) -> np.ndarray:
    """a's gain beside b minus a's gain without b, with the third part off or on."""

    def corner(a_on: bool, b_on: bool) -> np.ndarray:
        on = {a: a_on, b: b_on}
        return scores[tuple(on.get(part, third) for part in PARTS)]  # type: ignore[index]

    return corner(True, True) - corner(False, True) - corner(True, False) + corner(False, False)


def _gain(scores: Scores, a: str, b: str, beside: bool) -> np.ndarray:
    """What a gains with b off or on, averaged over the third part."""
    i, j = PARTS.index(a), PARTS.index(b)
    on = [scores[c] for c in scores if c[i] and c[j] == beside]
    off = [scores[c] for c in scores if not c[i] and c[j] == beside]
    return np.mean(on, axis=0) - np.mean(off, axis=0)


def _grids() -> list[tuple[Scores, str, str]]:
    """Two grids, of which one does not list its corners in order."""
    rng = np.random.default_rng(13)
    corners: list[Corner] = list(product((False, True), repeat=3))  # type: ignore[arg-type]
    first = {corner: rng.normal(0.6, 0.1, (3, 7)) for corner in corners}
    second = {corner: rng.normal(0.6, 0.1, (1, 5)) for corner in reversed(corners)}
    return [(first, "U-Net", "L1"), (second, "SE", "U-Net")]


check_13_interaction = Check(
    "check_13_interaction",
    right=_coefficient,
    inputs=_grids,
    mistakes=[
        Mistake(
            lambda scores, a, b: -_coefficient(scores, a, b),
            "The sign is turned around: what a gains beside b comes first, and what it gains without b is subtracted.",
        ),
        Mistake(
            lambda scores, a, b: 2 * _coefficient(scores, a, b),
            "You added the two settings of the third part. Average over them.",
        ),
        Mistake(
            lambda scores, a, b: _coefficient(scores, a, b) / 2,
            "That is half of what is asked for: some books divide an interaction by 2, here it is the difference of "
            "the two gains.",
        ),
        Mistake(
            partial(_gain, beside=True),
            "That is what a gains beside b. The interaction is how much more that is than what a gains without b: "
            "subtract the gain with b off.",
        ),
        Mistake(
            lambda scores, a, b: (_gain(scores, a, b, True) + _gain(scores, a, b, False)) / 2,
            "That is the main effect of a, the mean of its gains. The interaction is the difference between its gains "
            "with b on and with b off.",
        ),
        Mistake(
            lambda scores, a, b: _at(scores, False, a, b),
            "You looked at four corners only, with the third part off. Average over the third part: all eight corners "
            "count.",
        ),
        Mistake(
            lambda scores, a, b: _at(scores, True, a, b),
            "You looked at four corners only, with the third part on. Average over the third part: all eight corners "
            "count.",
        ),
        Mistake(
            lambda scores, a, b: _coefficient(scores, a, b).mean(),
            "The mean is right, but you averaged seeds and faces away, and with them every chance of an interval: one "
            "number for each seed and face is asked for, shape {expected}.",
        ),
        Mistake(
            lambda scores, a, b: _coefficient(scores, a, b).mean(axis=0),
            "You averaged over the training runs: the result has shape {got}, expected {expected}.",
        ),
    ],
)
