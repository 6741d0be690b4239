"""The figures of chapter 10, training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots


def schedules(rates: Mapping[str, Sequence[float]]) -> Figure:
    """Learning rates over the epochs, on a logarithmic scale.

    Args:
        rates: for each schedule its rate in each epoch, all equally long.
    """
    fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
    for (label, seen), color in zip(rates.items(), (plots.BLUE, plots.ORANGE), strict=False):
        ax.semilogy(range(1, len(seen) + 1), seen, color=color, drawstyle="steps-mid", label=label)
    ax.set(xlabel="epoch", ylabel="learning rate")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def epoch_frame(artist: Sequence[Tensor], drawn: Sequence[Tensor], scores: Sequence[float], epoch: int) -> Figure:
    """The artist's sketches, G's after one epoch, and the score up to then.

    Args:
        artist: the sketches of the watched faces, (1, H, W) each.
        drawn: G's of the same faces after `epoch` epochs.
        scores: the mean score before training and after each epoch.
        epoch: epochs trained.
    """
    fig = plt.figure(figsize=(8.2, 3.1), layout="constrained")
    left, right = fig.subfigures(1, 2, width_ratios=[1.9, 1])
    for axes, (name, images) in zip(left.subplots(2, len(artist)), {"artist": artist, "G": drawn}.items(), strict=True):
        for ax, image in zip(axes, images, strict=True):
            plots.show(ax, plots.picture(image))
        axes[0].set_ylabel(name, rotation=0, ha="right", va="center")
    ax = right.subplots()
    ax.plot(range(epoch + 1), scores[: epoch + 1], color=plots.BLUE)
    ax.plot(epoch, scores[epoch], "o", color=plots.ORANGE)
    margin = 0.05 * (max(scores) - min(scores))
    ax.set(xlabel="epoch", ylabel="SSIM, test faces", xlim=(-0.3, len(scores) - 0.7))
    ax.set_ylim(min(scores) - margin, max(scores) + margin)
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def score_curve(scores: Sequence[float], milestones: Sequence[int]) -> Figure:
    """The mean score after each epoch, from 1, with dotted lines where the learning rate drops."""
    fig, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
    epochs = range(1, len(scores) + 1)
    ax.plot(epochs, scores, "o-" if len(scores) < 20 else "-", color=plots.BLUE)
    for milestone in milestones:
        ax.axvline(milestone + 0.5, color=plots.GREY, linewidth=1, linestyle=":")
    if len(scores) < 20:
        ax.set_xticks(epochs)
    ax.set(xlabel="epoch", ylabel="SSIM, test faces")
    ax.spines[["top", "right"]].set_visible(False)
    return fig
