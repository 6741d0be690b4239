"""What all commands about the book have in common."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sketchlib.publish.errors import PublishError

Chapters = Annotated[
    list[str] | None,
    typer.Argument(metavar="CHAPTER", help="Numbers, names or paths; all chapters when none is given."),
]


@contextmanager
def clear_errors() -> Iterator[None]:
    """Errors that a person can mend are told in their own words, without a traceback."""
    if importlib.util.find_spec("papermill") is None or importlib.util.find_spec("jupyter_book") is None:
        typer.echo("Publishing needs the extra `book`: pip install 'sketchlib[book]'.", err=True)
        raise typer.Exit(1)
    try:
        yield
    except PublishError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
