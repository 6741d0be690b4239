"""The figures of chapter 11: windows, maps and terms of SSIM, and sketches under their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots
from sketchlib.figures.maps import show_map

STYLES = {
    "luminance": ("#2f855a", "--"),
    "contrast": (plots.GREY, "-."),
    "structure": (plots.BLUE, ":"),
    "SSIM": (plots.ORANGE, "-"),
}
"""Color and line of each term."""


def captioned(images: Mapping[str, np.ndarray], size: tuple[float, float], *, framed: bool = False) -> Figure:
    """Images in a row, (H, W) uint8 each, under their titles; `size` of the figure in inches."""
    fig, axes = plt.subplots(1, len(images), figsize=size, layout="constrained")
    for ax, (title, image) in zip(axes, images.items(), strict=True):
        plots.show(ax, image, title)
        ax.spines[:].set(visible=framed, color=plots.GREY)
    return fig


def with_enlarged(images: Mapping[str, Tensor], rows: slice, columns: slice) -> Figure:
    """Images, (1, H, W) uint8 each, by title: whole, and the part at `rows` and `columns` enlarged below."""
    shape = {"figsize": (1.9 * len(images), 3.9), "layout": "constrained", "height_ratios": [250, 125]}
    fig, axes = plt.subplots(2, len(images), **shape)
    for column, (title, image) in enumerate(images.items()):
        plots.show(axes[0, column], plots.picture(image), title)
        plots.show(axes[1, column], plots.picture(image[:, rows, columns]))
    return fig


def one_window(x: np.ndarray, y: np.ndarray, top: int, left: int, weights: np.ndarray) -> Figure:
    """One window at the same place of two images, and its pixels as points.

    Args:
        x: the artist's sketch, (H, W) uint8.
        y: the generated one, the same.
        top: first row of the window.
        left: its first column.
        weights: of its pixels, (side, side), with sum 1.
    """
    side = len(weights)
    a, b = (image[top : top + side, left : left + side].astype(float) for image in (x, y))
    fig, axes = plt.subplots(1, 4, figsize=(9, 2.9), layout="constrained", width_ratios=[1, 1, 0.9, 1.5])
    for ax, image, title in zip(axes, (x, y), ("artist, $x$", "G, $y$"), strict=False):
        plots.show(ax, image, title)
        box = plt.Rectangle((left, top), side, side, fill=False, edgecolor=plots.ORANGE, linewidth=2)
        ax.add_patch(box)
    both = np.vstack([a, np.full((1, side), 255), b])
    plots.show(axes[2], both, "the windows,\n$x$ above $y$")
    _cloud(axes[3], a, b, weights)
    return fig


def _cloud(ax: Axes, a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> None:
    """The pixels of two windows as points, their means as a cross with two standard deviations as arms."""
    center = [float((weights * v).sum()) for v in (a, b)]
    spread = [float(np.sqrt((weights * (v - m) ** 2).sum())) for v, m in zip((a, b), center, strict=True)]
    ax.plot([0, 255], [0, 255], color=plots.GREY, linewidth=1)
    ax.scatter(a, b, s=4000 * weights, color=plots.BLUE, alpha=0.5, linewidths=0)
    ax.errorbar(*center, xerr=spread[0], yerr=spread[1], color=plots.ORANGE, linewidth=2, capsize=3)
    labels = {"xlabel": "grey value in $x$", "ylabel": "grey value in $y$"}
    ax.set(xlim=(0, 260), ylim=(0, 260), aspect="equal", **labels)


def maps_of_terms(faces: Sequence[tuple[Tensor, Tensor, Mapping[str, Tensor]]]) -> Figure:
    """For each face a row: the artist's sketch, the generated one, both (1, H, W) uint8, and maps by name, (H', W')."""
    fig, axes = plt.subplots(len(faces), 6, figsize=(9.8, 2.15 * len(faces)), layout="constrained")
    for line, (artist, generated, maps) in zip(axes, faces, strict=True):
        plots.show(line[0], plots.picture(artist), "artist")
        plots.show(line[1], plots.picture(generated), "G")
        for ax, (name, values) in zip(line[2:], maps.items(), strict=True):
            drawn = show_map(ax, values.numpy(), f"{name} {values.mean():.3f}")
    fig.colorbar(drawn, ax=axes, shrink=0.7)
    return fig


def terms_over_knobs(knobs: Mapping[str, tuple[Sequence[float], Sequence[Mapping[str, float]]]]) -> Figure:
    """The terms under growing distortions: for each knob its amounts, and the terms at each of them."""
    fig, axes = plt.subplots(1, len(knobs), figsize=(10, 2.8), layout="constrained", sharey=True)
    for ax, (knob, (amounts, values)) in zip(axes, knobs.items(), strict=True):
        for name, (color, line) in STYLES.items():
            ax.plot(amounts, [each[name] for each in values], line, color=color, label=name, linewidth=2)
        ax.set(xlabel=knob, ylim=(0, 1.02))
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].legend(fontsize=8, frameon=False, loc="lower left")
    return fig


def knob_frame(image: Tensor, local: Tensor, values: Mapping[str, float], title: str) -> Figure:
    """A distorted sketch, (1, H, W) uint8, whole and enlarged, its map of SSIM, (H', W'), and its terms as bars."""
    fig, axes = plt.subplots(1, 4, figsize=(8.4, 2.5), layout="constrained", width_ratios=[1, 1, 1, 1.5])
    plots.show(axes[0], plots.picture(image), "sketch")
    plots.show(axes[1], plots.picture(image[:, 85:160, 50:110]), "enlarged")
    show_map(axes[2], local.numpy(), "map of SSIM")
    rows = axes[3].barh(list(values), list(values.values()), color=[STYLES[name][0] for name in values])
    axes[3].bar_label(rows, fmt="%.2f", fontsize=8, padding=2)
    axes[3].invert_yaxis()
    axes[3].set(xlim=(0, 1.2), xticks=[0, 0.5, 1])
    axes[3].spines[["top", "right"]].set_visible(False)
    fig.suptitle(title, fontsize=10)
    return fig


def real_floors(measured: Mapping[str, float], claimed: Mapping[str, float], methods: Sequence[str]) -> Figure:
    """Measured SSIM beside what the paper prints; `methods` are orange, the dashed line is the white page."""
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained", sharex=True)
    panels = {"measured, house protocol": measured, "printed in the paper": claimed}
    for ax, (title, values) in zip(axes, panels.items(), strict=True):
        colors = [plots.ORANGE if name in methods else plots.BLUE for name in values]
        bars = ax.barh(list(values), list(values.values()), color=colors)
        for text in ax.bar_label(bars, fmt="%.3f", fontsize=8, padding=3):
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})
        ax.axvline(measured["white page"], color=plots.GREY, linestyle="--", linewidth=1, zorder=0)
        ax.invert_yaxis()
        ax.set(title=title, xlabel="SSIM, 100 faces of CUHK Student", xlim=(0, 0.87))
        ax.title.set_fontsize(10)
        ax.tick_params(labelsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    return fig


def over_blur(sigmas: Sequence[float], curves: Mapping[str, np.ndarray]) -> Figure:
    """SSIM over the blur's sigma: for each output (sigmas, faces), drawn as mean and a band of one standard error."""
    fig, ax = plt.subplots(figsize=(6.2, 3.3), layout="constrained")
    for (name, values), color in zip(curves.items(), (plots.BLUE, plots.ORANGE, plots.GREY), strict=True):
        means = values.mean(axis=1)
        error = values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
        ax.plot(sigmas, means, "o-", color=color, label=name)
        ax.fill_between(sigmas, means - error, means + error, color=color, alpha=0.2, linewidth=0)
    ax.set(xlabel="sigma of the blur, pixels", ylabel=f"SSIM, {values.shape[1]} faces")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return fig


def over_protocols(table: Mapping[str, Mapping[str, float]], label: str) -> Figure:
    """One row a protocol, one dot an output; dotted lines at the first protocol's scores."""
    fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    outputs = next(iter(table.values()))
    for (name, start), color, marker in zip(
        outputs.items(), (plots.ORANGE, plots.GREY, plots.BLUE), "os^", strict=True
    ):
        ax.plot([row[name] for row in table.values()], list(table), marker, color=color, label=name, markersize=7)
        ax.axvline(start, color=color, linewidth=1, linestyle=":")
    ax.invert_yaxis()
    ax.set(xlabel=label)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=9)
    ax.legend(frameon=False, fontsize=9)
    return fig


def paired(one: np.ndarray, other: np.ndarray, labels: tuple[str, str]) -> Figure:
    """Two scores of each face, (N,) both, as a point, with the diagonal."""
    fig, ax = plt.subplots(figsize=(3.9, 3.7), layout="constrained")
    ax.scatter(one, other, s=14, color=plots.BLUE, alpha=0.7, linewidths=0)
    limits = (min(one.min(), other.min()) - 0.02, max(one.max(), other.max()) + 0.02)
    ax.plot(limits, limits, color=plots.GREY, linewidth=1)
    ax.set(xlim=limits, ylim=limits, aspect="equal", xlabel=labels[0], ylabel=labels[1])
    ax.spines[["top", "right"]].set_visible(False)
    return fig
