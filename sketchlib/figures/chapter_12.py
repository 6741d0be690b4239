"""The figures of chapter 12, the five methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots

PALETTE = ("#b7791f", plots.ORANGE, plots.BLUE, plots.GREY, "#1a202c", "#2f855a", "#805ad5", "#d53f8c")
"""Colors of the methods, in their order."""


def lle_patch(
    pages: Sequence[Tensor], box: tuple[int, int, int], rows: Sequence[Sequence[Tensor]], titles: Sequence[str]
) -> Figure:
    """One step of LLE: above photos, below sketches.

    Args:
        pages: the photo and the artist's sketch of the face, (H, W) each, grey values 0 to 255.
        box: top, left and side of the patch.
        rows: the patches beside each page, (side, side) each, grey values.
        titles: of the columns of patches.
    """
    top, left, side = box
    columns = len(titles)
    fig, axes = plt.subplots(
        2, columns + 1, figsize=(10, 3.3), layout="constrained", width_ratios=[1.5, *[1] * columns]
    )
    for line, page, parts, name in zip(axes, pages, rows, ("photo", "artist"), strict=True):
        plots.show(line[0], page.numpy(), name)
        line[0].add_patch(plt.Rectangle((left, top), side, side, fill=False, edgecolor=plots.ORANGE, linewidth=2))
        for ax, part, title in zip(line[1:], parts, titles, strict=True):
            plots.show(ax, part.clamp(0, 255).numpy(), title)
    axes[1, 1].set_title("the artist's", fontsize=9)
    return fig


def dots(table: Mapping[str, Any], scores: Mapping[str, np.ndarray], line: float) -> Figure:
    """Methods above, floors below; the paper's numbers too, where the faces are the paper's.

    Args:
        table: what `sketchlib reproduce` writes as `table1.json`.
        scores: (seeds, N) of each method.
        line: the score where the dashed line stands.
    """
    floors = sorted(table["floors"], key=lambda row: -row["ssim"])
    rows = [*table["rows"], *floors]
    names = [row.get("label", row.get("floor")) for row in rows]
    fig, ax = plt.subplots(figsize=(8, 0.31 * len(rows) + 1), layout="constrained")
    for at, row in enumerate(rows):
        color = plots.BLUE if "method" in row else plots.GREY
        ax.plot([row["low"], row["high"]], [at, at], color=color, alpha=0.35, linewidth=6, solid_capstyle="butt")
        means = scores[row["method"]].mean(axis=1) if "method" in row else [row["ssim"]]
        face = "white" if row.get("knows") == "yes" else color
        ax.plot(means, [at] * len(means), "o", color=color, markersize=5, markerfacecolor=face)
        if table["data"] == "cuhk-student" and row.get("paper"):
            ax.plot(row["paper"], at, "D", color=plots.ORANGE, markerfacecolor="white", markersize=6)
            spot = {"xytext": (0, 6), "textcoords": "offset points", "ha": "center"}
            ax.annotate("paper", (row["paper"], at), fontsize=7, color=plots.ORANGE, **spot)
    ax.axvline(line, color=plots.GREY, linestyle="--", linewidth=1, zorder=0)
    ax.axhline(len(table["rows"]) - 0.5, color=plots.GREY, linewidth=0.5)
    ax.set(yticks=range(len(rows)), yticklabels=names, xlabel=f"SSIM, house protocol, faces of {table['data']}")
    ax.invert_yaxis()
    ax.tick_params(labelsize=8)
    _open(ax)
    return fig


def face_by_face(a: np.ndarray, b: np.ndarray, interval: tuple[float, float], names: tuple[str, str]) -> Figure:
    """Two methods at each face, and the histogram of their differences.

    Args:
        a, b: (N,) scores of the same faces.
        interval: of the mean of a - b.
        names: of the two methods.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    limits = [min(a.min(), b.min()) - 0.02, max(a.max(), b.max()) + 0.02]
    left.plot(limits, limits, color=plots.GREY, linewidth=1)
    left.scatter(b, a, s=14, color=plots.BLUE, alpha=0.7, linewidths=0)
    left.set(xlim=limits, ylim=limits, aspect="equal", xlabel=f"SSIM of {names[1]}", ylabel=f"SSIM of {names[0]}")
    right.hist(a - b, bins=20, color=plots.BLUE, alpha=0.7)
    right.axvline(0, color=plots.GREY, linewidth=1)
    right.axvspan(*interval, color=plots.ORANGE, alpha=0.35, linewidth=0)
    right.axvline((a - b).mean(), color=plots.ORANGE)
    right.set(xlabel=f"{names[0]} minus {names[1]}", ylabel="faces")
    right.locator_params(axis="x", nbins=5)
    _open(left, right)
    return fig


def in_order(differences: np.ndarray, ids: Sequence[str], run: Sequence[str], label: str) -> Figure:
    """The difference of two methods on each face, in the order of the test set, a run of faces in orange.

    Args:
        differences: (N,).
        ids: of the N faces.
        run: ids of neighbors that stand out.
        label: of the vertical axis.
    """
    fig, ax = plt.subplots(figsize=(8, 2.8), layout="constrained")
    colors = [plots.ORANGE if each in set(run) else plots.BLUE for each in ids]
    ax.bar(range(len(ids)), differences, color=colors, width=0.9)
    ax.axhline(0, color=plots.GREY, linewidth=0.8)
    ax.axhline(differences.mean(), color=plots.GREY, linewidth=0.8, linestyle="--")
    firsts = [i for i, each in enumerate(ids) if i == 0 or each.split("-")[0] != ids[i - 1].split("-")[0]]
    if len(firsts) <= 12:
        ax.set_xticks(firsts, [ids[i].split("-")[0] for i in firsts])
    ax.set(xlabel="test faces in their order, by the first letters of their ids", ylabel=label, xlim=(-1, len(ids)))
    ax.tick_params(labelsize=8)
    _open(ax)
    return fig


def bootstrap_frame(d: np.ndarray, taken: np.ndarray, count: int, interval: tuple[float, float]) -> Figure:
    """How often each face came up in draw `count`, and the means of all draws up to it.

    Args:
        d: (N,) differences of the faces.
        taken: (draws, N), the faces of each draw.
        count: draws so far.
        interval: where the middle 95 % of their means lie.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.6, 2.9), layout="constrained")
    means, times = d[taken[:count]].mean(axis=1), np.bincount(taken[count - 1], minlength=len(d))
    left.axhline(0, color=plots.GREY, linewidth=0.5)
    color = [plots.BLUE if often else plots.GREY for often in times]
    left.scatter(d, times, s=14, color=color, alpha=0.7, linewidths=0)
    left.axvline(means[-1], color=plots.ORANGE)
    left.set(xlabel="difference of a face", ylabel="times drawn", ylim=(-0.4, 6.4))
    left.set_title(f"draw {count:,}: mean {means[-1]:+.4f}", fontsize=10)
    reach = d.mean() + np.array([-4, 4]) * d.std(ddof=1) / np.sqrt(len(d))
    right.hist(means, bins=np.linspace(*reach, 41), color=plots.BLUE, alpha=0.7)
    right.axvspan(*interval, color=plots.ORANGE, alpha=0.35, linewidth=0, zorder=0)
    right.set(xlim=reach, xlabel="mean of a draw", ylabel="draws")
    right.set_title(f"all draws so far: {interval[0]:+.4f} to {interval[1]:+.4f}", fontsize=10)
    right.locator_params(axis="x", nbins=5)
    _open(left, right)
    return fig


def rank_lines(groups: Sequence[Mapping[str, np.ndarray]], names: Sequence[str]) -> Figure:
    """Lines of the methods' ranks, a panel for each group of measures.

    Args:
        groups: for each measure the ranks of the methods, (M,), 1 for the best.
        names: of the M methods.
    """
    widths = [len(group) + 1 for group in groups]
    fig, axes = plt.subplots(1, len(groups), figsize=(10, 3.9), layout="constrained", sharey=True, width_ratios=widths)
    for ax, group in zip(axes, groups, strict=True):
        for at in range(len(names)):
            color = PALETTE[at % len(PALETTE)]
            ax.plot(list(group), [order[at] for order in group.values()], "o-", color=color, markersize=4)
        ax.tick_params(axis="x", labelsize=8, rotation=40)
        plt.setp(ax.get_xticklabels(), ha="right", rotation_mode="anchor")
        _open(ax)
    axes[0].set(ylabel="rank", yticks=range(1, len(names) + 1))
    axes[0].invert_yaxis()
    last = list(groups[-1].values())[-1]
    for at, name in enumerate(names):
        spot = {"xytext": (8, 0), "textcoords": "offset points", "va": "center"}
        axes[-1].annotate(name, (len(groups[-1]) - 1, last[at]), fontsize=8, color=PALETTE[at % len(PALETTE)], **spot)
    return fig


def _open(*axes: Axes) -> None:
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
