"""The Sphinx extension, in a real Sphinx that reads a book of four chapters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sketchlib

from .conftest import PNG, Write, code, markdown, pretend_executed

ROOT = Path(__file__).parents[2]
CONF = """\
extensions = ["myst_nb", "executed_chapters"]
nb_execution_mode = "off"
exclude_patterns = ["build", "out"]
suppress_warnings = ["image.not_readable"]
"""
IMAGE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}


@pytest.fixture
def sphinx(book: Path, write: Write) -> tuple[str, Path]:
    """Warnings and output folder: one good chapter, one stale, one partial, one never run."""
    (book / "conf.py").write_text(CONF)
    (book / "index.md").write_text("# Status\n\n```{chapter-status}\n```\n\n```{toctree}\n:glob:\nchapters/*\n```\n")
    good, stale, partial, _never = (write(f"0{i}_x", markdown(f"# Chapter {i}"), code("'in'")) for i in range(1, 5))
    stream = {"output_type": "stream", "name": "stdout", "text": ["said by the kernel\n"]}
    shown = code("'in'", outputs=[stream, IMAGE])
    pretend_executed(good, markdown("# Chapter 1"), code("import sketchlib", "install"), shown)
    pretend_executed(stale)
    write("02_x", markdown("# Chapter 2\n\nA word was changed."), code("'in'"))
    partial.partial.write_text("{")
    # The library as the test has it: an empty one, beside the book.
    program = (
        "import sys, sketchlib; from sphinx.cmd.build import main;"
        f"sketchlib.__file__ = {sketchlib.__file__!r}; sys.exit(main(sys.argv[1:]))"
    )
    paths = os.pathsep.join([str(ROOT / "book" / "_ext"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", program, "-q", "-b", "html", str(book), str(book / "out")],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr, book / "out"


def test_executed_copies_are_shown_and_bad_ones_warned_of(sphinx: tuple[str, Path]) -> None:
    warnings, out = sphinx
    page = (out / "chapters" / "01_x.html").read_text()
    assert "said by the kernel" in page
    assert "Show the install cell for Colab" in page  # it is folded
    assert "12.34" not in page  # papermill's metadata and our record stay out of the page
    lines = [line for line in warnings.splitlines() if "WARNING" in line]
    assert len(lines) == 3
    assert "02_x is stale: the chapter has changed since" in lines[0]
    assert "03_x is only partial" in lines[1]
    assert "04_x was never executed" in lines[2]
    table = (out / "index.html").read_text()
    for outcome in ("passed", "stale", "failed", "not run"):
        assert f"<p>{outcome}</p>" in table or f">{outcome}<" in table
