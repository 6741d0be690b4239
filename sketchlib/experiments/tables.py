"""From scored runs to tables: Table 1 with its floors and tests, and the ablation with its effects.

A table is a list of rows, each a dict that JSON and CSV can hold. Nothing here trains or scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation.floors import KNOW_THE_ANSWER, floors
from sketchlib.evaluation.metrics import METRICS
from sketchlib.evaluation.protocols import PROTOCOLS
from sketchlib.evaluation.statistics import compare, p_of_mean, summary
from sketchlib.experiments.ablation import CORNERS, STUDIES, grid_name
from sketchlib.experiments.evaluations import Rows, rounded, scores_of, seeds_of
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import load_run
from sketchlib.methods import Row

PAPER = {"lle": 0.4624, "pix2pix": 0.4683, "cyclegan": 0.5931, "combogan": 0.4075, "improved": 0.6205}
"""Table 1 of Liao and Lin, SSIM, by the names of our rows. They do not say where in G their SE block's map ends."""

_rounded = partial(rounded, digits=5)


def table1(rows: Rows, jobs: Sequence[Job], methods: Mapping[str, Row]) -> Rows:
    """A row for each method: SSIM, its error, interval and spread, other judges, seconds of a run, the paper's SSIM."""
    runs = {name: [load_run(job.folder) for job in jobs if job.name == name] for name in methods}
    seconds = {name: [run["seconds"] + run["seconds_drawing"] for run in each] for name, each in runs.items()}
    extra = [name for name in METRICS if name in rows[0]]
    return [
        {
            "method": name,
            "label": row.label,
            "paper": PAPER.get(name),
            **summary_row(scores_of(rows, name)),
            **{metric: _rounded(scores_of(rows, name, metric).mean()) for metric in extra},
            "seconds": round(float(np.mean(seconds[name])), 1),
        }
        for name, row in methods.items()
    ]


def floor_rows(train: PairedFaces, test: PairedFaces) -> Rows:
    """A row for each floor. `knows` tells which of them start from the artist's own sketch."""
    return [
        {"floor": name, "knows": "yes" if name in KNOW_THE_ANSWER else "no", **summary_row(scores)}
        for name, scores in floors(train, test).items()
    ]


def comparison_rows(rows: Rows, methods: Mapping[str, Row], ours: str = "improved") -> Rows:
    """`ours` minus each of the others, tested over images and over seeds.

    Raises:
        ValueError: if a method has no scores.
    """
    if ours not in methods:
        return []
    return [
        {"method": ours, "minus": name, **comparison_row(scores_of(rows, ours), scores_of(rows, name), row.chance)}
        for name, row in methods.items()
        if name != ours
    ]


def protocol_rows(rows: Rows, methods: Mapping[str, Row]) -> Rows:
    """A row for each protocol: the mean of each method under it."""
    return [
        {
            "protocol": protocol.name,
            "about": protocol.about,
            **{name: _rounded(scores_of(rows, name, protocol=protocol.name).mean()) for name in methods},
        }
        for protocol in PROTOCOLS.values()
    ]


def ablation_rows(rows: Rows, reference: str = "improved") -> Rows:
    """A row for each setting of each study, with its difference from the paper's method.

    Its score is that of all its seeds. The difference is over the seeds that both have, as many as `seeds_compared`
    says: as for the effects, nobody's luck with a seed of his own is in it.

    Raises:
        ValueError: if a row and the paper's method have no seed in common.
    """
    table = []
    for study, members in STUDIES.items():
        for name, row in members.items():
            common = seeds_of(rows, name) & seeds_of(rows, reference)
            ours, full = (scores_of(rows, each, seeds=common) for each in (name, reference))
            against = comparison_row(ours, full) if name != reference else {"difference": 0.0}
            table.append(
                {
                    "study": study,
                    "method": name,
                    "label": row.label,
                    **summary_row(scores_of(rows, name)),
                    **against,
                    "seeds_compared": len(common),
                }
            )
    keys = list(dict.fromkeys(key for row in table for key in row))
    return [{key: row.get(key) for key in keys} for row in table]


def effect_rows(rows: Rows) -> Rows:
    """What each of the three parts buys: with it minus without it, averaged over the four settings of the other two.

    `effect` is that average. `alone` is what it buys where the other two are off, and `last` where they are on: both
    are means, without a spread. The interval is over images. `seed_spread` is the standard deviation over the seeds
    that all eight corners have, and `p_seeds` the t test that the effects of these seeds have the mean 0; None for one
    seed.

    Raises:
        ValueError: if the corners have no seed in common.
    """
    common = set.intersection(*(seeds_of(rows, grid_name(*parts)) for parts in CORNERS))
    scores = {parts: scores_of(rows, grid_name(*parts), seeds=common) for parts in CORNERS}  # (seeds, N) each
    table = []
    for at, part in enumerate(("U-Net", "SE", "L1")):
        with_part = [parts for parts in CORNERS if parts[at]]
        gains = {parts: scores[parts] - scores[_without(parts, at)] for parts in with_part}
        effect = np.mean(list(gains.values()), axis=0)  # (seeds, N)
        alone = next(gain for parts, gain in gains.items() if sum(parts) == 1)
        last = gains[True, True, True]
        table.append(
            {
                "part": part,
                "effect": _rounded(effect.mean()),
                **{key: value for key, value in summary_row(effect).items() if key != "ssim"},
                "p_seeds": _significant(p_of_mean(effect.mean(axis=1))),
                "alone": _rounded(alone.mean()),
                "last": _rounded(last.mean()),
            }
        )
    return table


def _without(parts: tuple[bool, ...], at: int) -> tuple[bool, ...]:
    return (*parts[:at], False, *parts[at + 1 :])


def summary_row(scores: np.ndarray) -> dict[str, Any]:
    """The fields of `Summary`, its mean under the name `ssim`, rounded."""
    values = asdict(summary(scores))
    return {"ssim": _rounded(values.pop("mean")), **{key: _rounded(value) for key, value in values.items()}}


def comparison_row(a: np.ndarray, b: np.ndarray, chance_b: bool = True) -> dict[str, Any]:
    """The fields of `Comparison` that a table shows, under names that do not clash with those of a summary.

    Args:
        a, b, chance_b: see `sketchlib.evaluation.statistics.compare`.
    """
    found = compare(a, b, chance_b=chance_b)
    return {
        "difference": _rounded(found.difference),
        "difference_low": _rounded(found.low),
        "difference_high": _rounded(found.high),
        "p_images": _significant(found.p_images),
        "p_wilcoxon": _significant(found.p_wilcoxon),
        "p_seeds": _significant(found.p_seeds),
        "note": found.note,
    }


def _significant(p: float | None) -> float | None:
    return None if p is None else float(f"{p:.2g}")
