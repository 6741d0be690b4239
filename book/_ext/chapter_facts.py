"""Sphinx extension: what a chapter takes, from measurements and from book/chapters.json.

`{chapter-facts}` shows measured run time, hardware and needed chapters in a small box. It is put on the page of every
chapter, behind its first cell; on other pages its argument names the chapter: "03". The role {run-time}`03` is the
measured time alone. A chapter that was not run has no time: nothing is guessed.

book/chapters.json has, for each chapter, "needs" (numbers of earlier chapters), and the hardware that the profiles
"quick" and "full" want.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from executed_chapters import find_chapter
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata

from sketchlib.publish.chapters import Chapter, list_chapters
from sketchlib.publish.status import ChapterStatus, chapter_status

FACTS = Path("book", "chapters.json")
AFTER_THE_COPY = 600  # Sphinx calls handlers from small to large; the executed copy is put in at 500


@dataclass(frozen=True)
class Facts:
    """What one chapter takes.

    Attributes:
        chapter: the notebook.
        title: its first heading.
        needs: numbers of the chapters that its reader should have read, such as "06".
        quick, full: the hardware for each profile, as text.
    """

    chapter: Chapter
    title: str
    needs: tuple[str, ...]
    quick: str
    full: str

    @property
    def number(self) -> str:
        return self.chapter.name[:2]

    @property
    def page(self) -> str:
        """Its name among Sphinx's documents."""
        return f"chapters/{self.chapter.name}"


def read_facts(root: Path) -> dict[str, Facts]:
    """The facts of every chapter, by its number and in the book's order.

    Raises:
        ExtensionError: if book/chapters.json and the folder of chapters do not agree, or a field is wrong.
    """
    given = json.loads((root / FACTS).read_text(encoding="utf-8"))
    chapters = {chapter.name[:2]: chapter for chapter in list_chapters(root)}
    if list(given) != list(chapters):
        odd = ", ".join(sorted(given.keys() ^ chapters.keys())) or "another order"
        raise ExtensionError(f"{FACTS} and chapters/ do not agree, expected one entry for each chapter: {odd}.")
    found = {}
    for number, fields in given.items():
        if fields.keys() != {"needs", "quick", "full"}:
            raise ExtensionError(f"{FACTS}: {number} has {sorted(fields)}, expected needs, quick and full.")
        for needed in fields["needs"]:
            if needed not in found:
                raise ExtensionError(f"{FACTS}: {number} needs {needed!r}, expected the number of an earlier chapter.")
        title = _title(chapters[number])
        found[number] = Facts(chapters[number], title, tuple(fields["needs"]), fields["quick"], fields["full"])
    return found


def _title(chapter: Chapter) -> str:
    first = json.loads(chapter.source.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).splitlines()[0].removeprefix("# ")


def run_time(status: ChapterStatus) -> str:
    """How long the run took, in words; "not run yet" if there was none."""
    if status.seconds is None:
        return "not run yet"
    if status.seconds < 100:
        return f"{status.seconds:.0f} seconds"
    return f"{status.seconds / 60:.1f} minutes"


def machine(status: ChapterStatus) -> str:
    """Where it ran and how, as an appendix to the time: " on CPU, 1 thread, beside 1 other"; empty if it did not."""
    if status.seconds is None:
        return ""
    others = int(status.side_by_side) - 1
    beside = f", with {others} other{'s' * (others > 1)} beside it" if others else ""
    settings = "" if status.settings == "defaults" else f", with {status.settings}"
    earlier = "; the chapter or the library has changed since" if status.outcome == "stale" else ""
    return f" on {status.device}{beside}{settings}{earlier}"


def link(facts: Facts) -> str:
    """A link to the chapter, in Markdown."""
    return f"{{doc}}`{int(facts.number)}. {facts.title} </{facts.page}>`"


def describe(facts: Facts, status: ChapterStatus, chapters: dict[str, Facts]) -> dict[str, str]:
    """The lines of the box, each with its name, in Markdown."""
    time = run_time(status)
    if status.seconds is not None:
        time += f"{machine(status)} ({{doc}}`measured </book/status>`)"
    return {
        "Run time": time,
        "Hardware": f"`quick`: {facts.quick}. `full`: {facts.full}.",
        "Builds on": ", ".join(link(chapters[number]) for number in facts.needs) or "no other chapter",
    }


class ChapterFacts(SphinxDirective):
    """`{chapter-facts}`: the box. Its argument is a chapter's number; on a chapter's own page it needs none."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        chapters = read_facts(root)
        number = self.arguments[0] if self.arguments else Path(self.env.docname).name[:2]
        if number not in chapters:
            raise self.error(f"chapter-facts: there is no chapter {number!r}, expected one of {', '.join(chapters)}.")
        facts = chapters[number]
        _depend_on(self.env, facts.chapter)
        lines = describe(facts, chapter_status(facts.chapter), chapters)
        return [nodes.field_list("", *(self._field(*line) for line in lines.items()), classes=["chapter-facts"])]

    def _field(self, name: str, text: str) -> nodes.field:
        words, messages = self.parse_inline(text)
        body = nodes.field_body("", nodes.paragraph("", "", *words), *messages)
        return nodes.field("", nodes.field_name(text=name), body)


class RunTime(SphinxRole):
    """{run-time}`03`: the measured time of a chapter."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        chapters = read_facts(Path(self.env.srcdir))
        if self.text not in chapters:
            message = f"run-time: there is no chapter {self.text!r}, expected one of {', '.join(chapters)}."
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        chapter = chapters[self.text].chapter
        _depend_on(self.env, chapter)
        return [nodes.inline(text=run_time(chapter_status(chapter)))], []


def _depend_on(env: Any, chapter: Chapter) -> None:
    """A page with a measured time is read again after the next run, or when the facts change."""
    env.note_dependency(str(chapter.executed))
    env.note_dependency(str(chapter.root / FACTS))


def put_facts_behind_objectives(app: Sphinx, docname: str, source: list[str]) -> None:
    """On "source-read": a cell with the box behind the first cell, which has objectives and prerequisites."""
    if find_chapter(app, docname) is None:
        return
    notebook = json.loads(source[0])
    box = {"cell_type": "markdown", "id": "chapter-facts", "metadata": {}, "source": "```{chapter-facts}\n```"}
    notebook["cells"].insert(1, box)
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("source-read", put_facts_behind_objectives, priority=AFTER_THE_COPY)
    app.add_directive("chapter-facts", ChapterFacts)
    app.add_role("run-time", RunTime())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
