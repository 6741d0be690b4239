"""`sketchlib data`: look at a copy of the real faces, or get one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sketchlib.data.cuhk import Report

app = typer.Typer(
    no_args_is_help=True,
    help="The real faces, CUHK Student: get a copy, and see whether it is the usual one.",
)


@app.command("verify")
def verify_command(
    path: Annotated[Path, typer.Argument(help="A folder, a zip or a tar with CUHK Student in it.")],
    names: Annotated[bool, typer.Option("--names", help="List every file that differs.")] = False,
) -> None:
    """Say what a copy of CUHK Student is, and what it means for scores; exit code 1 if unusable."""
    from sketchlib.data.cuhk import verify

    try:
        report = verify(path)
    except (OSError, ValueError) as error:
        _stop(error)
    _print(report, names)


@app.command("fetch")
def fetch_command() -> None:
    """Download CUHK Student from Kaggle through kagglehub, and verify what came."""
    from sketchlib.data.cuhk import fetch, verify

    try:
        folder = fetch()
        report = verify(folder)
    except (OSError, ValueError, RuntimeError) as error:
        _stop(error)
    _print(report, names=False)


def _print(report: Report, names: bool) -> None:
    typer.echo(str(report))
    if names and report.differing:
        typer.echo("\n".join(report.differing))
    if not report.usable:
        raise typer.Exit(1)


def _stop(error: Exception) -> None:
    typer.echo(str(error), err=True)
    raise typer.Exit(1)
