"""The figures of chapter 04, the U-Net generator."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots

Map = tuple[int, int]  #: Side and channels.


def fields(image: Tensor, sides: Sequence[int]) -> Figure:
    """Receptive fields around a place near the left eye of an image (3, H, H), cut off at its border.

    Args:
        sides: pixels of the field after each halving.
    """
    fig, ax = plt.subplots(figsize=(6.4, 4), layout="constrained")
    plots.show(ax, plots.picture(image))
    size = image.shape[-1]
    row, column = int(0.47 * size), int(0.38 * size)
    for step, side in enumerate(sides, start=1):
        left, top = max(column - side / 2, 0) - 0.5, max(row - side / 2, 0) - 0.5
        right, bottom = min(column + side / 2, size) - 0.5, min(row + side / 2, size) - 0.5
        square = plt.Rectangle((left, top), right - left, bottom - top, fill=False, lw=2)
        square.set(ec=plt.cm.autumn((step - 1) / len(sides)), label=f"after {step} halving{'s' * (step > 1)}: {side}")
        ax.add_patch(square)
    fig.legend(loc="outside right center", fontsize=9, frameon=False, title="pixels a side")
    return fig


def hourglass(down: Sequence[Map], up: Sequence[Map]) -> Figure:
    """A U-Net to scale: the height of a bar is the side of its map.

    Args:
        down: the image and the maps of the encoder, the bottleneck last.
        up: the maps of the decoder and the image; each but the last is joined by a skip of as many channels.
    """
    fig, ax = plt.subplots(figsize=(9.6, 3.9), layout="constrained")
    places, last, size = np.arange(len(down) + len(up)) * 1.25, len(down) - 1, down[0][0]
    for number, (x, (side, channels)) in enumerate(zip(places, [*down, *up], strict=True)):
        color = plots.ORANGE if number > last else plots.BLUE
        name = f"{channels} + {channels} ch" if number > last else f"{channels} ch"
        if number in (0, len(places) - 1):
            color, name = "#4a5568", f"{channels} ch"
        ax.add_patch(plt.Rectangle((x - 0.22, -side / 2), 0.44, side, fc=color, ec="black", lw=0.8))
        label = f"{side} x {side}\n{name}"
        ax.text(x, -side / 2 - 4, label, ha="center", va="top", fontsize=8.5, color=color)
    for step in range(1, last):
        start, end, height = places[step] + 0.25, places[-1 - step] - 0.25, down[step][0] / 2 - 3
        ax.annotate("", (end, height), (start, height), arrowprops={"arrowstyle": "->", "color": plots.GREY, "lw": 1.5})
    for x, y, word in ((0, size / 2 + 3, "photo"), (last, -size / 4, "bottleneck,\nSE"), (-1, size / 2 + 3, "sketch")):
        ax.text(places[x], y, word, ha="center", va="bottom" if y > 0 else "top", fontsize=9)
    ax.set(xlim=(-0.7, places[-1] + 0.7), ylim=(-size / 2 - 20, size / 2 + 10))
    ax.set_axis_off()
    return fig


def stamps(counts: Mapping[int, Tensor]) -> Figure:
    """How many kernels are added up at each pixel, (H, W), by the side of the kernel."""
    fig, axes = plt.subplots(1, len(counts), figsize=(6.4, 3.3), layout="constrained")
    for ax, (kernel, count) in zip(axes, counts.items(), strict=True):
        ax.imshow(count, cmap="Blues", vmin=0, vmax=8)
        for (i, j), value in np.ndenumerate(count.numpy()):
            ax.text(j, i, int(value), ha="center", va="center", fontsize=7)
        ax.set(xticks=[], yticks=[])
        ax.set_title(f"kernel {kernel}", fontsize=10)
    return fig


def faces_in_columns(columns: Mapping[str, Tensor], faces: int) -> Figure:
    """The first faces as rows; each column is named and holds (N, C, H, W)."""
    rows = {f"face {face}": [images[face] for images in columns.values()] for face in range(faces)}
    titles = [title.replace("without ", "without\n").replace("only ", "only\n") for title in columns]
    return plots.image_grid(rows, titles, side=1.25)


def where(changes: Mapping[str, Tensor]) -> Figure:
    """Sizes of changes by pixel, each (H, W) and 0 or more, on a scale of its own: dark for much."""
    fig, axes = plt.subplots(1, len(changes), figsize=(9.6, 2.2), layout="constrained")
    for ax, (name, change) in zip(axes, changes.items(), strict=True):
        ax.imshow(change, cmap="Greys", vmin=0)
        ax.set(xticks=[], yticks=[])
        ax.set_title(name, fontsize=9)
    return fig


def cut(names: Sequence[str], removed: Collection[int], title: str, sketch: Tensor, whole: Tensor) -> Figure:
    """A U-Net with some of its maps cut, what it draws then, and the difference from the whole sketch.

    Args:
        names: the sides of the encoder's maps, the bottleneck last.
        removed: numbers of the maps that are cut.
        sketch: (1, H, W) in [-1, 1], drawn with the cut.
        whole: (1, H, W), drawn without any.
    """
    fig, axes = plt.subplots(1, 3, figsize=(8.2, 2.75), layout="constrained")
    _network(axes[0], names, removed)
    plots.show(axes[1], plots.picture(sketch), title)
    axes[2].imshow((sketch - whole)[0], cmap="PuOr", vmin=-1, vmax=1)
    axes[2].set(xticks=[], yticks=[])
    axes[2].set_title("difference", fontsize=9)
    return fig


def _network(ax: Axes, names: Sequence[str], removed: Collection[int]) -> None:
    """The hourglass with its skips, those in `removed` crossed out."""
    last = len(names) - 1
    edge = {"fc": "white" if last in removed else plots.GREY, "ec": plots.GREY, "hatch": "xx" * (last in removed)}
    ax.add_patch(plt.Rectangle((last - 0.2, -0.35), 0.4, 0.7, **edge))
    for i in range(last):
        height, gone = 2.0 ** (last - i), i in removed
        for x, color in ((i, plots.BLUE), (2 * last - i, plots.ORANGE)):
            ax.add_patch(plt.Rectangle((x - 0.2, -height / 2), 0.4, height, fc=color))
        arrow = {"arrowstyle": "->", "lw": 1.5, "color": "#cbd5e0" if gone else "black"}
        level = height / 2 - 0.4
        ax.annotate("", (2 * last - i - 0.25, level), (i + 0.25, level), arrowprops=arrow)
        if gone:
            ax.plot(last, level, "x", ms=9, mew=2.5, color="#c53030")
        ax.text(2 * last + 0.6, level, names[i], va="center", fontsize=7.5)
    half = 2.0 ** (last - 1) + 0.5
    ax.set(xlim=(-0.5, 2 * last + 2.6), ylim=(-half, half))
    ax.set_axis_off()
