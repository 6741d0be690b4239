"""What this process may use of the machine. Imports nothing heavy: a build that runs no chapter asks too."""

from __future__ import annotations

import math
import os
from pathlib import Path

CONTAINER = Path("/sys/fs/cgroup")
"""Where a container on Linux says what it may use of the machine; elsewhere there are no such files."""


def cores() -> int:
    """The cores that this process may use: on Linux a container may have fewer than the machine, or a share of time."""
    mine = getattr(os, "sched_getaffinity", None)
    bound = len(mine(0)) if mine else os.cpu_count() or 1
    return max(1, min(bound, math.ceil(_quota())))


def _quota() -> float:
    """A container's share of time, in cores; without limit, which the file calls "max", more than any machine has."""
    try:
        allowed, period = (int(number) for number in (CONTAINER / "cpu.max").read_text().split())
        return allowed / period
    except (OSError, ValueError):
        return 10**6
