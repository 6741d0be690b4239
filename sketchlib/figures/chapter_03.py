"""The figures of chapter 03, squeeze and excitation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots


def best_channels(photos: Tensor, maps: Mapping[str, tuple[int, Tensor, float]]) -> Figure:
    """Photos (N, 3, H, W) and below them, for each subject, one channel's maps.

    Args:
        maps: for each subject the channel, its maps (N, h, w), and its correlation with the subject.
    """
    columns = len(photos)
    fig, axes = plt.subplots(1 + len(maps), columns, figsize=(6.4, 6.2), layout="constrained")
    for face, ax in enumerate(axes[0]):
        plots.show(ax, plots.picture(photos[face]), f"face {face}")
    for line, (name, (channel, values, score)) in zip(axes[1:], maps.items(), strict=True):
        for ax, one in zip(line, values, strict=True):
            ax.imshow(one, cmap="viridis", vmin=values.min(), vmax=values.max())
            ax.set(xticks=[], yticks=[])
        label = f"{name}\nchannel {channel}\n({score:.2f})"
        line[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    return fig


def idea() -> Figure:
    """Squeeze, excite, scale, as a diagram of six channels."""
    before, gates = np.array([0.25, 0.7, 0.45, 0.55, 0.3, 0.6]), np.array([0.9, 0.15, 0.6, 1.0, 0.3, 0.75])
    fig, ax = plt.subplots(figsize=(9, 2.9), layout="constrained")
    _stack(ax, 0, before, "map x\n(N, C, H, W)")
    _arrow(ax, (2.25, 1.75), (3.45, 1.75), "squeeze\n(mean)")
    _column(ax, 3.6, before, "z\n(N, C)")
    _arrow(ax, (4.05, 1.75), (5.15, 1.75), "linear,\nReLU")
    _column(ax, 5.3, np.array([0.3, 0.6]), "h\n(N, C / r)")
    _arrow(ax, (5.75, 1.75), (6.85, 1.75), "linear,\nsigmoid")
    _column(ax, 7.0, gates, "gates s\n(N, C)", "Oranges")
    _arrow(ax, (7.45, 1.75), (8.55, 1.75), "scale")
    _stack(ax, 8.7, 0.75 * before * gates, "x times s\n(N, C, H, W)")
    ax.plot([0.65, 0.65, 9.35], [2.85, 3.3, 3.3], color=plots.GREY, lw=1.3)
    _arrow(ax, (9.35, 3.3), (9.35, 2.85))
    ax.set(xlim=(-0.1, 11), ylim=(-0.25, 3.5), aspect="equal")
    ax.set_axis_off()
    return fig


def one_place(changes: Mapping[str, Tensor], place: tuple[int, int]) -> Figure:
    """By how much every place of a channel was multiplied when one place, crossed out, was changed.

    Args:
        changes: factors (H, W) by the name of the block.
        place: row and column that was changed in the input.
    """
    fig, axes = plt.subplots(1, len(changes), figsize=(7.4, 3.1), layout="constrained")
    others = torch.ones_like(next(iter(changes.values())), dtype=torch.bool)
    others[place] = False
    for ax, (name, factors) in zip(axes, changes.items(), strict=True):
        middle = factors[others].median()
        reach = max((factors[others] - middle).abs().max().item(), 1e-4)
        shown = factors.where(others, torch.nan)
        drawn = ax.imshow(shown, cmap="PuOr_r", vmin=middle - reach, vmax=middle + reach)
        ax.plot(place[1], place[0], "x", color="black", ms=10, mew=2)
        ax.set(xticks=[], yticks=[], title=name)
        fig.colorbar(drawn, ax=ax, shrink=0.85, format="%.5f", label="after / before")
    return fig


def gates(photos: Tensor, gates: Tensor) -> Figure:
    """The gates (N, C) of the first three faces, and the same less their mean over all faces.

    Args:
        photos: (N, 3, H, W), of which three are drawn beside.
    """
    fig = plt.figure(figsize=(9.6, 4.9), layout="constrained")
    grid = fig.add_gridspec(6, 2, width_ratios=[1, 6])
    ranked, channels = gates.mean(dim=0).argsort(), gates.shape[1]
    above, below = fig.add_subplot(grid[:3, 1]), fig.add_subplot(grid[3:, 1])
    own = (gates - gates.mean(dim=0))[:, ranked]
    low, high = own.amin(dim=0), own.amax(dim=0)
    below.bar(np.arange(channels), high - low, bottom=low, width=0.9, color="#d5dbe3")
    for face, color, size in ((0, plots.BLUE, 7), (1, plots.ORANGE, 4.5), (2, "black", 2)):
        above.plot(gates[face, ranked], ".", ms=size, color=color, label=f"face {face}")
        below.plot(own[face], ".", ms=4.5, color=color)
        small = fig.add_subplot(grid[2 * face : 2 * face + 2, 0])
        plots.show(small, plots.picture(photos[face]))
        small.set_title(f"face {face}", fontsize=9, color=color)
    above.set(ylabel="gate", xlim=(-1, channels), ylim=(0, 1), xticklabels=[])
    below.set(xlabel="channel, sorted by its mean gate", ylabel="gate - mean", xlim=(-1, channels))
    above.legend(fontsize=8, frameon=False, loc="upper left", ncols=3)
    return _plain(fig, above, below)


def inputs_of_units(inputs: Mapping[str, Tensor]) -> Figure:
    """What some hidden units get before their ReLU: a dot for each face, a line of dots for each unit.

    Args:
        inputs: (N faces, K units) by title. Orange is a unit that is off for all faces.
    """
    fig, axes = plt.subplots(1, len(inputs), figsize=(8.4, 3.2), sharex=True, layout="constrained")
    for ax, (title, values) in zip(axes, inputs.items(), strict=True):
        for unit, dots in enumerate(values.T):
            color = plots.ORANGE if (dots <= 0).all() else plots.BLUE if (dots > 0).all() else "black"
            ax.plot(dots, [unit] * len(dots), ".", ms=3, color=color)
        ax.axvline(0, color=plots.GREY, lw=1)
        ax.set(yticks=[], title=title, xlabel="input of the ReLU")
        ax.set_ylabel("hidden units")
    return _plain(fig, *axes)


def units(history: Mapping[str, Mapping[int, Mapping[str, float]]]) -> Figure:
    """Shares of live and of selective hidden units over the steps of a training.

    Args:
        history: what `sketchlib.nets.se.activity` found, by the name of each of three blocks and the step.
    """
    fig, axes = plt.subplots(1, 2, figsize=(8.4, 2.8), sharey=True, layout="constrained")
    for ax, kind in zip(axes, ("live", "selective"), strict=True):
        for (name, rows), color in zip(history.items(), (plots.ORANGE, plots.GREY, plots.BLUE), strict=True):
            ax.plot(list(rows), [row[f"{kind}_units"] for row in rows.values()], ".-", color=color, label=name)
        ax.set(xlabel="step", title=kind, ylim=(-0.03, 1.03))
    axes[0].set_ylabel("share of hidden units")
    axes[1].legend(fontsize=8, frameon=False)
    return _plain(fig, *axes)


def one_gate(own: Tensor, channel: int, value: float, said: Tensor, sketch: Tensor, plain: Tensor) -> Figure:
    """One gate moved by hand: all gates, the channel's map, the sketch and its difference from the untouched one.

    Args:
        own: (C,), the gates as the block has set them.
        said: (h, w), the channel's map after the ReLU.
        sketch, plain: (1, H, W) in [-1, 1].
    """
    fig, axes = plt.subplots(1, 4, figsize=(8.4, 2.5), layout="constrained", width_ratios=[1.2, 1, 1, 1])
    axes[0].bar(range(len(own)), own, color="#cbd5e0", width=1.0)
    axes[0].bar(channel, value, color=plots.ORANGE, width=3)
    axes[0].plot(channel, value, "o", ms=6, color=plots.ORANGE)
    axes[0].set(ylim=(-0.04, 1.04), xticks=[], xlabel="channel")
    axes[0].set_title(f"gate {channel}: {value:.2f}", fontsize=9)
    axes[1].imshow(said, cmap="viridis", vmin=0)
    axes[1].set_title(f"map {channel} after ReLU", fontsize=9)
    plots.show(axes[2], plots.picture(sketch), "sketch of face 0")
    axes[3].imshow((sketch - plain)[0], cmap="PuOr", vmin=-0.12, vmax=0.12)
    axes[3].set_title("orange: darker, purple: lighter", fontsize=8)
    for ax in axes[1:]:
        ax.set(xticks=[], yticks=[])
    return fig


def squeezed(maps: Mapping[str, Tensor]) -> Figure:
    """The values (C, h, w) of the first eight channels as dots, and their means as bars."""
    fig, axes = plt.subplots(1, len(maps), figsize=(8.4, 2.9), layout="constrained")
    for ax, (title, features) in zip(axes, maps.items(), strict=True):
        for channel, places in enumerate(features.flatten(1)[:8]):
            one = len(places) == 1
            beside = channel + (np.zeros(1) if one else np.linspace(-0.3, 0.3, len(places)))
            ax.plot(beside, places, ".", ms=11 if one else 4, color=plots.BLUE)
            ax.hlines(places.mean(), channel - 0.38, channel + 0.38, color=plots.ORANGE, lw=2, zorder=3)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel="channel", ylabel="value", xticks=range(8))
    return _plain(fig, *axes)


def _stack(ax: Axes, x: float, shades: np.ndarray, label: str) -> None:
    for i, shade in enumerate(shades):
        place = (x + 0.16 * i, 1.5 - 0.16 * i)
        ax.add_patch(plt.Rectangle(place, 1.3, 1.3, fc=plt.cm.Blues(shade), ec="black", lw=0.8))
    ax.text(x + 0.9, 0.45, label, ha="center", va="top", fontsize=9)


def _column(ax: Axes, x: float, shades: np.ndarray, label: str, colors: str = "Blues") -> None:
    top = 1.75 + 0.16 * len(shades)
    for i, shade in enumerate(shades):
        place = (x, top - 0.32 * (i + 1))
        ax.add_patch(plt.Rectangle(place, 0.3, 0.3, fc=plt.colormaps[colors](shade), ec="black", lw=0.8))
    ax.text(x + 0.15, 0.45, label, ha="center", va="top", fontsize=9)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], text: str = "") -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": plots.GREY, "lw": 1.3})
    ax.text((start[0] + end[0]) / 2, start[1] + 0.1, text, ha="center", va="bottom", fontsize=8.5, color=plots.GREY)


def _plain(fig: Figure, *axes: Axes) -> Figure:
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return fig
