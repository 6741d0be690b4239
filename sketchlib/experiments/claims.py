"""The paper's claims as comparisons of runs, with the verdicts that their intervals support.

What is compared, and what counts as an answer, was written down before the runs: book/results/plan.md. A claim that one
number is larger than another *holds* if the whole 95 % interval over faces and seeds lies on the claimed side, and not
within the margin of equality; it *does not hold* if the interval lies on the other side, or within the margin; else it
*cannot be told here*. Only SSIM has a margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sketchlib.evaluation.hiding import DISTURBANCES
from sketchlib.evaluation.metrics import METRICS
from sketchlib.evaluation.protocols import HOUSE_PROTOCOL
from sketchlib.experiments.evaluations import Rows, house_rows
from sketchlib.experiments.tables import comparison, comparison_row
from sketchlib.methods import Row

MARGIN = 0.005
"""Differences of SSIM within this are none. About a fifth of the gain that the paper claims."""

HOLDS, FAILS, OPEN, NOT_RUN = "holds", "does not hold", "cannot be told here", "not run"


@dataclass(frozen=True)
class Question:
    """Whether row `a` has more than row `b` of a measure, as the paper claims.

    Attributes:
        claim: its number in the plan.
        column: "ssim", a name of `METRICS`, or "hiding, " with a name of `DISTURBANCES`. A metric of which 1 is best
            is compared by how far off it is, the absolute logarithm, and one that is better when lower with its sign
            turned: so more is better. What is hidden is compared as it is: more is worse.
        a: a name of a row.
        b: another.
    """

    claim: int
    column: str
    a: str
    b: str


QUESTIONS: tuple[Question, ...] = (
    *(Question(1, measure, "improved", b) for measure in ("sharpness", "detail") for b in ("cyclegan", "unet")),
    Question(2, "ssim", "improved", "unet-l1"),
    Question(2, "ssim", "unet-se", "unet"),
    Question(2, "ssim", "improved-1x1", "unet-l1-1x1"),
    Question(3, "ssim", "improved", "resnet-se-l1"),
    *(Question(4, measure, "cyclegan", "pix2pix") for measure in ("sharpness", "detail", "structure")),
    *(Question(5, f"hiding, {how}", "unet-se", "improved") for how in DISTURBANCES),
    *(Question(5, f"hiding, {how}", "aligned-no-l1", "improved") for how in DISTURBANCES),
    *(Question(5, f"hiding, {how}", "improved", "lambda-10") for how in DISTURBANCES),
    *(Question(7, "ssim", "improved", b) for b in ("lle", "pix2pix", "cyclegan", "combogan")),
    *(Question(9, measure, "improved", "cyclegan") for measure in ("scoot", "rank1", "rank1_edges")),
)
"""Claims 6 and 8 are no comparisons of two rows, see the plan."""


def claim_rows(rows: Rows, hidden: Rows, methods: Mapping[str, Row]) -> Rows:
    """A row for each question, with the difference and the verdict, or with neither where a row was not run.

    Args:
        rows: of `sketchlib.experiments.evaluations.evaluate_run`.
        hidden: of `sketchlib.experiments.evaluations.evaluate_hiding`.
        methods: all rows that may be asked about, by name.
    """
    table = _measures(rows, hidden)
    found = [_answer(table, each, methods) if _was_run(table, each) else {} for each in QUESTIONS]
    answered = dict.fromkeys(key for row in found for key in row)
    return [
        {"claim": each.claim, "measure": each.column, "more": each.a, "less": each.b}
        | answered
        | row
        | ({} if row else {"verdict": NOT_RUN})
        for each, row in zip(QUESTIONS, found, strict=True)
    ]


def _answer(table: Rows, question: Question, methods: Mapping[str, Row]) -> dict[str, Any]:
    result = comparison(table, question.a, question.b, methods, question.column)
    margin = MARGIN if question.column == "ssim" else 0.0
    return {**comparison_row(result), "verdict": verdict(result.combined_low, result.combined_high, margin)}


def verdict(low: float | None, high: float | None, margin: float) -> str:
    """What the interval of a difference that is claimed to be positive says; without an interval nothing."""
    if low is None or high is None:
        return OPEN
    if -margin <= low and high <= margin and margin > 0:
        return FAILS
    if low > 0:
        return HOLDS
    return FAILS if high < 0 else OPEN


def metric_rows(rows: Rows, names: Sequence[str]) -> Rows:
    """A row for each metric, SSIM first: which row of the table it puts first, and the order of all."""
    house = house_rows(rows) if names else []
    columns = ["ssim", *(name for name in METRICS if name in house[0])] if house else []
    table = []
    for column in columns:
        means = {name: fmean(row[column] for row in house if row["method"] == name) for name in names}
        order = sorted(means, key=lambda name: METRICS[column].cost(means[name]) if column != "ssim" else -means[name])
        table.append({"metric": column, "first": order[0], "order": order})
    return table


def _was_run(table: Rows, question: Question) -> bool:
    """Whether both rows have the measure. A run without F hides nothing."""
    return all(
        any(question.column in row for row in table if row["method"] == name) for name in (question.a, question.b)
    )


def _measures(rows: Rows, hidden: Rows) -> Rows:
    """The house rows, with every measure turned so that more is better, and what is hidden beside."""
    ratios = {(row["method"], row["seed"], row["id"]): _ratios(row) for row in hidden}
    return [
        {**row, **_turned(row), **ratios.get((row["method"], row["seed"], row["id"]), {})}
        for row in rows
        if row["protocol"] == HOUSE_PROTOCOL.name
    ]


def _turned(row: Mapping[str, float]) -> dict[str, float]:
    return {name: -METRICS[name].cost(row[name]) for name in METRICS if name in row}


def _ratios(row: Mapping[str, float]) -> dict[str, float]:
    return {f"hiding, {name}": row[name] / row["none"] for name in DISTURBANCES}
