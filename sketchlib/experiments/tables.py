"""From scored runs to tables: Table 1 with its floors, and each comparison with its tests.

A table is a list of rows, each a dict that JSON and CSV can hold. Nothing here trains or scores. The ablation's tables
are in `sketchlib.experiments.effects`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation.contrasts import holm
from sketchlib.evaluation.floors import KNOW_THE_ANSWER, floors
from sketchlib.evaluation.metrics import METRICS
from sketchlib.evaluation.protocols import PROTOCOLS
from sketchlib.evaluation.statistics import Comparison, compare, summary
from sketchlib.experiments.evaluations import Rows, rounded, scores_of, seeds_of
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import load_run
from sketchlib.methods import Row
from sketchlib.training.config import WEIGHTS, TrainConfig

PAPER = {"lle": 0.4624, "pix2pix": 0.4683, "cyclegan": 0.5931, "combogan": 0.4075, "improved": 0.6205}
"""Table 1 of Liao and Lin, SSIM, by the names of our rows. They do not say where in G their SE block's map ends."""

FAMILY = "p_holm: p_seeds after Holm, over the comparisons with the other rows that the paper's Table 1 has"
"""What `p_holm` of `comparison_rows` is corrected for."""

AFTER_THE_START = frozenset(
    (
        *WEIGHTS,
        "se",
        "se_init",
        "se_center",
        "reduction",
        "aligned",
        "adversarial",
        "epochs",
        "max_steps",
        "lr",
        "betas",
        "decay",
    )
) | {"milestones", "gamma", "pool_size"}
"""Settings that leave the weights that a generator starts from as they are, but for the SE block's own."""

round_score = partial(rounded, digits=5)


def table1(rows: Rows, jobs: Sequence[Job], methods: Mapping[str, Row]) -> Rows:
    """A row for each method: SSIM with its error, interval and spread, the other metrics, seconds, the paper's SSIM.

    A method with SE has `se_live` and `gate_spread` too; see `se_row`.
    """
    runs = {name: [load_run(job.folder) for job in jobs if job.name == name] for name in methods}
    seconds = {name: [run["seconds"] + run["seconds_drawing"] for run in each] for name, each in runs.items()}
    extra = [name for name in METRICS if name in rows[0]]
    return [
        {
            "method": name,
            "label": row.label,
            "paper": PAPER.get(name),
            **summary_row(scores_of(rows, name)),
            **{metric: round_score(scores_of(rows, name, metric).mean()) for metric in extra},
            "seconds": round(float(np.mean(seconds[name])), 1),
            **se_row(runs[name]),
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
    """`ours` minus each of the others, tested over images, over seeds and over both.

    `p_holm` is `p_seeds` by Holm's correction. The family is the comparisons with the other rows of the paper's Table
    1, four if all were run; it is None for further rows of our own.

    Raises:
        ValueError: if a method has no scores, or two that share their start have no seed in common.
    """
    if ours not in methods:
        return []
    found = {name: comparison(rows, ours, name, methods) for name in methods if name != ours}
    family = [name for name in found if name in PAPER]
    adjusted = dict(zip(family, holm([found[name].p_seeds for name in family]), strict=True))
    return [{"method": ours, "minus": name, **comparison_row(each, adjusted.get(name))} for name, each in found.items()]


def protocol_rows(rows: Rows, methods: Mapping[str, Row]) -> Rows:
    """A row for each protocol: the mean of each method under it."""
    return [
        {
            "protocol": protocol.name,
            "about": protocol.about,
            **{name: round_score(scores_of(rows, name, protocol=protocol.name).mean()) for name in methods},
        }
        for protocol in PROTOCOLS.values()
    ]


def comparison(rows: Rows, a: str, b: str, methods: Mapping[str, Row], column: str = "ssim") -> Comparison:
    """Row `a` minus row `b`: paired over their common seeds if they share their start, else over all seeds of each.

    Args:
        column: what is compared, the score or a metric.

    Raises:
        ValueError: if a row has no scores, or two that share their start have no seed in common.
    """
    row_a, row_b = methods[a], methods[b]
    paired = share_start(row_a, row_b)
    common = seeds_of(rows, a) & seeds_of(rows, b) if paired else None
    if common is not None and not common:
        raise ValueError(f"The rows {a!r} and {b!r} are paired by seed, expected a seed that both have.")
    return compare(
        scores_of(rows, a, column, seeds=common),
        scores_of(rows, b, column, seeds=common),
        paired=paired,
        deterministic_a=row_a.deterministic,
        deterministic_b=row_b.deterministic,
    )


def share_start(a: Row, b: Row) -> bool:
    """Whether runs of two rows with one seed start from the same generator, so that they may be paired.

    They do if they are of one method, train, and differ only in settings that come after the start of its layers. A
    U-Net and a ResNet never do, nor do U-Nets of different depths or rows of different methods.
    """
    if a.method is not b.method or a.deterministic or b.deterministic:
        return False
    ours, theirs = (TrainConfig(**row.settings).to_dict() for row in (a, b))
    return {key for key in ours if ours[key] != theirs[key]} <= AFTER_THE_START


def summary_row(scores: np.ndarray) -> dict[str, Any]:
    """The fields of `Summary`, its mean under the name `ssim`, rounded."""
    values = asdict(summary(scores))
    return {"ssim": round_score(values.pop("mean")), **{key: round_score(value) for key, value in values.items()}}


def comparison_row(found: Comparison, p_holm: float | None = None) -> dict[str, Any]:
    """The fields of `Comparison` that a table shows, under names that do not clash with those of a summary.

    Args:
        p_holm: `found.p_seeds`, corrected for the family that the comparison belongs to.
    """
    return {
        "difference": round_score(found.difference),
        "difference_low": round_score(found.low),
        "difference_high": round_score(found.high),
        "p_images": _significant(found.p_images),
        "p_wilcoxon": _significant(found.p_wilcoxon),
        "test": found.test,
        "df_seeds": rounded(found.df_seeds, 2),
        "seeds_low": round_score(found.seeds_low),
        "seeds_high": round_score(found.seeds_high),
        "p_seeds": _significant(found.p_seeds),
        "p_holm": _significant(p_holm),
        "combined_low": round_score(found.combined_low),
        "combined_high": round_score(found.combined_high),
        "p_combined": _significant(found.p_combined),
        "note": found.note,
    }


def se_row(runs: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """What the runs' records tell of the SE block of G, which draws the sketches: means over the runs that tell.

    Args:
        runs: as `sketchlib.experiments.runs.load_run` gives them.

    Returns:
        `se_live` is the share of SE's hidden units that are above 0 for at least one test face, `gate_spread` the
        standard deviation of a gate over the test faces, averaged over the channels. None where no run has SE.
    """
    blocks = [run["se"]["G"] for run in runs if run.get("se")]
    columns = {"se_live": "live_units", "gate_spread": "gate_spread"}
    return {
        column: rounded(float(np.mean([block[key] for block in blocks])), 6) if blocks else None
        for column, key in columns.items()
    }


def _significant(p: float | None) -> float | None:
    return None if p is None else float(f"{p:.2g}")
