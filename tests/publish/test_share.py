"""How many chapters run at once, and with how many threads."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sketchlib.publish import share

GB = 2**30


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Eight cores, of which four are ours, and 100 GB of free memory, in no container."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=100 * GB))
    monkeypatch.setattr("sketchlib.machine.CONTAINER", tmp_path)


@pytest.mark.usefixtures("machine")
def test_a_chapter_for_each_core_that_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert share.judge_workers(large=False) == 4
    monkeypatch.delattr("os.sched_getaffinity")  # macOS and Windows
    assert share.judge_workers(large=False) == 8
    assert share.judge_workers(large=True) == 1


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("free", "workers"), [(2, 1), (8, 1), (10.9, 1), (11, 2), (14, 4), (100, 4)])
def test_no_more_chapters_than_fit_beside_two_gigabytes_for_each_core(
    monkeypatch: pytest.MonkeyPatch, free: float, workers: int
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=int(free * GB)))
    assert share.judge_workers(large=False) == workers


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("limit", "workers"), [(f"{14 * GB}\n", 2), ("max\n", 4), (f"{2**60}\n", 4)])
def test_a_container_may_have_less_memory_than_is_free(limit: str, workers: int, tmp_path: Path) -> None:
    facts = {"memory.max": limit, "memory.current": f"{5 * GB}\n", "memory.stat": f"anon 1\ninactive_file {2 * GB}\n"}
    for name, text in facts.items():
        (tmp_path / name).write_text(text)
    assert share.judge_workers(large=False) == workers


@pytest.mark.usefixtures("machine")
def test_a_chapter_has_one_thread_however_many_run() -> None:
    assert {share.threads_of_each(workers, large=False) for workers in (1, 2, 9)} == {1}


@pytest.mark.usefixtures("machine")
def test_large_chapters_share_the_cores() -> None:
    assert [share.threads_of_each(workers, large=True) for workers in (1, 2, 3, 4, 9)] == [None, 2, 1, 1, 1]
