"""The book on paper: what is put together, and what Chromium makes of it where there is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfWriter
from typer.testing import CliRunner

from sketchlib.commands.book import app
from sketchlib.publish import pdf
from sketchlib.publish.errors import PublishError
from sketchlib.publish.paper import compose, contents_html
from sketchlib.quiz import Quiz
from sketchlib.sliders import FrameSlider

QUIZ = Quiz(
    "01",
    [
        {
            "question": "Is $x$ it?",
            "answers": [
                {"text": "No.", "right": False, "feedback": "It is."},
                {"text": "Yes.", "right": True, "feedback": "So it is."},
            ],
        }
    ],
)
CHAPTER = f"""
<h1><span class="section-number">1. </span>One<a class="headerlink" href="#one">#</a></h1>
<p><a href="https://colab.research.google.com/x"><img src="badge.svg"></a>
<a href="../book/welcome.html#hello">greeting</a> <a href="#part">below</a> <a href="../book/welcome.html">page</a>
<a href="../book/welcome.html#hi">heading</a> <a href="#one">top</a> <a href="../genindex.html">index</a>
<a href="https://example.org/#x">away</a> <img alt="a" src="../_images/a.png"></p>
<section id="part"><h2>Part &lt;1&gt;</h2>
<details class="hide"><summary>Show code</summary>draw()</details>
{QUIZ._repr_html_()}
{FrameSlider([b"first", b"second"], ["0", "1"], "epoch", 1)._repr_html_()}
<div class="solution dropdown admonition" id="s"><p>It is so.</p></div>
<div class="math notranslate nohighlight">\\[a^2 = b\\]</div>
</section>"""


def page(identity: str, inner: str) -> str:
    return f'<html><body><nav>menu</nav><article><section id="{identity}">{inner}</section></article></body></html>'


@pytest.fixture
def pages(book: Path) -> Path:
    """A book of two built pages."""
    html = book / "build" / "html"
    (html / "chapters").mkdir(parents=True)
    (html / "book").mkdir()
    (html / "book" / "welcome.html").write_text(page("hi", '<h1>Hi</h1><section id="hello"><h2>Hello</h2></section>'))
    (html / "chapters" / "01_one.html").write_text(page("one", CHAPTER))
    (book / "_toc.yml").write_text(
        "root: book/welcome\nparts:\n  - caption: The book\n    chapters:\n      - file: chapters/01_one\n"
    )
    (book / "_config.yml").write_text("title: A & B\nauthor: Somebody\n")
    (book / "book" / "_static" / "vendor" / "mathjax-3.2.2").mkdir(parents=True)
    return book


def test_pages_become_one_document_with_links_inside(pages: Path) -> None:
    body, entries = compose(pages, pages / "build" / "pdf")
    document = BeautifulSoup(body, "html.parser")
    identities = [tag["id"] for tag in document.select("[id]")]
    assert len(identities) == len(set(identities))
    links = {link.text: link.get("href") for link in document.select("a")}
    assert links == {
        "greeting": "#welcome--hello",
        "below": "#01_one--part",
        "page": "#welcome",
        "heading": "#welcome--hi",
        "top": "#01_one--one",
        "index": None,
        "away": "https://example.org/#x",
    }
    assert {href.removeprefix("#") for href in links.values() if href and href.startswith("#")} <= set(identities)
    assert document.select_one('img[alt="a"]')["src"] == "../html/chapters/../_images/a.png"
    assert [(entry.anchor, entry.level, entry.part) for entry in entries] == [
        ("welcome", 1, ""),
        ("welcome--hello", 2, ""),
        ("01_one", 1, "The book"),
        ("01_one--part", 2, ""),
    ]
    assert "menu" not in body and "headerlink" not in body and "draw()" not in body and "badge" not in body


def test_what_unfolds_or_moves_is_readable_on_paper(pages: Path) -> None:
    document = BeautifulSoup(compose(pages, pages / "build" / "pdf")[0], "html.parser")
    words = " ".join(document.select_one(".quiz").get_text(" ").split())
    assert words == "Is $x$ it? a) No. b) Yes. Answers 1a Not quite. It is. 1b Right. So it is."
    slider = document.select_one(".frames")
    assert [image["alt"] for image in slider.select("img")] == ["epoch: 1"]
    assert slider.select("input, script, noscript") == []
    assert slider.text.strip() == "epoch: 1. A slider in the page shows 2 pictures."
    assert document.select_one(".solution")["class"] == ["solution", "admonition"]


def test_the_contents_have_page_numbers_once_they_are_known(pages: Path) -> None:
    _, entries = compose(pages, pages / "build" / "pdf")
    lines = BeautifulSoup(contents_html(entries, {"01_one": 7}), "html.parser").select("nav > *")
    assert [line.text for line in lines] == ["Contents", "Hi", "Hello", "The book", "1. One7", "Part <1>"]
    assert lines[4]["href"] == "#01_one"


def test_a_page_that_was_not_built_is_named(pages: Path) -> None:
    (pages / "build" / "html" / "chapters" / "01_one.html").unlink()
    with pytest.raises(
        PublishError, match=r"build/html/chapters/01_one.html does not exist: run `sketchlib book build`"
    ):
        compose(pages, pages)


def test_page_numbers_are_those_of_the_named_places(tmp_path: Path) -> None:
    writer, path = PdfWriter(), tmp_path / "a.pdf"
    for _ in range(3):
        writer.add_blank_page(100, 100)
    for name, page in (("b", 2), ("a--x", 0), ("c", 2)):
        writer.add_named_destination(name, page)
    writer.write(path)
    assert pdf.page_numbers(path) == {"b": 3, "a--x": 1, "c": 3}


def test_a_pdf_without_named_places_is_told(tmp_path: Path) -> None:
    writer, path = PdfWriter(), tmp_path / "a.pdf"
    writer.add_blank_page(100, 100)
    writer.write(path)
    with pytest.raises(PublishError, match="no named places"):
        pdf.page_numbers(path)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "/browser, which is no program that can be started."),
        ("echo Chromium 90.0.4430.212", "browser is Chromium 90.0.4430.212: install a newer one."),
    ],
)
def test_without_a_fit_browser_one_sentence_and_nothing_written(
    pages: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, sentence: str
) -> None:
    program = pages / "browser"
    if script:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("BROWSER_FOR_PDF", str(program))
    monkeypatch.chdir(pages)
    done = CliRunner().invoke(app, ["pdf"])
    assert done.exit_code == 1
    assert done.output.startswith("Error: The PDF is printed by Chromium or Chrome, version 131 or later, and ")
    assert done.output.endswith(f"{sentence}\n") and len(done.output.splitlines()) == 1
    assert not (pages / "build" / "pdf").exists()


def test_without_any_browser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BROWSER_FOR_PDF", raising=False)
    monkeypatch.setattr(pdf, "BROWSERS", (str(tmp_path / "chrome"), str(tmp_path / "chromium")))
    with pytest.raises(PublishError, match=r"there is none: install one \(on Debian: apt-get install chromium\)\.$"):
        pdf.find_browser()


def test_chrome_comes_before_a_chromium_that_may_have_no_sandbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("chromium", "google-chrome"):
        (tmp_path / name).write_text("#!/bin/sh\necho Version 140.0.1.2\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("BROWSER_FOR_PDF", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert pdf.find_browser() == str(tmp_path / "google-chrome")


def test_chromium_prints_contents_with_the_right_pages(pages: Path) -> None:
    try:
        browser = pdf.find_browser()
    except PublishError as error:
        pytest.skip(str(error))
    target = pdf.write_pdf(pages, browser)
    assert target == pages / "build" / "pdf" / "photo-to-sketch.pdf"
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    assert pdf.page_numbers(target) == {
        "welcome": 3,
        "welcome--hi": 3,
        "welcome--hello": 3,
        "01_one": 4,
        "01_one--one": 4,
        "01_one--part": 4,
    }
    assert re.search(rb"/Type /Outlines", content)  # bookmarks
    source = BeautifulSoup((target.parent / "book.html").read_text(), "html.parser")
    assert [number.text for number in source.select(".contents .number")] == ["3", "3", "4", "4"]
    assert [path.name for path in target.parent.iterdir() if path.suffix == ".tmp"] == []
