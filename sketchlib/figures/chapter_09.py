"""The figures of chapter 09, supervised L1 and the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots


def one_pixel(guesses: Tensor, costs: Mapping[str, tuple[Tensor, Tensor]], strokes: Tensor) -> Figure:
    """The cost of each answer for one pixel.

    Args:
        guesses: (n,), every answer.
        costs: for each loss its cost of every answer, (n,), and its best answer, a scalar; by "loss, name of the best".
        strokes: the right values.
    """
    fig, ax = plt.subplots(figsize=(6.2, 2.9), layout="constrained")
    for (name, (cost, best)), color in zip(costs.items(), (plots.BLUE, plots.ORANGE), strict=True):
        loss, best_name = name.split(", ")
        ax.plot(guesses, cost, color=color, label=loss)
        ax.plot(best, cost.min(), "o", color=color)
        where = {"xytext": (0, -14), "textcoords": "offset points", "ha": "center"}
        ax.annotate(f"{best_name} {best:.2f}", (best, cost.min()), fontsize=9, color=color, **where)
    ticks = {"markersize": 14, "markeredgewidth": 2, "color": plots.GREY}
    ax.plot(strokes, torch.full_like(strokes, 0.15), "|", label="the five", **ticks)
    ax.set(xlabel="the answer", ylabel="mean cost over the five sketches", ylim=(0, 2.2))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return fig


def enlarged(images: Mapping[str, Tensor], part: tuple[slice, ...]) -> Figure:
    """Images (1, H, W) by title, and below each the same `part` of it."""
    fig, axes = plt.subplots(2, len(images), figsize=(6.6, 3.9), layout="constrained", height_ratios=[2, 1])
    for (above, below), (name, image) in zip(axes.T, images.items(), strict=True):
        plots.show(above, plots.picture(image), name)
        plots.show(below, plots.picture(image[part]))
    return fig


def shares(names: Sequence[str], of_total: Mapping[str, float], of_pull: Mapping[str, float]) -> Figure:
    """Each term's share of the total and of what pulls at G; where a name has none, the bar says so."""
    fig, axes = plt.subplots(1, 2, figsize=(7.4, 2.7), layout="constrained", sharey=True)
    for ax, title, share in zip(axes, ("of the total", "of the pull on G"), (of_total, of_pull), strict=True):
        values = [share.get(name, 0.0) for name in names]
        ax.barh(names, values, color=[plots.ORANGE if name == "supervised_xy" else plots.BLUE for name in names])
        for line, (name, value) in enumerate(zip(names, values, strict=True)):
            text = f"{value:.2f}" if name in share else "no discriminator at hand"
            ax.text(value + 0.02, line, text, va="center", fontsize=8 if name in share else 7)
        ax.set(xlim=(0, 1.1), title=f"share {title}", xticks=[0, 0.5, 1])
        ax.title.set_fontsize(10)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    axes[0].tick_params(axis="y", labelsize=8)
    return fig
