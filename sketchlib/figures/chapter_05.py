"""The figures of chapter 05, the patch discriminator. Patches are squares; a map of scores lies over its image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.functional import pad

from sketchlib import plots

GREEN, PURPLE = "#2f855a", "#6b46c1"
Window = tuple[slice, slice]  #: Rows and columns of an image.


def idea(image: Tensor, cells: Sequence[tuple[int, int]]) -> Figure:
    """An image (3, 128, 128) with some patches of 70 x 70, and their cells in the map of 14 x 14 scores.

    Args:
        cells: row and column of at most three scores.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.4, 3.6), layout="constrained")
    plots.show(left, plots.picture(image), "the image, 128 x 128")
    _empty_map(right, 14)
    right.set_title("the map of scores, 14 x 14", fontsize=9)
    for (row, column), color in zip(cells, (plots.BLUE, GREEN, plots.ORANGE), strict=False):
        _square(left, 8 * row - 23, 8 * column - 23, 70, color)
        right.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, color=color))
    left.set(xlim=(-0.5, 127.5), ylim=(127.5, -0.5))
    return fig


def reach(gradients: Mapping[str, Tensor], top: int, left: int, side: int) -> Figure:
    """Gradients of one score by pixel, each (H, W), on a logarithmic scale, with a square of `side` pixels."""
    fig, axes = plt.subplots(1, len(gradients), figsize=(7.4, 3.6), layout="constrained")
    for ax, (title, gradient) in zip(axes, gradients.items(), strict=True):
        relative = (gradient / gradient.max()).clamp(min=1e-6).log10()
        drawn = ax.imshow(relative, cmap="magma", vmin=-5, vmax=0, interpolation="nearest")
        _square(ax, top, left, side, "white", width=1)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=9)
    fig.colorbar(drawn, ax=axes, shrink=0.8, label="log10, relative to the strongest")
    return fig


def nested_patches(image: Tensor, sides: Sequence[int], center: tuple[int, int]) -> Figure:
    """Up to four squares around one place, (row, column), of an image (1, H, W)."""
    fig, ax = plt.subplots(figsize=(4.4, 4.4), layout="constrained")
    plots.show(ax, plots.picture(image))
    row, column = center
    for side, color in zip(sides, (plots.ORANGE, GREEN, plots.BLUE, PURPLE), strict=False):
        _square(ax, row - side / 2, column - side / 2, side, color)
        place = (column + side / 2 + 2, row + side / 2 + 2)
        label = ax.text(*place, str(side), color=color, fontsize=10, weight="bold")
        label.set_bbox({"facecolor": "white", "alpha": 0.8, "pad": 1, "linewidth": 0})
    return fig


def one_patch(image: Tensor, cell: tuple[int, int], corner: tuple[int, int], side: int, count: int) -> Figure:
    """Where one score's patch lies, its cell in the map, and what it sees.

    Args:
        image: (1, H, W).
        cell: row and column of the score.
        corner: row and column of the patch's first pixel; below 0 or beyond the image is padding.
        side: pixels of the patch; at most 32 of them are padding.
        count: scores on a side of the map.
    """
    picture = torch.as_tensor(plots.picture(image).copy()).float()  # (H, W)
    (height, width), (top, left) = picture.shape, corner
    around = pad(picture, (32, 32, 32, 32), value=torch.nan)
    patch = around[top + 32 : top + 32 + side, left + 32 : left + 32 + side]
    fig, axes = plt.subplots(1, 3, figsize=(8.4, 3), layout="constrained")
    grey = {"cmap": "gray", "vmin": 0, "vmax": 255}
    axes[0].imshow(picture, alpha=0.35, **grey)
    axes[0].imshow(patch, extent=(left - 0.5, left + side - 0.5, top + side - 0.5, top - 0.5), **grey)
    _square(axes[0], top - 0.5, left - 0.5, side, plots.BLUE)
    axes[0].set(xlim=(-26, width + 25), ylim=(height + 25, -26))
    _empty_map(axes[1], count)
    axes[1].add_patch(plt.Rectangle((cell[1] - 0.5, cell[0] - 0.5), 1, 1, color=plots.BLUE))
    axes[2].set_facecolor("#edf2f7")
    axes[2].add_patch(plt.Rectangle((-0.5, -0.5), side, side, fill=False, hatch="//", color="#a0aec0"))
    axes[2].imshow(patch, zorder=2, **grey)
    place = f"score in row {cell[0]}, column {cell[1]}"
    titles = (f"{side} x {side} of {height} x {width} pixels", place, "what this score sees")
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, fontsize=9)
    for ax in axes[[0, 2]]:
        ax.set(xticks=[], yticks=[])
    return fig


def falls(
    images: Mapping[str, Tensor], windows: Mapping[str, Window], maps: Mapping[tuple[str, str], Tensor]
) -> Figure:
    """How much scores fell where one window of an image was changed.

    Args:
        images: the changed image (3, H, W) of each window, by the window's name.
        windows: the windows, by name.
        maps: the fall of each score, (h, w), by (name of the discriminator, name of the window).
    """
    sides = list(dict.fromkeys(side for side, _ in maps))
    fig, axes = plt.subplots(1 + len(sides), len(windows), figsize=(6.6, 6.4), layout="constrained")
    for column, (name, window) in enumerate(windows.items()):
        plots.show(axes[0, column], plots.picture(images[name]), f"blurred: {name}")
        for ax, side in zip(axes[1:, column], sides, strict=True):
            limit = max(maps[side, other].abs().max() for other in windows)
            drawn = _lay_over(ax, images[name], maps[side, name], "PuOr_r", -limit, limit)
            if column == len(windows) - 1:
                fig.colorbar(drawn, ax=ax, shrink=0.8, label="fall of the score")
        rows, columns = window
        size = (columns.stop - columns.start, rows.stop - rows.start)
        for ax in axes[:, column]:
            ax.add_patch(plt.Rectangle((columns.start, rows.start), *size, fill=False, color="black", linestyle="--"))
    for line, label in zip(axes, ("the image", *sides), strict=True):
        line[0].set_ylabel(label, fontsize=9)
    return fig


def scored(rows: Mapping[str, tuple[Tensor, Tensor]], middle: float) -> Figure:
    """Images under their maps of scores, in labeled rows; a score of `middle` is white, a lower one orange.

    Args:
        rows: images (N, 3, H, W) and maps (N, h, w) of each row.
    """
    columns = len(next(iter(rows.values()))[0])
    fig, axes = plt.subplots(len(rows), columns, figsize=(2.1 * columns, 2.2 * len(rows)), layout="constrained")
    for line, (label, (images, maps)) in zip(axes, rows.items(), strict=True):
        for ax, image, cells in zip(line, images, maps, strict=True):
            drawn = _lay_over(ax, image, cells, "PuOr", 0, 2 * middle)
            ax.set_title(f"{label}: {cells.mean():.2f}", fontsize=9)
    fig.colorbar(drawn, ax=axes, shrink=0.7, label="score")
    return fig


def with_scores(rows: Mapping[str, Tensor], scores: Mapping[str, Tensor], columns: int = 4) -> Figure:
    """The first images (N, 3, H, W) of each row with the score (N,) of each below it."""
    fig, axes = plt.subplots(len(rows), columns, figsize=(7, 5.9), layout="constrained")
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        for ax, image, score in zip(line, images, scores[name], strict=False):
            plots.show(ax, plots.picture(image))
            ax.set_xlabel(f"{score:.2f}", fontsize=9)
        line[0].set_ylabel(name, fontsize=9)
    return fig


def _square(ax: Axes, top: float, left: float, side: float, color: str, width: float = 2) -> None:
    ax.add_patch(plt.Rectangle((left, top), side, side, fill=False, color=color, linewidth=width))


def _empty_map(ax: Axes, count: int) -> None:
    """The grid of a map of count x count scores."""
    lines = [n - 0.5 for n in range(count + 1)]
    ax.set(xlim=(-0.5, count - 0.5), ylim=(count - 0.5, -0.5), aspect="equal")
    ax.set_xticks(lines, [])
    ax.set_yticks(lines, [])
    ax.tick_params(length=0)
    ax.grid(color="#a0aec0", linewidth=0.5)


def _lay_over(ax: Axes, image: Tensor, cells: Tensor, cmap: str, low: float, high: float) -> plt.cm.ScalarMappable:
    """One number a patch, (h, w), over the image (3, H, H), each at the center of its patch."""
    plots.show(ax, plots.picture(image))
    side = image.shape[-1]
    step = 2 ** round(torch.tensor(side / cells.shape[-1]).log2().item())
    edge = (side - step * cells.shape[-1]) / 2 - 0.5
    box = (edge, edge + step * cells.shape[-1])
    drawn = ax.imshow(cells, cmap=cmap, vmin=low, vmax=high, alpha=0.7, extent=(*box, *box[::-1]))
    ax.set(xlim=(-0.5, side - 0.5), ylim=(side - 0.5, -0.5))
    return drawn
