"""`sketchlib book`: build the book, run chapters."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from sketchlib.commands.clear import Chapters, clear_errors
from sketchlib.commands.edition import edition_command
from sketchlib.commands.pdf import pdf_command
from sketchlib.commands.slides import slides_command
from sketchlib.publish.chapters import Chapter, find_root, list_chapters, read_record, select_chapters
from sketchlib.publish.errors import PublishError

app = typer.Typer(help="Run chapters, build the book's pages, write notebooks, slides and a PDF.", no_args_is_help=True)
app.command("edition")(edition_command)
app.command("slides")(slides_command)
app.command("pdf")(pdf_command)

Limit = Annotated[
    float | None,
    typer.Option(help="Seconds that a chapter may take. Default: 1800, or a day in the profile full."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Chapters that run side by side. Default: as many as there are cores and memory for; one on a GPU or in "
        "the profile full. Results do not depend on it: each chapter has one thread. Only on a GPU or in the profile "
        "full they share the cores, and results can change. After an error no other chapter is started; those that "
        "run go on to their end.",
    ),
]


@app.command()
def build(
    chapters: Chapters = None,
    data: Annotated[
        str | None,
        typer.Option(help="A copy of CUHK Student (folder, zip or tar) in place of the toy faces."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="quick, or full: the paper's settings, for a GPU. Default: quick."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Run chapters again that did not change.")] = False,
    limit: Limit = None,
    workers: Workers = None,
) -> None:
    """Run the chapters that changed, write their figures and the status data, build the pages.

    A warning fails the build. With CHAPTER only these are run, and warnings are only shown.
    """
    asked = {"dataset": data, "profile": profile}
    given = {name: text for name, text in asked.items() if text is not None}
    with clear_errors():
        root = find_root()
        selected = select_chapters(root, chapters or [])
        _run(selected, given, again=force, limit=limit, workers=workers)
        _write_outputs(root)
        _build_pages(root, strict=not chapters, everything=force)


class _PairsCommand(TyperCommand):
    """Reads `-p NAME VALUE`, as papermill does; Typer has no repeatable option of two words."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words, joined = iter(args), []
        for word in words:
            joined.append(word)
            if word == "-p":
                joined.append(f"{next(words, '')}={next(words, '')}")
        return super().parse_args(ctx, joined)


@app.command(cls=_PairsCommand)
def run(
    chapters: Chapters = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME VALUE", help="A parameter of the chapters; repeatable."),
    ] = None,
    limit: Limit = None,
    workers: Workers = None,
) -> None:
    """Run chapters only, whether they changed or not."""
    with clear_errors():
        root = find_root()
        given = {name: text for name, _, text in (pair.partition("=") for pair in parameter or [])}
        _run(select_chapters(root, chapters or []), given, again=True, limit=limit, workers=workers)
        _write_outputs(root)


def _run(
    chapters: Sequence[Chapter], given: dict[str, str], *, again: bool, limit: float | None, workers: int | None
) -> None:
    """Check everything, then run what must be run, side by side; a line for each in the order of finishing."""
    from sketchlib.publish.parameters import check_parameters
    from sketchlib.publish.run import is_current
    from sketchlib.publish.share import judge_workers, threads_of_each
    from sketchlib.publish.status import environment, on_gpu
    from sketchlib.publish.together import run_chapters

    # A plain kill must end the running kernels too, as Ctrl-C does: both then unwind through their cleaning up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = []
    for chapter, parameters in [(chapter, check_parameters(chapter, given)) for chapter in chapters]:
        if not again and is_current(chapter, parameters):
            typer.echo(f"{chapter.name:<28} unchanged")
        else:
            plan.append((chapter, parameters))
    if not plan:
        return
    large = on_gpu() or any(parameters.get("profile") == "full" for _, parameters in plan)
    workers = min(len(plan), workers or judge_workers(large=large))
    threads = threads_of_each(workers, large=large)
    typer.echo(f"{len(plan)} to run, {workers} at once")
    if not run_chapters(plan, environment(workers, threads), _tell, workers=workers, threads=threads, limit=limit):
        raise typer.Exit(1)


def _tell(chapter: Chapter, outcome: float | PublishError) -> None:
    """The line of a chapter that has ended."""
    if isinstance(outcome, PublishError):
        typer.echo(f"Error: {outcome}", err=True)
    else:
        typer.echo(f"{chapter.name:<28} {outcome:6.1f} s")


def _write_outputs(root: Path) -> None:
    """Figures of every executed chapter and the status data."""
    from sketchlib.publish.figures import write_figures
    from sketchlib.publish.status import write_status

    for chapter in list_chapters(root):
        if read_record(chapter.executed) is not None:
            write_figures(chapter)
    write_status(root)


def _build_pages(root: Path, *, strict: bool, everything: bool) -> None:
    from sketchlib.publish.pages import build_pages

    start = time.monotonic()
    page, warnings = build_pages(root, strict=strict, everything=everything)
    for line in warnings:
        typer.echo(line, err=True)
    typer.echo(f"{'pages':<28} {time.monotonic() - start:6.1f} s")
    typer.echo(f"Open {page}")
