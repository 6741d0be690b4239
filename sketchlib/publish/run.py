"""Run a chapter with papermill, under a limit, and keep a record of what it ran with.

Papermill runs in a process of its own, `python -m papermill chapters/NN.ipynb`, as a reader
would start it. This process only watches: nbclient can wait forever for a kernel (its issue 312),
so a run that exceeds its limit loses its kernel, and if that does not wake it, its life.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

from sketchlib.publish.chapters import (
    RECORD,
    Chapter,
    copy_problem,
    data_fingerprint,
    library_hash,
    read_record,
    source_hash,
)
from sketchlib.publish.errors import PublishError
from sketchlib.publish.parameters import Value

LIMITS = {"quick": 30 * 60.0, "full": 24 * 3600.0}
"""Seconds that a chapter may take, by profile. Far above its need even beside others, so only a hang reaches it."""
POLL = 0.2
"""Seconds between two looks at a running chapter."""
GRACE = 10.0
"""Seconds that papermill gets to save the notebook after its kernel was stopped."""
ALLOW_STDERR = "allow-stderr"
"""Tag of a cell that may write to stderr. Elsewhere that is an error, as warnings go there."""


def is_current(chapter: Chapter, parameters: Mapping[str, Value]) -> bool:
    """Whether the executed copy is of this source, library, parameters and data."""
    if copy_problem(chapter, chapter.source.read_text(encoding="utf-8")):
        return False
    record = read_record(chapter.executed) or {}
    return record["parameters"] == dict(parameters) and record["data"] == _data(parameters)


def run_chapter(
    chapter: Chapter,
    parameters: Mapping[str, Value],
    environment: Mapping[str, str],
    limit: float | None = None,
    *,
    threads: int | None = None,
    stop: Event | None = None,
) -> float:
    """Run a chapter in its own folder; return the seconds it took.

    Args:
        parameters: checked values, only those that differ from the chapter's defaults.
        environment: what the status page says of the machine and the versions.
        limit: seconds; by default LIMITS of the profile.
        threads: of torch and numpy in the kernel; by default they choose.
        stop: once set, by another thread, the run is ended at once.

    Raises:
        PublishError: naming chapter, cell and error; the partial notebook is left beside the log.
    """
    source = chapter.source.read_text(encoding="utf-8")
    record = {
        "source": source_hash(source),
        "library": library_hash(chapter.name),
        "parameters": dict(parameters),
        "data": _data(parameters),
        "environment": dict(environment),
    }
    if limit is None:
        limit = LIMITS.get(str(parameters.get("profile")), LIMITS["quick"])
    chapter.executed.parent.mkdir(parents=True, exist_ok=True)
    chapter.executed.unlink(missing_ok=True)
    chapter.partial.unlink(missing_ok=True)

    start = time.monotonic()
    code = _papermill(chapter, parameters, limit, threads, stop or Event())
    seconds = time.monotonic() - start
    if stop is not None and stop.is_set():
        raise PublishError(f"{chapter.name} was stopped.")
    notebook = _read_partial(chapter)
    problem = _problem(notebook, code, limit)
    if problem:
        raise PublishError(f"{chapter.name}, {problem}\nWhat it wrote so far: {chapter.partial}")
    notebook["metadata"][RECORD] = record
    chapter.partial.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(chapter.partial, chapter.executed)
    return seconds


def _data(parameters: Mapping[str, Value]) -> str | None:
    """Fingerprint of the data set's files; None for the toy faces, which the library makes."""
    return data_fingerprint(Path(str(parameters["dataset"]))) if "dataset" in parameters else None


def _papermill(
    chapter: Chapter, parameters: Mapping[str, Value], limit: float, threads: int | None, stop: Event
) -> int | None:
    """Papermill's exit code, or None when it had to be stopped."""
    command = [sys.executable, "-m", "papermill", str(chapter.source), str(chapter.partial)]
    command += ["--kernel", "python3", "--cwd", str(chapter.source.parent)]
    command += ["--no-progress-bar", "--start-timeout", "120"]
    if parameters:
        command += ["--parameters_yaml", json.dumps(dict(parameters), ensure_ascii=False)]
    with chapter.log.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=_kernel_environment(threads))
        deadline = time.monotonic() + limit
        try:
            while process.poll() is None and time.monotonic() < deadline and not stop.wait(POLL):
                pass
            return process.poll()
        finally:
            _stop(process)


def _kernel_environment(threads: int | None) -> dict[str, str]:
    """The same for every chapter on every machine, as far as it depends on variables, but for the threads."""
    share = {} if threads is None else {"OMP_NUM_THREADS": str(threads)}
    return (
        os.environ
        | share
        | {
            "PYTHONHASHSEED": "0",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger's remark on stderr at the start
        }
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a run that is still going: first its kernel, so that papermill can save."""
    if process.poll() is not None:
        return
    import psutil

    children = psutil.Process(process.pid).children(recursive=True)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    psutil.wait_procs(children, GRACE)


def _read_partial(chapter: Chapter) -> dict[str, Any]:
    try:
        return json.loads(chapter.partial.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        last = chapter.log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        raise PublishError(f"{chapter.name} could not be started: {last} (all of it: {chapter.log})") from None


def _problem(notebook: dict[str, Any], code: int | None, limit: float) -> str | None:
    """What went wrong, beginning with the cell (counted from 1, as in the source), or None."""
    own = [cell for cell in notebook["cells"] if not _papermills(cell)]
    started = [cell for cell in own if cell["metadata"]["papermill"]["start_time"]]
    last = f"cell {len(started)} of {len(own)}" if started else "before its first cell"
    if code is None:
        return f"{last}: still running after {limit:g} s, so it was stopped."
    for position, cell in enumerate(started, start=1):
        place = f"cell {position} of {len(own)}"
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                return f"{place}: {output['ename']}: {output['evalue']}"
            if _is_stderr(output) and ALLOW_STDERR not in cell["metadata"].get("tags", []):
                return f"{place}: wrote to stderr, where warnings go: {_last_line(output)}"
    return f"{last}: the kernel died (out of memory?)." if code else None


def _papermills(cell: dict[str, Any]) -> bool:
    """Whether papermill added the cell: the injected parameters, or the marks of an error."""
    added = {"injected-parameters", "papermill-error-cell-tag"}
    return bool(added.intersection(cell["metadata"].get("tags", [])))


def _is_stderr(output: dict[str, Any]) -> bool:
    return output["output_type"] == "stream" and output["name"] == "stderr"


def _last_line(output: dict[str, Any]) -> str:
    return "".join(output["text"]).strip().rpartition("\n")[2]
