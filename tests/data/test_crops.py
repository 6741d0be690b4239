"""Random crops: photo and sketch of a pair are cut at one place, and every place is reached."""

from __future__ import annotations

import pytest
import torch
import torchvision
from torch import Tensor

from sketchlib.data.pairs import aligned_batches, paired_crop, unaligned_batches
from sketchlib.training.config import TrainConfig


def places(n: int, channels: int, height: int = 6, width: int = 5) -> Tensor:
    """Images whose pixels tell where they were: 10 row + column."""
    rows, columns = torch.arange(height).view(-1, 1), torch.arange(width)
    return (10.0 * rows + columns).expand(n, channels, height, width).clone()


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def corners(images: Tensor) -> list[int]:
    """The first pixel of each image."""
    return images[:, 0, 0, 0].int().tolist()


def test_photo_and_sketch_are_cut_at_the_same_place_and_all_places_are_reached() -> None:
    photos, sketches = paired_crop(places(500, 3), -places(500, 1), 4, generator())
    assert photos.shape == (500, 3, 4, 4) and sketches.shape == (500, 1, 4, 4)
    assert torch.equal(photos[:, :1], -sketches)
    assert set(corners(photos)) == {10 * top + left for top in (0, 1, 2) for left in (0, 1)}
    inside = photos - photos[:, :, :1, :1]  # a piece of the image, not a resampled one
    assert torch.equal(inside, places(500, 3, 4, 4))


def test_without_a_size_or_at_the_same_size_nothing_is_cut_and_no_chance_is_used() -> None:
    photos, sketches, chance = places(2, 3, 5, 5), places(2, 1, 5, 5), generator()
    before = chance.get_state()
    for size in (None, 5):
        cut = paired_crop(photos, sketches, size, chance)
        assert cut[0] is photos and cut[1] is sketches
    assert torch.equal(chance.get_state(), before)


def test_aligned_batches_cut_pairs_together_and_unaligned_ones_apart() -> None:
    photos, sketches = places(300, 3), places(300, 1)
    (aligned,) = aligned_batches(photos, sketches, 300, generator(), flip=False, crop=4)
    assert corners(aligned[0]) == corners(aligned[1])
    (apart,) = unaligned_batches(photos, sketches, 300, generator(), flip=False, crop=4)
    together = sum(a == b for a, b in zip(corners(apart[0]), corners(apart[1]), strict=True))
    assert 20 < together < 80  # 300 / 6 by chance alone, standard deviation 6.5
    assert apart[0].shape == (300, 3, 4, 4) and apart[1].shape == (300, 1, 4, 4)


@pytest.mark.parametrize(("size", "load_size"), [(256, 286), (128, 143)])
def test_jitter_enlarges_as_the_authors_do(size: int, load_size: int) -> None:
    assert TrainConfig(size=size, jitter=True).load_size == load_size
    assert TrainConfig(size=size).load_size == size


def test_keeping_the_shape_is_what_torchvision_does_to_the_shorter_side() -> None:
    """ComboGAN's authors: transforms.Resize(loadSize), then a square crop; photos are drawn without the crop."""
    config = TrainConfig(size=128, jitter=True, keep_shape=True, generator="resnet")
    resized = torchvision.transforms.Resize(143)(torch.zeros(3, 250, 200))
    assert config.load_shape(250, 200) == tuple(resized.shape[-2:]) == (178, 143)
    assert config.load_shape(200, 250) == (143, 178)
    assert config.draw_shape(250, 200) == (180, 144)  # the sides that its two halvings and doublings make of it
    square = TrainConfig(size=128, jitter=True)
    assert square.load_shape(250, 200) == (143, 143) and square.draw_shape(250, 200) == (128, 128)
    unet = TrainConfig(size=128, keep_shape=True)
    assert unet.draw_shape(250, 200) == (160, 128)
