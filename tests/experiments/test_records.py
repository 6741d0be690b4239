"""Records: tables from them alone, nothing overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from torch import equal

from experiments.tiny import ROWS, faces, job
from sketchlib.experiments import evaluations
from sketchlib.experiments.evaluations import evaluate_hiding, evaluate_run
from sketchlib.experiments.records import FILES, keep_records, record_folder, restore_records
from sketchlib.experiments.runs import load_method, run


def test_a_record_stands_for_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "image_metrics", lambda: ("psnr",))
    train, test = faces()
    done = job(tmp_path / "runs", "improved", ROWS["improved"], epochs=1)
    run(done.row, train, test, done.config, done.folder, device="cpu", progress=False)
    rows, hidden = evaluate_run(done, test), evaluate_hiding(done, test)
    assert len(hidden) == len(test) and all(row["none"] > 0 for row in hidden)
    begun = job(tmp_path / "runs", "improved", ROWS["improved"], 1, epochs=1)
    keep_records([done, begun], tmp_path / "records")
    record = record_folder(tmp_path / "records", done)
    assert record == tmp_path / "records/noise/improved/seed0"
    assert {path.name for path in record.iterdir()} == set(FILES)
    assert not record_folder(tmp_path / "records", begun).exists()

    elsewhere = job(tmp_path / "elsewhere", "improved", ROWS["improved"], epochs=1)
    restore_records([elsewhere, begun], tmp_path / "records")
    assert elsewhere.done and not begun.folder.exists()
    assert evaluate_run(elsewhere, test) == rows and evaluate_hiding(elsewhere, test) == hidden
    with pytest.raises(FileNotFoundError, match=r"checkpoint.pt is not there, expected the networks of a finished run"):
        load_method(elsewhere.row, elsewhere.config, elsewhere.folder)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    there = job(tmp_path / "runs", "improved", ROWS["improved"])
    record = record_folder(tmp_path / "records", there)
    for folder, text in ((there.folder, "ours"), (record, "theirs")):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(text)
    (record / "scores.csv").write_text("id,ssim\n")
    restore_records([there], tmp_path / "records")
    assert (there.folder / "config.json").read_text() == "ours" and not there.done
    shutil.rmtree(there.folder)
    restore_records([there], tmp_path / "records")
    assert (there.folder / "config.json").read_text() == "theirs"


def test_the_networks_of_a_run_come_back(tmp_path: Path) -> None:
    train, test = faces()
    done = job(tmp_path, "improved", ROWS["improved"], epochs=1)
    run(done.row, train, test, done.config, done.folder, device="cpu", progress=False)
    again, other = (load_method(done.row, done.config, done.folder) for _ in range(2))
    photos, _ = test.tensors(32)
    assert equal(again.sketch(photos), other.sketch(photos)) and again.sketch(photos).std() > 0
