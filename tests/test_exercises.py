"""Every exercise: its stub, its solution, its check, and that nothing but the check needs the solution."""

from __future__ import annotations

import ast
import builtins
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sketchlib import checks

ROOT = Path(__file__).parent.parent
CHAPTERS = {path.stem: json.loads(path.read_text("utf-8"))["cells"] for path in sorted(ROOT.glob("chapters/*.ipynb"))}
KINDS = {"warm-up", "code", "experiment"}
DIRECTIVE = re.compile(r"`{3,}\{exercise\} (?P<title>.+)\n:label: (?P<label>.+)\n(?::class: (?P<kind>.+)\n)?")


@dataclass
class Exercise:
    """One exercise as it stands in a source notebook."""

    title: str
    label: str
    kind: str | None
    stub: str = ""
    check: str = ""
    solved: bool = False
    solution: list[str] = field(default_factory=list)


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def exercises(name: str) -> list[Exercise]:
    found: list[Exercise] = []
    inside = False
    for cell in CHAPTERS[name]:
        source, tags = text(cell), cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            found += [Exercise(m["title"], m["label"], m["kind"]) for m in DIRECTIVE.finditer(source)]
            start = re.search(r"\{solution-start\} (.+)", source)
            inside = (inside or bool(start)) and "{solution-end}" not in source
            if start:
                assert found[-1].label == start[1], f"the solution of {start[1]} does not follow its exercise"
                found[-1].solved = True
        elif inside:
            found[-1].solution.append(source)
        elif "stub" in tags:
            assert not found[-1].stub, f"{found[-1].label} has two stubs"
            found[-1].stub = source
        elif "check" in tags:
            found[-1].check = source
    return found


def functions(source: str) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    return {n.name: n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}


FROM_TWO_ON = [name for name in CHAPTERS if name >= "02"]
ALL = [pytest.param(name, e, id=e.label) for name in FROM_TWO_ON for e in exercises(name)]
every_exercise = pytest.mark.parametrize(("name", "exercise"), ALL)


@pytest.mark.parametrize("name", FROM_TWO_ON)
def test_a_chapter_has_a_warm_up_code_to_write_and_an_experiment(name: str) -> None:
    assert {exercise.kind for exercise in exercises(name)} == KINDS


@every_exercise
def test_an_exercise_has_a_solution_and_a_label_of_its_chapter(name: str, exercise: Exercise) -> None:
    assert exercise.solved
    assert exercise.label.startswith(f"ex-{name[:2]}-")


@every_exercise
def test_a_warm_up_and_code_to_write_have_a_stub_and_a_check(name: str, exercise: Exercise) -> None:
    assert bool(exercise.stub) == bool(exercise.check)
    assert exercise.stub or exercise.kind == "experiment"


@every_exercise
def test_a_stub_tells_what_is_wanted_and_says_that_it_is_not_written(name: str, exercise: Exercise) -> None:
    for function in functions(exercise.stub).values():
        assert ast.get_docstring(function)
        assert "raise NotImplementedError" in ast.unparse(function)


@every_exercise
def test_the_solution_writes_what_the_stub_left_open(name: str, exercise: Exercise) -> None:
    solution = functions("\n\n".join(exercise.solution))
    assert functions(exercise.stub).keys() <= solution.keys()
    assert "NotImplementedError" not in "\n".join(exercise.solution)


@every_exercise
def test_a_check_calls_checks_of_its_chapter_with_what_the_stub_names(name: str, exercise: Exercise) -> None:
    for statement in ast.parse(exercise.check).body:
        called = re.fullmatch(r"checks\.(check_(\d\d)_\w+)\((\w+)\)", ast.unparse(statement))
        assert called, ast.unparse(statement)
        assert called[1] in checks.ALL
        assert called[2] == name[:2]
        assert called[3] in functions(exercise.stub)


def test_every_check_is_used_by_one_exercise() -> None:
    called = [c for n in CHAPTERS for e in exercises(n) for c in re.findall(r"checks\.(check_\w+)", e.check)]
    assert sorted(called) == sorted(checks.ALL)


def bound(tree: ast.AST) -> set[str]:
    """Names that running this code binds at its top level, roughly: all that are stored anywhere."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    names |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    aliases = [a for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names]
    return names | {(a.asname or a.name).partition(".")[0] for a in aliases}


@pytest.mark.parametrize("name", list(CHAPTERS))
def test_without_its_solutions_a_chapter_misses_no_name(name: str) -> None:
    """Else the student edition would stop where the book goes on."""
    known, inside = set(dir(builtins)) | {"get_ipython", "display"}, False
    for cell in CHAPTERS[name]:
        source = text(cell)
        if cell["cell_type"] == "markdown":
            inside = (inside or "{solution-start}" in source) and "{solution-end}" not in source
        elif not inside and "install" not in cell["metadata"].get("tags", []):
            tree = ast.parse(source)
            known |= bound(tree)
            used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            assert used <= known, source
