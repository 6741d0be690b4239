"""`sketchlib book slides`: chapters as decks of slides."""

from __future__ import annotations

from typing import Annotated

import typer

from sketchlib.publish.chapters import find_root, select_chapters
from sketchlib.publish.errors import PublishError


def slides_command(
    chapters: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHAPTER", help="Numbers, names or paths; all chapters when none is given."),
    ] = None,
) -> None:
    """Write slides, a deck for each chapter, to build/slides. The chapters must have been run.

    Open a deck in a browser; the key S opens the speaker's notes. The folder works offline, and moves as a whole.
    """
    from sketchlib.publish.slides import write_decks

    try:
        root = find_root()
        decks = write_decks(select_chapters(root, chapters or []))
    except PublishError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    for deck in decks:
        typer.echo(str(deck.relative_to(root)))
