"""Checks for chapter 04, the U-Net."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d

from sketchlib.checks.judging import Check, Mistake

__all__ = ["check_04_sides", "check_04_way_up"]

Step = Callable[[Tensor], Tensor]


def _sides(side: int, num_downs: int) -> list[int]:
    """What PyTorch's own convolution makes of a side. On the meta device, which computes shapes alone."""
    x, found = torch.empty(1, 1, side, side, device="meta"), []
    for _ in range(num_downs):
        x = nn.Conv2d(1, 1, 4, stride=2, padding=1, device="meta")(x)
        found.append(x.shape[-1])
    return found


def _wrong_sides(step: Callable[[int], int]) -> Callable[[int, int], list[int]]:
    def sides(side: int, num_downs: int) -> list[int]:
        found = [side]
        for _ in range(num_downs):
            found.append(step(found[-1]))
        return found[1:]

    return sides


check_04_sides = Check(
    "check_04_sides",
    right=_sides,
    inputs=lambda: [(250, 5), (128, 4)],
    mistakes=[
        Mistake(
            lambda side, num_downs: [side, *_sides(side, num_downs)],
            "Your list begins with the side of the image itself: it should begin with the side after the first "
            "halving.",
        ),
        Mistake(
            _wrong_sides(lambda n: (n + 1) // 2),
            "You rounded an odd side up: the brackets in the equation round down, so 125 becomes 62.",
        ),
        Mistake(_wrong_sides(lambda n: n / 2), "You did not round: a map has a whole number of places."),
        Mistake(
            _wrong_sides(lambda n: (n - 4) // 2 + 1),  # the same as (n + 2 - 4) // 2
            "A part of the equation is missing: either the padding, which adds 2 before the kernel slides, or the + 1, "
            "for the place that the kernel has before its first step.",
        ),
        Mistake(
            _wrong_sides(lambda n: (n + 1 - 4) // 2 + 1),
            "You counted the padding once: it lies on both sides, so the side grows by 2.",
        ),
    ],
)


def _flat_step(number: int) -> Step:
    """A step that keeps the size and takes any channels, so that an answer with a mistake runs and can be named."""

    def step(x: Tensor) -> Tensor:
        weights = torch.linspace(0.2, 1, x.shape[1]) * number  # different, so the order of the channels matters
        return torch.einsum("nchw,c->nhw", x, weights)[:, None].tanh()

    return step


def _doubling_step(before: int, after: int, generator: torch.Generator) -> Step:
    weight = 0.2 * torch.randn(before, after, 4, 4, generator=generator)
    return lambda x: conv_transpose2d(x.relu(), weight, stride=2, padding=1)


def _ways_up() -> list[tuple[list[Tensor], list[Step], Step]]:
    generator = torch.Generator().manual_seed(4)
    flat = [torch.randn(2, 3, 4, 4, generator=generator) for _ in range(4)]
    sizes = ((2, 16), (4, 8), (8, 4))  # channels and side
    unet = [torch.randn(1, channels, side, side, generator=generator) for channels, side in sizes]
    steps = [_doubling_step(8, 4, generator), _doubling_step(8, 2, generator)]
    return [
        (flat, [_flat_step(number) for number in (1, 2, 3)], _flat_step(4)),
        (unet, steps, _doubling_step(4, 3, generator)),
    ]


def _way_up(maps: list[Tensor], steps: list[Step], to_image: Step) -> Tensor:
    *skips, bottleneck = maps
    pairs = zip(reversed(skips), steps, strict=True)
    return to_image(reduce(lambda x, pair: torch.cat([pair[0], pair[1](x)], dim=1), pairs, bottleneck))


def _wrong_way_up(
    join: Callable[[Tensor, Step, Tensor], Tensor], *, outermost_first: bool = False
) -> Callable[[list[Tensor], list[Step], Step], Tensor]:
    def way_up(maps: list[Tensor], steps: list[Step], to_image: Step) -> Tensor:
        *skips, x = maps
        for skip, step in zip(skips if outermost_first else reversed(skips), steps, strict=True):
            x = join(skip, step, x)
        return to_image(x)

    return way_up


check_04_way_up = Check(
    "check_04_way_up",
    right=_way_up,
    inputs=_ways_up,
    mistakes=[
        Mistake(
            _wrong_way_up(lambda skip, step, x: torch.cat([step(x), skip], dim=1)),
            "The two are in the wrong order: the skip comes first, then what comes from below. The weights of the "
            "next step were learned for that order.",
        ),
        Mistake(
            _wrong_way_up(lambda skip, step, x: torch.cat([skip, step(x)], dim=1), outermost_first=True),
            "You took the skips in the order in which they were made. The way up meets them backward: the smallest "
            "map first.",
        ),
        Mistake(
            _wrong_way_up(lambda skip, step, x: step(x)),
            "Your way up has no skips: that is an hourglass, and every detail would have to pass the bottleneck.",
        ),
        Mistake(
            _wrong_way_up(lambda skip, step, x: skip + step(x)),
            "You added the skip to what comes from below. A U-Net lays it beside, as further channels.",
        ),
        Mistake(
            _wrong_way_up(lambda skip, step, x: step(torch.cat([skip, x], dim=1))),
            "You joined the skip before the step instead of behind it: first double what comes from below, then lay "
            "the skip of that size beside it.",
        ),
        Mistake(
            lambda maps, steps, to_image: _way_up(maps, steps, lambda x: x),
            "The last step is missing: `to_image` turns the last maps into the image. Your result has shape {got}, "
            "expected {expected}.",
        ),
    ],
)
