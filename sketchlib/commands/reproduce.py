"""`sketchlib reproduce`: Table 1, and what each part is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sketchlib.commands.train import Data

if TYPE_CHECKING:
    from sketchlib.experiments.reproduce import Experiment
    from sketchlib.methods import Row


def reproduce_command(
    methods: Annotated[
        str | None,
        typer.Option(help="Rows by name, with commas between them: of Table 1 (default: all of it), or of a study."),
    ] = None,
    seeds: Annotated[int, typer.Option(help="Runs of each method, with the seeds 0, 1, and so on.")] = 1,
    scale: Annotated[str, typer.Option(help='"quick" and "cpu" are for two cores, "paper" is for a GPU.')] = "quick",
    data: Data = "toy",
    ablation: Annotated[bool, typer.Option("--ablation", help="Also the grid of parts and the other studies.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would run and for how long.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder of runs and tables. Default: runs/<scale>.")] = None,
    device: Annotated[str, typer.Option(help='"auto", "cpu" or "cuda".')] = "auto",
    precision: Annotated[str, typer.Option(help='Arithmetic, as Lightning Fabric names it: "bf16-mixed".')] = "32-true",
    workers: Annotated[
        int | None, typer.Option(help="Runs side by side. Default: one for each core, or one on a GPU.")
    ] = None,
    validation: Annotated[
        bool, typer.Option("--validation", help="Hold every fifth training pair out and score on these, to choose.")
    ] = False,
    records: Annotated[
        Path | None, typer.Option(help="Folder of small records: runs found there are not run again, new ones added.")
    ] = None,
) -> None:
    """Train what is not trained yet, score all of it, write Table 1. Stopped at any moment, it goes on where it was."""
    from sketchlib.experiments.reproduce import Experiment, reproduce

    try:
        rows = choose(methods)
        experiment = Experiment(
            rows, data, scale, seeds, ablation, out, workers, device, precision, validation, records
        )
        if dry_run:
            tell_plan(experiment)
            return
        folder = reproduce(experiment, tell=typer.echo)
    except (OSError, ValueError, RuntimeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo((folder / "table1.md").read_text(encoding="utf-8"))
    typer.echo(f"All tables and the figure are in {folder}")


def choose(names: str | None) -> dict[str, Row]:
    """The rows that were asked for.

    Raises:
        ValueError: for a name that is not there.
    """
    from sketchlib.experiments.ablation import EXPERIMENTS
    from sketchlib.methods import METHODS

    if names is None:
        return dict(METHODS)
    asked = [name.strip() for name in names.split(",")]
    unknown = [name for name in asked if name not in EXPERIMENTS]
    if unknown:
        raise ValueError(
            f"--methods has {', '.join(map(repr, unknown))}, expected names out of {', '.join(EXPERIMENTS)}."
        )
    return {name: row for name, row in EXPERIMENTS.items() if name in asked}


def tell_plan(experiment: Experiment) -> None:
    """What is done, what is to do, and how long that takes."""
    import torch

    from sketchlib.experiments.plan import estimate, remaining

    train, test = experiment.faces()
    jobs, workers = experiment.plan(train), experiment.side_by_side
    torch.set_num_threads(1)  # as each run will have
    seconds = estimate(jobs, train, test, **experiment.options)
    left = [remaining(job, seconds) for job in jobs]
    for job, rest in zip(jobs, left, strict=True):
        state = "finished" if job.done else f"about {duration(rest)}"
        if not job.done and job.epochs_done:
            state += f", goes on after epoch {job.epochs_done} of {job.config.epochs}"
        typer.echo(f"{job.name}, seed {job.seed}: {state}")
    together = max([sum(left) / workers, *left])
    typer.echo(
        f"About {duration(sum(left))} of work, {duration(together)} with {workers} side by side. Nothing was run."
    )


def duration(seconds: float) -> str:
    """Seconds in words that fit their size: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
