"""The figures of chapter 1: the slider over an edge filter, the method in one picture, the paper's Table 1."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib import patches
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots
from sketchlib.data.pairs import NATIVE_SIZE, resize

Point = tuple[float, float]


def two_drawings(images: Tensor, sketches: Tensor, title: str) -> Figure:
    """The first two of `images`, each beside the artist's sketch: (N, 1, H, W) both."""
    columns = [image for face in (0, 1) for image in (images[face], sketches[face])]
    fig = plots.image_grid({"": columns}, titles=["edge filter", "artist"] * 2, side=1.5)
    fig.suptitle(title, fontsize=10)
    return fig


def paper_table(scores: Mapping[str, float], marked: str, white_page: float) -> Figure:
    """The paper's scores as bars, the row `marked` in orange, and a dashed line at the score of a white page."""
    fig = plots.bars(scores, label="SSIM as printed in the paper", marked=[marked], digits=4)
    ax = fig.axes[0]
    for number in ax.texts:
        number.set_bbox({"fc": "white", "ec": "none", "pad": 1})
    ax.axvline(white_page, color="black", ls="--", lw=1)
    ax.text(white_page, -0.55, "white page", ha="center", va="bottom", fontsize=8)
    return fig


def the_method(x: Tensor, y: Tensor, generated: Mapping[str, Tensor]) -> Figure:
    """The whole method: two cycles, two discriminators, and in orange what the paper adds.

    Args:
        x: a photo, (3, H, W).
        y: its sketch, (1 or 3, H, W).
        generated: images as `x` under the names G(x), F(G(x)), F(y) and G(F(y)).
    """
    fig, ax = plt.subplots(figsize=(10, 7.4), layout="constrained")
    upper, lower = 54.0, 10.0
    _cycle(ax, upper, "GF", {"x": x} | {name: generated[name] for name in ("G(x)", "F(G(x))")}, above=True)
    _cycle(ax, lower, "FG", {"y": y} | {name: generated[name] for name in ("F(y)", "G(F(y))")}, above=False)
    _arrow(ax, (9, lower + 8.2), (48, upper - 8.2), plots.ORANGE, "<|-|>", lw=2.2)
    _arrow(ax, (9, upper - 8.2), (48, lower + 8.2), plots.ORANGE, "<|-|>", lw=2.2)
    _label(ax, (39.5, 38.6), "L1 (1)", plots.ORANGE)
    _label(ax, (39.5, 25.4), "L1 (2)", plots.ORANGE)
    _label(ax, (13.6, 32), "pair\n$(x, y)$", plots.ORANGE)
    _discriminator(ax, (64, 38), "$D_Y$", "(3)  real sketch $y$, or $G(x)$?", upper - 8.2)
    _discriminator(ax, (64, 26), "$D_X$", "(3)  real photo $x$, or $F(y)$?", lower + 8.2)
    ax.set(xlim=(0, 100), ylim=(-11, 75), aspect="equal")
    ax.set_axis_off()
    return fig


def _cycle(ax: Axes, row: float, generators: str, images: Mapping[str, Tensor], *, above: bool) -> None:
    """One row: an image, the first generator, its output, the second generator, the reconstruction; an arc back."""
    for column, name in zip((29, 71), generators, strict=True):
        _generator(ax, (column, row), f"${name}$")
    for start, end in ((14.5, 19), (39, 43.5), (56.5, 61), (81, 85.5)):
        _arrow(ax, (start, row), (end, row), plots.BLUE, lw=1.8)
    for column, (name, image) in zip((8, 50, 92), images.items(), strict=True):
        _thumbnail(ax, image, (column, row), f"${name}$", above)
    edge, bend = (row + 12, 0.16) if above else (row - 12, -0.16)
    _arrow(ax, (92, edge), (8, edge), plots.BLUE, "<|-|>", bend, lw=1.5)
    start, _, end = images
    number = "(5)" if above else "(4)"
    _label(ax, (50, edge + (6.8 if above else -6.8)), f"cycle {number}: ${end}$ should be ${start}$", plots.BLUE)


def _thumbnail(ax: Axes, image: Tensor, center: Point, name: str, above: bool) -> None:
    """One image with its symbol above or below it."""
    cx, cy = center
    native = resize(image[None], NATIVE_SIZE)[0]
    ax.imshow(
        plots.picture(native), cmap="gray", vmin=0, vmax=255, extent=(cx - 6, cx + 6, cy - 7.5, cy + 7.5), zorder=2
    )
    ax.text(cx, cy + (8.6 if above else -8.6), name, ha="center", va="bottom" if above else "top", fontsize=12)


def _generator(ax: Axes, center: Point, name: str) -> None:
    """A U-Net: bars that shrink, the SE block, bars that grow, and the skips across."""
    cx, cy = center
    frame = patches.FancyBboxPatch((cx - 9, cy - 7), 18, 14, boxstyle="round,pad=0.4")
    frame.set(facecolor="#ebf4fb", edgecolor=plots.BLUE)
    ax.add_patch(frame)
    for step, height in enumerate((10, 7, 4.4)):
        for side in (-1, 1):
            left = cx + side * (7 - 2.1 * step) - 0.6
            ax.add_patch(patches.Rectangle((left, cy - 5.6), 1.2, height, fc="#f2c9ae", ec=plots.ORANGE, lw=0.8))
        reach, level = 6.2 - 2.1 * step, cy - 6.1 + height
        ax.plot((cx - reach, cx + reach), (level, level), color=plots.ORANGE, lw=0.7, ls=":")
    ax.add_patch(patches.Rectangle((cx - 1.6, cy - 5.6), 3.2, 2.6, fc=plots.ORANGE, ec=plots.ORANGE))
    ax.text(cx, cy - 4.3, "SE", color="white", ha="center", va="center", fontsize=7, weight="bold")
    ax.text(cx, cy + 5.0, name, ha="center", va="center", fontsize=13, weight="bold", color=plots.BLUE)


def _discriminator(ax: Axes, center: Point, name: str, question: str, start: float) -> None:
    """A discriminator, the question that it answers, and an arrow from the generated image at height `start`."""
    cx, cy = center
    _arrow(ax, (53, start), (60, cy + (2 if start > cy else -2)), plots.BLUE, lw=1.8)
    ax.add_patch(patches.FancyBboxPatch((cx - 3.5, cy - 2.5), 7, 5, boxstyle="round,pad=0.4", fc=plots.BLUE, ec="none"))
    ax.text(cx, cy, name, color="white", ha="center", va="center", fontsize=13)
    ax.text(cx + 5.5, cy, question, va="center", fontsize=9.5, color=plots.BLUE)


def _arrow(ax: Axes, start: Point, end: Point, color: str, style: str = "-|>", bend: float = 0.0, **how: float) -> None:
    bow = f"arc3,rad={bend}"
    ax.add_patch(
        patches.FancyArrowPatch(
            start, end, arrowstyle=style, mutation_scale=12, color=color, connectionstyle=bow, **how
        )
    )


def _label(ax: Axes, where: Point, text: str, color: str) -> None:
    box = {"fc": "white", "ec": "none", "pad": 1.5}
    ax.text(*where, text, color=color, ha="center", va="center", fontsize=9.5, zorder=4, bbox=box)
