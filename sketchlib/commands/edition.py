"""`sketchlib book edition`: notebooks for students, and for those who teach."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sketchlib.commands.clear import Chapters, clear_errors
from sketchlib.publish.chapters import find_root, select_chapters


class Edition(StrEnum):
    """Who the notebooks are for."""

    student = "student"
    instructor = "instructor"


def edition_command(
    edition: Annotated[Edition, typer.Argument(help="For whom.")],
    chapters: Chapters = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write. Default: build/editions/student or build/editions/instructor."),
    ] = None,
) -> None:
    """Write notebooks for a class: without any solution for students, with all there is to know for instructors.

    The student edition is a course for nbgrader: source/CHAPTER/CHAPTER.ipynb, and the configuration. The instructor
    edition needs chapters that were run. A file that was changed since it was written is never overwritten.
    """
    from sketchlib.publish.editions import instructor_set, student_set
    from sketchlib.publish.handouts import write_set
    from sketchlib.publish.names import read_names

    with clear_errors():
        root = find_root()
        selected = select_chapters(root, chapters or [])
        make = student_set if edition is Edition.student else instructor_set
        folder = out or root / "build" / "editions" / edition
        write_set(folder, make(selected, read_names(root)))
    typer.echo(f"{len(selected)} notebook{'s' * (len(selected) > 1)} of the {edition} edition in {folder}")
