"""Real kernels run tiny chapters. Each start costs seconds, so each test asks much of one run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sketchlib.publish import run
from sketchlib.publish.errors import PublishError
from sketchlib.publish.figures import write_figures
from sketchlib.publish.run import is_current, run_chapter

from .conftest import ENVIRONMENT, PARAMETERS, Write, code, markdown, pretend_executed

DRAW = """\
from IPython.display import Image, display
import base64
display(Image(base64.b64decode("iVBORw0KGgo="), format="png"))"""


def test_a_run_leaves_a_copy_that_is_current_until_something_changes(write: Write) -> None:
    chapter = write(
        "01_one",
        markdown("# One"),
        code(PARAMETERS, "parameters"),
        code("assert (dataset, seed, rate) == ('toy', 7, 0.1) and type(seed) is int"),
        code("import os, pathlib\nprint(os.environ['PYTHONHASHSEED'], pathlib.Path.cwd().name)"),
        code(DRAW, mystnb={"figure": {"name": "fig-dot"}}),
        code("import warnings\nwarnings.warn('meant')", "allow-stderr"),
    )
    seconds = run_chapter(chapter, {"seed": 7}, ENVIRONMENT)
    copy = json.loads(chapter.executed.read_text())
    assert 0 < copy["metadata"]["papermill"]["duration"] < seconds
    assert copy["metadata"]["sketchlib"]["environment"] == ENVIRONMENT
    assert not chapter.partial.exists()
    printed = ["".join(o.get("text", "")) for cell in copy["cells"] for o in cell.get("outputs", [])]
    assert "0 chapters\n" in printed

    assert is_current(chapter, {"seed": 7})
    assert not is_current(chapter, {"seed": 8})
    assert not is_current(chapter, {})
    assert write_figures(chapter) == [chapter.figures / "fig-dot.png"]
    write("01_one", markdown("# One, revised"))
    assert not is_current(chapter, {"seed": 7})


def test_the_copy_of_other_data_is_not_current(write: Write, tmp_path: Path) -> None:
    (tmp_path / "faces").mkdir()
    parameters = {"dataset": str(tmp_path / "faces")}
    chapter = write("01_one")
    pretend_executed(chapter, parameters=parameters, data="another")
    assert not is_current(chapter, parameters)


def test_a_failure_names_chapter_cell_and_error_and_leaves_the_partial_notebook(
    write: Write,
) -> None:
    chapter = write("02_two", markdown("# Two"), code("x = 1"), code("1 / (x - 1)"), code("print('after')"))
    chapter.executed.parent.mkdir(parents=True)
    chapter.executed.write_text("an older copy")
    with pytest.raises(PublishError) as caught:
        run_chapter(chapter, {}, ENVIRONMENT)
    assert "02_two, cell 3 of 4: ZeroDivisionError: division by zero" in str(caught.value)
    assert str(chapter.partial) in str(caught.value)
    assert "ZeroDivisionError" in chapter.partial.read_text()
    assert not chapter.executed.exists()


def test_a_python_warning_is_an_error(write: Write) -> None:
    chapter = write("03_three", code("import warnings\nwarnings.warn('look out')"))
    with pytest.raises(PublishError, match="cell 1 of 1: wrote to stderr, where warnings go: .*look out"):
        run_chapter(chapter, {}, ENVIRONMENT)


def test_a_hanging_kernel_is_stopped_at_the_limit(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    hang = "import os, pathlib\npathlib.Path('hangs').write_text(str(os.getpid()))\nwhile True: pass"
    chapter = write("04_four", code("1"), code(hang))
    mark = chapter.source.with_name("hangs")

    def clock() -> float:  # the limit is over as soon as the kernel hangs
        return 100.0 if mark.exists() and mark.read_text() else 0.0

    monkeypatch.setattr(run, "time", SimpleNamespace(monotonic=clock, sleep=time.sleep))
    with pytest.raises(PublishError, match="04_four, cell 2 of 2: still running after 30 s"):
        run_chapter(chapter, {}, ENVIRONMENT, limit=30)
    kernel = int(mark.read_text())
    assert not psutil.pid_exists(kernel) or psutil.Process(kernel).status() == psutil.STATUS_ZOMBIE
    assert chapter.partial.exists()


def test_a_plain_kill_of_the_command_ends_the_kernel_too(write: Write, book: Path) -> None:
    wait = "import os, pathlib, time\npathlib.Path('waits').write_text(str(os.getpid()))\ntime.sleep(100)"
    mark = write("06_six", code(wait)).source.with_name("waits")
    command = subprocess.Popen(
        [sys.executable, "-P", "-m", "sketchlib", "book", "run"], cwd=book, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    command.terminate()
    assert command.wait(30) == 143
    kernel = int(mark.read_text())
    assert not psutil.pid_exists(kernel) or psutil.Process(kernel).status() == psutil.STATUS_ZOMBIE


def test_a_kernel_that_dies_is_told_from_an_error(write: Write) -> None:
    chapter = write("05_five", code("1"), code("import os\nos._exit(1)"), code("2"))
    with pytest.raises(PublishError, match="05_five, cell 2 of 3: the kernel died"):
        run_chapter(chapter, {}, ENVIRONMENT)
