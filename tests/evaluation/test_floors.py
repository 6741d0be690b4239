"""Which floors there are, and which of them know the answer."""

from __future__ import annotations

import torch

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation import KNOW_THE_ANSWER, floor_images


def test_only_two_floors_look_at_the_artists_sketches(noise_pairs: PairedFaces) -> None:
    other = PairedFaces(noise_pairs.photos, 255 - noise_pairs.sketches, noise_pairs.ids, "test", "negative")
    mine, theirs = (floor_images(noise_pairs, test) for test in (noise_pairs, other))
    assert tuple(name for name in mine if not torch.equal(mine[name], theirs[name])) == KNOW_THE_ANSWER


def test_every_floor_is_a_sketch_at_the_artists_size(noise_pairs: PairedFaces) -> None:
    found = floor_images(noise_pairs, noise_pairs[:4])
    assert len(found) == 7
    for images in found.values():
        assert images.shape == (4, 1, 50, 40)
        assert images.dtype == torch.uint8
