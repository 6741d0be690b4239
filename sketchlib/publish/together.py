"""Chapters side by side. Each thread here only watches the process that runs its chapter.

Kernels are processes of their own, so nothing is shared but the machine. A chapter that starts workers of its own, one
for each core, does so here too: each has one thread, and the system shares out the cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

from sketchlib.publish import run
from sketchlib.publish.chapters import Chapter, last_seconds
from sketchlib.publish.errors import PublishError
from sketchlib.publish.parameters import Value

Plan = Sequence[tuple[Chapter, Mapping[str, Value]]]
"""What is to be run: chapters and their checked parameters."""
Tell = Callable[[Chapter, "float | PublishError"], None]
"""Gets each chapter that has ended, with its seconds or its error."""
GAP = 2.0
"""Seconds between the first starts: kernels that look for free ports at the same moment may find the same ones."""


def longest_first(plan: Plan) -> Plan:
    """Sorted so that no long chapter begins last and runs on alone, by the seconds of their last runs.

    A chapter without a last run comes before those that have one: it may be long. Among such the later comes first, as
    the experiments are at the end of the book.
    """
    return sorted(plan, key=lambda entry: (last_seconds(entry[0]) or float("inf"), entry[0].name), reverse=True)


def run_chapters(
    plan: Plan,
    environment: Mapping[str, str],
    tell: Tell,
    *,
    workers: int,
    threads: int | None = None,
    limit: float | None = None,
) -> bool:
    """Run chapters, `workers` at once; return whether all of them went well.

    After an error no other chapter is started, and those that run go on to their end: their copies are good, and the
    next build need not make them again. An interrupt (Ctrl-C, a plain kill) ends all of them and their kernels.

    Args:
        threads, limit, environment: of each chapter, see `sketchlib.publish.run.run_chapter`.
    """
    halt, stop = Event(), Event()

    def work(chapter: Chapter, parameters: Mapping[str, Value]) -> float | PublishError | None:
        if halt.is_set():
            return None
        try:
            return run.run_chapter(chapter, parameters, environment, limit, threads=threads, stop=stop)
        except PublishError as error:
            halt.set()  # here, because this thread takes its next chapter before anybody hears of the error
            return error

    pool = ThreadPoolExecutor(workers)
    futures: dict[Future[float | PublishError | None], Chapter] = {}
    well = True
    try:
        for number, (chapter, parameters) in enumerate(longest_first(plan) if workers > 1 else plan, start=1):
            futures[pool.submit(work, chapter, parameters)] = chapter
            if number < min(workers, len(plan)):
                time.sleep(GAP)
        waiting = set(futures)
        while waiting:
            ended, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)  # Windows hears Ctrl-C in between
            for future in sorted(ended, key=list(futures).index):
                outcome = future.result()
                well = well and isinstance(outcome, float)
                if outcome is not None:
                    tell(futures[future], outcome)
    except BaseException:
        halt.set()
        stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return well
