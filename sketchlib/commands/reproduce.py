"""`sketchlib reproduce`: Table 1, and what each part is worth."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from sketchlib.commands.train import Data


def reproduce_command(
    methods: Annotated[
        str | None,
        typer.Option(help="Rows of Table 1, by name, with commas between them. Default: all."),
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
) -> None:
    """Train what is not trained yet, score all of it, write Table 1. Stopped at any moment, it goes on where it was."""
    from functools import partial

    from sketchlib.data import load_faces
    from sketchlib.experiments.plan import plan
    from sketchlib.experiments.reproduce import report, rows_to_run
    from sketchlib.experiments.workers import default_workers, work_off

    options = {"device": device, "precision": precision}
    try:
        chosen = choose(methods)
        workers = check_workers(workers) or default_workers(device)
        train, test = load_faces(data)
        root = out or Path("runs") / scale
        jobs = plan(rows_to_run(chosen, ablation), seeds, scale, train, root)
        open_jobs = [job for job in jobs if not job.done]
        if dry_run:
            tell_plan(jobs, train, test, workers, options)
            return
        work_off(open_jobs, partial(load_faces, data), workers=workers, options=options, tell=typer.echo)
        words = ["--methods", methods] if methods else []
        words += ["--seeds", str(seeds), "--scale", scale, "--data", data_name(data)]
        command = shlex.join(["sketchlib", "reproduce", *words, *(["--ablation"] if ablation else [])])
        folder = root / train.name
        report(jobs, chosen, train, test, folder, scale=scale, command=command, ablation=ablation)
    except (OSError, ValueError, RuntimeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo((folder / "table1.md").read_text(encoding="utf-8"))
    typer.echo(f"All tables and the figure are in {folder}")


def choose(names: str | None) -> dict:
    """The rows of Table 1 that were asked for.

    Raises:
        ValueError: for a name that is not there.
    """
    from sketchlib.methods import METHODS

    if names is None:
        return dict(METHODS)
    asked = [name.strip() for name in names.split(",")]
    unknown = [name for name in asked if name not in METHODS]
    if unknown:
        raise ValueError(f"--methods has {', '.join(map(repr, unknown))}, expected names out of {', '.join(METHODS)}.")
    return {name: row for name, row in METHODS.items() if name in asked}


def check_workers(workers: int | None) -> int | None:
    """`workers`, if it is a number of processes.

    Raises:
        ValueError: if it is below 1.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"--workers is {workers}, expected 1 or more.")
    return workers


def data_name(data: str) -> str:
    """What stands for the data in a command that others read: the path is this machine's."""
    return data if data == "toy" else "path/to/cuhk"


def tell_plan(jobs: list, train: object, test: object, workers: int, options: dict) -> None:
    """What is done, what is to do, and how long that takes."""
    import torch

    from sketchlib.experiments.plan import estimate, remaining

    torch.set_num_threads(1)  # as each run will have
    seconds = estimate(jobs, train, test, **options)
    left = {id(job): remaining(job, seconds) for job in jobs}
    for job in jobs:
        state = "finished" if job.done else f"about {duration(left[id(job)])}"
        if not job.done and job.epochs_done:
            state += f", goes on after epoch {job.epochs_done} of {job.config.epochs}"
        typer.echo(f"{job.name}, seed {job.seed}: {state}")
    total = sum(left.values())
    side = max([total / workers, *left.values()])
    typer.echo(f"About {duration(total)} of work, {duration(side)} with {workers} side by side. Nothing was run.")


def duration(seconds: float) -> str:
    """Seconds in words that fit their size: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
