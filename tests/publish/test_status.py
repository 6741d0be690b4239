"""What the status page shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sketchlib.publish.status import all_status, environment, markdown_table, write_status

from .conftest import Write, pretend_executed


def test_a_row_for_every_chapter_whatever_became_of_it(book: Path, write: Write) -> None:
    passed, stale, failed, _never = (write(f"0{i}_x") for i in (1, 2, 3, 4))
    pretend_executed(passed, parameters={"dataset": "/home/me/cuhk.zip", "seed": 3})
    pretend_executed(stale, source="another")
    failed.partial.write_text("{")
    write("05_x").executed.write_text("{}")  # not one of ours
    rows = all_status(book)
    assert [row.outcome for row in rows] == ["passed", "stale", "failed", "not run", "failed"]
    assert rows[0].cells() == (
        "01_x",
        "passed",
        "12.3",
        "1",
        "dataset = cuhk.zip, seed = 3",
        "CPU, 2 threads",
        "3.12.0",
        "2.9.0",
        "2026-01-02 03:04",
    )
    assert rows[1].settings == "defaults"
    assert rows[3].cells()[2:] == ("",) * 7
    assert json.loads(write_status(book).read_text())[0]["seconds"] == 12.34


def test_the_table_has_a_line_per_chapter_and_as_many_cells_as_its_head(book: Path, write: Write) -> None:
    pretend_executed(write("01_x"))
    write("02_y")
    lines = markdown_table(all_status(book)).splitlines()
    assert len(lines) == 4
    assert {line.count("|") for line in lines} == {10}


def test_a_book_without_runs_has_a_table_too(book: Path) -> None:
    assert len(markdown_table(all_status(book)).splitlines()) == 2


def test_the_environment_names_device_and_versions() -> None:
    facts = environment()
    assert set(facts) == {"device", "side_by_side", "python", "torch"}
    assert all(facts.values())


def test_a_run_beside_others_says_so(book: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    facts = environment(workers=3, threads=1)
    assert facts["device"] == "CPU, 1 thread"
    pretend_executed(write("01_x"), environment=facts)
    assert all_status(book)[0].side_by_side == "3"
