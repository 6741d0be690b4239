"""The results-table directive, built with a small Sphinx of its own, and the files it reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    "what": "A test",
    "date": "2020-01-01",
    "rows": [{"who": "white", "ssim": 0.4984}, {"who": "me", "ssim": None}],
}


def build(folder: Path, page: str, data: object = FLOORS) -> subprocess.CompletedProcess[str]:
    """Build a one-page site, in a process of its own as Sphinx keeps global state, with -W."""
    (folder / "book" / "results").mkdir(parents=True)
    (folder / "book" / "results" / "floors.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "index.md").write_text(f"# Page\n\n{page}\n", encoding="utf-8")
    (folder / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / '_ext')!r})\n"
        "extensions = ['myst_parser', 'results_table']\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "-q",
        "-b",
        "pseudoxml",
        str(folder),
        str(folder / "out"),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def directive(name: str, *options: str) -> str:
    return "\n".join([f"```{{results-table}} {name}", *options, "```"])


def test_table_shows_the_chosen_columns_rounded_with_provenance(tmp_path: Path) -> None:
    done = build(
        tmp_path,
        directive("floors.json", ":columns: ssim, who", ":headers: SSIM, Output", ":digits: 2"),
    )
    assert done.returncode == 0, done.stderr
    lines = [
        line.strip()
        for line in (tmp_path / "out" / "index.pseudoxml").read_text("utf-8").splitlines()
    ]
    text = [line for line in lines if line and not line.startswith("<")]
    assert text == [
        "Page",
        "SSIM",
        "Output",
        "0.50",
        "white",
        "–",
        "me",
        "A test. Date: 2020-01-01.",
    ]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (directive("absent.json"), "book/results/absent.json does not exist"),
        (directive("floors.json", ":columns: who, psnr"), "floors.json lacks the field 'psnr'"),
        (directive("floors.json", ":columns: who", ":headers: a, b"), "1 columns, 2 headers"),
    ],
)
def test_what_is_missing_stops_the_build_and_is_named(
    tmp_path: Path, page: str, message: str
) -> None:
    done = build(tmp_path, page)
    assert done.returncode != 0
    assert message in done.stderr


@pytest.mark.parametrize(
    ("data", "message"),
    [({"what": "nothing"}, "lacks the field 'rows'"), ({"rows": []}, "has no rows")],
)
def test_a_file_without_rows_stops_the_build(
    tmp_path: Path, data: dict[str, object], message: str
) -> None:
    done = build(tmp_path, directive("floors.json"), data)
    assert done.returncode != 0
    assert message in done.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "book" / "results").glob("*.json")), ids=lambda p: p.name
)
def test_every_results_file_says_what_it_is_and_where_it_comes_from(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["what"]
    assert data.get("source") or all(data.get(key) for key in ("command", "date", "revision"))
    fields = [set(row) for row in data["rows"]]
    assert fields and all(f == fields[0] for f in fields)
