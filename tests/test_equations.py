"""The paper's equations (1) to (8): each stands in one chapter, and the code that implements it leads there."""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path

import pytest

from sketchlib import losses
from sketchlib.training.config import WEIGHTS, TrainConfig

ROOT = Path(__file__).parents[1]
CHAPTERS = {1: "09", 2: "09", 3: "06", 4: "07", 5: "07", 6: "08", 7: "08", 8: "09"}
FUNCTIONS = {
    "supervised_xy": 1,
    "supervised_yx": 2,
    "adversarial_generator": 3,
    "adversarial_discriminator": 3,
    "cycle_y": 4,
    "cycle_x": 5,
    "identity_y": 6,
    "identity_x": 7,
    "total": 8,
}


def pages() -> dict[str, str]:
    """The prose of every chapter, by its number, and of the other pages, by their names."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md")}
    for path in (ROOT / "chapters").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        found[path.name[:2]] = "\n\n".join(prose)
    return found


def test_each_function_names_its_equation_first() -> None:
    named = {
        name: int(inspect.getdoc(function).removeprefix("Eq. (")[0])
        for name, function in inspect.getmembers(losses, inspect.isfunction)
        if (inspect.getdoc(function) or "").startswith("Eq. (")
    }
    assert named == FUNCTIONS
    public = {
        name
        for name, function in inspect.getmembers(losses, inspect.isfunction)
        if function.__module__ == losses.__name__ and not name.startswith("_")
    }
    other_forms = {"log_generator", "saturating_generator", "log_discriminator"}  # of (3), for comparison
    assert public - named.keys() == {"l1"} | other_forms  # l1 is the norm in all of them


@pytest.mark.parametrize("number", CHAPTERS)
def test_each_equation_has_one_target_in_its_chapter_with_its_number(number: int) -> None:
    target = re.compile(rf"^\(equation-{number}\)=\n(.*?\$\$.*?\$\$)", re.MULTILINE | re.DOTALL)
    places = {page: target.findall(text) for page, text in pages().items()}
    where = [page for page, found in places.items() for _ in found]
    assert where == [CHAPTERS[number]]
    (equation,) = places[CHAPTERS[number]]
    assert equation.lstrip().startswith("$$")  # nothing between target and equation
    assert f"\\tag{{{number}}}" in equation


def test_the_notation_has_each_weight_with_its_equation_and_the_papers_value() -> None:
    rows = re.findall(
        r"^  - `(lambda_\w+)`\n  - weight of \{ref\}`\((\d)\) <equation-(\d)>`.*\. The paper: ([\d.]+)$",
        pages()["notation.md"],
        re.MULTILINE,
    )
    assert [name for name, *_ in rows] == list(WEIGHTS)
    assert [(int(number), int(target)) for _, number, target, _ in rows] == [(n, n) for n in (1, 2, 4, 5, 6, 7)]
    assert {name: float(value) for name, *_, value in rows} == {name: getattr(TrainConfig(), name) for name in WEIGHTS}


def test_no_page_links_to_an_equation_that_the_paper_does_not_have() -> None:
    named = {number for text in pages().values() for number in re.findall(r"equation-(\d+)", text)}
    assert named <= {str(number) for number in CHAPTERS}


@pytest.mark.parametrize(
    ("line", "linked"),
    [
        ("Eq. (3), the generator's side", ":ref:`Eq. (3) <equation-3>`, the generator's side"),
        ("Cycle, eqs. (4) and (5).", "Cycle, eqs. :ref:`(4) <equation-4>` and :ref:`(5) <equation-5>`."),
        (
            "eqs. (1), (2), and (8)",
            "eqs. :ref:`(1) <equation-1>`, :ref:`(2) <equation-2>`, and :ref:`(8) <equation-8>`",
        ),
        ("Eq. (13) of Wang et al.", "Eq. (13) of Wang et al."),
        ("(3) of the list; Seq. (3)", "(3) of the list; Seq. (3)"),
    ],
)
def test_docstrings_get_links(monkeypatch: pytest.MonkeyPatch, line: str, linked: str) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])
    from equation_links import link_equations

    assert link_equations(line) == linked
