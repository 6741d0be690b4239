"""Chance, noise and soft edges for the toy faces, in arithmetic that rounds alike on every machine.

Only additions, multiplications, divisions, square roots, comparisons and table look-ups touch an
image, here and in the modules that use this one. IEEE 754 rounds each of them in exactly one way,
unlike `exp`, `sin`, `**` or a sum whose order the machine chooses. So a seed gives the same pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Chance:
    """Uniform numbers from PCG64's raw output, the part of NumPy's generators that never changes.

    Args:
        key: whole numbers, not negative; every key has a stream of its own.
    """

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(key))

    def table(self, *shape: int) -> Array:
        """Numbers in [0, 1), of this shape."""
        raw = self._bits.random_raw(int(np.prod(shape))) >> np.uint64(11)
        return (raw.astype(np.float64) * 2.0**-53).reshape(shape)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """One number in [low, high)."""
        return low + (high - low) * float(self.table(1)[0])

    def around(self, middle: float, spread: float) -> float:
        """One number within `spread` of `middle`, more often near it: a mean of three."""
        a, b, c = (float(v) for v in self.table(3))
        return middle + spread * (2.0 * (a + b + c) / 3.0 - 1.0)

    def pick(self, weights: dict[str, float]) -> str:
        """One of the names, as often as its weight says."""
        at = self.uniform(0.0, sum(weights.values()))
        for name, weight in weights.items():
            at -= weight
            if at < 0.0:
                return name
        return name


def ramp(value: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, and a smooth step between."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def bump(squared: Array) -> Array:
    """A soft hill: 1 where the squared radius is 0, and 0 from 1 on."""
    hill = np.maximum(1.0 - squared, 0.0)
    return hill * hill


def inside(distance: Array, softness: float = 1.0) -> Array:
    """Coverage of a shape from its signed distance in pixels (negative within)."""
    return np.clip(0.5 - distance / softness, 0.0, 1.0)


def stroke(distance: Array, width: Array | float, softness: float = 1.0) -> Array:
    """Coverage of a line of `width` pixels along distance 0."""
    return np.clip(0.5 + (0.5 * width - np.abs(distance)) / softness, 0.0, 1.0)


def distance(field: Array) -> Array:
    """Distance in pixels to the curve `field` = 0, to first order: the field over its slope."""
    down, right = np.gradient(field)
    return field / np.sqrt(down * down + right * right + 1e-12)


def noise1(table: Array, at: Array) -> Array:
    """The table, periodic and joined by straight lines, read at `at`. Length: a power of two."""
    mask = len(table) - 1
    floor = np.floor(at)
    cell = floor.astype(np.int64) & mask
    left = table[cell]
    return left + (table[(cell + 1) & mask] - left) * (at - floor)


def noise2(chance: Chance, x: Array, y: Array, per_width: float) -> Array:
    """Smooth noise in [0, 1): random values on a square grid, joined bilinearly.

    Args:
        x, y: (1, W) and (H, 1), in -0.5..0.5 and 0..1.25. A part of them gives its part of it.
        per_width: how many cells the grid has across an image.
    """
    values = chance.table(int(1.25 * per_width) + 2, int(per_width) + 2)
    for axis, at in enumerate((y[:, 0], x[0] + 0.5)):
        cell = np.floor(at * per_width).astype(np.int64)
        weight = (at * per_width - cell).reshape((-1, 1) if axis == 0 else (1, -1))
        low, high = np.take(values, cell, axis), np.take(values, cell + 1, axis)
        values = low + (high - low) * weight
    return values


def hatch(chance: Chance, across: Array, along: Array, tone: Array) -> Array:
    """Pencil strokes of finite length that leave the given tone behind, in [0, 1].

    Args:
        across: which stroke a pixel belongs to; one stroke is 1 wide.
        along: how far along its stroke a pixel lies; pressure changes about once in 1.
        tone: wanted darkness in [0, 1]. Where it is high strokes widen until they touch.
    """
    offsets, pressures = chance.table(512), chance.table(512)
    cell = np.floor(across)
    middle = 1.0 - np.abs(2.0 * (across - cell) - 1.0)
    start = offsets[cell.astype(np.int64) & 511] * 512.0
    pressure = noise1(pressures, along + start)
    gap = (1.0 - middle) * (1.3 - tone)
    return np.clip(tone * (0.30 + 1.5 * pressure) * (1.45 - 1.6 * gap), 0.0, 1.0)
