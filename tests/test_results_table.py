"""The results-table directive, built with a small Sphinx of its own, and the files it reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [{"who": "white", "ssim": 0.4984}, {"who": "me", "ssim": None}]
FILES = {
    "floors.json": {"what": "A test", "date": "2020-01-01", "rows": ROWS},
    "field.json": {"what": "nothing"},
    "tables.json": {"what": "Two", "rows": ROWS, "tests": [{"p": 3.2e-9}, {"p": 0.04}, {"p": 0.0}, {"p": 12345.6}]},
    "empty.json": {"rows": []},
}
GOOD = ("floors.json", ":columns: ssim, who", ":headers: SSIM, Output", ":digits: 2")
SECOND = ("tables.json", ":field: tests", ":bare:", ":digits: 3")
SOME = ("floors.json", ":where: who, white", ":bare:")
BAD = {
    "absent": ("absent.json",),
    "column": ("floors.json", ":columns: who, psnr"),
    "header": ("floors.json", ":columns: who", ":headers: a, b"),
    "nowhere": ("floors.json", ":where: who, you"),
    "rowless": ("field.json",),
    "empty": ("empty.json",),
}


def build(folder: Path, pages: dict[str, tuple[str, ...]]) -> subprocess.CompletedProcess[str]:
    """Build a site of these pages with -W, in a process of its own as Sphinx keeps global state."""
    (folder / "book" / "results").mkdir(parents=True)
    for name, data in FILES.items():
        (folder / "book" / "results" / name).write_text(json.dumps(data), encoding="utf-8")
    for page, (file, *options) in pages.items():
        text = "\n".join([f"# {page}", "", f"```{{results-table}} {file}", *options, "```"])
        (folder / f"{page}.md").write_text(text, encoding="utf-8")
    (folder / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / '_ext')!r})\n"
        "extensions = ['myst_parser', 'results_table']\n"
        f"root_doc = {next(iter(pages))!r}\n"
        "suppress_warnings = ['toc.not_included']\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "pseudoxml", "."]
    return subprocess.run([*command, "out"], cwd=folder, capture_output=True, text=True, timeout=100)


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    done = build(tmp_path_factory.mktemp("bad"), BAD)
    assert done.returncode != 0
    return [line for line in done.stderr.splitlines() if "results-table:" in line]


def test_table_shows_the_chosen_columns_rounded_with_provenance(tmp_path: Path) -> None:
    done = build(tmp_path, {"index": GOOD})
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out" / "index.pseudoxml").read_text(encoding="utf-8").splitlines()
    text = [line.strip() for line in lines if not line.strip().startswith("<")]
    table = ["SSIM", "Output", "0.50", "white", "–", "me"]
    assert text == ["index", *table, "A test. Date: 2020-01-01."]


def test_another_field_of_the_file_without_provenance_and_numbers_of_their_own_size(tmp_path: Path) -> None:
    done = build(tmp_path, {"index": SECOND})
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out" / "index.pseudoxml").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in lines if not line.strip().startswith("<")] == [
        *("index", "p"),
        *("3e-09", "0.040", "0.000", "12,346"),
    ]


def test_the_rows_of_one_kind(tmp_path: Path) -> None:
    done = build(tmp_path, {"index": SOME})
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out" / "index.pseudoxml").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in lines if not line.strip().startswith("<")] == [
        *("index", "who", "ssim", "white", "0.498"),
    ]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("absent", "book/results/absent.json does not exist"),
        ("column", "floors.json lacks the field 'psnr'"),
        ("header", "floors.json has 1 columns, 2 headers"),
        ("nowhere", "floors.json has no rows"),
        ("rowless", "field.json lacks the field 'rows'"),
        ("empty", "empty.json has no rows"),
    ],
)
def test_what_is_missing_stops_the_build_with_one_sentence(errors: list[str], page: str, message: str) -> None:
    (line,) = [line for line in errors if f"{page}.md:" in line]
    assert message in line


@pytest.mark.parametrize("path", sorted((ROOT / "book" / "results").glob("*.json")), ids=lambda path: path.name)
def test_every_results_file_says_what_it_is_and_where_it_comes_from(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["what"]
    assert data.get("source") or all(data.get(key) for key in ("command", "date", "revision"))
    fields = [set(row) for row in data["rows"]]
    assert fields
    assert all(each == fields[0] for each in fields)
