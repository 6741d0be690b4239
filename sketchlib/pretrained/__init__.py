"""Small trained pairs of generators, so that a chapter can show what its part does before chapter 10 trains.

Made by `sketchlib pretrain` on the toy faces: 128 x 128 pixels, 16 channels, SE at a bottleneck of 8 x 8, the paper's
weights. A second pair, by `sketchlib pretrain --no-supervised`, learned from unaligned faces without eqs. (1) and (2).
The JSON file beside each pair says with which settings, versions and scores.
"""

from __future__ import annotations

from pathlib import Path

from sketchlib.nets.unet import UNetGenerator
from sketchlib.training.checkpoint import load_generator

FOLDER = Path(__file__).parent

SIZE = 128
"""Pixels a side that the pairs were trained at."""


def pair_name(supervised: bool) -> str:
    """What the files of a pair begin with."""
    return "toy" if supervised else "toy_unsupervised"


def load_pretrained(*, supervised: bool = True) -> tuple[UNetGenerator, UNetGenerator]:
    """(G, F), photo to sketch and back, in eval mode on the CPU.

    Args:
        supervised: the pair trained with the paper's method, or the one without its supervised terms.
    """
    G, F = (load_generator(FOLDER / f"{pair_name(supervised)}_{net}.safetensors") for net in "GF")
    return G, F
