"""Pages without what connects them to a kernel elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("extensions", "found"), [(["sphinx_thebe"], True), (["sphinx_thebe", "no_thebe"], False)])
def test_a_page_names_no_kernel_elsewhere(extensions: list[str], found: bool, tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(f"extensions = {extensions}\n")
    (tmp_path / "index.rst").write_text("Page\n====\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")],
        env=os.environ | {"PYTHONPATH": str(ROOT / "book" / "_ext")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert ("THEBE_JS_URL" in (tmp_path / "out" / "index.html").read_text()) is found
