"""`sketchlib book pdf`: the whole book as one PDF."""

from __future__ import annotations

import typer

from sketchlib.commands.clear import clear_errors
from sketchlib.publish.chapters import find_root, list_chapters, require_current


def pdf_command() -> None:
    """Print the whole book to build/pdf/photo-to-sketch.pdf. The chapters must have been run.

    Chromium or Chrome prints it; the environment variable BROWSER_FOR_PDF may name the program. It takes minutes.
    """
    from sketchlib.publish.pages import build_pages
    from sketchlib.publish.pdf import find_browser, write_pdf

    with clear_errors():
        root = find_root()
        browser = find_browser()
        require_current(list_chapters(root))
        typer.echo("Building the pages, then printing them twice: the second time with page numbers in the contents.")
        build_pages(root, strict=True)
        target = write_pdf(root, browser)
    typer.echo(f"{target.relative_to(root)}, {target.stat().st_size / 2**20:.0f} MB")
