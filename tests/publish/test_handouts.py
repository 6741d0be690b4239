"""A set is written again, and never over anybody's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from sketchlib.publish.errors import PublishError
from sketchlib.publish.handouts import MEMORY, write_set


def test_a_set_is_written_and_written_again(tmp_path: Path) -> None:
    write_set(tmp_path / "set", {"a.txt": "one", "in/b.txt": "two"})
    write_set(tmp_path / "set", {"a.txt": "new"})
    write_set(tmp_path / "set", {"a.txt": "newer", "in/b.txt": "two more"})
    assert (tmp_path / "set" / "a.txt").read_text() == "newer"
    assert (tmp_path / "set" / "in" / "b.txt").read_text() == "two more"


def test_a_set_that_was_stopped_on_the_way_is_written_again(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("a file where a folder is needed")
    with pytest.raises(PublishError, match="cannot be written to"):
        write_set(tmp_path, {"a.txt": "one", "in/b.txt": "two"})
    assert (tmp_path / "a.txt").read_text() == "one"
    (tmp_path / "in").unlink()
    write_set(tmp_path, {"a.txt": "new", "in/b.txt": "two"})
    assert (tmp_path / "a.txt").read_text() == "new"


def stranger(folder: Path) -> None:
    (folder / "b.txt").write_text("somebody's")


def worked_in(folder: Path) -> None:
    write_set(folder, {"b.txt": "ours"})
    (folder / "b.txt").write_text("ours, with an answer")


def same_text_of_a_stranger(folder: Path) -> None:
    (folder / "b.txt").write_text("two")


def forgotten(folder: Path) -> None:
    write_set(folder, {"b.txt": "ours"})
    (folder / MEMORY).write_text("no JSON")


def a_folder(folder: Path) -> None:
    (folder / "b.txt").mkdir()


def a_link_to_nothing(folder: Path) -> None:
    (folder / "b.txt").symlink_to(folder / "nothing")


@pytest.mark.parametrize(
    "prepare", [stranger, worked_in, same_text_of_a_stranger, forgotten, a_folder, a_link_to_nothing]
)
def test_what_others_wrote_stops_everything(tmp_path: Path, prepare: object) -> None:
    assert callable(prepare)
    prepare(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(PublishError, match=r"b\.txt was not written by this command, or has been changed since"):
        write_set(tmp_path, {"a.txt": "one", "b.txt": "two"})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "set").write_text("")
    with pytest.raises(PublishError, match=r"set cannot be written to: .+\.$"):
        write_set(tmp_path / "set", {"a.txt": "one"})
