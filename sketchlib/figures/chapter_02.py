"""The figures of chapter 2: a toy face under one light, sketches after a resize, the histogram of grey values."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots


def pair_under_light(photo: Tensor, sketch: Tensor, title: str) -> Figure:
    """A photo beside its sketch, (3, H, W) uint8 both, under one title."""
    fig, axes = plt.subplots(1, 2, figsize=(4.4, 3.1), layout="constrained")
    for ax, image, name in zip(axes, (photo, sketch), ("photo", "sketch"), strict=True):
        plots.show(ax, plots.picture(image), name)
    fig.suptitle(title, fontsize=10)
    return fig


def with_enlarged_eyes(versions: Mapping[str, Tensor]) -> Figure:
    """Versions of one sketch, (1, 250, 200) each, by name: whole, and the band around the eyes enlarged below."""
    shape = {"figsize": (2 * len(versions), 3.9), "layout": "constrained", "height_ratios": [250, 117]}
    fig, axes = plt.subplots(2, len(versions), **shape)
    for column, (name, image) in enumerate(versions.items()):
        plots.show(axes[0, column], plots.picture(image), name)
        plots.show(axes[1, column], plots.picture(image[:, 95:155, 36:164]))
    return fig


def histogram(values: Mapping[str, Tensor]) -> Figure:
    """How often grey values occur, in percent: two sets of uint8 images of any shape, by name."""
    fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
    for (name, images), color in zip(values.items(), (plots.BLUE, plots.ORANGE), strict=True):
        counts = torch.bincount(images.flatten().int(), minlength=256).double()  # (256,)
        share = counts.view(64, 4).sum(dim=1) / counts.sum()  # (64,): four grey values a bar
        ax.stairs(100 * share, torch.arange(0, 257, 4), color=color, fill=True, alpha=0.55, label=name)
    ax.set(xlabel="grey value, from black to white", ylabel="percent of pixels")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return fig
