"""Facts and map of the chapters, in a real Sphinx that reads a book of three chapters."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sphinx.errors import ExtensionError

import sketchlib
from sketchlib.publish.chapters import Chapter

from .conftest import Write, code, markdown, notebook, pretend_executed

ROOT = Path(__file__).parents[2]
CONF = """\
extensions = ["myst_nb", "executed_chapters", "chapter_facts", "chapter_map"]
nb_execution_mode = "off"
exclude_patterns = ["build", "out"]
"""
GUIDE = """\
# Guide

Chapter 1 took {run-time}`01`, chapter 2 {run-time}`02`.

```{chapter-facts} 03
```

```{chapter-map}
```

```{toctree}
:glob:
../chapters/*
```
"""
FACTS = {
    "01": {"needs": [], "quick": "two cores", "full": "a GPU"},
    "02": {"needs": ["01"], "quick": "two cores", "full": "a GPU"},
    "03": {"needs": ["01", "02"], "quick": "two cores", "full": "a GPU"},
}


def build(book: Path, builder: str) -> subprocess.CompletedProcess[str]:
    (book / "conf.py").write_text(CONF)
    (book / "index.md").write_text("# Book\n\n```{toctree}\nbook/guide\nbook/status\nbook/wrong\n```\n")
    (book / "book" / "guide.md").write_text(GUIDE)
    (book / "book" / "status.md").write_text("# Status\n")
    (book / "book" / "wrong.md").write_text("# Wrong\n\n{run-time}`44`\n\n```{chapter-facts} 45\n```\n")
    # The library as the test has it: an empty one, beside the book.
    program = (
        "import sys, sketchlib; from sphinx.cmd.build import main;"
        f"sketchlib.__file__ = {sketchlib.__file__!r}; sys.exit(main(sys.argv[1:]))"
    )
    paths = os.pathsep.join([str(ROOT / "book" / "_ext"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", program, "-q", "-b", builder, str(book), str(book / "out" / builder)],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Errors and output of a book in which chapter 1 was run, 2 was run before it was changed, and 3 never."""
    root = tmp_path_factory.mktemp("book")
    with pytest.MonkeyPatch.context() as patch:
        (root / "sketchlib").mkdir()
        patch.setattr(sketchlib, "__file__", str(root / "sketchlib" / "__init__.py"))
        (root / "chapters").mkdir()
        (root / "book").mkdir()
        chapters = [Chapter(root, f"0{i}_x") for i in (1, 2, 3)]
        for chapter, title in zip(chapters, ("Faces & hair", "Nets", "Losses"), strict=True):
            first = markdown(f"# {title}\n\n**What you will be able to do**")
            chapter.source.write_text(notebook([first, code("'in'")]))
        pretend_executed(chapters[0])
        environment = {"device": "CPU, 1 thread", "side_by_side": "2", "python": "3.12.0", "torch": "2.9.0"}
        pretend_executed(chapters[1], environment=environment, source="another", parameters={"seed": 7})
        (root / "book" / "chapters.json").write_text(json.dumps(FACTS))
        done = [build(root, builder) for builder in ("html", "text")]
        yield done[0].stderr + done[1].stderr, root / "out"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def box(page: Path) -> str:
    (found,) = re.findall(r'<dl class="[^"]*chapter-facts[^"]*">(.*?)</dl>', page.read_text(), re.DOTALL)
    return found


def test_a_chapter_says_behind_its_objectives_what_it_took(built: tuple[str, Path]) -> None:
    pages = [built[1] / "html" / "chapters" / f"0{i}_x.html" for i in (1, 2, 3)]
    first, second, third = (words(box(page)) for page in pages)
    assert "12 seconds on CPU, 2 threads ( measured )" in first
    assert "12 seconds on CPU, 1 thread, with 1 other beside it, with seed = 7; the chapter or" in second
    assert "not run yet" in third
    assert "seconds" not in third
    assert "quick : two cores. full : a GPU." in third
    assert "no other chapter" in first
    assert re.findall(r'href="([^"]*_x.html)"', box(pages[2])) == ["01_x.html", "02_x.html"]
    page = pages[0].read_text()
    assert page.index("What you will be able to do") < page.index("chapter-facts") < page.index("'in'")


def test_other_pages_show_times_and_the_box_of_a_chapter(built: tuple[str, Path]) -> None:
    page = built[1] / "html" / "book" / "guide.html"
    assert "Chapter 1 took 12 seconds , chapter 2 12 seconds ." in words(page.read_text())
    assert "not run yet" in words(box(page))


def test_the_map_links_every_chapter_from_a_box_and_from_the_list(built: tuple[str, Path]) -> None:
    page = (built[1] / "html" / "book" / "guide.html").read_text()
    drawing, listed = page[page.index("<svg") : page.index("</svg>")], page[page.index("<details") :]
    addresses = [f"../chapters/0{i}_x.html" for i in (1, 2, 3)]
    assert re.findall(r'<a href="([^"]+)"', drawing) == addresses
    assert 'aria-label="Chapter 3, Losses; builds on chapters 1 and 2"' in drawing
    assert "Faces &amp; hair" in drawing
    assert drawing.count('class="arrow"') == 2  # from 1 to 3 it goes by way of 2
    assert re.findall(r'href="([^"]+_x.html)"', listed[: listed.index("</details>")]) == addresses


def test_without_html_the_list_stands_alone(built: tuple[str, Path]) -> None:
    text = (built[1] / "text" / "book" / "guide.txt").read_text()
    assert "3. Losses: builds on chapters 1 and 2" in text
    assert "svg" not in text


def test_a_chapter_that_is_not_there_is_an_error_with_a_sentence(built: tuple[str, Path]) -> None:
    assert "run-time: there is no chapter '44', expected one of 01, 02, 03." in built[0]
    assert "chapter-facts: there is no chapter '45', expected one of 01, 02, 03." in built[0]
    assert built[0].count("ERROR") == 4  # two, in each of the two builds


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"03": None}, "do not agree, expected one entry for each chapter: 03."),
        ({"02": {"needs": ["03"], "quick": "", "full": ""}}, "02 needs '03', expected the number of an earlier"),
        ({"02": {"needs": []}}, r"02 has \['needs'\], expected needs, quick and full."),
    ],
)
def test_wrong_facts_are_refused_with_a_sentence(
    book: Path, write: Write, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], sentence: str
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])
    from chapter_facts import read_facts

    for number in FACTS:
        write(f"{number}_x")
    (book / "book").mkdir()
    facts = {number: fields for number, fields in (FACTS | change).items() if fields is not None}
    (book / "book" / "chapters.json").write_text(json.dumps(facts))
    with pytest.raises(ExtensionError, match=sentence):
        read_facts(book)
