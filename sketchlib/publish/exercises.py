"""A chapter taken apart at its exercises: what puts them, what is stub, solution and check.

The format, in this order: a Markdown cell with one `{exercise}` directive, a code cell tagged `stub`, the solution
between `{solution-start}` and `{solution-end}`, a code cell tagged `check`. An exercise without a stub has no check,
and a short solution may be one `{solution}` directive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sketchlib.publish.errors import PublishError
from sketchlib.publish.plain import Directive, blocks

Cell = dict[str, Any]

MARKERS = ("solution", "solution-start", "solution-end")
"""Directives that say what a student must not see."""

HIDDEN_MARKER = re.compile(r"(?:`{3,}|~{3,}|:{3,}) *\{solution\b")
"""The fence of such a directive in text where it was not found as one."""


@dataclass(frozen=True)
class Exercise:
    """What the directive says. `kind` is "warm-up", "code" or "experiment"; empty if the directive has no class."""

    title: str
    label: str
    kind: str


@dataclass(frozen=True)
class Part:
    """A cell, or the part of a Markdown cell that lies inside or outside of a solution.

    Attributes:
        role: "exercise" (the Markdown that puts it), "stub", "solution", "check", or "other".
        cell: as in the notebook; where a Markdown cell was cut, with the text of this part.
        exercise: the last one before this part, or itself; None before the first.
    """

    role: str
    cell: Cell
    exercise: Exercise | None


def text_of(cell: Cell) -> str:
    """The source of a cell, which notebooks store as one text or as lines."""
    return "".join(cell["source"])


def take_apart(name: str, cells: Sequence[Cell]) -> list[Part]:
    """All of a chapter, in order, without the markers of its solutions.

    Args:
        name: of the chapter, for what is wrong with it.
        cells: of its notebook, with or without outputs.

    Raises:
        PublishError: if a solution has no start, no end or no exercise. Nobody can say then what a student may see.
    """
    parts: list[Part] = []
    exercise: Exercise | None = None
    for cell, hidden in _fragments(name, cells):
        asked = None if hidden else _exercise(cell)
        exercise = asked or exercise
        if hidden and exercise is None:
            raise PublishError(f"{name}: a solution stands before the first exercise.")
        tags = cell["metadata"].get("tags", [])
        visible = "exercise" if asked else next((tag for tag in ("stub", "check") if tag in tags), "other")
        parts.append(Part("solution" if hidden else visible, cell, exercise))
    return parts


def _fragments(name: str, cells: Sequence[Cell]) -> Iterator[tuple[Cell, bool]]:
    """Each cell with whether it lies in a solution; a Markdown cell with markers in it comes in pieces."""
    hidden = False
    for cell in cells:
        if cell["cell_type"] != "markdown":
            yield cell, hidden
            continue
        text = ""
        for block in blocks(text_of(cell)):
            marker = block.name if isinstance(block, Directive) else ""
            if marker not in MARKERS:
                text += _source(name, block)
                continue
            if hidden != (marker == "solution-end"):
                raise PublishError(
                    f"{name}: {{{marker}}} stands {'inside' if hidden else 'outside'} of a solution:"
                    " every {solution-start} needs one {solution-end} behind it."
                )
            yield from _piece(cell, text, hidden)
            text = block.body
            if marker == "solution":
                yield from _piece(cell, text, True)
                text = ""
            hidden = marker == "solution-start"
        yield from _piece(cell, text, hidden)
    if hidden:
        raise PublishError(f"{name}: the last solution has no {{solution-end}}.")


def _piece(cell: Cell, text: str, hidden: bool) -> Iterator[tuple[Cell, bool]]:
    if text.strip():
        yield cell | {"source": text.strip("\n")}, hidden


def _source(name: str, block: str | Directive) -> str:
    """A block as it is written in MyST."""
    if isinstance(block, Directive) and re.search(r"\{solution\b", block.body):
        raise PublishError(f"{name}: a solution stands inside of {{{block.name}}}, where nothing can take it out.")
    if isinstance(block, str) and HIDDEN_MARKER.search(block):
        raise PublishError(
            f"{name}: a solution stands inside of a quotation, a list or code, where nothing can take it out."
        )
    return block if isinstance(block, str) else block.raw


def _exercise(cell: Cell) -> Exercise | None:
    """The exercise that a Markdown cell puts, if it puts one."""
    if cell["cell_type"] == "markdown":
        for block in blocks(text_of(cell)):
            if isinstance(block, Directive) and block.name == "exercise":
                kind = block.options.get("class", "")
                return Exercise(block.argument, block.options.get("label", ""), kind)
    return None
