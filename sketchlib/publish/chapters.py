"""The chapters of the book, where their executed copies lie, and whether a copy is still true.

An executed copy carries a record in its notebook metadata, under "sketchlib": hashes of the source
notebook and of the library, the parameters and the data it ran with. The runner compares the record
to decide what to run again; the Sphinx extension, to refuse a copy that is not of this source.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sketchlib
from sketchlib.publish.errors import PublishError

RECORD = "sketchlib"
"""Key of the record in an executed copy's notebook metadata."""


@dataclass(frozen=True)
class Chapter:
    """One source notebook, `chapters/NN_name.ipynb`, and the places of what is made from it."""

    root: Path
    name: str

    @property
    def source(self) -> Path:
        return self.root / "chapters" / f"{self.name}.ipynb"

    @property
    def executed(self) -> Path:
        """The complete executed copy; while a run lasts, or after it failed, it is not there."""
        return self.root / "build" / "executed" / "chapters" / f"{self.name}.ipynb"

    @property
    def partial(self) -> Path:
        """What a running or failed run has written so far."""
        return self.executed.with_name(f"{self.name}.partial.ipynb")

    @property
    def log(self) -> Path:
        return self.executed.with_name(f"{self.name}.log")

    @property
    def figures(self) -> Path:
        return self.root / "build" / "figures" / self.name


def find_root(start: Path | None = None) -> Path:
    """The folder of the book at or above `start` (default: the working directory)."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_config.yml").is_file() and (folder / "chapters").is_dir():
            return folder
    raise PublishError(f"{start} is not inside the book: expected a folder with _config.yml and chapters/.")


def list_chapters(root: Path) -> list[Chapter]:
    """All chapters, in the order of their numbers."""
    return [Chapter(root, path.stem) for path in sorted(root.glob("chapters/[0-9][0-9]_*.ipynb"))]


def select_chapters(root: Path, wanted: Sequence[str]) -> list[Chapter]:
    """The chapters named by number ("3", "03"), name or path; all of them when none is named."""
    chapters = list_chapters(root)
    if not chapters:
        raise PublishError(f"{root / 'chapters'} has no notebook named like 01_name.ipynb.")
    if not wanted:
        return chapters
    by_key = {key: chapter for chapter in chapters for key in (chapter.name, chapter.name[:2])}
    picked = set()
    for text in wanted:
        key = Path(text).name.removesuffix(".ipynb")
        key = key.zfill(2) if key.isdigit() else key
        if key not in by_key:
            known = ", ".join(chapter.name for chapter in chapters)
            raise PublishError(f"There is no chapter {text!r}; the chapters are {known}.")
        picked.add(by_key[key].name)
    return [chapter for chapter in chapters if chapter.name in picked]


def source_hash(notebook: str) -> str:
    """SHA-256 over what a reader sees and a kernel runs: each cell's kind, text, tags, figure data.

    Args:
        notebook: the JSON text of a source notebook. Its outputs and editor metadata do not count.
    """
    digest = hashlib.sha256()
    for cell in json.loads(notebook)["cells"]:
        metadata = {key: cell["metadata"].get(key) for key in ("tags", "mystnb")}
        source = "".join(cell["source"])
        digest.update(json.dumps([cell["cell_type"], source, metadata], sort_keys=True).encode())
    return digest.hexdigest()


OF_ONE_CHAPTER = re.compile(r"(checks/chapter_|quizzes/)(?P<number>\d\d)\.\w+")
"""Files of the library that only one chapter uses."""


def library_hash(name: str) -> str:
    """SHA-256 over the files of sketchlib that a chapter can use, weights among them.

    Publishing and the command line are left out: a change there need not train anything again. So are the checks and
    the quizzes of other chapters.

    Args:
        name: of the chapter; its first two letters are its number.
    """
    package = Path(sketchlib.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        file = path.relative_to(package).as_posix()
        if path.is_file() and _concerns(file, name[:2]):
            digest.update(f"{file}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _concerns(file: str, number: str) -> bool:
    if "__pycache__" in file or file.startswith(("publish/", "commands/", "cli.py")):
        return False
    one = OF_ONE_CHAPTER.fullmatch(file)
    return one is None or one["number"] == number


def data_fingerprint(path: Path) -> str:
    """SHA-256 over names, sizes and times of a data set's files: enough to see a change."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    digest = hashlib.sha256()
    for file in files:
        facts = file.stat()
        digest.update(f"{file.relative_to(path.parent)}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read_record(executed: Path) -> dict[str, Any] | None:
    """The record of an executed copy, or None if there is no such copy, or it has none."""
    return _metadata(executed).get(RECORD)


def last_seconds(chapter: Chapter) -> float | None:
    """What the run of the executed copy took, true or stale, or None if there is no copy."""
    return _metadata(chapter.executed).get("papermill", {}).get("duration")


def _metadata(executed: Path) -> dict[str, Any]:
    """The notebook metadata of an executed copy; empty if there is no such copy, or none that can be read."""
    try:
        return json.loads(executed.read_text(encoding="utf-8"))["metadata"]
    except (FileNotFoundError, ValueError, KeyError):
        return {}


def copy_problem(chapter: Chapter, source: str) -> str | None:
    """Why an executed copy must not be shown, as a sentence, or None if it is good.

    Args:
        source: the JSON text of the chapter as it is now.
    """
    record = read_record(chapter.executed)
    if record is None:
        if chapter.executed.exists() or chapter.partial.exists():
            return f"the executed copy of {chapter.name} is only partial: its last run did not finish."
        return f"{chapter.name} was never executed: run `sketchlib book run {chapter.name[:2]}`."
    if record["source"] != source_hash(source):
        return f"the executed copy of {chapter.name} is stale: the chapter has changed since."
    if record["library"] != library_hash(chapter.name):
        return f"the executed copy of {chapter.name} is stale: sketchlib has changed since."
    return None


def require_current(chapters: Sequence[Chapter]) -> None:
    """Raise PublishError if a chapter has no good executed copy: which, why, and what to run."""
    problems = [
        (chapter, problem)
        for chapter in chapters
        if (problem := copy_problem(chapter, chapter.source.read_text(encoding="utf-8")))
    ]
    if problems:
        _, first = problems[0]
        others = f" ({len(problems) - 1} more like it)" if len(problems) > 1 else ""
        command = " ".join(["sketchlib book run", *(chapter.name[:2] for chapter, _ in problems)])
        raise PublishError(f"{first.split(': run')[0].rstrip('.')}{others}; run `{command}` first.")
