"""Decks of slides: their pages, and the HTML that nbconvert makes of them."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from sketchlib.commands.book import app
from sketchlib.publish.plain import Names
from sketchlib.publish.slide_layout import Page
from sketchlib.publish.slide_pages import chapter_pages
from sketchlib.publish.slides import write_decks

from .conftest import PNG, Write, code, markdown, pretend_executed

LONG = (
    "It is a sentence that goes on for a while, so that nobody would read it from the last row of a room. " * 3
).strip()


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(**data: str) -> dict[str, Any]:
    kinds = {"png": "image/png", "html": "text/html"}
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[k]: v for k, v in data.items()}}


def png(width: int, height: int) -> str:
    """The beginning of a PNG file, as far as its size."""
    content = base64.b64decode(PNG)
    return base64.b64encode(content[:16] + struct.pack(">II", width, height) + content[24:]).decode()


def pages_of(*cells: dict[str, Any]) -> list[Page]:
    return chapter_pages("03_three", {"cells": [markdown("# Three\n\nWhat it is about."), *cells]}, Names())


def texts(page: Page) -> str:
    return "\n".join(cell["source"] for cell in page.cells)


def test_headings_start_pages_and_sections_start_columns() -> None:
    pages = pages_of(markdown("## One\n\nA.\n\n### Two\n\nB."), markdown("## Three\n\n### Four\n\nC."))
    assert [(page.title, page.kind, page.starts_section) for page in pages] == [
        ("Three", "title", True),
        ("One", "statement", True),
        ("Two", "statement", False),
        ("Three", "section", True),
        ("Four", "statement", False),
    ]
    assert "What it is about." in texts(pages[0])


def test_long_prose_goes_into_the_notes_and_its_first_sentence_on_the_slide() -> None:
    page = pages_of(markdown(f"## One\n\n{LONG}"))[1]
    assert texts(page) == LONG.split(". ")[0] + "."
    assert page.notes == [LONG]


def test_a_bold_line_is_a_heading() -> None:
    assert [page.title for page in pages_of(markdown("**What you will be able to do**\n\n- this"))][1:] == [
        "What you will be able to do"
    ]


def test_short_code_is_shown_long_code_folded_and_helpers_left_out() -> None:
    pages = pages_of(
        markdown("## One"),
        code("import torch\nfrom torch import nn"),
        code("!pip install x", "install"),
        code("draw()", "hide-input", outputs=[printed("drawn")]),
        code("a = 1\nprint(a)", outputs=[printed("1\n"), printed("more\n")]),
        code("\n".join(f"b{i} = {i}" for i in range(16))),
    )
    facts = [(cell["metadata"]["slide"]["role"], cell["metadata"]["slide"].get("folded")) for cell in pages[1].cells]
    assert facts == [("output", None), ("code", 0), ("output", None), ("code", 16)]
    assert pages[1].cells[2]["outputs"][0]["text"] == "1\nmore\n"


def test_a_page_that_is_full_goes_on_and_code_stays_with_what_it_prints() -> None:
    pages = pages_of(
        markdown("## One\n\n" + "\n\n".join(["A paragraph of one line."] * 8)),
        code("\n".join(["print(1)"] * 5), outputs=[printed("1\n" * 5)]),
    )
    assert [page.title for page in pages[1:]] == ["One", "One"]
    assert [cell["metadata"]["slide"]["role"] for cell in pages[2].cells] == ["code", "output"]


@pytest.mark.parametrize(("size", "kind"), [((900, 300), "figure"), ((500, 600), "beside")])
def test_a_figure_has_its_page_caption_and_alternative_text(size: tuple[int, int], kind: str) -> None:
    cell = code(
        "draw()", "hide-input", outputs=[shown(png=png(*size))], mystnb={"figure": {"caption": "Two {term}`faces`."}}
    )
    pages = pages_of(
        markdown("## One\n\n" + "Words that fill a line or so.\n\n" * 9), cell, markdown("And what it shows.")
    )
    assert [page.kind for page in pages[1:]] == ["text", kind]
    assert [cell["metadata"]["slide"]["role"] for cell in pages[2].cells] == ["output", "caption", "words"]
    assert pages[2].cells[0]["metadata"]["slide"]["alt"] == "Two faces."


def test_each_question_of_the_quiz_is_a_page() -> None:
    pages = pages_of(markdown("## Check"), code('from sketchlib.quiz import quiz\n\nquiz("03")', "remove-input"))
    assert [page.title for page in pages[2:]] == [f"Question {i} of 5" for i in range(1, 6)]
    assert {page.kind for page in pages[2:]} == {"quiz"}


def test_exercises_have_their_stub_and_no_solution() -> None:
    pages = pages_of(
        markdown("## Exercises\n\nWrite."),
        markdown("```{exercise} Squeeze\n:label: ex-a\n:class: warm-up\n\nDo it.\n```"),
        code("def f():\n    raise NotImplementedError", "stub"),
        markdown("```{solution-start} ex-a\n:class: dropdown\n```"),
        code("SECRET = 1", outputs=[printed("SECRET")]),
        markdown("The SECRET."),
        markdown("```{solution-end}\n```"),
        code("checks.check(f)", "check", outputs=[printed("Right.")]),
        markdown("```{exercise} More\n:label: ex-b\nMore.\n```\n\n```{solution} ex-b\nSECRET\n```"),
    )
    assert [page.title for page in pages[2:]] == ["Exercise (warm-up): Squeeze", "Exercise: More"]
    assert "NotImplementedError" in texts(pages[2]) and "checks.check(f)" in texts(pages[2])
    assert "SECRET" not in str(pages) and "Right." not in str(pages)


@pytest.fixture
def vendored(book: Path) -> Path:
    for folder in ("reveal-1.0", "mathjax-2.0"):
        path = book / "book" / "_static" / "vendor" / folder
        path.mkdir(parents=True)
        (path / "LICENSE").write_text("free")
    return book


def test_a_deck_is_whole_and_loads_only_what_lies_beside_it(vendored: Path, write: Write) -> None:
    slider = '<div class="frames"><input type="range" oninput="move()">\n<img src="data:,"></div>'
    chapter = write(
        "01_one",
        markdown("# One $x$"),
        markdown(f"## First\n\n{LONG}\n\n$$ a < b $$"),
        code("x = '</script>'", outputs=[printed("<b>not bold</b>")]),
        code("slide()", "hide-input", outputs=[shown(html=slider, png=PNG)]),
    )
    pretend_executed(chapter)
    (path,) = write_decks([chapter])
    assert path == vendored / "build" / "slides" / "01_one.html"
    page = BeautifulSoup(path.read_text(), "html.parser")
    assert page.title.text == "One $x$: slides"
    assert [section["class"] for section in page.select(".slides > section > section")] == [
        ["title"],
        ["text"],
        ["slider"],
    ]
    assert "from the last row" in page.select_one("aside.notes").text
    assert "<b>not bold</b>" in page.select_one(".jp-RenderedText pre").text
    assert page.select_one(".slider input")["oninput"] == "move()"
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script[src], link[href]")]
    assert len(loaded) == 5
    assert all(address.startswith(("vendor/reveal-1.0/", "vendor/mathjax-2.0/")) for address in loaded)
    assert (path.parent / "vendor" / "mathjax-2.0" / "LICENSE").is_file()


def test_stale_and_missing_copies_are_one_sentence_and_nothing_is_written(
    vendored: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vendored)
    pretend_executed(write("01_one")), write("02_two"), pretend_executed(write("03_three"))
    write("03_three", markdown("# Changed"))
    asked = {
        "2": "02_two was never executed; run `sketchlib book run 02` first.",
        "3": "the executed copy of 03_three is stale: the chapter has changed since; "
        "run `sketchlib book run 03` first.",
        "": "02_two was never executed (1 more like it); run `sketchlib book run 02 03` first.",
    }
    for word, sentence in asked.items():
        done = CliRunner().invoke(app, ["slides", *filter(None, [word])])
        assert (done.exit_code, done.output) == (1, f"Error: {sentence}\n")
    assert not (vendored / "build" / "slides").exists()
    done = CliRunner().invoke(app, ["slides", "1"])
    assert (done.exit_code, done.output) == (0, "build/slides/01_one.html\n")
