"""Contenders in processes of their own, in turn."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch

from sketchlib.bench.timing import in_turn


def diary(path: Path, name: str) -> Callable[[], object]:
    """Writes its name and process at each run."""

    def run() -> None:
        with path.open("a") as file:
            file.write(f"{name} {os.getpid()}\n")

    return run


def matrices(side: int) -> Callable[[], object]:
    a = torch.ones(side, side)
    return lambda: a @ a


def hoarder(megabytes: int) -> Callable[[], object]:
    return lambda: torch.ones(megabytes * 250_000)  # 4 bytes each


def unprepared() -> Callable[[], object]:
    raise ValueError("There is no such thing.")


def slow() -> Callable[[], object]:
    time.sleep(3)  # so that the other has failed before it is asked
    return matrices(2)


def killed() -> Callable[[], object]:
    return lambda: os._exit(3)


def test_they_run_in_turn_each_in_its_own_process(tmp_path: Path) -> None:
    path = tmp_path / "diary"
    measured = in_turn({name: partial(diary, path, name) for name in ("a", "b")}, 3)
    names, processes = zip(*(line.split() for line in path.read_text().splitlines()), strict=True)
    assert names == ("a", "b") * 4  # the first of each is not timed
    assert len(set(processes)) == 2
    assert str(os.getpid()) not in processes
    for each in measured.values():
        assert each.runs == 3
        assert 0 < each.low <= each.seconds <= each.high


def test_arithmetic_is_counted_and_the_peak_is_of_the_process() -> None:
    measured = in_turn({"small": partial(matrices, 100), "large": partial(hoarder, 400)}, 1, count=True)
    assert measured["small"].gflop == pytest.approx(2 * 100**3 / 1e9)
    assert measured["large"].gflop == 0
    assert measured["large"].peak_mb - measured["small"].peak_mb > 300


@pytest.mark.parametrize(
    ("make", "sentence"),
    [(unprepared, r"^odd: ValueError: There is no such thing\.$"), (killed, "^odd: its process ended with code 3$")],
)
def test_a_contender_that_fails_is_named(make: Callable[[], Callable[[], object]], sentence: str) -> None:
    with pytest.raises(RuntimeError, match=sentence):
        in_turn({"fine": slow, "odd": make}, 1)
