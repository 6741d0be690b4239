"""The figures of chapter 13, what each part is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots
from sketchlib.experiments.ablation import CORNERS
from sketchlib.experiments.effects import PARTS

Corner = tuple[bool, bool, bool]
"""U-Net, SE, L1."""

Interval = tuple[float, float] | None

COLORS = dict(zip(PARTS, (plots.BLUE, plots.ORANGE, "#2f855a"), strict=True))
NONE, ALL = CORNERS[0], CORNERS[-1]
FILLED = "#d5dbe3"


def switched_on(corner: Corner, part: str) -> Corner:
    """The corner at the other end of an edge: the same, with `part` on."""
    at = PARTS.index(part)
    return (*corner[:at], True, *corner[at + 1 :])


def edges_of(part: str) -> list[Corner]:
    """The corners where the four edges of `part` start: those without it."""
    return [corner for corner in CORNERS if not corner[PARTS.index(part)]]


def question() -> Figure:
    """The cube of the three parts, with the two corners that the paper measured filled."""
    fig, ax = plt.subplots(figsize=(6.6, 4.6), layout="constrained")
    texts = dict.fromkeys(CORNERS, "?") | {NONE: "CycleGAN", ALL: "the paper's\nmethod"}
    names = {(start, part): part for part in PARTS for start in edges_of(part)}
    _cube(ax, texts, names, {NONE: FILLED, ALL: FILLED})
    return fig


def worlds(scores: Mapping[str, Callable[..., float]]) -> Figure:
    """A cube for each of four worlds, by name; each gives the score of (unet, se, l1)."""
    fig, axes = plt.subplots(2, 2, figsize=(8.6, 6.2), layout="constrained")
    for ax, (name, score_of) in zip(axes.flat, scores.items(), strict=True):
        shades = {corner: plt.colormaps["Blues"]((score_of(*corner) - 0.575) / 0.065) for corner in CORNERS}
        _cube(ax, {corner: f"{score_of(*corner):.2f}" for corner in CORNERS}, {}, shades, size=8)
        ax.set_title(name, fontsize=10)
    return fig


def grid(means: Mapping[Corner, float], titles: Mapping[Corner, str]) -> Figure:
    """The cube with mean scores at its corners and gains on its edges; a corner that was not run has a question mark.

    Args:
        means: the mean score of each corner that was run.
        titles: of all corners.
    """
    least, most = min(means.values()), max(means.values())
    shades = {
        corner: plt.colormaps["Blues"](0.12 + 0.7 * (value - least) / max(most - least, 1e-9))
        for corner, value in means.items()
    }
    texts = {corner: f"{titles[corner]}\n" + (f"{means[corner]:.4f}" if corner in means else "?") for corner in CORNERS}
    labels = {
        (start, part): f"{means[switched_on(start, part)] - means[start]:+.4f}"
        for part in PARTS
        for start in edges_of(part)
        if {start, switched_on(start, part)} <= means.keys()
    }
    fig, ax = plt.subplots(figsize=(8.8, 6.2), layout="constrained")
    _cube(ax, texts, labels, shades, size=9)
    ax.set(xlim=(-0.7, 5.8), ylim=(-0.35, 4.2))
    return fig


def strips(gains: Sequence[tuple[str, str, np.ndarray, tuple[float, float]]]) -> Figure:
    """Gains of single faces as dots, their mean as a bar, its interval as a shade.

    Args:
        gains: for each strip the part, the corner that it is added to, (N,) gains, and the interval of their mean.
    """
    fig, ax = plt.subplots(figsize=(1.7 * len(gains) + 0.8, 3.3), layout="constrained")
    for at, (part, _, gain, (low, high)) in enumerate(gains):
        spread = np.random.default_rng(0).uniform(-0.22, 0.22, len(gain))
        ax.plot(at + spread, gain, ".", color=COLORS[part], alpha=0.35, markersize=5, markeredgewidth=0)
        ax.fill_between([at - 0.3, at + 0.3], low, high, color=COLORS[part], alpha=0.4, linewidth=0)
        ax.plot([at - 0.3, at + 0.3], [gain.mean()] * 2, color="black", linewidth=1.2)
    ax.axhline(0, color=plots.GREY, linestyle="--", linewidth=1)
    ax.set_xticks(range(len(gains)), [f"+ {part} on\n{start}" for part, start, *_ in gains])
    ax.set(ylabel="SSIM with minus without")
    _plain(ax)
    return fig


def gates(by_title: Mapping[str, Tensor]) -> Figure:
    """The gates of trained networks, channels sorted by their mean: the mean, and the range over faces.

    Args:
        by_title: for each network (N, C), the gates of N faces.
    """
    fig, axes = plt.subplots(1, len(by_title), figsize=(8.6, 3), layout="constrained", sharey=True, squeeze=False)
    for ax, (title, values) in zip(axes[0], by_title.items(), strict=True):
        order = values.mean(dim=0).argsort()
        low, high, middle = (each[order] for each in (values.amin(dim=0), values.amax(dim=0), values.mean(dim=0)))
        ax.vlines(range(len(order)), low, high, color="#f0c8ae", linewidth=3, label="range over faces")
        ax.plot(range(len(order)), middle, ".", color=plots.ORANGE, markersize=4, label="mean")
        ax.set(title=title, xlabel="channel, sorted by mean gate", ylim=(0, 1))
        ax.title.set_fontsize(10)
        _plain(ax)
    axes[0, 0].set_ylabel("gate")
    axes[0, 0].legend(fontsize=8, frameon=False, loc="upper left")
    return fig


def forest(rows: Sequence[Mapping[str, Any]], label: str) -> Figure:
    """Dots with a thick interval over faces and a thin one over training runs, from the top.

    Args:
        rows: `name`, `value`, `faces` and `runs` (intervals or None), `color`, and optionally `alone` and `last`.
        label: of the axis.
    """
    fig, ax = plt.subplots(figsize=(7, 0.4 * len(rows) + 1.1), layout="constrained")
    for at, row in enumerate(rows):
        _interval(ax, row["runs"], at, row["color"], linewidth=1)
        _interval(ax, row["faces"], at, row["color"], linewidth=5, alpha=0.45)
        ax.plot(row["value"], at, "o", color=row["color"], markersize=6)
        for key, marker in (("alone", "<"), ("last", ">")):
            if row.get(key) is not None:
                ax.plot(row[key], at + 0.28, marker, color=row["color"], markersize=4)
    ax.axvline(0, color=plots.GREY, linestyle="--", linewidth=1, zorder=0)
    ax.set_yticks(range(len(rows)), [row["name"] for row in rows])
    ax.set(ylim=(len(rows) - 0.4, -0.6), xlabel=label)
    _plain(ax)
    return fig


def weights_and_depth(curve: Mapping[str, tuple[float, Interval, Interval]], square: np.ndarray | None) -> Figure:
    """Left the score over the weight of L1, right the mean score with SE and without at two depths.

    Args:
        curve: for each weight the difference from the full method, its interval over faces and over runs.
        square: (2, 2), lines for 8 x 8 and 1 x 1, columns for no SE and SE; None leaves the panel out.
    """
    fig, axes = plt.subplots(1, 2, figsize=(7.8, 3.2), layout="constrained", width_ratios=[1.3, 1])
    left, right = axes
    left.plot(range(len(curve)), [value for value, *_ in curve.values()], "o-", color=COLORS["L1"])
    for at, (_, faces, runs) in enumerate(curve.values()):
        for interval, look in ((runs, {"linewidth": 1}), (faces, {"linewidth": 5, "alpha": 0.45})):
            if interval is not None:
                left.plot([at, at], interval, color=COLORS["L1"], solid_capstyle="butt", **look)
    left.axhline(0, color=plots.GREY, linestyle="--", linewidth=1, zorder=0)
    left.set_xticks(range(len(curve)), list(curve))
    left.set(xlabel=r"$\lambda_{xy} = \lambda_{yx}$", ylabel="SSIM minus that of the full method")
    if square is None:
        right.set_axis_off()
    else:
        span = max(np.ptp(square), 1e-9)
        right.imshow(square, cmap="Blues", vmin=square.min() - 0.3 * span, vmax=square.max() + 1.2 * span)
        for (line, column), value in np.ndenumerate(square):
            right.text(column, line, f"{value:.4f}", ha="center", va="center", fontsize=10)
        right.set_xticks([0, 1], ["no SE", "SE"])
        right.set_yticks([0, 1], ["bottleneck\n8 x 8", "bottleneck\n1 x 1"])
    for ax in axes:
        _plain(ax)
    return fig


def _cube(
    ax: Axes,
    texts: Mapping[Corner, str],
    labels: Mapping[tuple[Corner, str], str],
    filled: Mapping[Corner, Any],
    size: float = 9,
) -> None:
    """The cube with a text at each corner and on each edge; corners in `filled` have that color."""
    for part in PARTS:
        for start in edges_of(part):
            ends = np.stack([_place(start), _place(switched_on(start, part))])  # (2, 2)
            ax.plot(*ends.T, color=COLORS[part], linewidth=2, zorder=1)
            behind = start[1]  # off the middle, where edges in front and behind cross
            spot = ends[0] + (0.5 if part == "SE" else 0.32 if behind else 0.68) * (ends[1] - ends[0])
            if label := labels.get((start, part)):
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
                ax.text(*spot, label, color=COLORS[part], fontsize=size, ha="center", va="center", bbox=box)
    for corner, text in texts.items():
        color = filled.get(corner, "white")
        box = {"boxstyle": "round,pad=0.35", "facecolor": color, "edgecolor": plots.GREY}
        ink = "white" if np.mean(to_rgb(color)) < 0.55 else "black"
        ax.text(*_place(corner), text, fontsize=size, ha="center", va="center", bbox=box, color=ink, zorder=3)
    ax.set(xlim=(-0.75, 5.85), ylim=(-0.5, 4.35), aspect="equal")
    ax.set_axis_off()


def _place(corner: Corner) -> np.ndarray:
    unet, se, l1 = corner
    return np.array([3.6 * unet + 1.5 * se, 2.7 * l1 + 1.15 * se])


def _interval(ax: Axes, interval: Interval, at: float, color: str, **look: Any) -> None:
    if interval is not None:
        ax.plot(interval, [at, at], color=color, solid_capstyle="butt", **look)


def _plain(ax: Axes) -> None:
    ax.tick_params(labelsize=9)
    ax.spines[["top", "right"]].set_visible(False)
