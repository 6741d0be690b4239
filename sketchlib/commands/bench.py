"""`sketchlib bench`: how fast this machine trains, draws and scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sketchlib.commands.train import Data

TABLES = ("machine", "peer", "rewritings", "methods", "others")
"""What is measured, in this order."""


def bench_command(
    peer: Annotated[
        Path | None,
        typer.Option(help="A copy of the CycleGAN authors' contrastive-unpaired-translation, to be timed beside us."),
    ] = None,
    only: Annotated[str | None, typer.Option(help=f"Some of the tables {', '.join(TABLES)}, with commas.")] = None,
    data: Data = "toy",
    runs: Annotated[int, typer.Option(help="How often each contender is timed.", min=1)] = 9,
    device: Annotated[str, typer.Option(help='"auto", "cpu" or "cuda".')] = "auto",
    compiled: Annotated[bool, typer.Option("--compiled", help="Also time torch.compile, which needs minutes.")] = False,
    out: Annotated[Path, typer.Option(help="The file for the numbers; tables in it that are not timed stay.")] = Path(
        "runs/bench.json"
    ),
) -> None:
    """Time training steps, against the authors' code if there is a copy, and drawing, scoring and reading."""
    from sketchlib.bench.bench import run_tables
    from sketchlib.bench.peer import check_peer

    try:
        tables = _chosen(only, peer)
        if peer is not None:
            check_peer(peer)
        options: dict[str, Any] = {"peer": peer, "data": data, "runs": runs, "device": device, "compiled": compiled}
        run_tables(tables, out, tell=typer.echo, **options)
    except (OSError, ValueError, RuntimeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"The numbers are in {out}")


def _chosen(only: str | None, peer: Path | None) -> list[str]:
    """The tables to time; that of the peer only if there is one.

    Raises:
        ValueError: for a name that is not in `TABLES`, or for the peer's table without a peer.
    """
    asked = [name.strip() for name in only.split(",")] if only else [name for name in TABLES if peer or name != "peer"]
    for name in asked:
        if name not in TABLES:
            raise ValueError(f"--only has {name!r}, expected some of {', '.join(TABLES)}.")
    if "peer" in asked and peer is None:
        raise ValueError("--only has 'peer', expected --peer with it, a folder of the authors' code.")
    return asked
