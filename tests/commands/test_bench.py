"""`sketchlib bench`: a bad input is one sentence; tables come one by one into one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sketchlib.bench.bench import WHAT
from sketchlib.cli import app
from sketchlib.experiments.provenance import device_name


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--only", "fast"], "--only has 'fast', expected some of machine, peer, rewritings, methods, others."),
        (["--only", "peer"], "--only has 'peer', expected --peer with it, a folder of the authors' code."),
        (["--peer", "nowhere"], "models/cycle_gan_model.py is missing, expected a copy of"),
        (["--data", "nowhere"], 'dataset is "nowhere", expected "toy" or the path of a copy of CUHK Student'),
        (["--device", "tpu"], "device is 'tpu', expected 'auto', 'cpu' or 'cuda'."),
    ],
)
def test_a_bad_input_is_one_sentence_and_nothing_is_begun(options: list[str], sentence: str, tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    result = CliRunner().invoke(app, ["bench", "--out", str(out), *options])
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not out.exists()


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    out.write_text("notes of mine")
    result = CliRunner().invoke(app, ["bench", "--only", "machine", "--out", str(out)])
    assert result.exit_code == 1
    assert f"{out} cannot be read, expected the numbers of a benchmark" in result.stderr
    assert out.read_text() == "notes of mine"


@pytest.mark.timeout(400)
def test_a_table_joins_those_that_are_there(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    older = {"table": "others", "command": "sketchlib bench --only others", "date": "2020-01-01", "revision": "abc"}
    about = {"what": WHAT, "device": device_name("cpu"), "versions": {}}
    out.write_text(json.dumps({**about, "rows": [older], "others": [{"task": "kept"}]}))
    result = CliRunner().invoke(
        app, ["bench", "--only", "machine", "--runs", "1", "--device", "cpu", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    found = json.loads(out.read_text())
    assert found["others"] == [{"task": "kept"}]
    assert [row["contender"] for row in found["machine"]] == ["32 bits", "16 bits (bf16)"]
    assert found["machine"][0]["gflop"] == pytest.approx(2 * 2048**3 / 1e9, rel=1e-4)
    assert found["machine"][0]["gflop_per_second"] > 0
    assert [each["table"] for each in found["rows"]] == ["others", "machine"]
    assert found["rows"][0] == older
    assert found["rows"][1]["command"] == "sketchlib bench --only machine --runs 1"
    assert found["date"].startswith("2020-01-01, ")


def test_tables_of_two_machines_do_not_mix(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    text = json.dumps({"what": WHAT, "device": "another", "versions": {}, "rows": []})
    out.write_text(text)
    result = CliRunner().invoke(app, ["bench", "--only", "machine", "--device", "cpu", "--out", str(out)])
    assert result.exit_code == 1
    assert f"{out} is of another, expected a benchmark of {device_name('cpu')}; choose another --out." in result.stderr
    assert out.read_text() == text
