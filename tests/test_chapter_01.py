"""Chapter 1 stands alone, so it carries the paper's numbers itself: they must be those of book/results/."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def constants_of_chapter_01() -> dict[str, Any]:
    """Every name that the chapter assigns a plain value to, such as a number or a dict of numbers."""
    notebook = json.loads((ROOT / "chapters" / "01_paper.ipynb").read_text("utf-8"))
    found = {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or "install" in cell["metadata"].get("tags", []):
            continue
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                try:
                    found[statement.targets[0].id] = ast.literal_eval(statement.value)
                except ValueError:
                    continue  # computed, not typed
    return found


def rows(file: str, key: str, field: str = "rows") -> dict[str, float]:
    table = json.loads((ROOT / "book" / "results" / file).read_text("utf-8"))
    return {row[key]: row["ssim"] for row in table[field]}


def test_the_papers_table_is_that_of_the_results_page() -> None:
    printed = rows("paper_table1.json", "method")
    assert list(constants_of_chapter_01()["paper_table_1"].values()) == list(printed.values())


def test_the_white_page_is_that_of_the_results_page() -> None:
    measured = rows("table1_cpu.json", "floor", "floors")
    assert constants_of_chapter_01()["white_page_there"] == round(measured["white page"], 3)


def test_the_other_numbers_from_the_real_faces_are_those_of_the_results_page() -> None:
    measured = rows("table1_cpu.json", "label") | rows("table1_cpu.json", "floor", "floors")
    shown = constants_of_chapter_01()["measured_there"]
    assert shown == {name: round(measured[name], 3) for name in shown}
