"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sketchlib.files import write_atomically, write_csv


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_atomically(path, fail)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_csv_of_rows(tmp_path: Path) -> None:
    write_csv(tmp_path / "rows.csv", [{"id": "a", "ssim": 0.5}, {"id": "b", "ssim": 0.25}])
    assert (tmp_path / "rows.csv").read_text() == "id,ssim\na,0.5\nb,0.25\n"
