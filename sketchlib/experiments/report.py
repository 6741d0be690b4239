"""The files of a table, below `<root>/<dataset>/`, made from finished runs.

`table1.csv`, `table1.md` and `table1.json` (all of it, with where it comes from), `scores.csv` (one row for each
method, seed and image, those of the ablation too), `protocols.csv` (each method under each protocol), `figure3.png`
(photo, artist, each method), `claims.json`, and `ablation.csv` and `ablation.json` if it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from torch import Tensor

from sketchlib import plots
from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation.metrics import available_metrics
from sketchlib.experiments import effects, tables
from sketchlib.experiments.claims import MARGIN, claim_rows, metric_rows
from sketchlib.experiments.evaluations import Rows, evaluate_hiding, evaluate_run, house_rows
from sketchlib.experiments.faces import face_rows
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import has_sketches, load_run, load_sketches
from sketchlib.files import write_atomically, write_csv, write_json, write_text
from sketchlib.methods import Row

FACES = 6
"""Columns of Fig. 3, spread evenly over the test faces."""


def report(
    jobs: Sequence[Job],
    methods: Mapping[str, Row],
    train: PairedFaces,
    test: PairedFaces,
    folder: Path,
    *,
    scale: str,
    command: str,
    ablation: bool = False,
) -> Rows:
    """Write all files of the table into `folder`, from finished runs. Returns the rows of Table 1.

    Raises:
        FileNotFoundError: if a run is not finished.
        ValueError: if the sketches of a run are not of the faces in `test`.
    """
    rows = [row for job in jobs for row in evaluate_run(job, test)]
    ours = tables.table1(rows, jobs, methods)
    floors = tables.floor_rows(train, test)
    origin = where_from(jobs, train, scale, command)
    write_csv(folder / "table1.csv", ours)
    write_csv(folder / "scores.csv", house_rows(rows))
    protocols = tables.protocol_rows(rows, methods)
    write_csv(folder / "protocols.csv", protocols)
    comparisons = tables.comparison_rows(rows, methods)
    what = f"Table 1 at the scale {scale}: mean SSIM over the {len(test)} test faces of {test.name}, house protocol"
    write_json(
        folder / "table1.json",
        {
            "what": what,
            **origin,
            "rows": ours,
            "floors": floors,
            "comparisons": comparisons,
            "family": tables.FAMILY,
            "faces": face_rows(rows, methods),
            "protocols": protocols,
            "skipped_metrics": list(available_metrics()[1].values()),
        },
    )
    write_text(folder / "table1.md", markdown(what, ours, floors))
    write_figure(folder / "figure3.png", jobs, methods, test)
    hidden = [row for job in jobs for row in evaluate_hiding(job, test)]
    every = {job.name: job.row for job in jobs}
    claims = {"rows": claim_rows(rows, hidden, every), "metrics": metric_rows(rows, list(methods))}
    what = f"The paper's claims at the scale {scale}: comparisons over the {len(test)} test faces of {test.name}"
    write_json(folder / "claims.json", {"what": what, **origin, "margin": MARGIN, **claims})
    if ablation:
        settings, parts = effects.ablation_tables(rows, jobs)
        write_csv(folder / "ablation.csv", settings)
        what = f"Ablation at the scale {scale}: mean SSIM over the {len(test)} test faces of {test.name}"
        more = {"rows": settings, "effects": parts, "family": effects.FAMILY}
        write_json(folder / "ablation.json", {"what": what, **origin, **more})
    return ours


def where_from(jobs: Sequence[Job], train: PairedFaces, scale: str, command: str) -> dict[str, Any]:
    """`command`, `date`, `revision`, `versions`, `device`, `precision`, `data_fingerprint`, `scale` and `config`.

    The runs' own records count: the table may be written by another machine, at another time. Where they differ, or
    where a run was stopped and went on elsewhere, all values are there, joined by a comma. `config` is what all runs
    share.
    """
    whole = [load_run(job.folder) for job in jobs]
    runs = [part for run in whole for part in (*run.get("earlier", []), run)]
    configs = [job.config.to_dict() for job in jobs]
    shared = {key: value for key, value in configs[0].items() if all(each[key] == value for each in configs)}
    own = {job.name: {key: value for key, value in job.config.to_dict().items() if key not in shared} for job in jobs}
    for settings in own.values():
        settings.pop("seed", None)
    return {
        "command": command,
        "date": _joined(run["date"] for run in runs),
        "revision": _joined(run["revision"] or "unknown" for run in runs),
        "versions": {key: _joined(run["versions"][key] for run in runs) for key in runs[0]["versions"]},
        "device": _joined(run["device"] for run in runs),
        "precision": _joined(run["precision"] for run in runs),
        "data": train.name,
        "data_fingerprint": train.fingerprint,
        "scale": scale,
        "config": shared,
        "config_of_methods": own,
    }


def _joined(values: Any) -> str:
    return ", ".join(sorted(set(map(str, values))))


def markdown(what: str, ours: Rows, floors: Rows) -> str:
    """Table 1 and its floors, for people."""
    titles = ("Method", "Paper", "SSIM", "95 % over images", "spread over seeds", "seeds", "seconds a run")
    lines = [f"# {what}", "", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for row in ours:
        paper = "" if row["paper"] is None else f"{row['paper']:.4f}"
        spread = "" if row["seed_spread"] is None else f"{row['seed_spread']:.4f}"
        interval = "" if row["low"] is None else f"{row['low']:.4f} to {row['high']:.4f}"
        lines.append(
            f"| {row['label']} | {paper} | {row['ssim']:.4f} | {interval} | {spread} "
            f"| {row['seeds']} | {row['seconds']:.0f} |"
        )
    lines += ["", "| Floor | SSIM |", "|---|---|"]
    lines += [f"| {row['floor']} | {row['ssim']:.4f} |" for row in sorted(floors, key=lambda row: row["ssim"])]
    return "\n".join(lines) + "\n"


def write_figure(path: Path, jobs: Sequence[Job], methods: Mapping[str, Row], test: PairedFaces) -> None:
    """Fig. 3 of the paper: photo, artist's sketch, and the sketch of each method's first seed that is here to see.

    Runs known by their records alone have no sketches. Without any there is no figure.
    """
    chosen = np.linspace(0, len(test) - 1, min(FACES, len(test))).round().astype(int).tolist()
    rows: dict[str, Sequence[Tensor]] = {"photo": test.photos[chosen], "artist": test.sketches[chosen]}
    folders = {job.name: job.folder for job in jobs if job.seed == 0 and has_sketches(job.folder)}
    drawn = {name: row.label.replace(", ", ",\n") for name, row in methods.items() if name in folders}
    if not drawn:
        return
    rows |= {label: load_sketches(folders[name])[chosen] for name, label in drawn.items()}
    fig = plots.image_grid(rows)
    write_atomically(path, lambda temporary: fig.savefig(temporary, format="png", dpi=150))
    plt.close(fig)
