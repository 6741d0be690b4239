"""The figures of chapter 06, the adversarial loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sketchlib import plots

Curve = Callable[[Tensor], Tensor]

COLORS = (plots.GREY, plots.BLUE, plots.ORANGE)


class Game(NamedTuple):
    """One row of the picture of the game: images (C, H, W) and the names of what they pass through."""

    source: Tensor
    generator: str
    fake: Tensor
    real: Tensor
    discriminator: str
    symbols: tuple[str, str, str]  #: of source, fake and real


def games(rows: Sequence[Game]) -> Figure:
    """Two rows: a generator makes a fake, and a discriminator is shown the fake and a real image."""
    fig, ax = plt.subplots(figsize=(7.6, 4.4), layout="constrained")
    for row, base in zip(rows, (3.2, 0.1), strict=True):
        _game(ax, row, base)
    ax.set(xlim=(0, 10.4), ylim=(-0.2, 6.2), aspect="equal")
    ax.set_axis_off()
    return fig


def _game(ax: Axes, row: Game, base: float) -> None:
    places = ((row.source, 0.4, base + 0.6), (row.fake, 4.5, base + 1.35), (row.real, 4.5, base - 0.15))
    for (image, left, bottom), symbol in zip(places, row.symbols, strict=True):
        extent = (left, left + 1.3, bottom, bottom + 1.3)
        ax.imshow(plots.picture(image), extent=extent, zorder=2, cmap="gray", vmin=0, vmax=255)
        ax.text(left - 0.08, bottom + 1.0, f"${symbol}$", ha="right", fontsize=10)
    for left, name, color in ((2.2, row.generator, plots.BLUE), (6.9, row.discriminator, plots.ORANGE)):
        ax.add_patch(plt.Rectangle((left, base + 0.8), 1.2, 0.9, facecolor=color, alpha=0.9, zorder=2))
        middle = {"ha": "center", "va": "center", "fontsize": 12, "zorder": 3}
        ax.text(left + 0.6, base + 1.25, f"${name}$", color="white", **middle)
    for (x, y), (to_x, to_y) in (
        ((1.75, 1.25), (2.2, 1.25)),
        ((3.45, 1.35), (4.25, 1.75)),
        ((5.85, 1.9), (6.9, 1.45)),
        ((5.85, 0.5), (6.9, 1.05)),
        ((8.1, 1.25), (8.6, 1.25)),
    ):
        style = {"arrowstyle": "->", "color": plots.GREY, "linewidth": 1.4}
        ax.annotate("", (to_x, base + to_y), (x, base + y), arrowprops=style)
    aims = ((1.5, "fake: toward 0\nreal: toward 1", plots.ORANGE),)
    aims += ((0.75, f"${row.generator}$ wants its\nfake at 1", plots.BLUE),)
    for up, text, color in aims:
        ax.text(8.7, base + up, text, va="center", fontsize=8.5, color=color)


def generator_losses(losses: Mapping[str, tuple[Curve, Curve]]) -> Figure:
    """Loss and derivative over the raw score.

    Args:
        losses: three pairs of functions of raw scores, value and derivative, by name.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.1), layout="constrained")
    score = torch.linspace(-6, 6, 241)
    for (name, (value, derivative)), color in zip(losses.items(), COLORS, strict=True):
        left.plot(score, value(score), color=color, label=name)
        right.plot(score, derivative(score), color=color)
    left.set(ylim=(-6.5, 12), title="loss", xlabel="raw score s of a fake")
    right.set(ylim=(-4, 4), title="derivative", xlabel="raw score s of a fake")
    right.axhline(0, color="black", linewidth=0.6)
    left.legend(fontsize=8, frameon=False)
    return _plain(fig)


def push(losses: Mapping[str, tuple[Curve, Curve]], score: float) -> Figure:
    """The same losses at one score, and minus their derivatives there as bars."""
    line, at = torch.linspace(-6, 6, 241), torch.tensor(score)
    fig, (left, right) = plt.subplots(1, 2, figsize=(8.2, 2.9), layout="constrained")
    for (value, _), color in zip(losses.values(), COLORS, strict=True):
        left.plot(line, value(line), color=color)
        left.plot(score, value(at), "o", color=color, clip_on=False)
    left.axvline(score, color="black", linewidth=0.6)
    left.set(xlim=(-6.2, 6.2), ylim=(-6.5, 50), xlabel="raw score s of a fake", title="loss")
    pushes = [-derivative(at).item() for _, derivative in losses.values()]
    drawn = right.barh(list(losses), pushes, color=COLORS)
    right.bar_label(drawn, fmt="%.3f", padding=3, fontsize=9)
    right.axvline(0, color="black", linewidth=0.6)
    right.invert_yaxis()
    right.set(xlim=(-14, 18), title="push on the score")
    return _plain(fig)


def best_discriminator(x: Tensor, p: Tensor, q: Tensor, learned: Tensor) -> Figure:
    """A trained discriminator on the best one, p / (p + q), above the two densities. All are (n,), over `x`."""
    fig, (above, below) = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True, layout="constrained", height_ratios=(3, 2))
    above.plot(x, p / (p + q), "k--", linewidth=1.2, label="p / (p + q)")
    above.plot(x, learned, color=plots.ORANGE, label="trained discriminator")
    above.axhline(0.5, color=plots.GREY, linewidth=0.6)
    above.set(ylabel="score", ylim=(-0.15, 1.15))
    _densities(below, x, p, q)
    below.set(xlabel="an “image”", ylabel="density")
    for ax in (above, below):
        ax.legend(fontsize=8, frameon=False, loc="upper right")
    return _plain(fig)


def approach(x: Tensor, p: Tensor, q: Tensor, title: str) -> Figure:
    """Two densities (n,) and the best discriminator between them."""
    fig, ax = plt.subplots(figsize=(5.4, 3.0), layout="constrained")
    _densities(ax, x, p, q)
    ax.plot(x, p / (p + q), "k--", linewidth=1.2, label="best discriminator")
    ax.set(ylim=(0, 1.25), xlim=(-3, 7), xlabel="an “image”", title=title)
    ax.legend(fontsize=8, frameon=False, ncols=3, loc="upper center")
    return _plain(fig)


def _densities(ax: Axes, x: Tensor, p: Tensor, q: Tensor) -> None:
    ax.fill_between(x, p, color=plots.BLUE, alpha=0.5, label="artist, p")
    ax.fill_between(x, q, color=plots.ORANGE, alpha=0.5, label="generator, q")


def from_nothing(runs: Mapping[str, Tensor], every: int, artist: Tensor) -> Figure:
    """What generators of single numbers make while they learn.

    Args:
        runs: for each loss (moments, n), what its generator made at each moment.
        every: steps between two moments.
        artist: (m,), what the artist makes.
    """
    fig, axes = plt.subplots(1, len(runs) + 1, figsize=(8.2, 3.0), sharey=True, layout="constrained")
    for ax, (name, moments) in zip(axes, runs.items(), strict=False):
        steps = every * torch.arange(len(moments))
        ax.plot(steps[:, None].expand_as(moments), moments, ".", markersize=1, color=plots.ORANGE)
        ax.set(title=name, xlabel="step")
    axes[0].set(ylabel="an “image”", ylim=(-6, 8))
    axes[-1].hist(artist, bins=60, orientation="horizontal", color=plots.BLUE, alpha=0.6)
    axes[-1].set(title="the artist", xticks=[])
    return _plain(fig)


def game_log(log: Mapping[str, Any], width: int = 10) -> Figure:
    """The two losses of a game and the distance to the artist, over steps.

    Args:
        log: "G" and "D", a loss for each step, and "step" and "distance", of the moments that were looked at.
        width: steps of the running mean.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.6, 2.9), layout="constrained")
    for name, color in (("D", plots.ORANGE), ("G", plots.BLUE)):
        curve = torch.tensor(log[name]).unfold(0, width, 1).mean(dim=1)
        left.plot(range(width - 1, width - 1 + len(curve)), curve, color=color, label=f"$L_{name}$")
    left.axhline(0.25, color=plots.GREY, linestyle="--", linewidth=1)
    left.set(xlabel="step", ylim=(0, 1), title="the game")
    left.legend(fontsize=8, frameon=False)
    right.plot(log["step"], log["distance"], "o-", color="black", markersize=4)
    right.set(xlabel="step", ylim=(0, None), title="distance to the artist, L1")
    return _plain(fig)


def _plain(fig: Figure) -> Figure:
    for ax in fig.axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.title.set_fontsize(10)
    return fig
