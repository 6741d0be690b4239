"""Chapters side by side: most tests pretend the runs, those of threads and interrupts have real kernels."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from sketchlib.publish import run, together
from sketchlib.publish.chapters import Chapter
from sketchlib.publish.errors import PublishError
from sketchlib.publish.together import longest_first, run_chapters

from .conftest import ENVIRONMENT, Write, code, pretend_executed

MARK = "import os, pathlib, time\npathlib.Path('mark{}').write_text(str(os.getpid()))\n"
"""Tells the test, and another chapter, that a kernel is running."""
WAIT = "while not pathlib.Path('mark{}').exists(): time.sleep(0.05)\nprint(os.environ['OMP_NUM_THREADS'])"


@pytest.fixture(autouse=True)
def _no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "GAP", 0.0)


class Ends:
    """What `tell` got, in its order."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, float | str]] = []

    def __call__(self, chapter: Chapter, outcome: float | PublishError) -> None:
        self.lines.append((chapter.name, str(outcome) if isinstance(outcome, PublishError) else outcome))


def pretend(monkeypatch: pytest.MonkeyPatch, made: Callable[[str, threading.Event], float]) -> None:
    """Runs become calls of `made` with the chapter's name and the event that stops it."""
    monkeypatch.setattr(run, "run_chapter", lambda chapter, *_, stop, **__: made(chapter.name, stop))


def test_the_longest_begins_first_and_what_never_ran_before_it(write: Write) -> None:
    plan = [(write(f"0{number}_x"), {}) for number in (1, 2, 3, 4, 5)]
    for (chapter, _), seconds in zip(plan[:3], (20.0, 100.0, 3.0), strict=True):
        pretend_executed(chapter, source="another")  # stale, and still the best guess
        notebook = json.loads(chapter.executed.read_text())
        notebook["metadata"]["papermill"]["duration"] = seconds
        chapter.executed.write_text(json.dumps(notebook))
    assert [chapter.name[:2] for chapter, _ in longest_first(plan)] == ["05", "04", "02", "01", "03"]


def test_as_many_run_at_once_as_there_are_workers_and_no_more(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    both, running, most = threading.Barrier(2, timeout=30), [0], [0]

    def made(name: str, stop: threading.Event) -> float:
        running[0] += 1
        both.wait()  # breaks, were one alone
        most[0] = max(most[0], running[0])
        both.wait()
        running[0] -= 1
        both.wait()
        return 1.0

    pretend(monkeypatch, made)
    ends = Ends()
    plan = [(write(f"0{number}_x"), {}) for number in (1, 2, 3, 4)]
    assert run_chapters(plan, ENVIRONMENT, ends, workers=2)
    assert sorted(ends.lines) == [(f"0{number}_x", 1.0) for number in (1, 2, 3, 4)]
    assert most == [2]


def test_one_worker_keeps_the_order_of_the_book(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, lambda name, stop: float(name[:2]))
    ends = Ends()
    assert run_chapters([(write(f"0{number}_x"), {}) for number in (1, 2, 3)], ENVIRONMENT, ends, workers=1)
    assert ends.lines == [("01_x", 1.0), ("02_x", 2.0), ("03_x", 3.0)]


def test_chapters_are_told_in_the_order_of_finishing(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()

    def made(name: str, stop: threading.Event) -> float:
        assert name == "01_x" or told.wait(30)
        return 1.0

    class First(Ends):
        def __call__(self, chapter: Chapter, outcome: float | PublishError) -> None:
            super().__call__(chapter, outcome)
            told.set()

    pretend(monkeypatch, made)
    ends = First()
    assert run_chapters([(write("01_x"), {}), (write("02_x"), {})], ENVIRONMENT, ends, workers=2)
    assert [name for name, _ in ends.lines] == ["01_x", "02_x"]


def test_after_an_error_what_runs_is_finished_and_nothing_else_begins(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, begun, both = threading.Event(), [], threading.Barrier(2, timeout=30)

    def made(name: str, stop: threading.Event) -> float:
        begun.append(name)
        both.wait()
        if name == "04_x":
            failed.set()
            raise PublishError("04_x, cell 1 of 1: an error")
        assert failed.wait(30)
        assert not stop.wait(0.2)
        return 2.0

    pretend(monkeypatch, made)
    ends = Ends()
    plan = [(write(f"0{number}_x"), {}) for number in (1, 2, 3, 4)]
    assert not run_chapters(plan, ENVIRONMENT, ends, workers=2)
    assert sorted(begun) == ["03_x", "04_x"]
    assert sorted(ends.lines) == [("03_x", 2.0), ("04_x", "04_x, cell 1 of 1: an error")]


def test_an_error_of_our_own_stops_the_others_and_is_not_hidden(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, both = [], threading.Barrier(2, timeout=30)

    def made(name: str, stop: threading.Event) -> float:
        both.wait()
        if name == "02_x":
            raise ZeroDivisionError
        stopped.append(stop.wait(30))
        return 1.0

    pretend(monkeypatch, made)
    with pytest.raises(ZeroDivisionError):
        run_chapters([(write("01_x"), {}), (write("02_x"), {})], ENVIRONMENT, Ends(), workers=2)
    assert stopped == [True]


def test_two_kernels_run_at_once_with_their_share_of_the_threads(write: Write) -> None:
    one = write("01_one", code(MARK.format(1) + WAIT.format(2)))
    two = write("02_two", code(MARK.format(2) + WAIT.format(1)))
    ends = Ends()
    assert run_chapters([(one, {}), (two, {})], ENVIRONMENT, ends, workers=2, threads=3, limit=60), ends.lines
    for chapter in (one, two):
        (cell,) = json.loads(chapter.executed.read_text())["cells"]
        assert "".join(cell["outputs"][0]["text"]) == "3\n"


def test_an_interrupt_ends_all_kernels(write: Write, book: Path) -> None:
    marks = [write(f"0{n}_x", code(MARK.format(n) + "time.sleep(100)")).source.with_name(f"mark{n}") for n in (1, 2)]
    command = subprocess.Popen(
        [sys.executable, "-P", "-m", "sketchlib", "book", "run", "--workers", "2"],
        cwd=book,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 80
    while not all(mark.exists() and mark.read_text() for mark in marks) and time.monotonic() < deadline:
        time.sleep(0.05)
    kernels = [int(mark.read_text()) for mark in marks]
    os.killpg(command.pid, signal.SIGINT)  # as a terminal does: to all of its group
    assert command.wait(30) != 0
    for kernel in kernels:
        assert not psutil.pid_exists(kernel) or psutil.Process(kernel).status() == psutil.STATUS_ZOMBIE
