"""Chapters as slides: nbconvert writes a reveal.js deck from the pages of an executed chapter.

A deck loads reveal.js and MathJax from the folder vendor/ beside it, so the folder build/slides works offline and can
be carried to another machine as a whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sketchlib.files import write_text
from sketchlib.publish.chapters import Chapter, require_current
from sketchlib.publish.errors import PublishError
from sketchlib.publish.exercises import Cell
from sketchlib.publish.names import read_names
from sketchlib.publish.plain import Names
from sketchlib.publish.slide_layout import Page
from sketchlib.publish.slide_pages import chapter_pages

TEMPLATES = Path(__file__).parent / "templates"
VENDORED = ("reveal", "mathjax")
"""Folders of book/_static/vendor that a deck loads from; each name is followed by a version."""


def write_decks(chapters: Sequence[Chapter]) -> list[Path]:
    """Write build/slides/NN_name.html for each chapter, and vendor/ beside them.

    Raises:
        PublishError: before anything is written, if an executed copy is missing, partial or stale.
    """
    require_current(chapters)
    root = chapters[0].root
    folder = root / "build" / "slides"
    vendored = copy_vendored(root, folder / "vendor")
    names = read_names(root)
    return [write_deck(chapter, names, vendored, folder) for chapter in chapters]


def copy_vendored(root: Path, target: Path) -> dict[str, str]:
    """Copy what decks load to `target`; return the folder's name for each of `VENDORED`.

    Raises:
        PublishError: if the book has none of them.
    """
    found = {}
    for name in VENDORED:
        folders = sorted((root / "book" / "_static" / "vendor").glob(f"{name}-*"))
        if not folders:
            raise PublishError(f"book/_static/vendor has no folder {name}-VERSION: run refresh.sh there.")
        found[name] = folders[-1].name
        shutil.copytree(folders[-1], target / folders[-1].name, dirs_exist_ok=True)
    return found


def write_deck(chapter: Chapter, names: Names, vendored: dict[str, str], folder: Path) -> Path:
    """One deck.

    Args:
        names: what roles point to.
        vendored: the folders in vendor/, as `copy_vendored` returns them.
        folder: where the deck is written.
    """
    notebook = json.loads(chapter.executed.read_text(encoding="utf-8"))
    pages = chapter_pages(chapter.name, notebook, names)
    path = folder / f"{chapter.name}.html"
    write_text(path, _export(pages, vendored))
    return path


def _export(pages: list[Page], metadata: dict[str, Any]) -> str:
    """The HTML of a deck: nbconvert's slides with our template."""
    import nbformat
    from nbconvert.exporters import SlidesExporter

    notebook = nbformat.from_dict(
        {
            "cells": [cell for page in pages for cell in _page_cells(page)],
            "metadata": metadata | {"title": pages[0].title, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )
    exporter = SlidesExporter(template_name="slides", extra_template_basedirs=[str(TEMPLATES)])
    html, _ = exporter.from_notebook_node(notebook)
    return html


def _page_cells(page: Page) -> list[Cell]:
    """The cells of a page with what nbconvert's slides read: where a slide begins, and what are notes."""
    head = {"role": "head", "kind": page.kind}
    start = {"slide": head, "slideshow": {"slide_type": "slide" if page.starts_section else "subslide"}}
    cells = [{"cell_type": "markdown", "metadata": start, "source": f"## {page.title}"}, *page.cells]
    if page.notes:
        notes = {"slide": {"role": "notes"}, "slideshow": {"slide_type": "notes"}}
        cells.append({"cell_type": "markdown", "metadata": notes, "source": "\n\n".join(page.notes)})
    return cells
