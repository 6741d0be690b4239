"""`sketchlib export` and `sketchlib sketch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

Size = Annotated[
    int | None, typer.Option(help="Pixels a side that the network works at. Default: those it was trained at.")
]


def export_command(
    generator: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of a finished run, or a generator.safetensors.")
    ],
    out: Annotated[Path, typer.Argument(help="The file to write, .onnx.")],
    size: Size = None,
) -> None:
    """Write a generator in ONNX: it draws faster on a CPU, and programs without PyTorch can read it."""
    from sketchlib.drawing import find_generator
    from sketchlib.export import export_onnx
    from sketchlib.training.checkpoint import load_generator

    try:
        file, side = find_generator(generator, size)
        export_onnx(load_generator(file), out, side, str(file))
    except (OSError, ValueError, RuntimeError) as error:
        _stop(error)
    typer.echo(f"{out}: photos (N, 3, {side}, {side}) to sketches (N, 1, {side}, {side}), both in [-1, 1]")


def sketch_command(
    photo: Annotated[Path, typer.Argument(help="A photo of a face, seen from the front.")],
    out: Annotated[Path, typer.Argument(help="The sketch to write, .png or .jpg.")],
    generator: Annotated[
        Path | None,
        typer.Option(help="A run's folder, a .safetensors or an .onnx. Default: a small one, of the toy faces."),
    ] = None,
    size: Size = None,
) -> None:
    """Draw one photo. An .onnx draws through ONNX Runtime, anything else through PyTorch."""
    from sketchlib.drawing import check_picture, open_drawer, read_photo, sketch_photo, write_sketch

    try:
        check_picture(out)
        write_sketch(out, sketch_photo(read_photo(photo), open_drawer(generator, size)))
    except (OSError, ValueError, RuntimeError) as error:
        _stop(error)
    typer.echo(str(out))


def _stop(error: Exception) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(1) from error
