"""Runs side by side: the same as alone, whatever stops them and whoever fails."""

from __future__ import annotations

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
import torch

from sketchlib.experiments.report import report
from sketchlib.experiments.runs import load_scores, run
from sketchlib.experiments.workers import default_workers, run_jobs
from sketchlib.methods import Row

from .tiny import LONG, ROWS, Broken, Guess, faces, job, jobs

TESTS = Path(__file__).parents[1]


def start(root: Path) -> subprocess.Popen:
    """`tiny.work` in a process of its own, in a group of its own."""
    command = [sys.executable, "-c", f"from experiments.tiny import work; work({str(root)!r})"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with (root / "log.txt").open("a") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


def wait(condition: Callable[[], bool], seconds: float = 200) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def epochs(root: Path, name: str) -> int:
    return next(each for each in jobs(root, **LONG) if each.name == name).epochs_done


MOMENTS: dict[str, Callable[[Path], bool]] = {
    "the first run has begun": lambda root: (root / "noise/pix2pix/seed0/config.json").exists(),
    "the first run is under way": lambda root: epochs(root, "pix2pix") >= 2,
    "the second run is under way": lambda root: epochs(root, "improved") >= 1,
}


@pytest.mark.timeout(600)
def test_killed_three_times_and_finished_it_is_as_if_nothing_had_been(tmp_path: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed.mkdir()
    for moment, reached in MOMENTS.items():
        process = start(killed)
        parent = psutil.Process(process.pid)

        def now(parent: psutil.Process = parent, reached: Callable[[Path], bool] = reached) -> bool:
            return bool(parent.children()) and reached(killed)  # what was done before the last kill counts too

        assert wait(lambda: now() or process.poll() is not None), moment  # noqa: B023
        assert process.poll() is None, (moment, (killed / "log.txt").read_text())
        children = parent.children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert wait(lambda: not any(map(alive, children)), 20), moment  # noqa: B023
    todo = [each for each in jobs(killed, **LONG) if not each.done]
    assert todo
    run_jobs(todo, faces, workers=1, options={"device": "cpu"}, tell=lambda _: None)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as a worker has
    for each in jobs(whole, **LONG):
        run(each.row, *faces(), each.config, each.folder, device="cpu", progress=False)
    torch.set_num_threads(threads)
    for root in (killed, whole):
        report(jobs(root, **LONG), ROWS, *faces(), root / "noise", scale="tiny", command="a test")
    for name in ("scores.csv", "protocols.csv", "figure3.png"):
        assert (killed / "noise" / name).read_bytes() == (whole / "noise" / name).read_bytes(), name
    tables = [(root / "noise/table1.csv").read_text().splitlines() for root in (killed, whole)]
    assert tables[0][0].endswith(",seconds,se_live,gate_spread")

    def but_seconds(lines: list[str]) -> list[list[str]]:
        cells = [line.split(",") for line in lines]  # from the end, since a label may have a comma
        return [[*line[:-3], *line[-2:]] for line in cells]

    assert but_seconds(tables[0]) == but_seconds(tables[1])


@pytest.mark.timeout(600)
def test_control_c_ends_all_of_it_at_once(tmp_path: Path) -> None:
    todo = jobs(tmp_path, epochs=10_000)

    def interrupt() -> None:
        wait((todo[0].folder / "history.csv").exists)
        os.kill(os.getpid(), signal.SIGINT)

    hand = threading.Thread(target=interrupt)
    hand.start()
    with pytest.raises(KeyboardInterrupt):
        run_jobs(todo, faces, workers=1, options={"device": "cpu"}, tell=lambda _: None)
    hand.join()
    assert not todo[0].done and todo[0].epochs_done > 0
    assert not todo[1].folder.exists()  # nobody went on with the next run


@pytest.mark.timeout(600)
def test_what_is_finished_when_a_run_fails_stays_finished(tmp_path: Path) -> None:
    first, second = job(tmp_path, "guess", Row("Guess", Guess)), job(tmp_path, "broken", Row("Broken", Broken))
    told: list[str] = []
    with pytest.raises(RuntimeError) as caught:
        run_jobs([first, second], faces, workers=1, options={"device": "cpu"}, tell=told.append)
    assert str(caught.value) == "broken, seed 0: Broken.fit got faces, expected none."
    assert first.done and not second.done
    assert told == [f"[1/2] guess, seed 0: SSIM {load_scores(first.folder).mean():.4f}"]


def test_nothing_to_do_starts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    run_jobs([], lambda: pytest.fail("nothing needs faces"), workers=2, options={}, tell=pytest.fail)


def test_default_workers_are_the_cores_that_this_process_may_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sketchlib.machine.CONTAINER", tmp_path / "none")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert default_workers("cpu") == default_workers("auto") >= 1
    if hasattr(os, "sched_getaffinity"):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5})
        assert default_workers("cpu") == 3
        monkeypatch.delattr(os, "sched_getaffinity")  # macOS and Windows have none
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert default_workers("auto") == 7
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert (default_workers("cuda"), default_workers("auto"), default_workers("cpu")) == (1, 1, 7)
