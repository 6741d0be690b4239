"""The words of the glossary are linked at their first use on a page, and nowhere else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[1]
EXTENSIONS = ROOT / "book" / "_ext"
GLOSSARY = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
CONF = f"""\
import sys; sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_parser", "sphinx_exercise", "sphinxcontrib.bibtex", "glossary_links"]
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
bibtex_bibfiles = [{str(ROOT / "book" / "references.bib")!r}]
suppress_warnings = ["toc.not_included"]
"""
PLAIN = """\
# Floors and the floor

`floor` and $floor$ and [a floor](index.md), then a **floor**, a floor, two
feature
maps, Adam and a madam, adam, a pair of shoes, pairs, an SE block, Squeeze-and-Excitation, floors-and, a U-Net.

| floor | skip |
|---|---|
| gate | gate |

```{exercise} A seed
Another seed.
```

A {term}`domain`, and the domain.
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HTML of a made-up page, and of each chapter's prose."""
    root = tmp_path_factory.mktemp("words")
    (root / "conf.py").write_text(CONF)
    (root / "index.md").write_text("# Book\n")
    (root / "plain.md").write_text(PLAIN)
    (root / "book").mkdir()
    (root / "book" / "glossary.md").write_text(GLOSSARY)
    (root / "chapters").mkdir()
    for path in CHAPTERS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        (root / "chapters" / f"{path.stem}.md").write_text("\n\n".join(prose), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "out"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return root / "out"


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Finds the words of the book's glossary in a text."""
    monkeypatch.setattr(sys, "path", [str(EXTENSIONS), *sys.path])
    from glossary_links import Words, read_entries

    return Words(read_entries(GLOSSARY))


class Reader(HTMLParser):
    """Reads a page as (address, text): text of prose, with the address if it is a link."""

    SKIPPED: ClassVar = {"h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "thead", "figcaption", "script"}
    VOID: ClassVar = {"img", "br", "hr", "meta", "link", "input", "col"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, bool]] = []
        self.found: list[tuple[str, str]] = []
        self.on = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        facts = {key: value or "" for key, value in attributes}
        self.on = self.on or facts.get("role") == "main"
        classes = set(facts.get("class", "").split())
        skipped = tag in self.SKIPPED or bool(classes & {"math", "admonition-title", "sphinxsidebar", "footer"})
        if tag not in self.VOID:
            self.open.append((tag, facts.get("href", ""), skipped))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.on and data.strip() and not any(skipped for *_, skipped in self.open):
            address = next((href for tag, href, _ in reversed(self.open) if tag == "a"), "")
            self.found.append((address, data))


def read(page: Path) -> list[tuple[str, str]]:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.found


def links(page: Path) -> Iterator[tuple[str, str]]:
    """The links to the glossary: which word of it, and the text."""
    for address, text in read(page):
        if "#term-" in address:
            yield address.partition("#term-")[2], text


def test_the_first_use_is_linked_and_what_is_no_prose_is_not(built: Path) -> None:
    found = [(name, " ".join(text.split())) for name, text in links(built / "plain.html")]
    assert found == [
        ("floor", "floor"),
        ("feature-map", "feature maps"),
        ("Adam", "Adam"),
        ("pair", "pairs"),
        ("SE", "SE"),
        ("U-Net", "U-Net"),
        ("gate", "gate"),
        ("seed", "seed"),
        ("domain", "domain"),
    ]
    page = (built / "plain.html").read_text()
    assert "<strong>floor</strong>, a" not in page  # the bold one is the first
    assert re.search(r"<strong>.{0,150}term-floor.{0,80}</strong>, a floor", page, re.DOTALL)


@pytest.mark.parametrize("path", CHAPTERS, ids=[path.stem[:2] for path in CHAPTERS])
def test_in_a_chapter_no_word_is_used_before_its_link(built: Path, words: Any, path: Path) -> None:
    entry_of = {re.sub(r"\W+", "-", name.lower()): number for name, number in words.entry.items()}
    linked: set[int] = set()
    early, twice = [], []
    for address, text in read(built / "chapters" / f"{path.stem}.html"):
        if "#term-" in address:
            entry = entry_of[address.partition("#term-")[2].lower()]
            twice += [text] * (entry in linked)
            linked.add(entry)
        elif not address:
            early += [name for _, name, entry in words.find(text) if entry not in linked]
    assert early == []
    assert linked
    written_by_hand = path.read_text(encoding="utf-8").count("{term}")
    assert len(twice) <= written_by_hand


def test_every_word_is_used_in_a_chapter_or_on_a_page(words: Any) -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md") if path.stem != "glossary"]
    text = "\n".join([*pages, *(path.read_text(encoding="utf-8") for path in CHAPTERS)])
    unused = set(words.entry.values()) - {entry for _, _, entry in words.find(text.replace("\\n", "\n"))}
    assert [name for name, entry in words.entry.items() if entry in unused] == []


def test_the_glossary_is_in_the_order_of_the_alphabet_and_has_no_word_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(EXTENSIONS), *sys.path])
    from glossary_links import read_entries

    entries = read_entries(GLOSSARY)
    first = [names[0].lower() for names in entries]
    assert first == sorted(first)
    names = [name.lower() for each in entries for name in each]
    assert len(names) == len(set(names))
