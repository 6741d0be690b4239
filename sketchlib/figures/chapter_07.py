"""The figures of chapter 07, the cycle loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from torch import Tensor

from sketchlib import plots
from sketchlib.data.pairs import one_channel

RED, BLACK = "#c53030", "#1a202c"


def two_cycles() -> Figure:
    """Equations (5) and (4) as paths between the domains of photos and sketches."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 2.9), layout="constrained")
    _cycle(axes[0], "equation (5): photo, sketch, photo", ("x", "G(x)", "F(G(x))"), ("G", "F"), from_photos=True)
    _cycle(axes[1], "equation (4): sketch, photo, sketch", ("y", "F(y)", "G(F(y))"), ("F", "G"), from_photos=False)
    return fig


def _cycle(ax: Axes, title: str, images: Sequence[str], networks: Sequence[str], from_photos: bool) -> None:
    for center, label, color in ((0, "photos  X", plots.ORANGE), (4, "sketches  Y", plots.BLUE)):
        ax.add_patch(Ellipse((center, 0), 2.3, 3.0, facecolor=color, alpha=0.13, edgecolor=color))
        ax.text(center, -1.85, label, ha="center", fontsize=10, color=color)
    near, far, side = (0, 4, -1) if from_photos else (4, 0, 1)
    colors = (plots.ORANGE, plots.BLUE) if from_photos else (plots.BLUE, plots.ORANGE)
    start, middle, end = (near, 0.75), (far, 0), (near, -0.75)
    for spot, color in ((start, colors[0]), (middle, colors[1]), (end, colors[0])):
        ax.plot(*spot, "o", color=color, markersize=8)
    for (x, y), image in zip(((near + side * 0.15, 1.0), (far, 0.25), (near + side * 0.05, -1.2)), images, strict=True):
        ax.text(x, y, image, ha="center", fontsize=11)
    arrow = {"arrowstyle": "-|>", "color": BLACK, "shrinkA": 8, "shrinkB": 8}
    arrow["connectionstyle"] = f"arc3,rad={0.25 * side}"
    ax.annotate("", middle, start, arrowprops=arrow)
    ax.annotate("", end, middle, arrowprops=arrow)
    ax.text(2, 1.15, networks[0], ha="center", fontsize=12)
    ax.text(2, -1.3, networks[1], ha="center", fontsize=12)
    compared = {"arrowstyle": "<->", "color": RED, "lw": 1.8, "shrinkA": 5, "shrinkB": 5}
    ax.annotate("", start, end, arrowprops=compared)
    where = "left" if from_photos else "right"
    ax.text(near - side * 0.12, 0, "loss", color=RED, fontsize=10, va="center", ha=where)
    ax.set(xlim=(-1.4, 5.4), ylim=(-2.2, 1.8), aspect="equal")
    ax.set_title(title, fontsize=10)
    ax.set_axis_off()


STYLES = (
    (plots.GREY, ":"),
    (BLACK, ":"),
    (plots.ORANGE, "-"),
    (plots.ORANGE, "--"),
    (plots.BLUE, "-"),
    (plots.BLUE, "--"),
)
"""Two forgers, then for each of two pairs of generators G's sketch and the artist's."""


def noise_curves(levels: Sequence[float], curves: Mapping[str, Sequence[float]], guess: float) -> Figure:
    """Errors of the reconstruction against noise on the sketch, as far as three times the largest without noise.

    Args:
        levels: of noise, in grey levels, the first 0.
        curves: an error for each level, by name, in the order of `STYLES`.
        guess: the error of the mean photo, drawn as a line.
    """
    fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
    for (label, values), (color, line) in zip(curves.items(), STYLES, strict=True):
        ax.plot(levels, values, line, marker="o", markersize=4, color=color, label=label)
    ax.axhline(guess, color=plots.GREY, lw=0.8)
    ax.text(0, guess, "the mean photo", fontsize=8, color=plots.GREY, va="bottom")
    ax.set_xscale("symlog", base=2, linthresh=1)
    ax.set_xticks(levels, [str(level) for level in levels])
    ax.set(xlim=(-0.2, 1.2 * levels[-1]), ylim=(0, 3 * max(values[0] for values in curves.values())))
    ax.set_xlabel("noise on the sketch, standard deviation in grey levels of 255")
    ax.set_ylabel("error of the reconstruction")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
    return fig


def noisy(columns: Mapping[str, tuple[Tensor, Tensor]], photo: Tensor) -> Figure:
    """Sketches with noise above, and what F makes of them below.

    Args:
        columns: sketch and reconstruction, (3, H, W) each, by title.
        photo: the one that was to be found, (3, H, W).
    """
    fig, axes = plt.subplots(2, len(columns) + 1, figsize=(1.65 * len(columns) + 1.65, 3.5), layout="constrained")
    for (title, (drawn, found)), (above, below) in zip(columns.items(), axes.T, strict=False):
        plots.show(above, plots.picture(one_channel(drawn.clamp(-1, 1)[None])[0]), title)
        plots.show(below, plots.picture(found.clamp(-1, 1)))
    axes[0, 0].set_ylabel("sketch + noise", fontsize=9)
    axes[1, 0].set_ylabel("F of it", fontsize=9)
    axes[0, -1].set_axis_off()
    plots.show(axes[1, -1], plots.picture(photo), "x")
    return fig
