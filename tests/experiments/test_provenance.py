"""Where a number comes from."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import torch

import sketchlib
from sketchlib.experiments.provenance import device_name, provenance, revision

HERE = Path(__file__).parent


def git(folder: Path, *words: str) -> str:
    person = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The folder `sketchlib` of a new repository with one commit."""
    folder = tmp_path / "project" / "sketchlib"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("1\n")
    (folder.parent / "README.md").write_text("1\n")
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-q", "-m", "first")
    return folder


def test_the_revision_of_this_code() -> None:
    package = Path(sketchlib.__file__).parent
    try:
        head = git(package, "rev-parse", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the code is in no repository")
    found = revision()
    assert found is not None and head.startswith(found.rstrip("+")) and len(found.rstrip("+")) == 12


def test_a_plus_where_a_file_of_the_library_was_changed(code: Path) -> None:
    head = git(code, "rev-parse", "--short=12", "HEAD")
    assert revision(code) == head
    (code / "new.py").write_text("2\n")  # not of the commit, as a notebook's leavings are not
    (code.parent / "README.md").write_text("2\n")  # moves no number
    assert revision(code) == head
    (code / "a.py").write_text("2\n")
    assert revision(code) == head + "+"
    git(code, "commit", "-q", "-am", "second")
    assert revision(code) == git(code, "rev-parse", "--short=12", "HEAD") != head


def test_none_outside_a_repository(tmp_path: Path) -> None:
    assert revision(tmp_path) is None


def test_none_where_the_package_lies_in_somebody_elses_repository(code: Path) -> None:
    package = code.parent / ".venv" / "site-packages" / "sketchlib"
    package.mkdir(parents=True)
    (package / "a.py").write_text("1\n")
    assert revision(package) is None


def test_device_name_tells_the_machine_and_its_threads() -> None:
    name = device_name("cpu")
    threads = torch.get_num_threads()
    assert name.endswith(f", {threads} thread{'s' if threads > 1 else ''}")
    assert name.rpartition(",")[0].strip()


def test_provenance_is_json() -> None:
    origin = json.loads(json.dumps(provenance()))
    assert origin.keys() == {"date", "revision", "versions"}
    assert origin["versions"]["torch"].startswith(torch.__version__.split("+")[0])
