"""How many chapters run at once, and what each of them gets of the machine."""

from __future__ import annotations

from sketchlib import machine
from sketchlib.machine import cores

CHAPTER = 3 * 2**29
"""Bytes that a chapter may need in the profile quick; chapter 10 has taken 1.3 of these 1.5 GiB."""
WORKERS = 2 * 2**30
"""Bytes for each core beside that: chapters 12 and 13 start processes for all cores, of up to 1 GiB each."""


def free_memory() -> int:
    """Bytes that new processes can have without swapping."""
    import psutil

    free = psutil.virtual_memory().available
    try:
        limit, used = (int((machine.CONTAINER / name).read_text()) for name in ("memory.max", "memory.current"))
        facts = dict(line.split() for line in (machine.CONTAINER / "memory.stat").read_text().splitlines())
        return max(0, min(free, limit - used + int(facts["inactive_file"])))  # the system gives those back at need
    except (OSError, ValueError, KeyError):  # no container, or one without a limit, which says "max"
        return free


def judge_workers(*, large: bool) -> int:
    """As many chapters as there are cores, and as fit into the free memory; at least one.

    Args:
        large: chapters use a GPU or the profile full. Then one at a time: nobody has measured how many fit.
    """
    fit = (free_memory() - WORKERS * cores()) // CHAPTER
    return 1 if large else max(1, min(cores(), fit))


def threads_of_each(workers: int, *, large: bool) -> int | None:
    """Threads of a chapter; None lets torch choose, which then takes all cores.

    One, so that what a chapter prints depends neither on `workers` nor on the machine's cores. With two, sums come out
    in another order, and a network that is trained from the same seed becomes another network. Large chapters cannot do
    with one: each gets its share of the cores.
    """
    if not large:
        return 1
    return max(1, cores() // workers) if workers > 1 else None
