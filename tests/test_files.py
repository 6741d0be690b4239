"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sketchlib.files import write_atomically, write_csv, write_text


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_atomically(path, fail)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody can ask whether a process lives")
def test_what_killed_processes_left_of_a_file_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    stale = tmp_path / f".a.csv.{gone.pid}.tmp"
    others = [tmp_path / name for name in (f".b.csv.{gone.pid}.tmp", f".a.csv.{os.getppid()}.tmp", ".a.csv.x.tmp")]
    for each in (stale, *others):
        each.write_text("half")
    write_text(tmp_path / "a.csv", "whole")
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "a.csv", *others])


def test_csv_of_rows(tmp_path: Path) -> None:
    write_csv(tmp_path / "rows.csv", [{"id": "a", "ssim": 0.5}, {"id": "b", "ssim": 0.25}])
    assert (tmp_path / "rows.csv").read_text() == "id,ssim\na,0.5\nb,0.25\n"
