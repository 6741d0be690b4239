"""The whole book as one PDF: its pages, put together for paper, printed by Chromium.

Chromium draws what the pages draw, formulas included, and writes links and bookmarks. It cannot look up page numbers
for a table of contents, so the document is printed twice: the second time with the numbers that the first one shows.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from sketchlib.files import write_atomically, write_text
from sketchlib.publish.errors import PublishError
from sketchlib.publish.paper import Entry, compose, contents_html

STYLE = Path(__file__).parent / "templates" / "pdf" / "print.css"

BROWSERS = (
    "google-chrome",  # first: Ubuntu 24.04 lets it start, and a Chromium that came neither by apt nor by snap not
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
"""Names under which Chromium and its relatives are installed."""

OLDEST = 131
"""The first version that writes page numbers from a style sheet."""

LIMIT = 900
"""Seconds that one printing may take."""

MATHJAX = """
window.MathJax = {
  chtml: {matchFontHeight: false},
  tex: {inlineMath: [["\\\\(", "\\\\)"], ["$", "$"]], processEscapes: true},
  options: {
    processHtmlClass: "math|quiz", ignoreHtmlClass: "document", skipHtmlTags: ["script", "style", "pre", "code"],
  },
};
"""


def find_browser() -> str:
    """The path of a browser that can print the book; the environment variable BROWSER_FOR_PDF may name one.

    Raises:
        PublishError: if there is none, or an old one.
    """
    named = os.environ.get("BROWSER_FOR_PDF")
    found = next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)
    need = f"The PDF is printed by Chromium or Chrome, version {OLDEST} or later"
    if found is None and named:
        raise PublishError(f"{need}, and BROWSER_FOR_PDF names {named}, which is no program that can be started.")
    if found is None:
        raise PublishError(f"{need}, and there is none: install one (on Debian: apt-get install chromium).")
    told = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    version = re.search(r"(\d+)\.\d+\.\d+", told)
    if version is None or int(version[1]) < OLDEST:
        raise PublishError(f"{need}, and {found} is {told.strip() or 'of an unknown version'}: install a newer one.")
    return found


def write_pdf(root: Path, browser: str) -> Path:
    """Print build/html to build/pdf/photo-to-sketch.pdf.

    Args:
        browser: as `find_browser` returns it.

    Raises:
        PublishError: without pages, before anything is written; or if printing fails.
    """
    import yaml

    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    title, author = config["title"], config["author"]
    folder = root / "build" / "pdf"
    body, entries = compose(root, folder)
    target, source = folder / "photo-to-sketch.pdf", folder / "book.html"
    write_text(source, document(root, folder, title, author, entries, {}, body))
    with tempfile.TemporaryDirectory(dir=folder) as work:  # a Chromium of Ubuntu's snaps has a /tmp of its own
        draft = Path(work) / "draft.pdf"
        print_page(browser, source, draft)
        numbers = page_numbers(draft)
    write_text(source, document(root, folder, title, author, entries, numbers, body))
    write_atomically(target, lambda temporary: print_page(browser, source, temporary))
    return target


def document(
    root: Path, folder: Path, title: str, author: str, entries: list[Entry], numbers: dict[str, int], body: str
) -> str:
    """The HTML that is printed.

    Args:
        numbers: page of each anchor; empty before the first printing.
    """
    static = os.path.relpath((root / "build" / "html" / "_static").resolve(), folder)
    vendor = next((root / "book" / "_static" / "vendor").glob("mathjax-*")).name
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<meta name="author" content="{html.escape(author)}">
<link rel="stylesheet" href="{static}/pygments.css">
<style>{STYLE.read_text(encoding="utf-8")}</style>
<script>{MATHJAX}</script>
<script src="{static}/vendor/{vendor}/tex-mml-chtml.js"></script>
</head><body class="document">
<section class="cover"><h1>{html.escape(title)}</h1><p>{html.escape(author)}</p>
<p class="small">The pages of the book, printed. Code that only draws a figure is left out, a slider shows its first
picture, and each solution follows its exercise.</p></section>
{contents_html(entries, numbers)}
{body}
</body></html>
"""


def print_page(browser: str, source: Path, target: Path) -> None:
    """Print an HTML file.

    Raises:
        PublishError: with the browser's last words, if no PDF came out.
    """
    # A process of the browser may outlive it for a moment, and write there.
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--disable-gpu", f"--user-data-dir={profile}", "--no-pdf-header-footer"]
        options += ["--generate-pdf-document-outline", "--virtual-time-budget=600000", "--timeout=600000"]
        options += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has none
        command = [browser, *options, f"--print-to-pdf={target}", source.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            raise PublishError(f"{browser} had not printed {source} after {LIMIT} s.") from None
    if not target.is_file() or not target.read_bytes().startswith(b"%PDF"):
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise PublishError(f"{browser} did not print {source}: {last[0]}")


def page_numbers(pdf: Path) -> dict[str, int]:
    """Page of each named place of a PDF, from 1.

    Raises:
        PublishError: if it has none.
    """
    from pypdf import PdfReader

    with PdfReader(pdf) as reader:
        places = reader.named_destinations.items()
        pages = {name: reader.get_destination_page_number(place) for name, place in places}
    if not pages:
        raise PublishError("The PDF has no named places where page numbers could be looked up: another Chromium?")
    return {name.removeprefix("/"): page + 1 for name, page in pages.items() if page is not None}
