"""Jupyter Book turns the prose pages and the executed chapters into HTML."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sketchlib.publish.errors import PublishError


def build_pages(root: Path, *, strict: bool, everything: bool = False) -> tuple[Path, list[str]]:
    """Run `jupyter-book build`; return the page to open and the warnings.

    Args:
        strict: a warning fails the build, as it always does for the whole book.
        everything: read all pages again, not only those that changed.

    Raises:
        PublishError: with all of the warnings, and where the full log is.
    """
    build = root / "build"
    build.mkdir(exist_ok=True)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += ["build", str(root), "--path-output", str(build), "-n"]
    command += ["-W", "--keep-going"] * strict + ["--all"] * everything
    log = build / "pages.log"
    environment = os.environ | {"NO_COLOR": "1", "TERM": "dumb"}
    with log.open("w", encoding="utf-8") as sink:
        code = subprocess.run(command, stdout=sink, stderr=subprocess.STDOUT, env=environment).returncode
    lines = log.read_text(encoding="utf-8", errors="replace").replace(f"{root}{os.sep}", "").splitlines()
    warnings = [line for line in lines if any(word in line for word in ("WARNING:", "ERROR:", "CRITICAL:"))]
    if code:
        raise PublishError("\n".join([*(warnings or lines[-5:]), f"The pages were not built. All of it: {log}"]))
    return _link(build), warnings


def _link(build: Path) -> Path:
    """build/html leads to where Jupyter Book puts its pages."""
    link = build / "html"
    if not link.is_symlink():
        link.symlink_to(Path("_build") / "html", target_is_directory=True)
    return link / "index.html"
