"""Times of several contenders, taken in turn, each in a process of its own.

In turn, because a machine that slows down for a minute then slows all of them down; a ratio of medians stays fair. In
processes of their own, because the peak of memory is a process's, and because what one contender sets, such as the
flushing of denormals, must not help another.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

Make = Callable[[], Callable[[], object]]
"""Prepares a contender, in its own process, and returns what is timed. It must be picklable."""

PATIENCE = 10.0
"""Seconds that a contender's process gets to end by itself."""


@dataclass(frozen=True)
class Measured:
    """What the runs of one contender took."""

    seconds: float  #: The median of the runs.
    low: float  #: The quartile of the runs below it, in seconds.
    high: float  #: The quartile above it, in seconds.
    runs: int
    peak_mb: float  #: Most memory that the process held at a time, in 10^6 bytes; on a GPU, of the GPU's.
    gflop: float  #: Products and sums of matrices and convolutions in one run, in 10^9, as PyTorch counts them.


def in_turn(contenders: Mapping[str, Make], runs: int, *, count: bool = False) -> dict[str, Measured]:
    """Time each of the contenders `runs` times, one run of each at a time, after a run of each that does not count.

    Args:
        contenders: a `Make` for each name.
        runs: how often each is timed.
        count: also count the arithmetic, in one more run; last, as counting takes memory.

    Raises:
        RuntimeError: with the name of a contender that failed, and its own sentence.
    """
    workers = {name: _Worker(name, make) for name, make in contenders.items()}
    try:
        for worker in workers.values():
            worker.ask("warm up")
        times: dict[str, list[float]] = {name: [] for name in workers}
        for _ in range(runs):
            for name, worker in workers.items():
                times[name].append(worker.ask("run"))
        peaks = {name: worker.ask("peak") for name, worker in workers.items()}
        gflops = {name: worker.ask("count") if count else 0.0 for name, worker in workers.items()}
    finally:
        for worker in workers.values():
            worker.stop()
    return {name: _measured(times[name], peaks[name], gflops[name]) for name in workers}


def _measured(times: list[float], peak: float, gflop: float) -> Measured:
    low, _, high = statistics.quantiles(times, n=4, method="inclusive") if len(times) > 1 else times * 3
    return Measured(statistics.median(times), low, high, len(times), peak, gflop)


class _Worker:
    """One contender in its process, which answers questions through a pipe."""

    def __init__(self, name: str, make: Make) -> None:
        context = get_context("spawn")
        self.name = name
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, make), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, question: str) -> float:
        with suppress(BrokenPipeError):  # it failed before it was asked, and what it said of that is still to be read
            self.pipe.send(question)
        try:
            answer = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.process.join()
            answer = f"its process ended with code {self.process.exitcode}"
        if isinstance(answer, str):
            raise RuntimeError(f"{self.name}: {answer}")
        return answer

    def stop(self) -> None:
        self.pipe.close()  # it is told so, and ends by itself
        self.process.join(PATIENCE)
        self.process.kill()
        self.process.join()


def _serve(pipe: Connection, make: Make) -> None:
    """The contender's process."""
    try:
        run = make()
        while True:
            pipe.send(_answer(pipe.recv(), run))
    except EOFError:  # the parent is gone
        return
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")


def _answer(question: str, run: Callable[[], object]) -> float:
    if question == "peak":
        return _peak_mb()
    if question == "count":
        return _gflop(run)
    _wait()
    start = time.perf_counter()
    run()
    _wait()
    return time.perf_counter() - start


def _gflop(run: Callable[[], object]) -> float:
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() / 1e9


def _wait() -> None:
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()  # a GPU works on after Python has moved on


def _peak_mb() -> float:
    if torch.cuda.is_initialized():
        return torch.cuda.max_memory_allocated() / 1e6
    if sys.platform == "linux":  # getrusage would count what the parent held when it started this process
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6
    import resource  # Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS tells bytes
