"""Every run judged in every way: one row for each method, seed, image and protocol."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation.metrics import METRICS, available_metrics
from sketchlib.evaluation.protocols import HOUSE_PROTOCOL, PROTOCOLS, evaluate
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import load_scores, load_sketches
from sketchlib.files import write_csv

Rows = list[dict[str, Any]]


def image_metrics() -> tuple[str, ...]:
    """The metrics beside SSIM that can be computed here and give a number for each image."""
    return tuple(name for name in available_metrics()[0] if METRICS[name].per_image)


def evaluate_run(job: Job, test: PairedFaces) -> Rows:
    """The rows of `sketchlib.evaluation.protocols.evaluate` for a finished run, from its folder if they are there.

    Those of other sketches than `scores.csv` tells of, or of other protocols or metrics, are made anew.

    Raises:
        FileNotFoundError: if the run is not finished.
        ValueError: if the sketches are not of the faces in `test`.
    """
    path, metrics = job.folder / "evaluation.csv", image_metrics()
    wanted = ["method", "seed", "id", "protocol", "ssim", *metrics]
    if path.exists():
        with path.open(encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = [_numbers(row) for row in reader]
        whole = list(reader.fieldnames or []) == wanted and {row["protocol"] for row in rows} == set(PROTOCOLS)
        if whole and np.array_equal(scores_of(rows, job.name), load_scores(job.folder)[np.newaxis]):
            return rows
    sketches = load_sketches(job.folder)
    rows = [
        row
        for protocol in PROTOCOLS.values()
        for row in evaluate(
            sketches,
            test,
            method=job.name,
            seed=job.seed,
            protocols=[protocol],
            metrics=metrics if protocol == HOUSE_PROTOCOL else (),  # they know no protocol: once is enough
        )
    ]
    rows = [{key: rounded(row.get(key, ""), 6) for key in wanted} for row in rows]
    write_csv(path, rows)
    return rows


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


def _numbers(row: dict[str, str]) -> dict[str, Any]:
    """What CSV holds as text."""
    texts: Sequence[str] = ("method", "id", "protocol")
    numbers = {key: float(value) for key, value in row.items() if key not in (*texts, "seed") and value != ""}
    return {**row, **numbers, "seed": int(row["seed"])}
