"""How many cores are ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from sketchlib import machine


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("5000 100000\n", 1),
        ("900000 100000\n", 8),
    ],
)
def test_a_container_may_have_a_share_of_the_time(
    quota: str, expected: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(machine, "CONTAINER", tmp_path)
    (tmp_path / "cpu.max").write_text(quota)
    assert machine.cores() == expected


def test_without_a_container_all_cores_are_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "CONTAINER", tmp_path / "none")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {1, 5}, raising=False)
    assert machine.cores() == 2
