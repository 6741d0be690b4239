"""Maps of local SSIM, in colors that tell below zero from above."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from sketchlib import plots


def show_map(ax: Axes, values: np.ndarray, title: str = "") -> AxesImage:
    """Draw a map of values in [-1, 1], (H, W): red below zero, white at zero, blue above."""
    drawn = ax.imshow(values, cmap="RdBu", vmin=-1, vmax=1, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    return drawn


def beside_the_sketch(sketch: np.ndarray, maps: Mapping[str, np.ndarray]) -> Figure:
    """A sketch, (H, W) uint8, and maps of SSIM against it, (H', W') each; a title has the mean of its map."""
    columns = len(maps) + 1
    fig, axes = plt.subplots(1, columns, figsize=(2.3 * columns + 0.6, 3.1), layout="constrained")
    plots.show(axes[0], sketch, "the artist's sketch")
    for ax, (name, values) in zip(axes[1:], maps.items(), strict=True):
        drawn = show_map(ax, values, f"{name}: {values.mean():.3f}")
    fig.colorbar(drawn, ax=axes, shrink=0.8, label="local SSIM")
    return fig
