"""PairedFaces and its conversions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from sketchlib.data.pairs import (
    PairedFaces,
    aligned_batches,
    hold_out,
    one_channel,
    paired_flip,
    resize,
    three_channels,
    to_float,
    to_uint8,
    unaligned_batches,
)


def test_all_256_values_survive_the_way_to_float_and_back() -> None:
    values = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16)
    floats = to_float(values)
    assert floats.min() == -1 and floats.max() == 1
    assert torch.equal(to_uint8(floats), values)


def test_to_uint8_clamps() -> None:
    assert to_uint8(torch.tensor([-3.0, 3.0])).tolist() == [0, 255]


@pytest.mark.parametrize("size", [(128, 128), (64, 48)])
def test_resize_is_pillows_antialiased_bilinear(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (250, 200), dtype=np.uint8)
    theirs = np.asarray(Image.fromarray(pixels).resize(size[::-1], Image.Resampling.BILINEAR), dtype=int)
    ours = to_uint8(resize(to_float(torch.from_numpy(pixels)[None, None]), size))[0, 0].numpy().astype(int)
    assert np.abs(ours - theirs).max() <= 1  # Pillow rounds between its two passes


def test_tensors_are_square_floats(noise_pairs: PairedFaces) -> None:
    photos, sketches = noise_pairs.tensors(32)
    assert photos.shape == (6, 3, 32, 32) and sketches.shape == (6, 1, 32, 32)
    assert photos.dtype == torch.float32 and photos.abs().max() <= 1


def test_index_keeps_pairs_together(noise_pairs: PairedFaces) -> None:
    some = noise_pairs[[4, 1]]
    assert some.ids == ("e", "b") and len(some) == 2
    assert torch.equal(some.photos[0], noise_pairs.photos[4])
    assert torch.equal(some.sketches[1], noise_pairs.sketches[1])
    assert noise_pairs[-2:].ids == ("e", "f")


def test_fingerprint_sees_one_pixel_and_one_name(noise_pairs: PairedFaces) -> None:
    pixels = noise_pairs.sketches.clone()
    pixels[3, 0, 2, 1] ^= 1
    others = [replace(noise_pairs, sketches=pixels), replace(noise_pairs, ids=tuple("abcdeg"))]
    prints = {noise_pairs.fingerprint, *(other.fingerprint for other in others)}
    assert len(prints) == 3
    assert replace(noise_pairs, split="test").fingerprint == noise_pairs.fingerprint


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"photos": torch.zeros(6, 3, 50, 40)}, "PairedFaces.photos is .* of torch.float32, expected"),
        ({"sketches": torch.zeros(5, 1, 50, 40, dtype=torch.uint8)}, "PairedFaces.sketches is .5, 1"),
        ({"ids": tuple("aacdef")}, "PairedFaces.ids has a name twice"),
        ({"split": "valid"}, "PairedFaces.split is 'valid'"),
    ],
)
def test_pairs_that_do_not_fit_are_refused(noise_pairs: PairedFaces, change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(noise_pairs, **change)


def test_channels_there_and_back() -> None:
    sketch = torch.rand(2, 1, 4, 4)
    assert three_channels(sketch).shape == (2, 3, 4, 4)
    torch.testing.assert_close(one_channel(three_channels(sketch)), sketch)


def test_flip_moves_both_or_none() -> None:
    images = torch.rand(64, 1, 3, 5)
    photos, sketches = paired_flip(images, 2 * images, torch.Generator().manual_seed(0))
    torch.testing.assert_close(sketches, 2 * photos)
    flipped = (photos != images).flatten(1).any(dim=1)
    assert torch.equal(photos[flipped], images[flipped].flip(-1))
    assert 16 < flipped.sum() < 48


def test_an_aligned_epoch_has_each_pair_once_and_repeats_with_its_seed() -> None:
    numbers = torch.arange(10.0).view(10, 1, 1, 1)

    def epoch(seed: int) -> list[float]:
        batches = list(aligned_batches(numbers, numbers + 100, 3, torch.Generator().manual_seed(seed)))
        for photo, sketch in batches:
            assert torch.equal(sketch, photo + 100)
        return torch.cat([photo for photo, _ in batches]).flatten().tolist()

    assert sorted(epoch(1)) == list(range(10))
    assert epoch(1) == epoch(1) != epoch(2)


def test_an_unaligned_epoch_has_each_image_once_but_breaks_the_pairs() -> None:
    numbers = torch.arange(20.0).view(20, 1, 1, 1)
    batches = list(unaligned_batches(numbers, numbers, 1, torch.Generator().manual_seed(0)))
    photos, sketches = (torch.cat(side).flatten() for side in zip(*batches, strict=True))
    assert sorted(photos.tolist()) == sorted(sketches.tolist()) == list(range(20))
    assert (photos == sketches).sum() < 6


def test_every_fifth_pair_is_held_out_to_choose_by(noise_pairs: PairedFaces) -> None:
    train, validation = hold_out(noise_pairs)
    assert validation.ids == ("a", "f") and train.ids == ("b", "c", "d", "e")
    assert torch.equal(validation.photos, noise_pairs.photos[[0, 5]])
    assert (train.split, validation.split) == ("train", "test")
    assert train.name == validation.name == "noise-validation"
    with pytest.raises(ValueError, match="hold_out got every = 1 and 6 pairs, expected 2 or more of both"):
        hold_out(noise_pairs, 1)
