"""What this process may use of the machine. Imports nothing heavy: a build that runs no chapter asks too."""

from __future__ import annotations

import os


def cores() -> int:
    """The cores that this process may use: on Linux a container may have fewer than the machine."""
    mine = getattr(os, "sched_getaffinity", None)
    return len(mine(0)) if mine else os.cpu_count() or 1
