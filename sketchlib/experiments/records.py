"""Records of finished runs: all that a table needs of a run, without networks and sketches, some 50 kB each.

A record is the run's folder less its large files. Tables can be made from records alone, on another machine or another
day: `reproduce` takes a run whose record it finds for finished.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import FINAL, finished
from sketchlib.files import write_atomically

FILES = ("config.json", "run.json", "history.csv", "evaluation.csv", "hiding.csv", FINAL)
"""What a record keeps of a run; the last one says that the run is finished, and is copied last."""


def record_folder(records: Path, job: Job) -> Path:
    """Where the record of a job is kept below `records`: by the names of the data, the row and the seed."""
    return records.joinpath(*job.folder.parts[-3:])


def restore_records(jobs: Sequence[Job], records: Path) -> None:
    """Put the records of runs that are not begun here where their runs would be. Nothing there is overwritten."""
    for job in jobs:
        if not job.folder.exists() and finished(record_folder(records, job)):
            _copy(record_folder(records, job), job.folder)


def keep_records(jobs: Sequence[Job], records: Path) -> None:
    """Copy what a table needs of every finished run below `records`."""
    for job in jobs:
        if job.done:
            _copy(job.folder, record_folder(records, job))


def _copy(source: Path, target: Path) -> None:
    for name in FILES:
        if (source / name).exists():
            write_atomically(target / name, lambda temporary, name=name: shutil.copyfile(source / name, temporary))
