"""The command `sketchlib`. Only composes: each subcommand lives beside what it calls."""

from __future__ import annotations

import typer

from sketchlib.data.commands import app as data
from sketchlib.methods.commands import pretrain_command, train_command
from sketchlib.publish.commands import app as book

app = typer.Typer(
    help="Photo-to-sketch synthesis: its data, its training, its book.", no_args_is_help=True
)
app.add_typer(data, name="data")
app.command("train")(train_command)
app.command("pretrain")(pretrain_command)
app.add_typer(book, name="book")
