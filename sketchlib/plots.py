"""The figures of the book: each function takes tensors or numbers and returns a matplotlib Figure.

Nothing here trains or scores. Images come as tensors, (C, H, W) with C of 1 or 3: uint8, or float in [-1, 1].
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib.data.pairs import to_uint8
from sketchlib.training.history import History

BLUE, ORANGE, GREY = "#2b6cb0", "#c05621", "#718096"
"""Two colors that color-blind readers can tell apart, and one for what stands back."""


def picture(image: Tensor) -> np.ndarray:
    """(C, H, W) -> (H, W) or (H, W, 3), uint8, as matplotlib draws it.

    Raises:
        ValueError: for another number of dimensions or channels.
    """
    if image.ndim != 3 or image.shape[0] not in (1, 3):
        raise ValueError(f"picture got an image of shape {tuple(image.shape)}, expected (1, H, W) or (3, H, W).")
    image = image.detach().cpu()
    pixels = (to_uint8(image) if image.is_floating_point() else image).permute(1, 2, 0).numpy()  # (H, W, C)
    return pixels[..., 0] if pixels.shape[-1] == 1 else pixels


def image_grid(rows: Mapping[str, Sequence[Tensor]], titles: Sequence[str] = (), *, side: float = 1.5) -> Figure:
    """Images in labeled rows: the label at the left, optional titles above the columns.

    All are drawn in the proportions of the first, so a square that a network read stands as the face it was.

    Args:
        rows: for each label its images, all rows equally long.
        titles: one for each column.
        side: width of an image in inches.
    """
    pictures = {label: [picture(image) for image in images] for label, images in rows.items()}
    columns = len(next(iter(pictures.values())))
    height, width = next(iter(pictures.values()))[0].shape[:2]
    fig, axes = plt.subplots(
        len(pictures),
        columns,
        figsize=(columns * side + 0.9, len(pictures) * side * height / width + 0.3),
        squeeze=False,
        layout="constrained",
    )
    for line, (label, images) in zip(axes, pictures.items(), strict=True):
        for ax, image in zip(line, images, strict=True):
            show(ax, image, shape=(height, width))
        line[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    for ax, title in zip(axes[0], titles, strict=False):
        ax.set_title(title, fontsize=9)
    return fig


def show(ax: Axes, image: np.ndarray, title: str = "", shape: tuple[int, int] | None = None) -> None:
    """Draw one picture without ticks, in its own proportions or in those of `shape`, (height, width).

    Grey images keep black at 0 and white at 255.
    """
    height, width = image.shape[:2]
    aspect = 1.0 if shape is None else shape[0] * width / (shape[1] * height)
    ax.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect=aspect)
    ax.set(xticks=[], yticks=[], title=title)
    ax.title.set_fontsize(9)
    for spine in ax.spines.values():
        spine.set_visible(False)


def channel_sheet(features: Tensor, columns: int = 16, labels: Sequence[str] = ()) -> Figure:
    """The channels of one feature map as a contact sheet, each scaled to its own range.

    Args:
        features: (C, h, w).
        labels: one for each channel; by default its number.
    """
    maps = features.detach().cpu().numpy()
    lines = -(-len(maps) // columns)
    fig, axes = plt.subplots(lines, columns, figsize=(columns * 0.6, lines * 0.78), squeeze=False, layout="constrained")
    for ax in axes.flat:
        ax.set_axis_off()
    for number, (ax, one) in enumerate(zip(axes.flat, maps, strict=False)):
        ax.imshow(one, cmap="viridis", interpolation="nearest")
        ax.set_title(labels[number] if labels else str(number), fontsize=6, pad=2)
    return fig


def bars(
    values: Mapping[str, float],
    errors: Mapping[str, float] | None = None,
    *,
    label: str = "",
    marked: Sequence[str] = (),
    digits: int = 3,
) -> Figure:
    """Horizontal bars with their numbers, in the given order from the top.

    Args:
        errors: half the length of each error bar.
        marked: the names drawn in orange.
    """
    names = list(values)
    fig, ax = plt.subplots(figsize=(6.4, 0.34 * len(names) + 0.8), layout="constrained")
    colors = [ORANGE if name in marked else BLUE for name in names]
    lengths = [values[name] for name in names]
    spread = [errors.get(name, 0.0) for name in names] if errors else None
    ax.barh(names, lengths, color=colors, xerr=spread, error_kw={"ecolor": "#1a202c", "capsize": 2})
    for position, name in enumerate(names):
        ax.annotate(
            f"{values[name]:.{digits}f}",
            (values[name] + (spread[position] if spread else 0), position),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.invert_yaxis()
    ax.margins(x=0.14)
    ax.set_xlabel(label)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=9)
    return fig


def curves(history: History, groups: Mapping[str, Mapping[str, str]]) -> Figure:
    """Losses over epochs, one panel for each group.

    Args:
        groups: panel title -> {label in the legend: column of the history}.
    """
    fig, axes = plt.subplots(1, len(groups), figsize=(3.5 * len(groups), 2.8), squeeze=False, layout="constrained")
    epochs = history.column("epoch")
    for ax, (title, lines) in zip(axes[0], groups.items(), strict=True):
        for (label, column), color in zip(lines.items(), (BLUE, ORANGE, GREY, "#2f855a"), strict=False):
            ax.plot(epochs, history.column(column), color=color, label=label)
        ax.set_title(title, fontsize=10)
        ax.set_xlabel("epoch")
        ax.legend(fontsize=8, frameon=False)
        ax.spines[["top", "right"]].set_visible(False)
    return fig


def png(fig: Figure, dpi: int = 100) -> bytes:
    """A figure as the bytes of a PNG file. Closes the figure."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi)
    plt.close(fig)
    return buffer.getvalue()
