"""The ablation's tables: each setting against the paper's method, and what each of the three parts buys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sketchlib.evaluation.contrasts import holm
from sketchlib.evaluation.statistics import Comparison, compare
from sketchlib.experiments.ablation import ABLATION, CORNERS, GRID, STUDIES, grid_name
from sketchlib.experiments.evaluations import Rows, scores_of, seeds_of
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import load_run
from sketchlib.experiments.tables import comparison, comparison_row, round_score, se_row, share_start, summary_row

PARTS = ("U-Net", "SE", "L1")
"""The three parts of the paper's method, in the order of `CORNERS`."""

FAMILY = "p_holm: p_seeds after Holm, over all comparisons of the ablation, each setting once and each effect"
"""What `p_holm` of both tables is corrected for."""

Corner = tuple[bool, ...]
Pair = tuple[Corner, Corner]
"""A corner with a part, and the same one without it."""


def ablation_tables(rows: Rows, jobs: Sequence[Job], reference: str = "improved") -> tuple[Rows, Rows]:
    """Two tables: the settings of each study, and the effects of the three parts.

    All comparisons of both are one family: `p_holm` is `p_seeds` by Holm's correction over the effects and all
    settings but the reference, where a setting that stands in two studies counts once. A row without scores was not
    run, and is in neither table.

    **Settings**: a row for each setting of each study, with its difference from `reference`. Its score is that of all
    its seeds. A setting whose runs share the start of the reference is compared with it by pairs of the same seed,
    over the seeds that both have ("paired"); any other by Welch's test, over all seeds that each has ("welch").
    `seeds_compared` and `seeds_reference` count the runs on either side.

    **Effects**: a row for each part, with it minus without it, averaged over the settings of the other two parts that
    were run both ways; `settings` counts them, four if all corners were run. `effect` is that average, a contrast of
    corners, with the coefficients 1/4 and -1/4 for eight. Corners of one generator and one seed start from the same
    weights, so they are no independent runs, and they are averaged first, seed by seed. What is left is independent:

    - SE and L1: the effect in each seed that all these corners have, and the t test that its mean is 0 ("paired");
    - U-Net: the mean of the corners with it, in each seed that they have, against the mean of those without, in each
      of theirs: Welch's test ("welch"), as a U-Net and a ResNet share no start.

    `alone` is what a part buys where the other two are off, and `last` where they are on: both are means, without a
    spread. `standard_error`, `low` and `high` are over images; `seed_spread` is the standard deviation of the paired
    effects, None for Welch's test; `seeds` and `seeds_without` count the runs on either side. The rest is as in
    `sketchlib.experiments.tables.comparison_row`.

    Args:
        jobs: the runs, whose records tell of SE: `se_live` and `gate_spread` of a setting. See `tables.se_row`.

    Raises:
        ValueError: if the reference has no scores, or what is paired or averaged by seed has no seed in common.
    """
    run = {row["method"] for row in rows}
    settings = {name: comparison(rows, name, reference, ABLATION) for name in ABLATION if name in run - {reference}}
    pairs = {part: _pairs(at, run) for at, part in enumerate(PARTS)}
    effects = {part: _effect(rows, each) for part, each in pairs.items() if each}
    family = {**settings, **effects}
    adjusted = dict(zip(family, holm([found.p_seeds for found in family.values()]), strict=True))
    trained = [*settings, reference]
    records = {name: se_row([load_run(job.folder) for job in jobs if job.name == name]) for name in trained}
    table = []
    for study, members in STUDIES.items():
        for name, row in members.items():
            if name in records:
                of_all = summary_row(scores_of(rows, name))
                against = _against(settings[name], adjusted[name]) if name in settings else {"difference": 0.0}
                table.append({"study": study, "method": name, "label": row.label, **of_all, **against, **records[name]})
    keys = list(dict.fromkeys(key for row in table for key in row))
    table = [{key: row.get(key) for key in keys} for row in table]
    return table, [_effect_row(rows, part, pairs[part], found, adjusted[part]) for part, found in effects.items()]


def effect_rows(rows: Rows, reference: str = "improved") -> Rows:
    """The second table of `ablation_tables`: what each of the three parts buys.

    Raises:
        ValueError: as `ablation_tables`.
    """
    return ablation_tables(rows, [], reference)[1]


def _against(found: Comparison, p_holm: float | None) -> dict[str, Any]:
    counts = {"seeds_compared": found.seeds[0], "seeds_reference": found.seeds[1]}
    return {**comparison_row(found, p_holm), **counts}


def _pairs(at: int, run: set[str]) -> list[Pair]:
    """The corners with a part and without it that were run both ways."""
    both = [(parts, (*parts[:at], False, *parts[at + 1 :])) for parts in CORNERS if parts[at]]
    return [pair for pair in both if {grid_name(*parts) for parts in pair} <= run]


def _sides(rows: Rows, pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray, bool]:
    """The means of the corners with a part and of those without, (seeds, N) each, and whether their seeds pair up."""
    sides = [list(side) for side in zip(*pairs, strict=True)]
    paired = all(share_start(*(GRID[grid_name(*parts)] for parts in pair)) for pair in pairs)
    groups = [[*sides[0], *sides[1]]] * 2 if paired else sides
    seeds = [_common_seeds(rows, group) for group in groups]
    ours, theirs = (_mean_of_corners(rows, *each) for each in zip(sides, seeds, strict=True))
    return ours, theirs, paired


def _effect(rows: Rows, pairs: Sequence[Pair]) -> Comparison:
    ours, theirs, paired = _sides(rows, pairs)
    return compare(ours, theirs, paired=paired)


def _effect_row(
    rows: Rows, part: str, pairs: Sequence[Pair], found: Comparison, p_holm: float | None
) -> dict[str, Any]:
    shown = comparison_row(found, p_holm)
    ours, theirs, paired = _sides(rows, pairs)
    effects = (ours - theirs).mean(axis=1) if paired else np.empty(0)  # (seeds,)
    gains = {sum(pair[0]): _gain(rows, pair) for pair in pairs}  # of so many parts that are on
    return {
        "part": part,
        "effect": shown.pop("difference"),
        "standard_error": round_score(found.standard_error),
        "low": shown.pop("difference_low"),
        "high": shown.pop("difference_high"),
        "n": found.n,
        "settings": len(pairs),
        "seeds": found.seeds[0],
        "seeds_without": found.seeds[1],
        "seed_spread": round_score(np.std(effects, ddof=1)) if len(effects) > 1 else None,
        **shown,
        "alone": gains.get(1),
        "last": gains.get(3),
    }


def _gain(rows: Rows, pair: Pair) -> float:
    ours, theirs, _ = _sides(rows, [pair])
    return round_score(ours.mean() - theirs.mean())


def _mean_of_corners(rows: Rows, corners: Sequence[Corner], seeds: set[int]) -> np.ndarray:
    """(seeds, N): the scores of these seeds, averaged over the corners."""
    return np.mean([scores_of(rows, grid_name(*parts), seeds=seeds) for parts in corners], axis=0)


def _common_seeds(rows: Rows, corners: Sequence[Corner]) -> set[int]:
    names = [grid_name(*parts) for parts in corners]
    common = set.intersection(*(seeds_of(rows, name) for name in names))
    if not common:
        raise ValueError(f"The corners {', '.join(names)} are averaged seed by seed, expected a seed that all have.")
    return common
