"""Toy faces are drawn once, and again whenever the kept file is of no use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sketchlib.data import cache
from sketchlib.data.pairs import PairedFaces


@pytest.fixture
def faces(noise_pairs: PairedFaces) -> tuple[PairedFaces, PairedFaces]:
    toy = replace(noise_pairs, name="toy", ids=tuple(f"toy-{i:03d}" for i in range(6)))
    return toy[:4], replace(toy[4:], split="test")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sketchlib"


def never() -> None:
    raise AssertionError("drawn a second time")


def test_the_second_time_comes_from_the_file_and_is_the_same(faces: tuple) -> None:
    first = cache.drawn_once(lambda: faces)
    for drawn, kept in zip(first, cache.drawn_once(never), strict=True):
        assert (kept.ids, kept.split, kept.name, kept.fingerprint) == (
            drawn.ids,
            drawn.split,
            drawn.name,
            drawn.fingerprint,
        )


def test_other_code_draws_anew_and_clears_the_old_file(
    faces: tuple, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.drawn_once(lambda: faces)
    monkeypatch.setattr(cache, "_hash_of_code", lambda: "other")
    assert cache.drawn_once(lambda: faces) is faces
    assert [path.name for path in folder.iterdir()] == ["toy-other.safetensors"]


def test_a_damaged_file_is_replaced(faces: tuple, folder: Path) -> None:
    cache.drawn_once(lambda: faces)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:100])
    assert cache.drawn_once(lambda: faces) is faces
    assert torch.equal(cache.drawn_once(never)[0].photos, faces[0].photos)


def test_a_folder_that_cannot_be_written_is_no_error(faces: tuple, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    assert cache.drawn_once(lambda: faces) is faces
