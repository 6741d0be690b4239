"""The book's own files: what the configuration names exists, and make says what it needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "book" / "_static"
VENDOR = STATIC / "vendor"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())


def test_every_page_of_the_table_of_contents_exists() -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    pages = [toc["root"], *(page["file"] for part in toc["parts"] for page in part["chapters"])]
    missing = [page for page in pages if not list(ROOT.glob(f"{page}.*"))]
    assert missing == []


def test_what_a_page_loads_is_here() -> None:
    sphinx = CONFIG["sphinx"]["config"]
    local = [sphinx["mathjax_path"], *sphinx["html_css_files"]]
    assert [path for path in local if not (STATIC / path).is_file()] == []
    assert (ROOT / CONFIG["logo"]).is_file()
    assert (ROOT / CONFIG["html"]["favicon"]).is_file()


@pytest.mark.parametrize("folder", sorted(p.name for p in VENDOR.iterdir() if p.is_dir()))
def test_vendored_files_come_with_licence_and_version(folder: str) -> None:
    assert (VENDOR / folder / "LICENSE").read_text().strip()
    name, _, version = folder.rpartition("-")
    readme = (VENDOR / "README.md").read_text()
    assert f"`{folder}`" in readme
    assert f"{name.upper().replace('-', '_')}={version}" in (VENDOR / "refresh.sh").read_text()


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True)


def test_make_help_lists_the_targets() -> None:
    listed = make("help").stdout
    for target in ("book", "test", "lab", "strip", "constraints", "clean"):
        assert f"make {target} " in listed


def test_make_says_in_one_sentence_which_python_it_needs(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.1 || exit 1\n')
    old.chmod(0o755)
    done = make("book", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "This needs Python 3.11, 3.12 or 3.13" in done.stdout
    assert "is Python 3.9.1" in done.stdout
    assert not (tmp_path / "venv").exists()
