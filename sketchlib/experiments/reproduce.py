"""Table 1 from nothing: plan, train, score, compare, write. Stopped at any moment and started again, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sketchlib.data import load_faces
from sketchlib.data.pairs import PairedFaces, hold_out
from sketchlib.experiments.ablation import ABLATION
from sketchlib.experiments.plan import Job, plan
from sketchlib.experiments.records import keep_records, restore_records
from sketchlib.experiments.report import report
from sketchlib.experiments.workers import default_workers, run_jobs
from sketchlib.methods import METHODS, Row
from sketchlib.training.device import check_precision, pick_device


@dataclass(frozen=True)
class Experiment:
    """What is to be done: which rows, with how many seeds, how large, on which faces, and where it is kept.

    Attributes:
        methods: the rows of Table 1, and of the ablation if only some of these are wanted.
        data: "toy", or the path of a copy of CUHK Student.
        scale: a key of `sketchlib.experiments.scales.SCALES`.
        seeds: runs of each row.
        ablation: also the rows of `sketchlib.experiments.ablation`.
        root: the folder of runs and tables; `runs/<scale>` if None.
        workers: runs side by side; one for each core, or one on a GPU, if None.
        device: "auto", "cpu" or "cuda".
        precision: one of `sketchlib.training.device.PRECISIONS`.
        records: a folder of records (`sketchlib.experiments.records`), with a folder for each scale. Runs that have one
            there are taken from it, and those that finish are added.
        validation: score on a held-out part of the training pairs, for choosing settings; see `hold_out`.

    Raises:
        ValueError: for no rows, fewer than one worker, or a device or a precision that cannot be.
    """

    methods: Mapping[str, Row] = field(default_factory=lambda: dict(METHODS))
    data: str = "toy"
    scale: str = "quick"
    seeds: int = 1
    ablation: bool = False
    root: Path | None = None
    workers: int | None = None
    device: str = "auto"
    precision: str = "32-true"
    validation: bool = False
    records: Path | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers is {self.workers}, expected 1 or more.")
        if not self.methods:
            raise ValueError(f"methods is empty, expected one or more rows, as of {', '.join(METHODS)}.")
        pick_device(self.device)
        check_precision(self.precision)

    @property
    def rows(self) -> dict[str, Row]:
        """All that is run, each row once."""
        return {**self.methods, **ABLATION} if self.ablation else dict(self.methods)

    @property
    def table(self) -> dict[str, Row]:
        """Those rows that stand in Table 1. The others are of the ablation, whether all of it is run or a part."""
        return {name: row for name, row in self.methods.items() if name in METHODS or name not in ABLATION}

    @property
    def options(self) -> dict[str, str]:
        """What training is told about the machine."""
        return {"device": self.device, "precision": self.precision}

    @property
    def side_by_side(self) -> int:
        """Runs at the same time."""
        return self.workers or default_workers(self.device)

    def plan(self, train: PairedFaces) -> list[Job]:
        """All runs, finished or not."""
        root = self.root or Path("runs") / self.scale
        jobs = plan(self.rows, self.seeds, self.scale, train, root)
        if self.records is None:
            return jobs
        restore_records(jobs, self.records / self.scale)
        return plan(self.rows, self.seeds, self.scale, train, root)  # the records were not checked yet

    def faces(self) -> tuple[PairedFaces, PairedFaces]:
        """The pairs to learn from and those to be scored on."""
        train, test = load_faces(self.data)
        return hold_out(train) if self.validation else (train, test)

    @property
    def command(self) -> str:
        """The command that does the same elsewhere. A path is this machine's, so it is not told."""
        words = ["sketchlib", "reproduce", "--methods", ",".join(self.methods)]
        words += ["--seeds", str(self.seeds), "--scale", self.scale]
        words += ["--data", "toy" if self.data == "toy" else "path/to/cuhk"]
        words += ["--precision", self.precision] if self.precision != "32-true" else []
        words += ["--validation"] if self.validation else []
        return " ".join([*words, "--ablation"] if self.ablation else words)


def reproduce(experiment: Experiment, tell: Callable[[str], None] = print) -> Path:
    """Train what is not trained yet, score all of it, write the tables. Stopped and called again, it goes on.

    Args:
        tell: gets a line for each finished run.

    Returns:
        The folder of the tables.

    Raises:
        ValueError: for a setting or data that cannot be, before any work starts.
        OSError: if the data cannot be read or the folder not written.
        RuntimeError, KeyboardInterrupt: see `sketchlib.experiments.workers.run_jobs`.
    """
    train, test = experiment.faces()
    jobs = experiment.plan(train)
    run_jobs(
        [job for job in jobs if not job.done],
        experiment.faces,
        workers=experiment.side_by_side,
        options=experiment.options,
        tell=tell,
    )
    folder = jobs[0].folder.parents[1]
    report(
        jobs,
        experiment.table,
        train,
        test,
        folder,
        scale=experiment.scale,
        command=experiment.command,
        ablation=experiment.rows.keys() != experiment.table.keys(),
    )
    if experiment.records is not None:
        keep_records(jobs, experiment.records / experiment.scale)
    return folder
