"""The command `sketchlib`. Only composes: each subcommand is in `sketchlib.commands`."""

from __future__ import annotations

import typer

from sketchlib.commands.bench import bench_command
from sketchlib.commands.book import app as book
from sketchlib.commands.data import app as data
from sketchlib.commands.export import export_command, sketch_command
from sketchlib.commands.reproduce import reproduce_command
from sketchlib.commands.train import pretrain_command, train_command

app = typer.Typer(help="Photo-to-sketch synthesis: its data, its training, its book.", no_args_is_help=True)
app.add_typer(data, name="data")
app.command("train")(train_command)
app.command("reproduce")(reproduce_command)
app.command("bench")(bench_command)
app.command("pretrain")(pretrain_command)
app.command("export")(export_command)
app.command("sketch")(sketch_command)
app.add_typer(book, name="book")
