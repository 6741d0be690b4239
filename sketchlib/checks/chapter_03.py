"""Checks for chapter 03, squeeze and excitation."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_03_squeeze"]


def _maps() -> list[tuple[Tensor]]:
    generator = torch.Generator().manual_seed(3)
    return [(torch.randn(shape, generator=generator),) for shape in ((2, 6, 8, 8), (1, 4, 3, 5))]


check_03_squeeze = Check(
    "check_03_squeeze",
    right=lambda x: adaptive_avg_pool2d(x, 1).flatten(1),  # (N, C)
    inputs=_maps,
    mistakes=[
        Mistake(
            lambda x: x.mean(dim=(0, 2, 3), keepdim=True).flatten(1),
            "You averaged over the batch as well: the result has shape {got}, expected {expected}. Each face needs "
            "means of its own.",
        ),
        Mistake(
            lambda x: x.mean(dim=(0, 2, 3)),
            "You averaged over the batch as well: the result has shape {got}, expected {expected}. Each face needs "
            "means of its own.",
        ),
        Mistake(
            lambda x: x.mean(dim=1),
            "You averaged over the channels and kept the places: the result has shape {got}, expected {expected}.",
        ),
        Mistake(
            lambda x: x.mean(dim=(2, 3), keepdim=True),
            "The means are right, but their places are still there: the result has shape {got}, expected {expected}.",
        ),
        Mistake(
            lambda x: x.sum(dim=(2, 3)),
            "You added up the places without dividing by how many there are: squeeze is a mean, not a sum.",
        ),
        Mistake(
            lambda x: x.amax(dim=(2, 3)),
            "That is the largest value of each channel: squeeze takes the mean.",
        ),
    ],
)
