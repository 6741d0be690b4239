"""`sketchlib book slides`: chapters as decks of slides."""

from __future__ import annotations

import typer

from sketchlib.commands.clear import Chapters, clear_errors
from sketchlib.publish.chapters import find_root, select_chapters


def slides_command(
    chapters: Chapters = None,
) -> None:
    """Write slides, a deck for each chapter, to build/slides. The chapters must have been run.

    Open a deck in a browser; the key S opens the speaker's notes. The folder works offline, and moves as a whole.
    """
    from sketchlib.publish.slides import write_decks

    with clear_errors():
        root = find_root()
        decks = write_decks(select_chapters(root, chapters or []))
    for deck in decks:
        typer.echo(str(deck.relative_to(root)))
