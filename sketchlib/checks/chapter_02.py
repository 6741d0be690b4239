"""Checks for chapter 02, faces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import BatchSampler, RandomSampler
from torchvision.transforms.functional import hflip

from sketchlib.checks.judging import Check, Mistake, describe

__all__ = ["check_02_bytes", "check_02_keeps_pairs", "check_02_unaligned"]

Rows = Iterable[tuple[Any, Any]]
Flip = Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]


def _floats() -> list[tuple[Tensor, float, float]]:
    """Values a little beside each byte, so that they must be rounded up or down; then values beyond the range."""
    beside = (torch.arange(1, 255) + torch.tensor([0.3, -0.3]).repeat(127)) / 255  # (254,) in (0, 1)
    beyond = torch.tensor([-1.4, -1.0, 0.1, 1.0, 1.2])
    return [(beside, 0.0, 1.0), (2 * beside - 1, -1.0, 1.0), (beyond, -1.0, 1.0)]


def _only_bytes(answer: Callable[..., Any], *inputs: Any) -> Any:
    """What the answer returns, or what type it has if that is not uint8: equal numbers may differ in type."""
    result = answer(*inputs)
    if getattr(result, "dtype", None) == torch.uint8:
        return result
    return "floats" if isinstance(result, Tensor) and result.is_floating_point() else describe(result)


def _bytes(floats: Tensor) -> Tensor:
    return floats.round().to(torch.uint8)


NOT_MOVED = "You divided by the width of the range but did not subtract `low` first, so `low` does not become 0."

check_02_bytes = Check(
    "check_02_bytes",
    # NumPy's interpolation keeps to the ends by itself, and its rint rounds.
    right=lambda x, low, high: torch.from_numpy(np.rint(np.interp(x.numpy(), [low, high], [0, 255]))).to(torch.uint8),
    inputs=_floats,
    observe=_only_bytes,
    mistakes=[
        Mistake(
            lambda x, low, high: (255 * (x.clamp(low, high) - low) / (high - low)).to(torch.uint8),
            "You cut off what stands behind the point: .to(torch.uint8) does not round, so call round() first.",
        ),
        Mistake(
            lambda x, low, high: _bytes(255 * (x - low) / (high - low)),
            "You did not clamp: a value just above `high` becomes almost black instead of white, because a byte starts "
            "again at 0 after 255.",
        ),
        Mistake(lambda x, low, high: _bytes(255 * x / (high - low)), NOT_MOVED),
        Mistake(lambda x, low, high: _bytes((255 * x / (high - low)).clamp(0, 255)), NOT_MOVED),
        Mistake(
            lambda x, low, high: _bytes((x.clamp(-1, 1) + 1) * 127.5),
            "You took the range from -1 to 1 whatever the arguments say: that is `to_uint8`. Use `low` and `high`.",
        ),
        Mistake(
            lambda x, low, high: _bytes((256 * (x.clamp(low, high) - low) / (high - low)).clamp(0, 255)),
            "You stretched the range by 256, the number of bytes: the largest byte is 255.",
        ),
        Mistake(
            lambda x, low, high: (255 * (x.clamp(low, high) - low) / (high - low)).round(),
            "The numbers may be right, but they are still floats: files hold bytes, so end with .to(torch.uint8).",
        ),
    ],
)


def _sampled(count: int, batch_size: int, generator: torch.Generator) -> Rows:
    """The oracle, made of PyTorch's own samplers: one for the photos, and another one for the sketches."""
    photos, sketches = (
        list(BatchSampler(RandomSampler(range(count), generator=generator), batch_size, drop_last=False))
        for _ in range(2)
    )
    return zip(photos, sketches, strict=True)


def _epoch(answer: Callable[..., Rows], count: int, batch_size: int) -> str:
    """What can be said about an epoch without knowing its order, in words."""
    first, again, other = (_rows(answer(count, batch_size, torch.Generator().manual_seed(seed))) for seed in (0, 0, 1))
    if first is None or again is None or other is None:
        return "no list of pairs of rows"
    photos, sketches = ([row for batch in first for row in batch[side]] for side in (0, 1))
    parts = [
        f"batches of {', '.join(f'{len(a)} and {len(b)}' for a, b in first)}",
        f"{_once(photos)} photo once",
        f"{_once(sketches)} sketch once",
        "the rows of photos and sketches are equal" if photos == sketches else "photos beside other sketches",
        "the same in every epoch" if first == other else "another order in every epoch",
        "photos in order" if photos == sorted(photos) else "photos shuffled",
        "decided by the generator" if first == again else "not decided by the generator",
    ]
    return "; ".join(parts)


def _rows(batches: Rows) -> list[tuple[list[int], list[int]]] | None:
    try:
        return [(list(map(int, photos)), list(map(int, sketches))) for photos, sketches in batches]
    except (TypeError, ValueError):
        return None


def _once(rows: list[int]) -> str:
    return "each" if set(Counter(rows).values()) <= {1} else "not each"


def _batches(photos: Tensor, sketches: Tensor, batch_size: int) -> Rows:
    return list(zip(photos.split(batch_size), sketches.split(batch_size), strict=True))


def _perm(count: int, generator: torch.Generator | None) -> Tensor:
    return torch.randperm(count, generator=generator)


def _same_order(count: int, batch_size: int, generator: torch.Generator) -> Rows:
    order = _perm(count, generator)
    return _batches(order, order, batch_size)


check_02_unaligned = Check(
    "check_02_unaligned",
    right=_sampled,
    inputs=lambda: [(10, 4), (9, 1)],
    observe=_epoch,
    mistakes=[
        Mistake(
            _same_order,
            "You used one order for both, so every photo meets its own sketch: that is an aligned epoch. Draw a second "
            "order for the sketches.",
        ),
        Mistake(
            lambda n, size, generator: _batches(*(torch.randint(n, (n,), generator=generator) for _ in range(2)), size),
            "You drew rows with repetition: some faces come twice in your epoch and others never. Shuffle all rows, "
            "with torch.randperm for example.",
        ),
        Mistake(
            lambda n, size, generator: list(_batches(_perm(n, generator), _perm(n, generator), size))[: n // size],
            "You left out the last batch because it is smaller: its faces are never seen in this epoch.",
        ),
        Mistake(
            lambda n, size, generator: _batches(_perm(n, None), _perm(n, None), size),
            "You did not use `generator`: the same seed gives another epoch each time, so a run cannot be repeated.",
        ),
        Mistake(
            lambda n, size, generator: _batches(torch.arange(n), _perm(n, generator), size),
            "You shuffled the sketches only: the photos come in the same order in every epoch.",
        ),
    ],
)


def _flip(photo_coins: Tensor, sketch_coins: Tensor, photos: Tensor, sketches: Tensor) -> tuple[Tensor, Tensor]:
    """Each image mirrored whose coin says so. Coins: (N,) bool."""
    photos, sketches = (
        torch.stack([hflip(image) if coin else image for image, coin in zip(images, coins.tolist(), strict=True)])
        for images, coins in ((photos, photo_coins), (sketches, sketch_coins))
    )
    return photos, sketches


def _coins(images: Tensor, generator: torch.Generator) -> Tensor:
    return torch.rand(len(images), generator=generator) < 0.5


def _together(photos: Tensor, sketches: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    coins = _coins(photos, generator)
    return _flip(coins, coins, photos, sketches)


def _careless(before: int, sketches_too: bool) -> Flip:
    """A flip that parts pairs, after some coins that nobody uses: for a test of one pair its outcome is chance."""

    def flip(photos: Tensor, sketches: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        torch.rand(before, generator=generator)
        coins = _coins(photos, generator)
        others = _coins(sketches, generator) if sketches_too else torch.zeros_like(coins)
        return _flip(coins, others, photos, sketches)

    return flip


FLIPS: dict[str, list[Flip]] = {
    "a flip of whole pairs": [_together],
    "no flip at all": [lambda photos, sketches, generator: (photos, sketches)],
    "flips of the photos alone": [_careless(before, sketches_too=False) for before in range(8)],
    "careless flips": [_careless(before, sketches_too=True) for before in range(8)],
}
"""What a test of flips is tried on."""


def _said_of(answer: Callable[[Flip], Any]) -> str:
    """Which flips a test accepts, in words."""
    return ", ".join(f"{_verdict({bool(answer(flip)) for flip in flips})} {name}" for name, flips in FLIPS.items())


def _verdict(said: set[bool]) -> str:
    return "accepts" if said == {True} else "refuses" if said == {False} else "accepts some"


def _test(compare: Callable[[Tensor, Tensor, Tensor], bool], pairs: int = 32) -> Callable[[Flip], bool]:
    """A test of flips on images none of which is its own mirror image, by comparing before, photos, sketches."""
    images = torch.rand((pairs, 1, 4, 6), generator=torch.Generator().manual_seed(2))
    return lambda flip: compare(images, *flip(images, images, torch.Generator().manual_seed(2)))


check_02_keeps_pairs = Check(
    "check_02_keeps_pairs",
    right=_test(lambda before, photos, sketches: torch.equal(photos, sketches)),
    inputs=lambda: [()],
    observe=_said_of,
    mistakes=[
        Mistake(
            _test(lambda before, photos, sketches: photos.shape == before.shape == sketches.shape),
            "Your test accepts every flip, careless_flip too. Compare values and not only shapes, and use images that "
            "are not their own mirror images.",
        ),
        Mistake(
            _test(lambda before, photos, sketches: torch.equal(photos, before) and torch.equal(sketches, before)),
            "Your test asks that nothing changes, so it refuses paired_flip too. Compare the flipped photos with the "
            "flipped sketches.",
        ),
        Mistake(
            _test(lambda before, photos, sketches: torch.equal(photos, sketches), pairs=1),
            "Your test lets some careless flips through: two coins agree half of the time. Try many pairs.",
        ),
        Mistake(
            _test(lambda before, photos, sketches: torch.equal(photos, 1 - sketches)),
            "Your test refuses every flip. Give the flip the same images as photos and as sketches, then they must be "
            "equal afterwards.",
        ),
        Mistake(
            _test(lambda before, photos, sketches: not torch.equal(photos, sketches)),
            "Your test answers the wrong way round: True must mean that pairs stay together.",
        ),
    ],
)
