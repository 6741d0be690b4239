"""`sketchlib book`: what is run, what is not, and how errors are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sketchlib.commands.book import app
from sketchlib.publish import pages, run, share, status, together
from sketchlib.publish.chapters import Chapter
from sketchlib.publish.errors import PublishError

from .conftest import ENVIRONMENT, Write, code, pretend_executed

Calls = list[tuple[Any, ...]]


@pytest.fixture
def calls(book: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the commands would do: runs are pretended, pages are not built."""
    made: Calls = []

    def run_chapter(chapter: Chapter, parameters: dict, facts: dict, limit: float | None, **_: Any) -> float:
        made.append((chapter.name, parameters, limit))
        pretend_executed(chapter, parameters=parameters)
        return 1.5

    def build_pages(root: Path, *, strict: bool, everything: bool) -> tuple[Path, list[str]]:
        made.append(("pages", strict, everything))
        return root / "build" / "html" / "index.html", [] if strict else ["WARNING: one"]

    monkeypatch.chdir(book)
    monkeypatch.setattr(run, "run_chapter", run_chapter)
    monkeypatch.setattr(pages, "build_pages", build_pages)
    monkeypatch.setattr(status, "environment", lambda workers, threads: ENVIRONMENT | {"side_by_side": str(workers)})
    monkeypatch.setattr(share, "judge_workers", lambda *, large: 1)
    monkeypatch.setattr(together, "GAP", 0.0)
    return made


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_build_runs_what_changed_then_the_pages_and_ends_with_the_page(book: Path, write: Write, calls: Calls) -> None:
    write("01_one"), pretend_executed(write("02_two"))
    code, output = invoke("build")
    assert code == 0
    assert calls == [("01_one", {}, None), ("pages", True, False)]
    first, second, third, fourth, last = output.splitlines()
    assert first.split() == ["02_two", "unchanged"]
    assert second == "1 to run, 1 at once"
    assert third.split() == ["01_one", "1.5", "s"]
    assert fourth.startswith("pages")
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
    def fail(chapter: Chapter, *_: Any, **__: Any) -> float:
        raise PublishError(f"{chapter.name}, cell 3 of 4: NameError: x")

    monkeypatch.setattr(run, "run_chapter", fail)
    write("01_one"), write("02_two")
    code, output = invoke("build")
    assert code == 1
    assert "Error: 01_one, cell 3 of 4: NameError: x" in output
    assert "02_two" not in output
    assert calls == []


def test_chapters_run_side_by_side_and_the_record_says_how_many(
    book: Path, write: Write, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(status, "on_gpu", lambda: False)
    monkeypatch.setattr(together, "run_chapters", lambda plan, facts, tell, **how: made.append((facts, how)) or True)
    write("01_one"), write("02_two"), write("03_three")
    assert invoke("run", "--workers", "2")[0] == invoke("run", "--workers", "9", "1", "2")[0] == invoke("run")[0] == 0
    assert [facts["side_by_side"] for facts, _ in made] == ["2", "2", "1"]
    assert [(how["workers"], how["threads"]) for _, how in made] == [(2, 1), (2, 1), (1, 1)]


@pytest.mark.parametrize(
    ("words", "gpu", "large"), [((), False, False), (("--profile", "full"), False, True), ((), True, True)]
)
def test_on_a_gpu_and_in_the_profile_full_chapters_are_large(
    write: Write, calls: Calls, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], gpu: bool, large: bool
) -> None:
    asked = []
    monkeypatch.setattr(share, "judge_workers", lambda *, large: asked.append(large) or 1)
    monkeypatch.setattr(status, "on_gpu", lambda: gpu)
    write("01_one", code('profile: str = "quick"', "parameters"))
    assert invoke("build", *words)[0] == 0
    assert asked == [large]


def test_no_worker_at_all_is_refused(write: Write, calls: Calls) -> None:
    write("01_one")
    code, output = invoke("run", "--workers", "0")
    assert code == 2
    assert "--workers" in output
    assert calls == []


def test_starting_the_command_line_imports_no_jupyter_package() -> None:
    program = "import sys, sketchlib.commands.book; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"papermill", "nbformat", "nbclient", "IPython", "jupyter_client", "sphinx", "torch"}
    assert not heavy.intersection(listed.stdout.split())
