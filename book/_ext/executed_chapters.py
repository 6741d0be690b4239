"""Sphinx extension: hands Sphinx the executed copy of a chapter in place of its source.

Sources, _config.yml and _toc.yml stay where they are, and buttons lead to the clean source. A copy
that is missing, partial, or stale (of another text, or another sketchlib) is a warning, so under -W
an error.
The directive `{chapter-status}` shows the table of the status page.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from sketchlib.publish.chapters import RECORD, Chapter, copy_problem
from sketchlib.publish.status import all_status, markdown_table

logger = logging.getLogger(__name__)


def find_chapter(app: Sphinx, docname: str) -> Chapter | None:
    """The chapter that a document is, or None for a page of prose."""
    chapter = Chapter(Path(app.srcdir), docname.removeprefix("chapters/"))
    return chapter if docname.startswith("chapters/") and chapter.source.is_file() else None


def read_executed(app: Sphinx, docname: str, source: list[str]) -> None:
    """On "source-read": put the executed copy in the place of the chapter's own text."""
    chapter = find_chapter(app, docname)
    if chapter is None:
        return
    app.env.note_dependency(str(chapter.executed))
    problem = copy_problem(chapter, source[0])
    if problem:
        logger.warning(problem, location=docname, type="executed_chapters")
    if chapter.executed.is_file():
        notebook = json.loads(chapter.executed.read_text(encoding="utf-8"))
        for key in ("papermill", RECORD):  # paths and hashes: not for the page
            notebook["metadata"].pop(key, None)
        for cell in notebook["cells"]:
            if "install" in cell["metadata"].get("tags", []):  # for Colab: folded in the page
                cell["metadata"]["tags"].append("hide-input")
                cell["metadata"]["mystnb"] = {"code_prompt_show": "Show the install cell for Colab"}
        source[0] = json.dumps(notebook)


def bad_copies(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """On "env-get-outdated": read chapters with a bad copy again: each build warns of them."""
    found = {name: find_chapter(app, name) for name in env.found_docs}
    return [
        name
        for name, chapter in found.items()
        if chapter and copy_problem(chapter, chapter.source.read_text(encoding="utf-8"))
    ]


class ChapterStatusTable(SphinxDirective):
    """`{chapter-status}`: outcome, duration, device and versions of every chapter."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        return self.parse_text_to_nodes(markdown_table(all_status(Path(self.env.srcdir))))


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("source-read", read_executed)
    app.connect("env-get-outdated", bad_copies)
    app.add_directive("chapter-status", ChapterStatusTable)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
