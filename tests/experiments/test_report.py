"""The files of a table say what the runs say."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sketchlib.evaluation.floors import floors
from sketchlib.evaluation.protocols import PROTOCOLS
from sketchlib.experiments import evaluations
from sketchlib.experiments.ablation import ABLATION
from sketchlib.experiments.evaluations import evaluate_run
from sketchlib.experiments.plan import Job
from sketchlib.experiments.report import markdown, report, where_from
from sketchlib.experiments.runs import load_run, load_scores, run, save_sketches
from sketchlib.experiments.tables import PAPER
from sketchlib.files import write_csv, write_json
from sketchlib.methods import METHODS, Row

from .tiny import Darker, Guess, faces, files, job

FILES = {"claims.json", "table1.csv", "table1.md", "table1.json", "scores.csv", "protocols.csv", "figure3.png"}
ROWS = {"lle": METHODS["lle"], "guess": Row("A guess", Guess), "improved": Row("Ours, darker", Darker)}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    """Three finished rows; the last has two seeds."""
    root = tmp_path_factory.mktemp("runs")
    made = [job(root, name, row) for name, row in ROWS.items()] + [job(root, "improved", ROWS["improved"], 1)]
    for each in made:
        run(each.row, *faces(), each.config, each.folder, device="cpu")
    return made


@pytest.fixture(scope="module")
def folder(jobs: list[Job]) -> Iterator[Path]:
    folder = jobs[0].folder.parents[1]
    report(jobs, ROWS, *faces(), folder, scale="tiny", command="sketchlib reproduce --scale tiny")
    return folder


def test_all_files_are_there_and_no_ablation_that_nobody_asked_for(folder: Path) -> None:
    assert {path.name for path in folder.iterdir() if path.is_file()} == FILES


def test_the_table_is_the_mean_of_the_scores_of_the_runs(folder: Path, jobs: list[Job]) -> None:
    table, scores = read(folder / "table1.csv"), read(folder / "scores.csv")
    assert [row["method"] for row in table] == list(ROWS)
    for row in table:
        runs = np.array([load_scores(each.folder) for each in jobs if each.name == row["method"]])
        assert float(row["ssim"]) == pytest.approx(runs.mean(), abs=6e-6)
        told = [float(each["ssim"]) for each in scores if each["method"] == row["method"]]
        np.testing.assert_allclose(told, runs.flatten(), atol=2e-6)
        assert (int(row["seeds"]), int(row["n"])) == runs.shape
    assert [(row["seed"], row["id"]) for row in scores if row["method"] == "improved"] == [
        (seed, name) for seed in "01" for name in faces()[1].ids
    ]
    for house in (row for row in read(folder / "protocols.csv") if row["protocol"] == "house"):
        assert {name: house[name] for name in ROWS} == {row["method"]: row["ssim"] for row in table}
    assert [row["protocol"] for row in read(folder / "protocols.csv")] == list(PROTOCOLS)


def test_the_json_has_everything_and_where_it_comes_from(folder: Path, jobs: list[Job]) -> None:
    found = json.loads((folder / "table1.json").read_text())
    assert found["command"] == "sketchlib reproduce --scale tiny"
    assert "scale tiny" in found["what"] and "3 test faces of noise" in found["what"]
    assert (
        found["data_fingerprint"] == faces()[0].fingerprint
        and found["versions"] == load_run(jobs[0].folder)["versions"]
    )
    for file, key in (("table1.csv", "rows"), ("protocols.csv", "protocols")):
        assert read(folder / file) == [
            {name: "" if value is None else str(value) for name, value in row.items()} for row in found[key]
        ]
    assert [row["minus"] for row in found["comparisons"]] == ["lle", "guess"]
    assert [row["floor"] for row in found["floors"]] == list(floors(*faces()))
    assert [(row["method"], row["minus"]) for row in found["faces"]] == [("improved", "lle"), ("improved", "guess")]
    assert "Holm" in found["family"]
    assert found["config"]["epochs"] == 4 and "seed" not in found["config"]  # two seeds
    assert found["config_of_methods"] == {name: {} for name in ROWS}


def test_the_page_has_each_method_its_number_and_the_papers(folder: Path) -> None:
    page = (folder / "table1.md").read_text()
    for row in read(folder / "table1.csv"):
        (line,) = (line for line in page.splitlines() if line.startswith(f"| {row['label']} |"))
        paper = PAPER.get(row["method"])
        assert f"| {'' if paper is None else paper} | {float(row['ssim']):.4f} |" in line
    assert "white page" in page and "None" not in page


def test_the_figure_is_a_picture(folder: Path) -> None:
    with Image.open(folder / "figure3.png") as image:
        assert image.format == "PNG" and np.asarray(image).std() > 0


def test_a_second_report_is_the_same(folder: Path, jobs: list[Job]) -> None:
    before = files(folder)
    report(jobs, ROWS, *faces(), folder, scale="tiny", command="sketchlib reproduce --scale tiny")
    assert files(folder) == before


def test_runs_of_two_machines_are_both_named(tmp_path: Path) -> None:
    made = [job(tmp_path, "improved", ROWS["improved"], seed) for seed in (0, 1)]
    for each, device, revision in zip(made, ("a", "b"), ("abc", None), strict=True):
        origin = {"date": "2030-01-01", "revision": revision, "versions": {"torch": f"2.{each.seed}"}, "device": device}
        write_json(each.folder / "run.json", origin)
    found = where_from(made, faces()[0], "tiny", "a command")
    assert (found["device"], found["revision"], found["date"]) == ("a, b", "abc, unknown", "2030-01-01")
    assert found["precision"] == "32-true"
    assert found["versions"] == {"torch": "2.0, 2.1"}
    write_json(
        made[0].folder / "run.json",
        {**origin, "precision": "bf16-mixed", "earlier": [{**origin, "device": "c", "precision": "32-true"}]},
    )
    found = where_from(made[:1], faces()[0], "tiny", "a command")
    assert (found["device"], found["precision"]) == ("b, c", "32-true, bf16-mixed")


def test_an_evaluation_is_kept_and_made_again_where_it_is_not_whole(jobs: list[Job], tmp_path: Path) -> None:
    _, test = faces()
    each = job(tmp_path, "guess", ROWS["guess"])
    save_sketches(each.folder, test.sketches)  # a perfect artist
    write_csv(each.folder / "scores.csv", [{"id": id_, "ssim": 1.0} for id_ in test.ids])
    first = evaluate_run(each, test)
    assert {row["ssim"] for row in first if row["protocol"] == "house"} == {1.0}
    assert len(first) == len(PROTOCOLS) * len(test)
    path = each.folder / "evaluation.csv"
    save_sketches(each.folder, 255 - test.sketches)
    assert evaluate_run(each, test) == first  # read, not taken anew
    lines = path.read_text().splitlines()
    path.write_text("".join(line.rpartition(",")[0] + "\n" for line in lines))  # an older version: a measure less
    again = evaluate_run(each, test)
    assert all(row["ssim"] < 1 for row in again) and len(again) == len(first)
    save_sketches(each.folder, test.sketches)
    assert evaluate_run(each, test) == first  # scores.csv says so, and what is in evaluation.csv does not
    assert evaluate_run(each, test) == first


def test_a_single_test_face_has_a_page_too() -> None:
    row = {"label": "A", "paper": None, "ssim": 0.5, "low": None, "high": None, "seed_spread": None, "seeds": 1}
    page = markdown("One face", [{**row, "seconds": 1.0}], [])
    assert "| A |  | 0.5000 |  |  | 1 | 1 |" in page


def test_an_ablation_has_its_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "image_metrics", lambda: ("psnr",))
    monkeypatch.setattr(evaluations, "PROTOCOLS", {"house": PROTOCOLS["house"]})
    monkeypatch.setattr("sketchlib.experiments.tables.PROTOCOLS", {"house": PROTOCOLS["house"]})
    rows_of_table = {name: Row(row.label, Darker if "l1" in name else Guess) for name, row in ABLATION.items()}
    parts = [job(tmp_path, name, row) for name, row in rows_of_table.items()]
    parts.append(job(tmp_path, "unet", rows_of_table["unet"], 1))
    for each in parts:
        run(each.row, *faces(), each.config, each.folder)
    folder = tmp_path / "noise"
    report(parts, {}, *faces(), folder, scale="tiny", command="a test", ablation=True)
    found = json.loads((folder / "ablation.json").read_text())
    assert {path.name for path in folder.iterdir() if path.is_file()} == FILES - {"figure3.png"} | {
        "ablation.csv",
        "ablation.json",
    }
    rows = read(folder / "ablation.csv")
    assert [(row["study"], row["method"]) for row in rows] == [(row["study"], row["method"]) for row in found["rows"]]
    by_name = {each.name: load_scores(each.folder).mean() for each in parts}
    for row in rows:
        assert float(row["ssim"]) == pytest.approx(by_name[row["method"]], abs=6e-6)
    assert [row["part"] for row in found["effects"]] == ["U-Net", "SE", "L1"]
    assert "all comparisons of the ablation" in found["family"]
    scores = read(folder / "scores.csv")
    assert [(row["method"], row["seed"], row["id"]) for row in scores] == [
        (each.name, str(each.seed), name) for each in parts for name in faces()[1].ids
    ]
    assert list(scores[0]) == ["method", "seed", "id", "ssim", "psnr"]
    for each in parts:
        told = [float(row["ssim"]) for row in scores if row["method"] == each.name and row["seed"] == str(each.seed)]
        np.testing.assert_allclose(told, load_scores(each.folder), atol=2e-6)
    assert all(float(row["psnr"]) > 0 for row in scores)
