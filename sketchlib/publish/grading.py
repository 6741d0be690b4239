"""What nbgrader reads in a student notebook, and the configuration that goes with it.

nbgrader takes a notebook of the lecturer's, removes solutions, hands it out, collects it and grades it. In a student
set the solutions are gone already. Left alone, its preprocessor ClearSolutions would write its own stub over ours, so
the configuration switches that one off, and nothing else about handing out.
"""

from __future__ import annotations

from typing import Any

CHECK_POINTS = {"warm-up": 1, "code": 3, "experiment": 1}
"""Points that a check gives, by the kind of exercise. No partial credit: an answer is right, or told what is wrong."""

PREDICTION_POINTS = 2
"""Points for a written prediction, given by hand: for having a reason, not for being right."""

CONFIG = """\
# Written by `sketchlib book edition student`. For a course that has its own nbgrader_config.py, copy these lines.
c = get_config()  # noqa: F821
# The notebooks in source/ have no solutions in them, and their stubs are to stay as they are.
c.ClearSolutions.enabled = False
# Chapters train networks. Seconds that one cell may take while nbgrader grades it.
c.Execute.timeout = 1800
"""
"""The text of nbgrader_config.py in a student set."""


def stub(label: str) -> dict[str, Any]:
    """The cell in which students write; it gives no points itself.

    Args:
        label: of the exercise; unique in a chapter.
    """
    return _metadata(f"{label}-stub", solution=True)


def check(label: str, kind: str) -> dict[str, Any]:
    """The cell that grades by running: an error is 0 points. Locked: nbgrader puts it back before grading.

    Args:
        kind: a key of CHECK_POINTS; any other counts as "warm-up".
    """
    return _metadata(f"{label}-check", grade=True, locked=True, points=CHECK_POINTS.get(kind, CHECK_POINTS["warm-up"]))


def prediction(label: str) -> dict[str, Any]:
    """The Markdown cell for a written prediction, graded by hand. Left as it was it is 0 points."""
    return _metadata(f"{label}-prediction", grade=True, solution=True, points=PREDICTION_POINTS)


def _metadata(grade_id: str, **given: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell, schema 3."""
    base = {
        "grade": False,
        "grade_id": grade_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return {"nbgrader": base | given}
