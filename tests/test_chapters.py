"""What every source notebook keeps to. No kernel starts here: the book's build runs them."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager

from sketchlib.publish.colab import INSTALL_CELL, colab_address

ROOT = Path(__file__).parent.parent
NAMES = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
NOTEBOOKS = {n: json.loads((ROOT / "chapters" / f"{n}.ipynb").read_text("utf-8")) for n in NAMES}
every_chapter = pytest.mark.parametrize("name", NAMES)

METADATA = {"kernelspec", "language_info", "accelerator", "colab"}
CELL_METADATA = {"tags", "mystnb"}
DEFAULTS = {"dataset": ("str", "toy"), "profile": ("str", "quick"), "seed": ("int", 0)}


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def cells(name: str, kind: str | None = None, tag: str | None = None) -> Iterator[dict[str, Any]]:
    for cell in NOTEBOOKS[name]["cells"]:
        tags = cell["metadata"].get("tags", [])
        if (kind is None or cell["cell_type"] == kind) and (tag is None or tag in tags):
            yield cell


def python(name: str) -> str:
    """All code of a chapter as Python, magics included."""
    transform = TransformerManager().transform_cell
    return "\n".join(transform(text(cell)) for cell in cells(name, "code"))


def test_the_table_of_contents_names_exactly_the_chapters_that_exist() -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    pages = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    named = [page.removeprefix("chapters/") for page in pages if page.startswith("chapters/")]
    assert named == NAMES
    assert all(re.fullmatch(r"\d\d_[a-z0-9_]+", name) for name in NAMES)


@every_chapter
def test_a_source_has_no_outputs(name: str) -> None:
    for cell in cells(name, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@every_chapter
def test_metadata_is_clean_and_the_kernel_is_python3(name: str) -> None:
    notebook = NOTEBOOKS[name]
    assert set(notebook["metadata"]) <= METADATA
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    for cell in cells(name):
        assert set(cell["metadata"]) <= CELL_METADATA, text(cell)


@every_chapter
def test_a_source_is_stored_as_jupyter_stores_it(name: str) -> None:
    stored = (ROOT / "chapters" / f"{name}.ipynb").read_text("utf-8")
    canonical = nbformat.writes(nbformat.reads(stored, as_version=4))
    assert stored == canonical.removesuffix("\n") + "\n", "`make strip` mends it"


@every_chapter
def test_cell_ids_are_unique(name: str) -> None:
    ids = Counter(cell["id"] for cell in cells(name))
    assert [identity for identity, times in ids.items() if times > 1] == []


@every_chapter
def test_the_first_cell_is_a_title_with_the_colab_badge_of_this_chapter(name: str) -> None:
    first = next(cells(name))
    assert first["cell_type"] == "markdown"
    assert text(first).startswith("# ")
    assert f"[![Open in Colab](../book/_static/open-in-colab.svg)]({colab_address(name)})" in text(first)


@every_chapter
def test_the_first_code_cell_is_the_install_cell(name: str) -> None:
    assert [text(cell) for cell in cells(name, tag="install")] == [INSTALL_CELL]
    assert text(next(cells(name, "code"))) == INSTALL_CELL


@every_chapter
def test_one_cell_of_parameters_each_with_a_type_and_a_comment(name: str) -> None:
    (cell,) = cells(name, "code", tag="parameters")
    found = {}
    for statement in ast.parse(text(cell)).body:
        assert isinstance(statement, ast.AnnAssign), "name: type = value  # what it means"
        assert statement.lineno == statement.end_lineno, "folded, papermill does not show its comment"
        line = text(cell).splitlines()[statement.lineno - 1]
        assert re.search(r"#\s*\S", line), f"{line!r} has no comment, which papermill shows as help"
        kind = ast.unparse(statement.annotation)
        assert kind in {"str", "int", "float", "bool"}
        found[ast.unparse(statement.target)] = (kind, ast.literal_eval(statement.value))
    assert found | DEFAULTS == found


@every_chapter
def test_all_code_can_be_parsed_and_hangs_no_page(name: str) -> None:
    code = python(name)
    ast.parse(code)
    # nbclient can wait forever for these two, and in a page without a kernel they do not move.
    assert not re.search(r"\binteract(ive)?\(|widgets\.Output\(", code)


@every_chapter
def test_a_figure_has_a_name_a_caption_and_an_alternative_text(name: str) -> None:
    for cell in cells(name):
        figure = cell["metadata"].get("mystnb", {}).get("figure")
        if figure is not None:
            assert re.fullmatch(r"fig-[a-z0-9-]+", figure["name"])
            assert figure["caption"].strip()
            assert cell["metadata"]["mystnb"]["image"]["alt"].strip()


def test_figure_names_are_unique_in_the_book() -> None:
    figures = [c["metadata"].get("mystnb", {}).get("figure", {}) for n in NAMES for c in cells(n)]
    names = Counter(figure["name"] for figure in figures if figure)
    assert [name for name, times in names.items() if times > 1] == []


@every_chapter
def test_a_page_loads_no_image_from_elsewhere(name: str) -> None:
    prose = "\n".join(text(cell) for cell in cells(name, "markdown"))
    assert not re.search(r"!\[[^\]]*\]\(https?:|<(img|iframe|script)[^>]*src=[\"']?https?:", prose)


class Shell:
    """Stands for IPython: keeps the magics that a cell calls."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def run_line_magic(self, name: str, line: str) -> None:
        self.lines.append(f"{name} {line}")


@pytest.mark.parametrize("installed", [True, False])
def test_the_install_cell_acts_only_where_sketchlib_is_missing(
    installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    shell = Shell()
    program = TransformerManager().transform_cell(INSTALL_CELL)
    exec(program, {"get_ipython": lambda: shell})
    address = "git+https://github.com/photo-to-sketch/photo-to-sketch"
    expected = [
        "pip list --format=freeze > installed.txt",
        f"pip install -q -c installed.txt {address}",
    ]
    assert shell.lines == ([] if installed else expected)


def test_the_install_cell_fits_a_page() -> None:
    assert max(len(line) for line in INSTALL_CELL.splitlines()) <= 95
