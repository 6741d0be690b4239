"""Checks for chapter 04, the U-Net."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d

from sketchlib.checks.judging import Check, Mistake
from sketchlib.nets import UNetGenerator

__all__ = ["check_04_parameters", "check_04_sides", "check_04_way_up"]

Step = Callable[[Tensor], Tensor]


def _sides(side: int, halvings: int) -> list[int]:
    """What PyTorch's own convolution makes of a side. On the meta device, which computes shapes alone."""
    x, found = torch.empty(1, 1, side, side, device="meta"), []
    for _ in range(halvings):
        x = nn.Conv2d(1, 1, 4, stride=2, padding=1, device="meta")(x)
        found.append(x.shape[-1])
    return found


def _wrong_sides(step: Callable[[int], int]) -> Callable[[int, int], list[int]]:
    def sides(side: int, halvings: int) -> list[int]:
        found = [side]
        for _ in range(halvings):
            found.append(step(found[-1]))
        return found[1:]

    return sides


check_04_sides = Check(
    "check_04_sides",
    right=_sides,
    inputs=lambda: [(250, 5), (128, 4)],
    mistakes=[
        Mistake(
            lambda side, halvings: [side, *_sides(side, halvings)],
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
    *skips, minimum = maps
    pairs = zip(reversed(skips), steps, strict=True)
    return to_image(reduce(lambda x, pair: torch.cat([pair[0], pair[1](x)], dim=1), pairs, minimum))


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
            "Your way up has no skips: that is an hourglass, and every detail would have to pass the minimum.",
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


def _parameters(channels: int, halvings: int) -> int:
    """Counts the weights that PyTorch makes; the number for 8 halvings is published by the authors of Pix2Pix."""
    with torch.device("meta"):
        net = UNetGenerator(channels, halvings, se=False, norm="batch")
    return sum(weights.numel() for weights in net.parameters())


def _wrong_parameters(
    *,
    cap: int = 8,
    doubled: int = 2,
    innermost: int = 1,
    unnormed: int = 0,
    biases: bool = False,
    norm: int = 2,
    last: int = 3,
) -> Callable[[int, int], int]:
    """The sum with one of its terms changed."""

    def parameters(channels: int, halvings: int) -> int:
        widths = [channels * min(2**level, cap) for level in range(halvings)]
        total = 16 * 3 * widths[0] + unnormed * norm * (widths[0] + widths[-1]) + 16 * doubled * widths[0] * 3 + last
        for level in range(1, halvings):
            reads = innermost if level == halvings - 1 else doubled
            total += 16 * widths[level] * widths[level - 1] * (1 + reads)
            total += norm * (widths[level - 1] + (widths[level] if level < halvings - 1 else 0))
        return total + (sum(widths) + sum(widths[:-1]) if biases else 0)

    return parameters


check_04_parameters = Check(
    "check_04_parameters",
    right=_parameters,
    inputs=lambda: [(64, 8), (64, 5), (4, 2)],
    mistakes=[
        Mistake(
            _wrong_parameters(doubled=1),
            "You forgot the skips: but for the first, each step up and the last layer read two maps, so twice the "
            "channels.",
        ),
        Mistake(
            _wrong_parameters(innermost=2),
            "Your first step up reads two maps. It stands right behind the minimum, where there is no skip yet.",
        ),
        Mistake(
            _wrong_parameters(cap=2**30),
            "Your widths double without end: they stop at 8 times the first.",
        ),
        Mistake(
            _wrong_parameters(unnormed=1),
            "You counted a norm on every step down: the first step and the minimum have none.",
        ),
        Mistake(
            _wrong_parameters(biases=True),
            "You counted a bias for every convolution: with batch norm only the very last layer has one.",
        ),
        Mistake(_wrong_parameters(last=0), "You forgot the 3 biases of the very last layer."),
        Mistake(_wrong_parameters(norm=0), "You forgot the norms: a batch norm has 2 parameters for each channel."),
    ],
)
