"""A real nbgrader hands out a student set, collects it and grades it. Skipped where nbgrader is not installed."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sketchlib.publish.editions import PREDICTION, student_set
from sketchlib.publish.handouts import write_set
from sketchlib.publish.plain import Names

from .conftest import Write, code, markdown

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("nbgrader") is None, reason="nbgrader is not installed"),
    pytest.mark.timeout(600),  # it starts four programs and two kernels
]

NAME = "03_made_up"
STUB = 'def {name}(x):\n    """(N, C, H, W) -> (N, C)."""\n    raise NotImplementedError'
SOLUTION = 'def {name}(x):\n    """(N, C, H, W) -> (N, C)."""\n    return x.mean(dim=(2, 3))'


def exercise(kind: str, name: str) -> list[dict[str, Any]]:
    return [
        markdown(f"```{{exercise}} About {name}\n:label: ex-03-{name}\n:class: {kind}\n\nDo it.\n```"),
        code(STUB.format(name=name), "stub"),
        markdown(f"```{{solution-start}} ex-03-{name}\n:class: dropdown\n```"),
        code(SOLUTION.format(name=name)),
        markdown("```{solution-end}\n```"),
        code(f"checks.check_03_squeeze({name})", "check"),
    ]


def experiment() -> list[dict[str, Any]]:
    return [
        markdown("```{exercise} What if?\n:label: ex-03-if\n:class: experiment\n\nPredict.\n```"),
        markdown("```{solution-start} ex-03-if\n```\n\nIt is as it is.\n\n```{solution-end}\n```"),
    ]


def nbgrader(course: Path, *words: str) -> None:
    """Run a command of nbgrader in the folder of a course, with nobody's settings but the course's."""
    home = {key: str(course / ".jupyter") for key in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    programs = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}  # it calls alembic
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course, env=os.environ | home | programs, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def submit(course: Path, student: str, work: Callable[[dict[str, Any]], None]) -> None:
    """A student takes the released notebook, does `work` on every cell, and hands it in."""
    folder = course / "submitted" / student / NAME
    shutil.copytree(course / "release" / NAME, folder)
    notebook = json.loads((folder / f"{NAME}.ipynb").read_text())
    for cell in notebook["cells"]:
        work(cell)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook))


def solve(cell: dict[str, Any]) -> None:
    """What a student who knows everything writes."""
    source = "".join(cell["source"])
    for name in ("squeeze", "level"):
        if source == STUB.format(name=name):
            cell["source"] = SOLUTION.format(name=name)
    if source == PREDICTION:
        cell["source"] = "I think that it stays as it is."


def cheat(cell: dict[str, Any]) -> None:
    """Takes the checks out; nbgrader puts them back."""
    if "".join(cell["source"]).startswith("checks."):
        cell["source"] = "pass"


@pytest.fixture
def course(tmp_path: Path, write: Write) -> Path:
    """A student set of one chapter, released, and what three students make of it, graded."""
    cells = [markdown("# Made up"), code("from sketchlib import checks"), *exercise("warm-up", "squeeze")]
    chapter = write(NAME, *cells, *exercise("code", "level"), *experiment())
    folder = tmp_path / "course"
    write_set(folder, student_set([chapter], Names()))
    nbgrader(folder, "generate_assignment", NAME)
    submit(folder, "solves", solve)
    submit(folder, "sleeps", lambda cell: None)
    submit(folder, "cheats", cheat)
    nbgrader(folder, "autograde", NAME)
    nbgrader(folder, "export", "--to", "grades.csv")
    return folder


def test_a_round_trip_assign_submit_autograde(course: Path) -> None:
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in released]
    for name in ("squeeze", "level"):
        assert STUB.format(name=name) in sources  # ours, not nbgrader's
        assert SOLUTION.format(name=name) not in sources
    assert PREDICTION in sources

    rows = csv.DictReader((course / "grades.csv").read_text().splitlines())
    grades = {row["student_id"]: row for row in rows}
    assert {name: (float(row["score"]), float(row["max_score"])) for name, row in grades.items()} == {
        "solves": (4.0, 6.0),  # all that is graded by running; the prediction waits for a person
        "sleeps": (0.0, 6.0),
        "cheats": (0.0, 6.0),
    }
