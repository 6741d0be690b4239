"""Named figures leave an executed chapter as image files, for slides and handouts."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from sketchlib.publish.chapters import Chapter
from sketchlib.publish.errors import PublishError

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/svg+xml": ".svg"}
"""Kinds of image looked for in an output, in this order; the first that it has is written."""


def write_figures(chapter: Chapter) -> list[Path]:
    """Write each image of a cell with `mystnb.figure.name` to build/figures/<chapter>/<name>.png.

    A cell with several images gives <name>.png, <name>-2.png, and so on. What the folder held is
    removed.

    Raises:
        PublishError: if a cell names a figure and draws none, or two cells use one name.
    """
    notebook = json.loads(chapter.executed.read_text(encoding="utf-8"))
    shutil.rmtree(chapter.figures, ignore_errors=True)
    written: list[Path] = []
    for position, cell in enumerate(notebook["cells"], start=1):
        name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
        if name is None:
            continue
        images = list(_images(cell))
        if not images:
            raise PublishError(f"{chapter.name}, cell {position}: it names the figure {name!r} and shows no image.")
        chapter.figures.mkdir(parents=True, exist_ok=True)
        for number, (suffix, content) in enumerate(images, start=1):
            path = chapter.figures / f"{name}{'' if number == 1 else f'-{number}'}{suffix}"
            if path in written:
                raise PublishError(f"{chapter.name}, cell {position}: the figure name {name!r} is used twice.")
            path.write_bytes(content)
            written.append(path)
    return written


def _images(cell: dict) -> Iterator[tuple[str, bytes]]:
    """File suffix and content of each image that a code cell has put out."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        for kind, suffix in SUFFIXES.items():
            if kind in data:
                text = "".join(data[kind])
                yield suffix, text.encode() if suffix == ".svg" else base64.b64decode(text)
                break
