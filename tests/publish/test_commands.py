"""`sketchlib book`: what is run, what is not, and how errors are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sketchlib.commands.book import app
from sketchlib.publish import pages, run, status
from sketchlib.publish.chapters import Chapter
from sketchlib.publish.errors import PublishError

from .conftest import ENVIRONMENT, Write, pretend_executed

Calls = list[tuple[Any, ...]]


@pytest.fixture
def calls(book: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the commands would do: runs are pretended, pages are not built."""
    made: Calls = []

    def run_chapter(chapter: Chapter, parameters: dict, facts: dict, limit: float | None) -> float:
        made.append((chapter.name, parameters, limit))
        pretend_executed(chapter, parameters=parameters)
        return 1.5

    def build_pages(root: Path, *, strict: bool, everything: bool) -> tuple[Path, list[str]]:
        made.append(("pages", strict, everything))
        return root / "build" / "html" / "index.html", [] if strict else ["WARNING: one"]

    monkeypatch.chdir(book)
    monkeypatch.setattr(run, "run_chapter", run_chapter)
    monkeypatch.setattr(pages, "build_pages", build_pages)
    monkeypatch.setattr(status, "environment", lambda: ENVIRONMENT)
    return made


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_build_runs_what_changed_then_the_pages_and_ends_with_the_page(book: Path, write: Write, calls: Calls) -> None:
    write("01_one"), pretend_executed(write("02_two"))
    code, output = invoke("build")
    assert code == 0
    assert calls == [("01_one", {}, None), ("pages", True, False)]
    first, second, third, last = output.splitlines()
    assert first.split() == ["01_one", "1.5", "s"]
    assert second.split() == ["02_two", "unchanged"]
    assert third.startswith("pages")
    assert last == f"Open {book / 'build' / 'html' / 'index.html'}"
    assert (book / "build" / "status.json").exists()


def test_force_runs_everything_again(write: Write, calls: Calls) -> None:
    pretend_executed(write("01_one"))
    assert invoke("build", "--force", "--limit", "60")[0] == 0
    assert calls == [("01_one", {}, 60.0), ("pages", True, True)]


def test_a_part_of_the_book_shows_warnings_and_does_not_fail(write: Write, calls: Calls) -> None:
    write("01_one"), write("02_two")
    code, output = invoke("build", "2")
    assert code == 0
    assert calls == [("02_two", {}, None), ("pages", False, False)]
    assert "WARNING: one" in output


def test_data_reaches_every_chapter_as_an_absolute_path(book: Path, write: Write, calls: Calls) -> None:
    write("01_one"), write("02_two")
    (book / "faces").mkdir()
    assert invoke("build", "--data", "faces")[0] == 0
    parameters = {"dataset": str(book / "faces")}
    assert calls[:2] == [("01_one", parameters, None), ("02_two", parameters, None)]


def test_run_always_runs_and_takes_pairs_like_papermill(write: Write, calls: Calls) -> None:
    pretend_executed(write("01_one"))
    assert invoke("run", "01_one", "-p", "seed", "-5", "-p", "rate", "2")[0] == 0
    assert calls == [("01_one", {"seed": -5, "rate": 2.0}, None)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "-p", "sead", "1"), "Error: 01_one has no parameter 'sead'"),
        (("run", "-p", "seed"), "Error: 01_one: the parameter 'seed' is '', expected int."),
        (("build", "9"), "Error: There is no chapter '9'"),
        (("build", "--data", "nowhere"), "Error: dataset: there is nothing at"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_nothing_is_run(
    write: Write, calls: Calls, words: tuple[str, ...], sentence: str
) -> None:
    write("01_one")
    code, output = invoke(*words)
    assert code == 1
    assert output.startswith(sentence)
    assert len(output.splitlines()) == 1
    assert calls == []


def test_a_failed_chapter_stops_the_build(write: Write, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(chapter: Chapter, *_: Any) -> float:
        raise PublishError(f"{chapter.name}, cell 3 of 4: NameError: x")

    monkeypatch.setattr(run, "run_chapter", fail)
    write("01_one"), write("02_two")
    code, output = invoke("build")
    assert code == 1
    assert "Error: 01_one, cell 3 of 4: NameError: x" in output
    assert "02_two" not in output
    assert calls == []


def test_starting_the_command_line_imports_no_jupyter_package() -> None:
    program = "import sys, sketchlib.commands.book; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"papermill", "nbformat", "nbclient", "IPython", "jupyter_client", "sphinx", "torch"}
    assert not heavy.intersection(listed.stdout.split())
