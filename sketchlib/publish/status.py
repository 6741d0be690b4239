"""What the status page shows: each chapter's outcome, duration, device and versions."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from sketchlib.publish.chapters import RECORD, Chapter, copy_problem, list_chapters, read_record

COLUMNS = ("Chapter", "Outcome", "Seconds", "Side by side", "Settings", "Device", "Python", "torch", "When (UTC)")


@dataclass(frozen=True)
class ChapterStatus:
    """One row of the table. Fields that only a run can fill are empty when there was none."""

    chapter: str
    outcome: str
    seconds: float | None = None
    side_by_side: str = ""
    settings: str = ""
    device: str = ""
    python: str = ""
    torch: str = ""
    when: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row as texts, in the order of COLUMNS."""
        seconds = "" if self.seconds is None else f"{self.seconds:.1f}"
        return (
            self.chapter,
            self.outcome,
            seconds,
            self.side_by_side,
            self.settings,
            self.device,
            self.python,
            self.torch,
            self.when,
        )


def on_gpu() -> bool:
    """Whether chapters find a GPU here."""
    import torch  # here, because it takes seconds: a build that runs nothing does without

    return torch.cuda.is_available()


def environment(workers: int = 1, threads: int | None = None) -> dict[str, str]:
    """Device and versions of this machine, as an executed chapter records them.

    Args:
        workers: how many chapters run side by side.
        threads: of each chapter; what torch chooses by itself if None.
    """
    import torch

    threads = threads or torch.get_num_threads()
    return {
        "device": torch.cuda.get_device_name() if on_gpu() else f"CPU, {threads} thread{'s' * (threads > 1)}",
        "side_by_side": str(workers),
        "python": platform.python_version(),
        "torch": version("torch"),
    }


def chapter_status(chapter: Chapter) -> ChapterStatus:
    """The row of one chapter, from papermill's metadata and our record in its executed copy."""
    problem = copy_problem(chapter, chapter.source.read_text(encoding="utf-8"))
    if read_record(chapter.executed) is None:
        tried = chapter.partial.exists() or chapter.executed.exists()
        return ChapterStatus(chapter.name, "failed" if tried else "not run")
    metadata = json.loads(chapter.executed.read_text(encoding="utf-8"))["metadata"]
    record, papermill = metadata[RECORD], metadata["papermill"]
    found = record["environment"]
    return ChapterStatus(
        chapter=chapter.name,
        outcome="stale" if problem else "passed",
        seconds=papermill["duration"],
        side_by_side=found.get("side_by_side", "1"),
        settings=_settings(record["parameters"]),
        device=found["device"],
        python=found["python"],
        torch=found["torch"],
        when=papermill["end_time"][:16].replace("T", " "),
    )


def _settings(parameters: dict[str, object]) -> str:
    """Parameters other than the defaults; of a path only its last part, which says enough."""
    shown = {k: Path(str(v)).name if k == "dataset" else v for k, v in parameters.items()}
    return ", ".join(f"{name} = {value}" for name, value in shown.items()) or "defaults"


def all_status(root: Path) -> list[ChapterStatus]:
    """A row for every chapter of the book at `root`."""
    return [chapter_status(chapter) for chapter in list_chapters(root)]


def write_status(root: Path) -> Path:
    """Write build/status.json, the table for programs."""
    path = root / "build" / "status.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in all_status(root)], indent=1) + "\n")
    return path


def markdown_table(rows: list[ChapterStatus]) -> str:
    """The table of the status page."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
