"""What `reproduce` has to do, what of it is done, and how long the rest will take."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from torch import Tensor

from sketchlib.data.pairs import PairedFaces, to_float
from sketchlib.experiments.runs import finished, run_folder
from sketchlib.experiments.scales import config_for
from sketchlib.methods import Row
from sketchlib.training.config import TrainConfig
from sketchlib.training.loop import check_config

MEASURED_STEPS = 4
"""Steps that are taken to judge the time of one. The first is slow and does not count."""


@dataclass(frozen=True)
class Job:
    """One run of a table.

    Attributes:
        name: of the row, and of its folder.
        row: what is run.
        seed: with which seed.
        config: the settings, all of them.
        folder: where.
    """

    name: str
    row: Row
    seed: int
    config: TrainConfig
    folder: Path

    @property
    def done(self) -> bool:
        """Whether the run is finished."""
        return finished(self.folder)

    @property
    def epochs_done(self) -> int:
        """Epochs that a stopped run need not repeat."""
        history = self.folder / "history.csv"
        if not history.exists():
            return 0
        with history.open(encoding="utf-8") as file:
            return sum(1 for _ in csv.DictReader(file))


def plan(rows: Mapping[str, Row], seeds: int, scale: str, train: PairedFaces, root: Path) -> list[Job]:
    """The runs of a table, seed after seed, so that a table of one seed is complete first.

    A deterministic row is run once. Finished runs of further seeds that are below `root` belong to the table too:
    some rows may have more seeds than others, and none of them is left out.

    Raises:
        ValueError: for an unknown scale, no seed, or a folder that holds a run with other settings or data.
    """
    if seeds < 1:
        raise ValueError(f"seeds is {seeds}, expected 1 or more.")
    wanted = [(seed, name) for seed in range(seeds) for name, row in rows.items() if not row.deterministic or seed == 0]
    wanted += [
        (seed, name) for name in rows for seed in _finished_seeds(run_folder(root, train, name, 0).parent, seeds)
    ]
    jobs = [
        Job(name, rows[name], seed, config_for(rows[name], scale, seed), run_folder(root, train, name, seed))
        for seed, name in wanted
    ]
    for job in jobs:  # all of them before any work starts
        check_config(job.folder, train, job.config)
    return jobs


def _finished_seeds(folder: Path, least: int) -> list[int]:
    """The seeds, from `least` up, whose runs in `folder` are finished."""
    seeds = [int(each.name[4:]) for each in folder.glob("seed*") if each.name[4:].isdecimal() and finished(each)]
    return sorted(seed for seed in seeds if seed >= least)


def estimate(jobs: Sequence[Job], train: PairedFaces, test: PairedFaces, **options: Any) -> dict[str, float]:
    """Seconds that each unfinished row needs for one run from the start, judged from a few measured steps.

    Args:
        options: `device`, `precision`.
    """
    rows = {job.name: job for job in jobs if not job.done}
    return {name: _seconds(job, train, test, options) for name, job in rows.items()}


def remaining(job: Job, seconds: Mapping[str, float]) -> float:
    """What is left of the `seconds` of a run: nothing for a finished one, a part for a stopped one."""
    if job.done:
        return 0.0
    return seconds[job.name] * (1 - job.epochs_done / job.config.epochs)


def _seconds(job: Job, train: PairedFaces, test: PairedFaces, options: Mapping[str, Any]) -> float:
    method, marks = job.row.method(), [time.perf_counter()]
    batch = job.config.batch_size
    few = train[: batch * MEASURED_STEPS]
    short = replace(job.config, epochs=1, samples_every=0)

    def mark(number: int, losses: Mapping[str, Tensor]) -> None:
        for loss in losses.values():
            float(loss.detach())  # a GPU has the number when it is done with the step, not when it was told to begin
        marks.append(time.perf_counter())

    method.fit(few, short, on_step=mark, progress=False, **options)
    steps = [after - before for before, after in pairwise(marks)]
    if steps:
        training = median(steps[1:] or steps) * -(-len(train) // batch) * job.config.epochs
    else:  # nothing goes step by step, as for LLE: what it does with all pairs counts, and drawing looks through them
        started = time.perf_counter()
        method.fit(train, short, progress=False, **options)
        training = time.perf_counter() - started
    return training + _seconds_to_draw(method, test)


def _seconds_to_draw(method: Any, test: PairedFaces) -> float:
    """From two small numbers of photos, since a method may have work to do that does not grow with them."""
    few, more = 2, 6
    times = {}
    for n in (few, more):
        started = time.perf_counter()
        method.sketch(to_float(test.photos[:n]))
        times[n] = time.perf_counter() - started
    each = max(0.0, (times[more] - times[few]) / (more - few))
    return times[few] + each * (len(test) - few)
