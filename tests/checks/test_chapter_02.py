"""What the checks of chapter 02 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from torch import Tensor

from sketchlib import checks
from sketchlib.data import pairs


def right_bytes(x: Tensor, low: float, high: float) -> Tensor:
    share = ((x - low) / (high - low)).clamp(0, 1)
    return (share * 255).round().to(torch.uint8)


def cut(x: Tensor, low: float, high: float) -> Tensor:
    return ((x.clamp(low, high) - low) * 255 / (high - low)).byte()


def not_clamped(x: Tensor, low: float, high: float) -> Tensor:
    return torch.round((x - low) / (high - low) * 255).byte()


def low_forgotten(x: Tensor, low: float, high: float) -> Tensor:
    return torch.round(x / (high - low) * 255).byte()


def low_forgotten_but_clamped(x: Tensor, low: float, high: float) -> Tensor:
    return (x / (high - low)).clamp(0, 1).mul(255).round().byte()


def arguments_ignored(x: Tensor, low: float, high: float) -> Tensor:
    return pairs.to_uint8(x)


def by_256(x: Tensor, low: float, high: float) -> Tensor:
    share = ((x - low) / (high - low)).clamp(0, 1)
    return (share * 256).round().clamp(max=255).byte()


def still_floats(x: Tensor, low: float, high: float) -> Tensor:
    return right_bytes(x, low, high).double()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (cut, "call round"),
        (not_clamped, "did not clamp"),
        (low_forgotten, "did not subtract `low`"),
        (low_forgotten_but_clamped, "did not subtract `low`"),
        (arguments_ignored, "whatever the arguments say"),
        (by_256, "the largest byte is 255"),
        (still_floats, "still floats"),
        (lambda x, low, high: right_bytes(x, low, high).int(), "returns 'a tensor .* type int32'"),
    ],
)
def test_bytes_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_02_bytes(answer)


def test_bytes_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_02_bytes(right_bytes)
    checks.check_02_bytes(lambda x, low, high: pairs.to_uint8(2 * (x - low) / (high - low) - 1))
    assert capsys.readouterr().out == "check_02_bytes: right.\n" * 2


Rows = list[tuple[list[int], list[int]]]


def batches(photos: list[int], sketches: list[int], size: int) -> Rows:
    starts = range(0, len(photos), size)
    return [(photos[start : start + size], sketches[start : start + size]) for start in starts]


def shuffled(count: int, generator: torch.Generator) -> list[int]:
    return torch.rand(count, generator=generator).argsort().tolist()


def one_order(count: int, size: int, generator: torch.Generator) -> Rows:
    rows = shuffled(count, generator)
    return [(rows[i : i + size], rows[i : i + size]) for i in range(0, count, size)]


def with_repetition(count: int, size: int, generator: torch.Generator) -> Rows:
    photos, sketches = (torch.rand(2, count, generator=generator) * count).long().tolist()
    return batches(photos, sketches, size)


def last_batch_dropped(count: int, size: int, generator: torch.Generator) -> Rows:
    photos, sketches = shuffled(count, generator), shuffled(count, generator)
    return batches(photos[: count - count % size], sketches[: count - count % size], size)


def generator_ignored(count: int, size: int, generator: torch.Generator) -> Rows:
    return batches(random.sample(range(count), count), random.sample(range(count), count), size)


def photos_in_order(count: int, size: int, generator: torch.Generator) -> Rows:
    return batches(list(range(count)), shuffled(count, generator), size)


def no_pairs(count: int, size: int, generator: torch.Generator) -> list[Tensor]:
    return [torch.arange(3), torch.arange(3)]


def sketches_with_repetition(count: int, size: int, generator: torch.Generator) -> Rows:
    return batches(shuffled(count, generator), [0] * count, size)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (one_order, "an aligned epoch"),
        (with_repetition, "with repetition: some faces come twice"),
        (last_batch_dropped, "left out the last batch"),
        (generator_ignored, "did not use `generator`"),
        (photos_in_order, "shuffled the sketches only"),
        (no_pairs, "returns 'no list of pairs of rows'"),
        (sketches_with_repetition, "each photo once; not each sketch once"),
    ],
)
def test_unaligned_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_02_unaligned(answer)


def from_the_library(count: int, size: int, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """`pairs.unaligned_batches` on images whose only pixel is their row."""
    rows = torch.arange(count).view(-1, 1, 1, 1)
    for photos, sketches in pairs.unaligned_batches(rows, rows, size, generator, flip=False):
        yield photos.flatten(), sketches.flatten()


def of_arrays(count: int, size: int, generator: torch.Generator) -> Rows:
    return batches(np.array(shuffled(count, generator)), np.array(shuffled(count, generator)), size)


@pytest.mark.parametrize("answer", [from_the_library, of_arrays])
def test_unaligned_takes_any_right_answer(answer, capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_02_unaligned(answer)
    assert capsys.readouterr().out == "check_02_unaligned: right.\n"


Flip = Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]
FACES = torch.rand(88, 3, 6, 5, generator=torch.Generator().manual_seed(7))


def shapes_only(flip: Flip) -> bool:
    photos, sketches = flip(FACES, FACES[:, :1], torch.Generator().manual_seed(0))
    return len(photos) == len(sketches) and photos.shape[2:] == sketches.shape[2:]


def on_white_pages(flip: Flip) -> bool:
    white = torch.ones(8, 1, 4, 4)
    return torch.equal(*flip(white, white, torch.Generator().manual_seed(0)))


def nothing_changes(flip: Flip) -> bool:
    photos, _ = flip(FACES, FACES, torch.Generator().manual_seed(0))
    return torch.equal(photos, FACES)


def one_pair(flip: Flip) -> bool:
    photos, sketches = flip(FACES[:1], FACES[:1], torch.Generator().manual_seed(0))
    return bool((photos == sketches).all())


def photo_against_its_sketch(flip: Flip) -> bool:
    photos, sketches = flip(FACES, 1 - FACES, torch.Generator().manual_seed(0))
    return torch.equal(photos, sketches)


def wrong_way_round(flip: Flip) -> bool:
    photos, sketches = flip(FACES, FACES, torch.Generator().manual_seed(0))
    return bool((photos != sketches).any())


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (shapes_only, "accepts every flip"),
        (on_white_pages, "accepts every flip"),
        (nothing_changes, "asks that nothing changes"),
        (photo_against_its_sketch, "refuses every flip"),
        (one_pair, "lets some careless flips through"),
        (wrong_way_round, "wrong way round"),
        (lambda flip: flip is FACES, "refuses every flip"),
    ],
)
def test_keeps_pairs_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_02_keeps_pairs(answer)


def test_keeps_pairs_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_02_keeps_pairs(lambda flip: torch.equal(*flip(FACES, FACES, torch.Generator().manual_seed(3))))
    assert capsys.readouterr().out == "check_02_keeps_pairs: right.\n"
