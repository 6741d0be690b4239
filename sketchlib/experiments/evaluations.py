"""Every run scored in every way: one row for each method, seed, image and protocol."""

from __future__ import annotations

import csv
from collections.abc import Collection
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sketchlib.data.pairs import PairedFaces, resize, to_float
from sketchlib.evaluation.hiding import reconstruction_errors
from sketchlib.evaluation.metrics import METRICS, available_metrics
from sketchlib.evaluation.protocols import HOUSE_PROTOCOL, PROTOCOLS, evaluate
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import load_method, load_scores, load_sketches
from sketchlib.files import write_csv
from sketchlib.methods import CycleGAN

Rows = list[dict[str, Any]]


def image_metrics() -> tuple[str, ...]:
    """The metrics beside SSIM that can be computed here and give a number for each image."""
    return tuple(name for name in available_metrics()[0] if METRICS[name].per_image)


def evaluate_run(job: Job, test: PairedFaces) -> Rows:
    """The rows of `sketchlib.evaluation.protocols.evaluate` for a finished run, from `evaluation.csv` if it is there.

    The file has a row for each face, and a column for each protocol and each metric. One that tells of other sketches
    than `scores.csv`, or of other protocols or metrics, is made anew.

    Raises:
        FileNotFoundError: if the run is not finished.
        ValueError: if the sketches are not of the faces in `test`.
    """
    path, metrics = job.folder / "evaluation.csv", image_metrics()
    wanted = ["id", *PROTOCOLS, *metrics]
    faces = read_faces(path)
    if not faces or list(faces[0]) != wanted or _house_scores(faces) != load_scores(job.folder).tolist():
        rows = evaluate(
            load_sketches(job.folder),
            test,
            method=job.name,
            seed=job.seed,
            protocols=list(PROTOCOLS.values()),
            metrics=metrics,
        )
        faces = [{"id": id_} for id_ in test.ids]
        for row, face in zip(rows, cycle(faces), strict=False):  # the faces come again for each protocol
            face[row["protocol"]] = rounded(row["ssim"], 6)
            face |= {name: rounded(row[name], 6) for name in metrics}
        faces = [{name: face[name] for name in wanted} for face in faces]
        write_csv(path, faces)
    return [
        {"method": job.name, "seed": job.seed, "id": face["id"], "protocol": protocol, "ssim": face[protocol]}
        | {name: face[name] if protocol == HOUSE_PROTOCOL.name else "" for name in metrics}  # they know no protocol
        for protocol in PROTOCOLS
        for face in faces
    ]


def evaluate_hiding(job: Job, test: PairedFaces) -> Rows:
    """What F loses when G(x) is disturbed, for a finished run with a G and an F; no rows for another.

    From `hiding.csv` if it is there, else from the networks, and written there: a row for each face with `id`, and the
    errors of `sketchlib.evaluation.hiding.reconstruction_errors` by name.

    Raises:
        FileNotFoundError: if the run is not finished.
    """
    path = job.folder / "hiding.csv"
    if not (isinstance(job.row.method, type) and issubclass(job.row.method, CycleGAN)):
        return []
    if not path.exists():
        method = load_method(job.row, job.config, job.folder)
        G, F = (method.networks[name].eval() for name in "GF")
        photos = resize(to_float(test.photos), job.config.draw_shape(*test.photos.shape[-2:]))
        with torch.no_grad():
            sketches = torch.cat([G(photo) for photo in photos.split(1)])
        errors = reconstruction_errors(F, sketches, photos)
        write_csv(
            path,
            [
                {"id": id_} | {name: rounded(values[i], 6) for name, values in errors.items()}
                for i, id_ in enumerate(test.ids)
            ],
        )
    return [{"method": job.name, "seed": job.seed, **face} for face in read_faces(path)]


def read_faces(path: Path) -> Rows:
    """A table with a row for each face: `id` is text, all else is a number. No rows if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        try:
            return [
                {key: value if key == "id" else float(value) for key, value in row.items()}
                for row in csv.DictReader(file)
            ]
        except (TypeError, ValueError):  # damaged: as if it were not there
            return []


def _house_scores(faces: Rows) -> list[float]:
    return [face[HOUSE_PROTOCOL.name] for face in faces]


def seeds_of(rows: Rows, method: str) -> set[int]:
    """The seeds of a method in a tidy table."""
    return {row["seed"] for row in rows if row["method"] == method}


def scores_of(
    rows: Rows,
    method: str,
    column: str = "ssim",
    protocol: str = HOUSE_PROTOCOL.name,
    seeds: Collection[int] | None = None,
) -> np.ndarray:
    """One column of a tidy table: (seeds, N), the seeds from the lowest up, the images in their order.

    Args:
        seeds: those that count; all if None.

    Raises:
        ValueError: if there is no such row.
    """
    by_seed: dict[int, list[float]] = {}
    for row in rows:
        if row["method"] == method and row["protocol"] == protocol and (seeds is None or row["seed"] in seeds):
            by_seed.setdefault(row["seed"], []).append(row[column])
    if not by_seed:
        raise ValueError(f"There are no scores of {method!r} under the protocol {protocol!r}.")
    return np.array([by_seed[seed] for seed in sorted(by_seed)], dtype=np.float64)


def house_rows(rows: Rows) -> Rows:
    """Those of the house protocol, which all of a table but its protocols are taken from."""
    return [{key: value for key, value in row.items() if key != "protocol"} for row in rows if _is_house(row)]


def _is_house(row: dict[str, Any]) -> bool:
    return row["protocol"] == HOUSE_PROTOCOL.name


def rounded(value: Any, digits: int) -> Any:
    """A float as a table shows it; anything else as it is."""
    return round(float(value), digits) if isinstance(value, float | np.floating) else value
