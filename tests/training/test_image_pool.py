"""The pool of generated images."""

from __future__ import annotations

import torch

from sketchlib.training.image_pool import ImagePool


def test_it_fills_first_and_passes_images_through() -> None:
    pool, images = ImagePool(4), torch.rand(4, 1, 2, 2)
    assert torch.equal(pool.query(images), images)
    assert torch.equal(torch.stack(pool.images), images)


def test_then_about_half_are_older_ones_whose_place_is_taken() -> None:
    pool = ImagePool(50, seed=1)
    seen = [pool.query(torch.full((1, 1, 1, 1), float(n))).item() for n in range(1050)]
    older = [n for n, value in enumerate(seen) if value != n]
    assert min(older) >= 50 and 420 < len(older) < 580
    swapped_out = [seen[n] for n in older]
    assert len(set(swapped_out)) == len(swapped_out)  # what left the pool does not come again


def test_size_zero_is_off() -> None:
    pool, image = ImagePool(0), torch.rand(1, 1, 2, 2)
    assert torch.equal(pool.query(image), image) and pool.images == []


def test_no_gradient_comes_back() -> None:
    assert not ImagePool(2).query(torch.rand(1, 1, 2, 2, requires_grad=True)).requires_grad


def test_state_goes_on_where_it_was_taken() -> None:
    first = ImagePool(3, seed=7)
    for n in range(10):
        first.query(torch.full((1, 1, 1, 1), float(n)))
    second = ImagePool(3, seed=0)
    second.load_state_dict(first.state_dict())
    for n in range(10, 30):
        image = torch.full((1, 1, 1, 1), float(n))
        assert torch.equal(first.query(image), second.query(image))
