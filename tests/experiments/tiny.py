"""Few faces, small networks, and methods that need no time. A module, so that worker processes can import it too."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sketchlib.data.pairs import PairedFaces, to_float
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import run_folder
from sketchlib.experiments.workers import run_jobs
from sketchlib.methods import METHODS, Row
from sketchlib.training.config import TrainConfig
from sketchlib.training.history import History

SCALE: dict[str, Any] = {"size": 32, "channels": 4, "reduction": 4, "epochs": 4, "batch_size": 2, "samples_every": 0}
ROWS = {name: METHODS[name] for name in ("pix2pix", "improved")}


@cache
def faces() -> tuple[PairedFaces, PairedFaces]:
    """Four and three pairs of noise, just large enough for every protocol and judge."""
    generator = torch.Generator().manual_seed(0)

    def pairs(n: int, split: str) -> PairedFaces:
        photos = torch.randint(0, 256, (n, 3, 164, 162), dtype=torch.uint8, generator=generator)
        sketches = torch.randint(0, 256, (n, 1, 164, 162), dtype=torch.uint8, generator=generator)
        return PairedFaces(photos, sketches, tuple(f"{split}{i}" for i in range(n)), split, "noise")

    return pairs(4, "train"), pairs(3, "test")


class Guess:
    """Draws the mean training sketch, plus `offset`."""

    offset = 0.0

    def fit(self, pairs: PairedFaces, config: TrainConfig, **options: Any) -> History:
        self.mean = to_float(pairs.sketches).mean(dim=0, keepdim=True)
        return History()

    def sketch(self, photos: Tensor) -> Tensor:
        return (self.mean + self.offset).clamp(-1, 1).expand(len(photos), -1, -1, -1)


class Darker(Guess):
    """Another guess."""

    offset = -0.5


class Broken(Guess):
    """Cannot learn."""

    def fit(self, pairs: PairedFaces, config: TrainConfig, **options: Any) -> History:
        raise RuntimeError("Broken.fit got faces, expected none.")


def job(root: Path, name: str, row: Row, seed: int = 0, **changes: Any) -> Job:
    """A run of the row, at the scale of this module."""
    config = TrainConfig(**{**row.settings, **SCALE, "seed": seed, **changes})
    return Job(name, row, seed, config, run_folder(root, faces()[0], name, seed))


def jobs(root: Path, **changes: Any) -> list[Job]:
    """One run of each of `ROWS`."""
    return [job(root, name, row, **changes) for name, row in ROWS.items()]


LONG = {"epochs": 30}
"""Long enough that a worker is still at its run when it notices that its parent is gone."""


def work(root: str) -> None:
    """As `sketchlib reproduce` does."""
    todo = [each for each in jobs(Path(root), **LONG) if not each.done]
    run_jobs(todo, faces, workers=1, options={"device": "cpu"}, tell=print)


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
