"""Two editions of the chapters, as notebooks that need no Sphinx: one for students, one for those who teach.

Students get the sources without solutions: stubs, checks, cells for written predictions, nbgrader's metadata. Every
cell is made new from the text that may be seen, so nothing travels along in outputs, ids, attachments or metadata.
Lecturers get the executed copies: solutions, what they put out, how long that took, and what students get wrong.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sketchlib.publish import grading
from sketchlib.publish.chapters import Chapter, require_current
from sketchlib.publish.colab import BRANCH, REPOSITORY
from sketchlib.publish.errors import PublishError
from sketchlib.publish.exercises import Cell, Part, take_apart, text_of
from sketchlib.publish.plain import Names, to_plain
from sketchlib.publish.status import chapter_status

OWNER, BOOK = REPOSITORY.removeprefix("https://github.com/").split("/")
PAGES = f"https://{OWNER}.github.io/{BOOK}/"
"""Where the pages of the book are."""

PREDICTION = "**Your prediction.** Double-click here, and write it with a reason before you run anything."
"""The text that students replace."""

KEPT_TAGS = {"install", "parameters", "stub", "check"}
"""Tags that mean something outside of the pages."""

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Of every notebook."""

HIDDEN_INPUT = {"hide-input", "remove-input"}
BADGE = re.compile(r"^\[!\[[^\]]*\]\([^)]*\)\]\(https://colab\.[^)]*\)\n*", re.MULTILINE)
CODE_OR_LINK = re.compile(
    r"(?P<ticks>`+).+?(?P=ticks)(?!`)|(?P<head>(?P<image>!?)\[[^\]]*\]\()(?P<target>[^)\s]+)\)", re.DOTALL
)


def student_set(chapters: Sequence[Chapter], names: Names) -> dict[str, str]:
    """The student edition as nbgrader wants a course: path in the set -> text.

    Args:
        names: what the roles in the text point to.

    Raises:
        PublishError: if it cannot be told what in a chapter is a solution.
    """
    notebooks = {f"source/{c.name}/{c.name}.ipynb": _dump(student_notebook(c, names)) for c in chapters}
    return notebooks | {"nbgrader_config.py": grading.CONFIG}


def instructor_set(chapters: Sequence[Chapter], names: Names) -> dict[str, str]:
    """The instructor edition: path in the set -> text.

    Raises:
        PublishError: naming the chapters whose executed copy is missing or stale: outputs would be missing or wrong.
    """
    require_current(chapters)
    return {f"{c.name}.ipynb": _dump(instructor_notebook(c, names)) for c in chapters}


def student_notebook(chapter: Chapter, names: Names) -> dict[str, Any]:
    """The source of a chapter as students get it."""
    notebook = json.loads(chapter.source.read_text(encoding="utf-8"))
    parts = take_apart(chapter.name, notebook["cells"])
    return _notebook(notebook["metadata"], list(_student_cells(parts, names)))


def instructor_notebook(chapter: Chapter, names: Names) -> dict[str, Any]:
    """The executed copy of a chapter as those who teach get it."""
    notebook = json.loads(chapter.executed.read_text(encoding="utf-8"))
    parts = take_apart(chapter.name, notebook["cells"])
    first, *others = _instructor_cells(chapter, parts, names)
    return _notebook(notebook["metadata"], [first, _markdown(_timing(chapter, parts)), *others])


def _student_cells(parts: Sequence[Part], names: Names) -> Iterator[Cell]:
    with_stub = {part.exercise for part in parts if part.role == "stub"}
    last = {part.exercise: number for number, part in enumerate(parts) if part.role in ("solution", "check")}
    for number, part in enumerate(parts):
        exercise = part.exercise
        if part.role != "solution":
            yield from _shown(part.cell, names, _grading(part))
        if exercise is None:
            continue
        if part.role == "exercise" and exercise.kind == "experiment":
            yield _markdown(PREDICTION, grading.prediction(exercise.label))
        if last.get(exercise) == number and (exercise.kind == "experiment" or exercise not in with_stub):
            yield _code("")  # to work in


def _grading(part: Part) -> dict[str, Any]:
    if part.exercise and part.role == "stub":
        return grading.stub(part.exercise.label)
    if part.exercise and part.role == "check":
        return grading.check(part.exercise.label, part.exercise.kind)
    return {}


def _instructor_cells(chapter: Chapter, parts: Sequence[Part], names: Names) -> Iterator[Cell]:
    opened = set()
    for part in parts:
        if part.role == "solution" and part.exercise not in opened:
            opened.add(part.exercise)
            yield _markdown("#### Solution")
        for cell in _shown(part.cell, names):
            ran = {key: part.cell[key] for key in ("outputs", "execution_count")} if cell["cell_type"] == "code" else {}
            yield cell | ran
        if part.role == "check":
            yield _markdown(_mistakes(chapter, text_of(part.cell)))


def _mistakes(chapter: Chapter, check: str) -> str:
    """What the checks of one cell know, in the sentences that they say to it."""
    from sketchlib import checks  # here, because it brings PyTorch

    sentences: dict[str, None] = {}
    for name in re.findall(r"\bcheck_\w+", check):
        if name not in checks.ALL:
            raise PublishError(f"{chapter.name} calls {name}, and sketchlib.checks has no such check.")
        for mistake in checks.ALL[name].mistakes:
            try:
                checks.ALL[name](mistake.wrong)
            except checks.CheckFailed as failed:
                sentences[str(failed)] = None
    return "\n".join(["**Common mistakes**, and what the check says to each:\n", *(f"- {s}" for s in sentences)])


def _timing(chapter: Chapter, parts: Sequence[Part]) -> str:
    """What the run took, all of it and its solutions, and what it ran on."""
    status = chapter_status(chapter)
    durations = (p.cell["metadata"].get("papermill", {}).get("duration") for p in parts if p.role == "solution")
    beside = "" if status.side_by_side == "1" else f", {status.side_by_side} chapters at once"
    return (
        f"> **For those who teach.** Measured: this chapter ran in {status.seconds:.0f} s, of which its solutions took"
        f" {sum(d or 0 for d in durations):.0f} s. {status.device}{beside}, torch {status.torch}, settings:"
        f" {status.settings}, {status.when} UTC. All outputs below are of that run."
        " In JupyterLab, sliders move after Trust Notebook (command palette)."
    )


def _shown(cell: Cell, names: Names, metadata: dict[str, Any] | None = None) -> Iterator[Cell]:
    """A cell made new of its text, without outputs; behind a figure its caption."""
    if cell["cell_type"] == "markdown":
        text = _links(BADGE.sub("", to_plain(text_of(cell), names)))
        if text.strip():
            yield _markdown(text)
    if cell["cell_type"] != "code":
        return
    tags = set(cell["metadata"].get("tags", []))
    kept = {"tags": sorted(tags & KEPT_TAGS)} if tags & KEPT_TAGS else {}
    hidden = {"jupyter": {"source_hidden": True}} if tags & HIDDEN_INPUT else {}
    yield _code(text_of(cell), kept | hidden | (metadata or {}))
    caption = cell["metadata"].get("mystnb", {}).get("figure", {}).get("caption")
    if caption:
        yield _markdown(f"**Figure.** {_links(to_plain(caption, names))}")


def _links(text: str) -> str:
    """Links to neighbors in the book become links to its pages, other files links to the repository; code stays."""

    def absolute(found: re.Match[str]) -> str:
        target = found["target"]
        if found["ticks"] or re.match(r"[a-z][a-z+.-]*:|#", target):
            return found[0]
        path, mark, place = posixpath.normpath(posixpath.join("chapters", target)).partition("#")
        stem, suffix = posixpath.splitext(path)
        if suffix in (".md", ".ipynb"):
            return f"{found['head']}{PAGES}{stem}.html{mark}{place})"
        return f"{found['head']}{REPOSITORY}/{'raw' if found['image'] else 'blob'}/{BRANCH}/{path})"

    return CODE_OR_LINK.sub(absolute, text)


def _markdown(text: str, metadata: dict[str, Any] | None = None) -> Cell:
    return {"cell_type": "markdown", "metadata": metadata or {}, "source": text}


def _code(text: str, metadata: dict[str, Any] | None = None) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": metadata or {}, "outputs": [], "source": text}


def _notebook(metadata: dict[str, Any], cells: Sequence[Cell]) -> dict[str, Any]:
    """A notebook of these cells, with ids that count them; of its metadata only whether Colab should give a GPU."""
    return {
        "cells": [cell | {"id": f"cell-{number:03d}"} for number, cell in enumerate(cells, start=1)],
        "metadata": METADATA | ({"accelerator": "GPU"} if metadata.get("accelerator") == "GPU" else {}),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _dump(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
