"""Files written so that a kill at any moment leaves the old one or the new one, never half of it.

Every file is written under a temporary name and renamed, which a file system does in one step.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` on a temporary neighbor of `path`, then rename it to `path`.

    What a killed process left of an earlier try is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        temporary.chmod(0o644)  # some writers leave a file that only its owner may read
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_stale(path: Path) -> None:
    """Remove the temporary neighbors of `path` whose processes are gone."""
    before, after = f".{path.name}.", ".tmp"
    for each in path.parent.iterdir():
        number = each.name.removeprefix(before).removesuffix(after)
        if each.name == f"{before}{number}{after}" and number.isdecimal() and not _lives(int(number)):
            each.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    """Whether there is such a process. Where one cannot ask without ending it, on Windows, it is taken to live."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)  # sends nothing
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's; no number of a process
        return True
    return True


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write `values` as readable JSON."""
    write_text(path, json.dumps(values, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write `text` in UTF-8."""
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all have the keys of the first one."""

    def write(temporary: Path) -> None:
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)

    write_atomically(path, write)
