"""The faces that a comparison hinges on: how the difference of two methods is spread over the test faces.

A mean difference can come from all faces a little, or from a few a lot. Here a comparison is looked at face by face,
in the order of the test set, in which faces that stand next to each other may have been made on one day, with one
light and one camera.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from sketchlib.evaluation.contrasts import equal
from sketchlib.evaluation.protocols import HOUSE_PROTOCOL
from sketchlib.experiments.evaluations import Rows, rounded, scores_of
from sketchlib.methods import Row


@dataclass(frozen=True)
class FaceDifferences:
    """Method a minus method b on each face, averaged over the seeds of each.

    Attributes:
        ids: (N,) of the faces, from the one where a is furthest behind to the one where it is furthest ahead.
        differences: (N,) in the same order.
        mean: over the faces.
        median: over the faces; far from the mean if a few faces decide.
        positive: share of faces where a is ahead, in [0, 1].
        skewness: third standardized moment, 0 for a symmetric spread, negative if the long tail is where a is behind.
            None where all differences are equal.
        run: the ids of the longest run of consecutive faces, in the order of the test set, where a is behind. The
            first one of several, empty if there is none.
        run_mean: over these faces. None if there are none.
        mean_without_run: over all other faces. None if there are none.
    """

    ids: tuple[str, ...]
    differences: tuple[float, ...]
    mean: float
    median: float
    positive: float
    skewness: float | None
    run: tuple[str, ...]
    run_mean: float | None
    mean_without_run: float | None


def face_differences(a: ArrayLike, b: ArrayLike, ids: Sequence[str]) -> FaceDifferences:
    """How the difference of two methods is spread over faces.

    The run is found by looking at the scores, so the mean without it is no estimate of anything: it says how much of
    the comparison hangs on these faces.

    Args:
        a: (N,) or (seeds, N) scores of one method.
        b: those of the other, of the same N faces, any number of seeds.
        ids: of the N faces, in the order of the test set.

    Raises:
        ValueError: if the numbers of faces differ, or there is none.
    """
    ours, theirs = (np.atleast_2d(np.asarray(scores, dtype=np.float64)).mean(axis=0) for scores in (a, b))  # (N,)
    if not len(ids) or not len(ours) == len(theirs) == len(ids):
        raise ValueError(
            f"face_differences got scores of {len(ours)} and {len(theirs)} faces and {len(ids)} ids, "
            "expected one or more faces, as many in each."
        )
    values = ours - theirs
    order = np.argsort(values, kind="stable")
    within = _longest_run(values < 0)
    outside = np.setdiff1d(np.arange(len(values)), within)
    return FaceDifferences(
        ids=tuple(ids[i] for i in order),
        differences=tuple(values[order].tolist()),
        mean=float(values.mean()),
        median=float(np.median(values)),
        positive=float((values > 0).mean()),
        skewness=None if equal(values) else float(stats.skew(values)),
        run=tuple(ids[i] for i in within),
        run_mean=float(values[within].mean()) if len(within) else None,
        mean_without_run=float(values[outside].mean()) if len(outside) else None,
    )


def face_rows(rows: Rows, methods: Mapping[str, Row], ours: str = "improved") -> Rows:
    """A row for each comparison of `ours`: the fields of `FaceDifferences` but its lists, the run by its ends.

    Raises:
        ValueError: if a method has no scores.
    """
    if ours not in methods:
        return []
    ids = _ids(rows, ours)
    return [
        {"method": ours, "minus": name, **_row(face_differences(scores_of(rows, ours), scores_of(rows, name), ids))}
        for name in methods
        if name != ours
    ]


def _row(found: FaceDifferences) -> dict[str, Any]:
    numbers = {
        "mean": found.mean,
        "median": found.median,
        "positive": found.positive,
        "skewness": found.skewness,
        "smallest": found.differences[0],
        "largest": found.differences[-1],
        "run_mean": found.run_mean,
        "mean_without_run": found.mean_without_run,
    }
    run = {
        "run_length": len(found.run),
        "run_first": found.run[0] if found.run else None,
        "run_last": found.run[-1] if found.run else None,
    }
    return {**{key: rounded(value, 5) for key, value in numbers.items()}, **run}


def _ids(rows: Rows, method: str) -> list[str]:
    """The faces of the test set in their order, by one run of a method."""
    of_method = [row for row in rows if row["method"] == method and row["protocol"] == HOUSE_PROTOCOL.name]
    return [row["id"] for row in of_method if row["seed"] == of_method[0]["seed"]]


def _longest_run(marked: np.ndarray) -> np.ndarray:
    """The places of the longest run of True in (N,), the first of several."""
    runs = [list(places) for mark, places in groupby(range(len(marked)), key=lambda i: marked[i]) if mark]
    return np.array(max(runs, key=len, default=[]), dtype=int)
