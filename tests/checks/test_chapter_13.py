"""What the checks of chapter 13 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy import ndarray

from sketchlib import checks

Grid = dict[tuple[bool, bool, bool], ndarray]
Three = tuple[float, float, float]
NAMES = ["U-Net", "SE", "L1"]


def right(m: ndarray) -> Three:
    (none, b), (a, both) = m
    return (a - none + both - b) / 2, (b - none + both - a) / 2, (both - b) - (a - none)


def alone(m: ndarray) -> Three:
    (none, b), (a, _) = m
    return a - none, b - none, right(m)[2]


def last(m: ndarray) -> Three:
    (_, b), (a, both) = m
    return both - b, both - a, right(m)[2]


def turned(m: ndarray) -> Three:
    return right(m.T)


def added_up(m: ndarray) -> Three:
    a, b = m.sum(axis=1), m.sum(axis=0)
    return a[1] - a[0], b[1] - b[0], right(m)[2]


def off_minus_on(m: ndarray) -> Three:
    a, b = m.mean(axis=1), m.mean(axis=0)
    return a[0] - a[1], b[0] - b[1], right(m)[2]


def halved(m: ndarray) -> Three:
    return (*right(m)[:2], (m[1, 1] + m[0, 0] - m[1, 0] - m[0, 1]) / 2)


def without_minus_beside(m: ndarray) -> Three:
    return (*right(m)[:2], (m[1, 0] - m[0, 0]) - (m[1, 1] - m[0, 1]))


def both_together(m: ndarray) -> Three:
    return (*right(m)[:2], m[-1, -1] - m[0, 0])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (alone, "what each part does alone"),
        (last, "what each part does last"),
        (turned, "have changed places"),
        (added_up, "added up the two edges"),
        (off_minus_on, "it is on minus off"),
        (halved, "half of what is asked for"),
        (without_minus_beside, "has the wrong sign"),
        (both_together, "what both parts gain together"),
    ],
)
def test_effects_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_13_effects(answer)


def cube(scores: Grid, a: str, b: str) -> ndarray:
    """(2, 2, 2, seeds, N), with a along the first axis and b along the second."""
    table = np.array([[[scores[u, s, x] for x in (False, True)] for s in (False, True)] for u in (False, True)])
    i, j = NAMES.index(a), NAMES.index(b)
    return table.transpose(i, j, 3 - i - j, 3, 4)


def interaction(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b).mean(axis=2)
    return (m[1, 1] - m[0, 1]) - (m[1, 0] - m[0, 0])


def minus_beside(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b).mean(axis=2)
    return (m[1, 0] - m[0, 0]) - (m[1, 1] - m[0, 1])


def summed(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b).sum(axis=2)
    return m[1, 1] - m[0, 1] - m[1, 0] + m[0, 0]


def a_half(scores: Grid, a: str, b: str) -> ndarray:
    signs = {
        corner: (-1) ** (corner[NAMES.index(a)] + corner[NAMES.index(b)]) for corner in product((False, True), repeat=3)
    }
    return sum(signs[corner] * runs for corner, runs in scores.items()) / 4


def only_beside(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b)
    return (m[1, 1] - m[0, 1]).mean(axis=0)


def a_main_effect(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b)
    return m[1].mean(axis=(0, 1)) - m[0].mean(axis=(0, 1))


def third_off(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b)[:, :, 0]
    return (m[1, 1] - m[0, 1]) - (m[1, 0] - m[0, 0])


def third_on(scores: Grid, a: str, b: str) -> ndarray:
    m = cube(scores, a, b)[:, :, 1]
    return (m[1, 1] - m[0, 1]) - (m[1, 0] - m[0, 0])


def one_number(scores: Grid, a: str, b: str) -> float:
    return float(np.mean(interaction(scores, a, b)))


def one_run(scores: Grid, a: str, b: str) -> ndarray:
    return interaction({corner: runs.mean(axis=0, keepdims=True) for corner, runs in scores.items()}, a, b)[0]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (minus_beside, "The sign is turned around"),
        (summed, "Average over them"),
        (a_half, "half of what is asked for"),
        (only_beside, "what a gains beside b"),
        (a_main_effect, "the main effect of a"),
        (third_off, "with the third part off"),
        (third_on, "with the third part on"),
        (one_number, r"each seed and face is asked for, shape \(3, 7\)"),
        (one_run, r"shape \(7,\), expected \(3, 7\)"),
    ],
)
def test_interaction_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_13_interaction(answer)


def test_a_right_answer_passes(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_13_effects(right)
    checks.check_13_interaction(interaction)
    assert capsys.readouterr().out == "check_13_effects: right.\ncheck_13_interaction: right.\n"
