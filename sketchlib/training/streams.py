"""Independent streams of random numbers, all from one seed.

A run draws weights, an order of the faces, flips and crops, and images from pools. Each of these has a stream of its
own, so that taking one part away, or adding one, leaves the others with the numbers they had: with one seed, runs with
SE and without it, or with the L1 terms and without them, start from the same weights.

The streams are the children of NumPy's `SeedSequence`, which are independent of each other and of those of any other
seed. Seeds counted up by hand (s for one pool, s + 1 for the next) are not: pool Y of one run would be pool X of the
next.
"""

from __future__ import annotations

import numpy as np

STREAMS = ("order", "training", "drawing", "G", "F", "D", "D_X", "D_Y", "pool_X", "pool_Y")
"""The loader, dropout while training and while drawing, each network's start, and each pool.

A stream's numbers follow from its place here, so a new one is added at the end.
"""


def stream(seed: int, name: str) -> int:
    """The seed of the stream called `name`, a whole number of 64 bits, in a run with this `seed`.

    Raises:
        ValueError: for a name that is not in `STREAMS`, or a negative seed.
    """
    if name not in STREAMS:
        raise ValueError(f"stream is {name!r}, expected one of {', '.join(STREAMS)}.")
    if seed < 0:
        raise ValueError(f"seed is {seed}, expected 0 or more.")
    child = np.random.SeedSequence(seed, spawn_key=(STREAMS.index(name),))
    return int(child.generate_state(1, np.uint64)[0])
