"""A small trained pair of generators, so that a chapter can show what its part does before chapter 10 trains.

Made by `sketchlib pretrain` on the toy faces: 128 x 128 pixels, 16 channels, SE at a minimum of 8 x 8. `toy.json`
beside the weights says with which settings, versions and scores.
"""

from __future__ import annotations

from pathlib import Path

from sketchlib.nets.unet import UNetGenerator
from sketchlib.training.checkpoint import load_generator

FOLDER = Path(__file__).parent

SIZE = 128
"""Pixels a side that the pair was trained at."""


def load_pretrained() -> tuple[UNetGenerator, UNetGenerator]:
    """(G, F), photo to sketch and back, in eval mode on the CPU."""
    return load_generator(FOLDER / "toy_G.safetensors"), load_generator(FOLDER / "toy_F.safetensors")
