"""The words behind the book's cross references, for what is written without Sphinx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sketchlib.publish.chapters import list_chapters
from sketchlib.publish.plain import LABELED, Directive, Names, blocks

if TYPE_CHECKING:
    from pybtex.database import Entry, Person


def read_names(root: Path) -> Names:
    """Titles of pages and exercises, works cited, and numbers of equations, from the sources of the book.

    Equations are numbered as in the pages: the chapter, then their place in it; or by the `\\tag` that they have.

    Args:
        root: the folder of the book.
    """
    documents, equations, exercises = {}, {}, {}
    for chapter in list_chapters(root):
        cells = list(markdown_cells(chapter.source))
        number = int(chapter.name[:2])
        documents[chapter.name] = f"chapter {number} (*{_title(cells)}*)"
        equations |= _numbers(cells, number)
        exercises |= _exercises(cells)
    for page in sorted((root / "book").glob("*.md")):
        documents[page.stem] = f"*{_title([page.read_text(encoding='utf-8')])}*"
    citations, addresses = _works(root / "book" / "references.bib")
    return Names(documents, citations, addresses, equations, exercises)


def markdown_cells(notebook: Path) -> Iterator[str]:
    """The texts of a notebook's Markdown cells."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])


def _title(texts: list[str]) -> str:
    found = (re.search(r"^# +(.+)$", text, re.MULTILINE) for text in texts)
    return next((heading[1].strip() for heading in found if heading), "without a title")


def _numbers(cells: list[str], chapter: int) -> dict[str, str]:
    """Label -> number of a chapter's equations, those of `{math}` directives among them."""
    labeled = [(found["label"], found["math"]) for text in cells for found in LABELED.finditer(text)]
    for part in _directives(cells):
        if part.name == "math" and "label" in part.options:
            labeled.append((part.options["label"], part.body))
    numbers = {}
    for position, (label, math) in enumerate(labeled, start=1):
        tag = re.search(r"\\tag\*?\{([^}]*)\}", math)
        numbers[label] = tag[1].strip("()") if tag else f"{chapter}.{position}"
    return numbers


def _exercises(cells: list[str]) -> dict[str, str]:
    found = (part for part in _directives(cells) if part.name == "exercise" and "label" in part.options)
    return {part.options["label"]: part.argument for part in found}


def _directives(texts: list[str]) -> Iterator[Directive]:
    for text in texts:
        for part in blocks(text):
            if isinstance(part, Directive):
                yield part


def _works(bibliography: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Key -> author and year, key -> address, of every work; nothing where there is no bibliography."""
    from pybtex.database import parse_file

    if not bibliography.is_file():
        return {}, {}
    entries = parse_file(bibliography, bib_format="bibtex").entries
    citations = {key: _author_year(entry) for key, entry in entries.items()}
    return citations, {key: entry.fields["url"] for key, entry in entries.items() if "url" in entry.fields}


def _author_year(entry: Entry) -> str:
    """As the pages cite: one author or two by name, more as "et al."."""
    people = [_surname(person) for person in entry.persons.get("author", [])]
    authors = " and ".join(people) if len(people) < 3 else f"{people[0]} et al."
    year = entry.fields.get("year")
    return f"{authors}, {year}" if year else authors


def _surname(person: Person) -> str:
    """With accents as letters, not as TeX writes them."""
    from pybtex.richtext import Text

    return str(Text.from_latex(" ".join([*person.prelast_names, *person.last_names])))
