"""The figures of chapter 08, the identity loss."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from torch import Tensor

from sketchlib import plots


def leave_it() -> Figure:
    """G carries x across to sketches, and y hardly anywhere."""
    fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
    for center, label, color in ((0, "photos  X", plots.ORANGE), (4.4, "sketches  Y", plots.BLUE)):
        ax.add_patch(Ellipse((center, 0), 2.5, 3.0, facecolor=color, alpha=0.13, edgecolor=color))
        ax.text(center, -1.85, label, ha="center", fontsize=10, color=color)
    dots = {
        "x": (0, 0.7, plots.ORANGE),
        "G(x)": (4.4, 0.7, plots.BLUE),
        "y": (4.05, -0.6, plots.BLUE),
        "G(y)": (4.75, -0.6, plots.BLUE),
    }
    for name, (across, up, color) in dots.items():
        ax.plot(across, up, "o", color=color, markersize=8)
        ax.text(across, up + (0.2 if up > 0 else -0.42), name, ha="center", fontsize=11)
    arrow = {"arrowstyle": "-|>", "color": "#1a202c", "shrinkA": 8, "shrinkB": 8}
    for start, end, bend in (((0, 0.7), (4.4, 0.7), -0.15), ((4.05, -0.6), (4.75, -0.6), -0.9)):
        ax.annotate("", end, start, arrowprops={**arrow, "connectionstyle": f"arc3,rad={bend}"})
    ax.text(2.2, 1.2, "G: draw it", ha="center", fontsize=11)
    ax.text(4.4, -0.05, "G: leave it", ha="center", fontsize=11)
    ax.set(xlim=(-1.4, 5.8), ylim=(-2.1, 1.7), aspect="equal")
    ax.set_axis_off()
    return fig


def mixed(inputs: Tensor, drawn: Tensor, at: float, steps: Sequence[float], change: Sequence[float]) -> Figure:
    """Two faces between photo and sketch, what G makes of them, and how much it changes there.

    Args:
        inputs: (2, 3, H, W).
        drawn: (2, 1, H, W), G of the inputs.
        at: how far they are faded, one of `steps`.
        steps: all of these, from 0 to 1.
        change: the mean change for each of them.
    """
    fig, axes = plt.subplots(1, 5, figsize=(7.4, 1.9), layout="constrained", width_ratios=[1, 1, 1, 1, 1.5])
    for face in range(2):
        plots.show(axes[2 * face], plots.picture(inputs[face]), f"z, t = {at:g}")
        plots.show(axes[2 * face + 1], plots.picture(drawn[face]), "G(z)")
    axes[4].plot(steps, change, color=plots.ORANGE)
    axes[4].plot(at, change[list(steps).index(at)], "o", color=plots.ORANGE)
    axes[4].set_ylim(0)
    axes[4].set_title("|G(z) - z|", fontsize=9)
    axes[4].set_xlabel("t", fontsize=8)
    axes[4].tick_params(labelsize=7)
    return fig
