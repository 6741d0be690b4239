"""A book of tiny chapters, made where a test can write."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import sketchlib
from sketchlib.publish.chapters import RECORD, Chapter, library_hash, source_hash

PARAMETERS = """\
dataset: str = "toy"  # data
seed: int = 0  # chance
rate: float = 0.1  # speed
loud: bool = False"""
ENVIRONMENT = {"device": "CPU, 2 threads", "python": "3.12.0", "torch": "2.9.0"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def code(source: str, *tags: str, outputs: Sequence[dict[str, Any]] = (), **metadata: Any) -> dict[str, Any]:
    """A code cell."""
    return {
        "cell_type": "code",
        "id": f"c{abs(hash((source, tags)))}"[:20],
        "execution_count": None,
        "metadata": ({"tags": list(tags)} if tags else {}) | metadata,
        "outputs": list(outputs),
        "source": source,
    }


def markdown(source: str) -> dict[str, Any]:
    """A Markdown cell."""
    return {
        "cell_type": "markdown",
        "id": f"m{abs(hash(source))}"[:20],
        "metadata": {},
        "source": source,
    }


def notebook(cells: Sequence[dict[str, Any]], **metadata: Any) -> str:
    """The JSON text of a notebook."""
    kernel = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    return json.dumps({"cells": list(cells), "metadata": kernel | metadata, "nbformat": 4, "nbformat_minor": 5})


Write = Callable[..., Chapter]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of an empty book, and a library that nobody edits during the test."""
    (tmp_path / "sketchlib").mkdir()
    monkeypatch.setattr(sketchlib, "__file__", str(tmp_path / "sketchlib" / "__init__.py"))
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_config.yml").write_text("title: A book\n")
    return tmp_path


@pytest.fixture
def write(book: Path) -> Write:
    """Writes a chapter: write("01_one", code(...), markdown(...))."""

    def chapter(name: str, *cells: dict[str, Any]) -> Chapter:
        made = Chapter(book, name)
        made.source.write_text(notebook(cells or [markdown(f"# {name}"), code(PARAMETERS, "parameters")]))
        return made

    return chapter


def pretend_executed(chapter: Chapter, *cells: dict[str, Any], **changes: Any) -> None:
    """Write what a successful run would have left; `changes` go into its record."""
    source = chapter.source.read_text()
    record = {
        "source": source_hash(source),
        "library": library_hash(chapter.name),
        "parameters": {},
        "data": None,
        "environment": ENVIRONMENT,
    }
    papermill = {"duration": 12.34, "end_time": "2026-01-02T03:04:05.678901+00:00"}
    chapter.executed.parent.mkdir(parents=True, exist_ok=True)
    content = cells or json.loads(source)["cells"]
    chapter.executed.write_text(notebook(content, papermill=papermill, **{RECORD: record | changes}))
