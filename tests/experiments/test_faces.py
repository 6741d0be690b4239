"""The faces that a comparison hinges on, found in scores where they were put."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sketchlib.experiments.faces import face_differences, face_rows
from sketchlib.methods import METHODS

from .made import FACES, IMAGES, scored

IDS = [f"m-{i:03}" for i in range(100)]


def hanging() -> np.ndarray:
    """100 differences, most a little above 0, the faces 60 to 68 far below, and a few single ones a little below."""
    values = np.random.default_rng(0).uniform(0.001, 0.03, 100)
    values[60:69] = -0.1
    values[[3, 4, 30, 99]] = -0.002
    return values


def test_the_longest_run_of_faces_where_a_method_is_behind_is_found() -> None:
    values = hanging()
    found = face_differences(values + 0.5, np.full(100, 0.5), IDS)
    assert found.run == tuple(IDS[60:69])
    assert found.run_mean == pytest.approx(-0.1)
    assert found.mean == pytest.approx(values.mean())
    assert found.mean_without_run == pytest.approx(np.delete(values, np.arange(60, 69)).mean())
    assert found.median == pytest.approx(stats.scoreatpercentile(values, 50))
    assert found.positive == pytest.approx(0.87)
    assert found.skewness == pytest.approx(((values - values.mean()) ** 3).mean() / values.std() ** 3)
    assert found.skewness < 0


def test_differences_are_sorted_and_keep_their_ids() -> None:
    values = hanging()
    found = face_differences(values, np.zeros(100), IDS)
    assert list(found.differences) == sorted(values)
    assert dict(zip(found.ids, found.differences, strict=True)) == dict(zip(IDS, values, strict=True))


def test_scores_are_averaged_over_the_seeds_of_each() -> None:
    a, b = np.array([[0.1, 0.5, 0.2], [0.3, 0.5, 0.2]]), np.array([[0.3, 0.4, 0.1], [0.4, 0.4, 0.1], [0.5, 0.4, 0.1]])
    found = face_differences(a, b, "xyz")
    assert found.differences == pytest.approx((-0.2, 0.1, 0.1))
    assert found.run == ("x",) and found.positive == pytest.approx(2 / 3)


def test_the_first_of_two_runs_and_none_and_nothing_else() -> None:
    assert face_differences([-1, 1, -1, 1], np.zeros(4), "abcd").run == ("a",)
    ahead = face_differences([1, 1, 2], np.zeros(3), "abc")
    assert (ahead.run, ahead.run_mean, ahead.mean_without_run) == ((), None, pytest.approx(4 / 3))
    behind = face_differences([-1, -1, -1], np.zeros(3), "abc")
    assert (behind.run, behind.mean_without_run, behind.skewness) == (("a", "b", "c"), None, None)


@pytest.mark.parametrize(("a", "ids"), [([0.1, 0.2], "abc"), ([0.1], "abc"), ([], "")])
def test_faces_that_do_not_fit_are_named(a: list[float], ids: str) -> None:
    with pytest.raises(
        ValueError, match="face_differences got scores of . and . faces and . ids, expected one or more"
    ):
        face_differences(a, [0.1, 0.2, 0.3] if ids else [], ids)


def test_a_table_has_a_row_for_each_comparison() -> None:
    rows = scored({"lle": [0.5], "pix2pix": [0.45, 0.47], "improved": [0.5, 0.52]})
    for row in rows:
        if row["method"] == "lle" and row["id"] in ("4", "5", "6"):
            row["ssim"] += 0.1
    methods = {name: METHODS[name] for name in ("lle", "pix2pix", "improved")}
    lle, pix2pix = face_rows(rows, methods)
    assert (lle["method"], lle["minus"], pix2pix["minus"]) == ("improved", "lle", "pix2pix")
    assert (lle["run_length"], lle["run_first"], lle["run_last"]) == (3, "4", "6")
    assert lle["mean"] == pytest.approx(0.01 - 0.1 * 3 / IMAGES, abs=1e-5)
    assert (lle["run_mean"], lle["mean_without_run"]) == (pytest.approx(-0.09), pytest.approx(0.01))
    assert (lle["smallest"], lle["largest"], lle["positive"]) == (pytest.approx(-0.09), pytest.approx(0.01), 0.75)
    assert (pix2pix["run_length"], pix2pix["run_first"], pix2pix["skewness"]) == (0, None, None)
    assert face_rows(rows, {"lle": METHODS["lle"]}) == [] and len(FACES) == IMAGES
    assert tuple(lle) == tuple(pix2pix)
