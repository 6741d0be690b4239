"""Runs side by side, each in a process of its own.

On the CPU a run has one thread: two runs on two cores finish sooner than one after the other on both, and a score
does not depend on how many cores there were.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import active_children, get_context
from typing import Any

import torch

from sketchlib.data.pairs import PairedFaces
from sketchlib.experiments.evaluations import evaluate_hiding, evaluate_run
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import load_scores, run
from sketchlib.machine import cores
from sketchlib.training.device import pick_device

Load = Callable[[], tuple[PairedFaces, PairedFaces]]
"""Loads (train, test). Each process loads its own."""

_faces: tuple[PairedFaces, PairedFaces]
"""In a worker process, what `Load` gave."""


def default_workers(device: str) -> int:
    """How many runs go side by side: one for each core, or one on a GPU.

    Raises:
        ValueError: for a device that cannot be.
    """
    if pick_device(device) == "cuda":
        return 1
    return cores()


def run_jobs(
    jobs: Sequence[Job], load: Load, *, workers: int, options: Mapping[str, Any], tell: Callable[[str], None]
) -> None:
    """Run, and evaluate, every job that is not finished. What is finished when one fails stays finished.

    Args:
        options: `device` and `precision` of the training.
        tell: gets a line for each finished run.

    Raises:
        RuntimeError: with the row, the seed and the sentence of a ValueError, OSError or RuntimeError that stopped a
            job. Another error comes as it is, with a note of the two. Jobs that have not begun are then left.
        KeyboardInterrupt: on Ctrl-C, which ends all workers at once. Each run goes on later from its last checkpoint.
    """
    if not jobs:
        return
    others = set(active_children())
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), mp_context=get_context("spawn"), initializer=_begin, initargs=(load, os.getpid())
    )
    try:
        futures = {pool.submit(_work, job, dict(options)): job for job in jobs}
        for number, future in enumerate(as_completed(futures), start=1):
            job, mean = futures[future], _result(future, futures[future])
            tell(f"[{number}/{len(jobs)}] {job.name}, seed {job.seed}: SSIM {mean:.4f}")
    except KeyboardInterrupt:  # without this, everybody would first end his run, and one more that is queued
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _result(future: Future[float], job: Job) -> float:
    """What the job gave, or its error with the name of the job."""
    try:
        return future.result()
    except BrokenProcessPool:  # a worker is gone, and with it all jobs at once: nobody knows whose fault it was
        raise
    except (ValueError, OSError, RuntimeError) as error:
        raise RuntimeError(f"{job.name}, seed {job.seed}: {error}") from error
    except Exception as error:
        error.add_note(f"This was in the run {job.name}, seed {job.seed}.")
        raise


def _begin(load: Load, parent: int) -> None:
    """Make a worker ready."""
    global _faces
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C goes to all: the parent ends us
    torch.set_num_threads(1)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _faces = load()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: a killed `reproduce` must leave nobody who writes into its folders."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _work(job: Job, options: dict[str, Any]) -> float:
    """One run and its evaluation; the mean SSIM."""
    train, test = _faces
    run(
        job.row,
        train,
        test,
        job.config,
        job.folder,
        progress=False,
        on_epoch=partial(_tell_epoch, f"{job.name}, seed {job.seed}", job.config.epochs),
        **options,
    )
    evaluate_run(job, test)
    evaluate_hiding(job, test)
    return float(load_scores(job.folder).mean())


def _tell_epoch(name: str, epochs: int, epoch: int, method: object) -> None:
    """A line at every tenth of the way."""
    if epochs >= 20 and epoch % (epochs // 10) == 0:
        print(f"{name}: epoch {epoch} of {epochs}", flush=True)
