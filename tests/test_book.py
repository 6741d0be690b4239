"""The book's own files: what the configuration names exists, and make says what it needs."""

from __future__ import annotations

import ast
import re
import subprocess
from itertools import pairwise
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


def documented() -> list[Path]:
    """The modules of the reference page."""
    names = re.findall(r"automodule:: (\S+)", (ROOT / "book" / "reference.md").read_text(encoding="utf-8"))
    paths = [ROOT / (name.replace(".", "/") + ".py") for name in names]
    return [path if path.exists() else path.with_suffix("") / "__init__.py" for path in paths]


@pytest.mark.parametrize("path", documented(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_taken_for_a_type(path: Path) -> None:
    """Sphinx's reader of Google's style takes what stands before a colon, on such a first line, for a type."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = []
    for body in (each.body for each in ast.walk(tree) if isinstance(each, ast.Module | ast.ClassDef)):
        for before, each in pairwise(body):
            if isinstance(before, ast.Assign | ast.AnnAssign) and isinstance(each, ast.Expr):
                lines.append(each.value.value.splitlines()[0])
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef):
            lines += re.findall(r"^(?:Returns|Yields):\n\s+(.*)$", ast.get_docstring(each) or "", re.MULTILINE)
    comments = re.findall(r"#: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line for line in [*lines, *comments] if re.search(r":(?: |$)", re.sub(r"``?[^`]*``?", "", line))] == []
