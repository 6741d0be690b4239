"""Which floors there are, and which of them know the answer."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import correlate

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation import KNOW_THE_ANSWER, floor_images
from sketchlib.evaluation.floors import filtered, grey, learned_filter


def test_only_two_floors_look_at_the_artists_sketches(noise_pairs: PairedFaces) -> None:
    other = PairedFaces(noise_pairs.photos, 255 - noise_pairs.sketches, noise_pairs.ids, "test", "negative")
    mine, theirs = (floor_images(noise_pairs, test) for test in (noise_pairs, other))
    assert tuple(name for name in mine if not torch.equal(mine[name], theirs[name])) == KNOW_THE_ANSWER


def test_every_floor_is_a_sketch_at_the_artists_size(noise_pairs: PairedFaces) -> None:
    found = floor_images(noise_pairs, noise_pairs[:4])
    assert len(found) == 8
    for images in found.values():
        assert images.shape == (4, 1, 50, 40)
        assert images.dtype == torch.uint8


def test_the_filter_is_the_least_squares_solution_over_all_pixels(noise_pairs: PairedFaces) -> None:
    rows, values = [], []
    for photo, sketch in zip(grey(noise_pairs.photos)[:, 0].numpy(), noise_pairs.sketches[:, 0].numpy(), strict=True):
        shifts = [(y, x) for y in range(-3, 4) for x in range(-3, 4)]
        at_y, at_x = np.mgrid[: photo.shape[0], : photo.shape[1]]
        looks = [
            photo[np.clip(at_y + y, 0, photo.shape[0] - 1), np.clip(at_x + x, 0, photo.shape[1] - 1)].ravel()
            for y, x in shifts
        ]
        rows.append(np.stack([*looks, np.full(photo.size, 255)], axis=1) / 255)
        values.append(sketch.ravel() / 255)
    expected = np.linalg.lstsq(np.concatenate(rows), np.concatenate(values))[0]
    found = learned_filter(noise_pairs)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    drawn = np.clip(np.round(rows[2] @ expected * 255), 0, 255).reshape(1, 1, 50, 40)
    np.testing.assert_array_equal(filtered(grey(noise_pairs.photos[2:3]), found).numpy(), drawn)


def test_the_filter_finds_what_scipy_did(noise_pairs: PairedFaces) -> None:
    kernel = np.zeros((7, 7))
    kernel[1, 2], kernel[3, 3], kernel[5, 6] = 0.3, -0.4, 0.2
    photos = grey(noise_pairs.photos).numpy() / 1.0
    drawn = correlate(photos, kernel[None, None], mode="nearest") + 110
    made = PairedFaces(
        noise_pairs.photos, torch.from_numpy(drawn.round()).to(torch.uint8), noise_pairs.ids, "train", "made"
    )
    weights = learned_filter(made)
    np.testing.assert_allclose(weights, [*kernel.ravel(), 110 / 255], atol=2e-3)
    images = floor_images(made, made)["learned 7 x 7 filter"]
    assert (images.int() - made.sketches.int()).abs().max() <= 1


def test_photos_without_contrast_have_a_filter_too() -> None:
    flat = PairedFaces(
        torch.full((2, 3, 20, 20), 100, dtype=torch.uint8), torch.full((2, 1, 20, 20), 40, dtype=torch.uint8),
        ("a", "b"), "train", "flat",
    )  # fmt: skip
    assert torch.equal(floor_images(flat, flat)["learned 7 x 7 filter"], flat.sketches)
