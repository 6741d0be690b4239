"""Scoot against its authors' program, by numbers, and against counts made by hand."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from scoot_numbers import NUMBERS, of_their_program, pairs
from torch import Tensor

from sketchlib.evaluation import scoot
from sketchlib.evaluation.scoot import blocks, features


def stack(*images: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.stack(images))).unsqueeze(1)


def ours() -> list[float]:
    return [float(scoot(stack(a), stack(b))[0]) for a, b in pairs()]


def test_the_numbers_are_those_of_the_authors_program() -> None:
    kept = json.loads(NUMBERS.read_text(encoding="utf-8"))["scoot"]
    np.testing.assert_allclose(ours(), kept, rtol=1e-12)


def test_the_authors_program_says_so_today() -> None:
    folder = os.environ.get("SKETCHLIB_SCOOT")
    if not folder or not shutil.which("octave-cli"):
        pytest.skip("SKETCHLIB_SCOOT names no copy of the authors' program, or there is no GNU Octave to run it")
    np.testing.assert_allclose(of_their_program(Path(folder).resolve(), pairs()), ours(), rtol=1e-12)


def test_a_block_that_can_be_counted_by_hand() -> None:
    # In a block of 2 x 2 pixels, black left and white right, the four directions count (0, 5) twice; (0, 5) once;
    # (0, 0) and (5, 5) once each; (5, 0) once. Means: 3/4 for (0, 5), rounded to 1, and 1/4 for the others, to 0.
    stripes = np.tile(np.array([0, 255], dtype=np.uint8), (8, 4))
    np.testing.assert_allclose(features(stripes), [[25.0] * 16, [1.0] * 16])
    black = np.zeros((8, 8), dtype=np.uint8)
    np.testing.assert_allclose(features(black), [[0.0] * 16, [1.0] * 16])
    np.testing.assert_allclose(scoot(stack(stripes), stack(black)), [1 / (1 + np.sqrt(16 * 25**2))])


def test_half_a_count_is_rounded_up() -> None:
    half = np.array([[0, 255, 0], [0, 0, 0]], dtype=np.uint8)
    # (0, 5): right 1, up and right 1, up 1, up and left 1, mean 1. (5, 0): right 1, else 0, mean 1/4, rounded to 0.
    # (0, 0): right 2, up and right 1, up 2, up and left 1, mean 1.5, rounded to 2.
    contrast, energy = features(np.tile(half, (4, 4)))
    np.testing.assert_allclose(contrast, 25 / 3)
    np.testing.assert_allclose(energy, (1 / 3) ** 2 + (2 / 3) ** 2)


def test_levels_are_six_equal_shares_of_0_to_255() -> None:
    for low, high in ((0, 42), (43, 84), (85, 127), (128, 169), (170, 212), (213, 255)):
        share = np.tile(np.array([low, high], dtype=np.uint8), (8, 4))
        assert features(share)[0].max() == 0, (low, high)  # one level, so no contrast
        if high < 255:
            across = np.tile(np.array([high, high + 1], dtype=np.uint8), (8, 4))
            np.testing.assert_allclose(features(across)[0], 1.0)


def test_blocks_are_every_pixel_once() -> None:
    image = np.arange(50 * 43).reshape(50, 43)
    found = blocks(image)
    assert len(found) == 16 and {len(block) for block in found} == {12, 13}
    assert sorted(np.concatenate([block.ravel() for block in found]).tolist()) == list(range(50 * 43))


def test_equal_images_have_one_and_images_do_not_mix() -> None:
    (a, b), (c, d) = pairs()[2:4]
    np.testing.assert_allclose(scoot(stack(a, c), stack(a, c)), [1.0, 1.0])
    together = scoot(stack(a, c), stack(b, d))
    assert together.shape == (2,) and together.dtype == np.float64
    np.testing.assert_allclose(together, [scoot(stack(a), stack(b))[0], scoot(stack(c), stack(d))[0]])
    np.testing.assert_allclose(together, scoot(stack(b, d), stack(a, c)))  # it does not matter which is the reference


def test_what_does_not_fit_is_named() -> None:
    small = torch.zeros(1, 1, 7, 20, dtype=torch.uint8)
    with pytest.raises(ValueError, match="images are 7 x 20, expected 8 or more a side for Scoot's blocks"):
        scoot(small, small)
    with pytest.raises(ValueError, match="expected two equal shapes"):
        scoot(small, small[..., :9])
