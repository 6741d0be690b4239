"""The pages of the book as one document for paper: one after the other, every link inside, nothing that unfolds.

Quizzes become text with their answers behind them, a slider its first picture, a dropdown what is in it. Code that only
draws a figure is left to the pages, where it unfolds.
"""

from __future__ import annotations

import html
import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sketchlib.publish.errors import PublishError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

LEFT_OUT = ", ".join(
    (
        ".headerlink",
        "script",
        "style",
        "noscript",
        "button",
        ".toctree-wrapper",
        "details.hide",
        'a[href*="colab.research.google.com"]:has(> img)',
    )
)
"""What makes no sense on paper, and the code that is folded in the pages."""


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents: a page of the book, or one of its sections.

    Attributes:
        anchor: where it leads.
        title: HTML, with the number of the chapter.
        level: 1 for a page, 2 for a section.
        part: the words above it, for the first page of a part of the book.
    """

    anchor: str
    title: str
    level: int
    part: str = ""


def read_contents(root: Path) -> list[tuple[str, str]]:
    """Name of each page and the part of the book that begins with it, or "", in the order of _toc.yml."""
    import yaml

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    pages = [(contents["root"], "")]
    for part in contents["parts"]:
        for position, page in enumerate(part["chapters"]):
            pages.append((page["file"], part["caption"] if position == 0 else ""))
    return pages


def compose(root: Path, folder: Path) -> tuple[str, list[Entry]]:
    """The body of the document, HTML, and its table of contents.

    Args:
        root: of the book; its pages are in build/html.
        folder: where the document will lie: paths of images start there.

    Raises:
        PublishError: if a page was not built.
    """
    pages = root / "build" / "html"
    contents = read_contents(root)
    parts, entries = [], []
    known = {name for name, _ in contents}
    for name, part in contents:
        path = pages / f"{name}.html"
        if not path.is_file():
            raise PublishError(f"{path.relative_to(root)} does not exist: run `sketchlib book build` first.")
        section = read_page(path)
        to_paper(section)
        relink(section, name, known, os.path.relpath(path.resolve().parent, folder))
        entries += list(_entries(section, name, part))
        parts.append(str(section))
    return "\n".join(parts), entries


def read_page(path: Path) -> Tag:
    """The text of a page without what the theme has around it."""
    from bs4 import BeautifulSoup

    article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("article")
    section = article and article.find("section")
    if section is None:
        raise PublishError(f"{path.name} has no text: expected a section in an article.")
    return section


def to_paper(section: Tag) -> None:
    """Take out what paper cannot do, and open what is folded."""
    for tag in section.select(LEFT_OUT):
        tag.decompose()
    for quiz in section.select(".quiz"):
        _print_quiz(quiz)
    for slider in section.select(".frames"):
        _print_slider(slider)
    for tag in section.select("details"):
        tag["open"] = ""
    for tag in section.select(".dropdown"):
        tag["class"] = [name for name in tag["class"] if name != "dropdown"]


def _new(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")


def _print_quiz(quiz: Tag) -> None:
    """Answers with letters below their question; what each of them is worth, below the last one."""
    key = []
    for number, question in enumerate(quiz.select("li"), start=1):
        worth = []
        for letter, answer in zip("abcdefgh", question.select("details"), strict=False):
            words, feedback = answer.summary.decode_contents(), answer.p.decode_contents()
            worth.append(f"<b>{number}{letter}</b> {feedback}")
            answer.replace_with(_new(f'<div class="answer">{letter}) {words}</div>'))
        key.append(f"<p>{' '.join(worth)}</p>")
    quiz.append(_new(f'<div class="key"><p><b>Answers</b></p>{"".join(key)}</div>'))


def _print_slider(slider: Tag) -> None:
    """The picture that is shown first; what the slider would move stands below."""
    frames = slider.select("img")
    first = next((frame for frame in frames if not frame.has_attr("hidden")), frames[0])
    for frame in frames:
        if frame is not first:
            frame.decompose()
    label = slider.label
    if label is not None:
        label.decompose()
    words = f"{html.escape(first.get('alt', ''))}. A slider in the page shows {len(frames)} pictures."
    slider.append(_new(f'<p class="moved">{words}</p>'))


def relink(section: Tag, name: str, known: set[str], folder: str) -> None:
    """Make every id one of the whole document, and every link to a page of the book one inside of it.

    Args:
        name: of the page, as "chapters/03_squeeze_excitation".
        known: names of all pages.
        folder: from the document to the page.
    """
    for tag in section.select("[id]"):
        tag["id"] = _anchor(name, tag["id"])
    if section.get("id") and section.h1 is not None:  # links may name the first heading, or the page alone
        section.h1["id"] = _anchor(name, section["id"])
    section["id"] = _anchor(name, "")
    for link in section.select("a[href]"):
        path, _, place = link["href"].partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (
            posixpath.normpath(posixpath.join(posixpath.dirname(name), path.removesuffix(".html"))) if path else name
        )
        if target in known:
            link["href"] = f"#{_anchor(target, place)}"
        else:
            del link["href"]
    for image in section.select("img[src]"):
        if not image["src"].startswith(("data:", "http")):
            image["src"] = f"{folder}/{image['src']}"


def _anchor(name: str, place: str) -> str:
    stem = posixpath.basename(name)
    return f"{stem}--{place}" if place else stem


def _entries(section: Tag, name: str, part: str) -> Iterator[Entry]:
    """The page and its sections."""
    yield Entry(section["id"], section.h1.decode_contents(), 1, part)
    for inner in section.find_all("section", recursive=False):
        if inner.h2 is not None:
            yield Entry(inner["id"], inner.h2.decode_contents(), 2)


def contents_html(entries: list[Entry], numbers: Mapping[str, int]) -> str:
    """The table of contents; page numbers are left open where they are not known yet."""
    lines = []
    for entry in entries:
        if entry.part:
            lines.append(f'<p class="part">{html.escape(entry.part)}</p>')
        number = numbers.get(entry.anchor, "")
        words = f'<span class="words">{entry.title}</span><span class="number">{number}</span>'
        lines.append(f'<a class="level-{entry.level}" href="#{entry.anchor}">{words}</a>')
    return f'<nav class="contents"><h1>Contents</h1>{"".join(lines)}</nav>'
