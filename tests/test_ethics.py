"""What the page on the people in the data states: its counts, and what its code prints."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "book" / "ethics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_counts_are_those_of_the_reference_copy() -> None:
    pairs = json.loads((ROOT / "sketchlib" / "data" / "cuhk_student.json").read_text(encoding="utf-8"))["pairs"]
    counts = Counter((facts["split"], name[0]) for name, facts in pairs.items())
    rows = dict(re.findall(r"^\| (training|test) \| (\d+ \| \d+) \|$", PAGE, flags=re.MULTILINE))
    assert rows == {
        "training": f"{counts['train', 'f']} | {counts['train', 'm']}",
        "test": f"{counts['test', 'f']} | {counts['test', 'm']}",
    }
    assert counts["test", "m"] == 4 * counts["test", "f"]  # "four times as many"


def test_the_code_runs_and_the_questions_behind_it_are_about_what_it_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from sketchlib.data import load_faces
    from sketchlib.data.toyfaces import draw_face

    block, _ = BLOCKS
    names: dict = {}
    exec(block, names)
    printed = re.findall(
        r"^(.*?)\s+\d+ faces, SSIM (\S+) \+- (\S+), a white page (\S+)$", capsys.readouterr().out, re.M
    )
    found = {name: tuple(map(float, numbers)) for name, *numbers in printed}
    hair, skin = (found["long hair"], found["other hair"]), (found["lighter skin"], found["darker skin"])
    assert hair[1][0] - hair[0][0] > 4 * (hair[0][1] ** 2 + hair[1][1] ** 2) ** 0.5 > 0  # 4 errors of the difference
    assert hair[1][2] > hair[0][2]  # the white page too scores lower on one of them
    assert abs(skin[0][0] - skin[1][0]) < 2 * (skin[0][1] ** 2 + skin[1][1] ** 2) ** 0.5  # less than chance explains
    person = names["people"][7]
    assert (draw_face(person)[0] == load_faces("toy")[1].photos[7].numpy()).all()  # these are the people


def test_the_letters_differ_in_the_same_direction_for_every_method(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict = {}
    exec(BLOCKS[1], names)
    printed = re.findall(r"^(\S+)\s+([fm])  SSIM (\d\.\d{3})$", capsys.readouterr().out, re.M)
    means = {(method, letter): float(mean) for method, letter, mean in printed}
    methods = {method for method, _ in means}
    assert len(methods) >= 5 and len(means) == 2 * len(methods)
    assert all(means[method, "f"] < means[method, "m"] for method in methods)
    faces = {letter: {row["id"] for row in _scores() if row["id"][0] == letter} for letter in "fm"}
    assert {letter: len(ids) for letter, ids in faces.items()} == {"f": 20, "m": 80}


def _scores() -> list[dict[str, str]]:
    with (ROOT / "book" / "results" / "scores_cpu.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
