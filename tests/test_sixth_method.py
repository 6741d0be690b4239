"""The example of "A method of your own" is run as it stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from sketchlib import methods
from sketchlib.data import load_faces
from sketchlib.data.pairs import PairedFaces, to_float
from sketchlib.evaluation.floors import floors
from sketchlib.experiments.plan import plan
from sketchlib.experiments.report import report
from sketchlib.experiments.runs import run

PAGE = Path(__file__).parents[1] / "book" / "sixth_method.md"


@pytest.fixture(scope="module")
def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def row(blocks: list[str]) -> methods.Row:
    file, line = blocks
    names: dict = {"Row": methods.Row}
    exec(file, names)
    rows = eval("{" + line + "}", names)
    assert list(rows) == ["linear"] and rows.keys().isdisjoint(methods.METHODS)
    return rows["linear"]


def test_the_class_has_twenty_lines(blocks: list[str]) -> None:
    body = blocks[0][blocks[0].index("class LinearFilter") :].split("\n\n\n")[0]
    assert len(body.strip().splitlines()) <= 20


def test_it_becomes_a_row_like_any_other(row: methods.Row, tmp_path: Path) -> None:
    train, test = load_faces("toy")
    train, test = train[:12], test[:6]
    (job,) = plan({"linear": row}, seeds=3, scale="quick", train=train, root=tmp_path)  # deterministic=True: one run
    assert run(row, train, test, job.config, job.folder)
    (line,) = report([job], {"linear": row}, train, test, tmp_path, scale="quick", command="a test")
    assert line["label"] == "Best 7 x 7 filter" and line["n"] == 6 and line["seeds"] == 1
    assert line["ssim"] > floors(train, test)["white page"].mean()
    assert "Best 7 x 7 filter" in (tmp_path / "table1.md").read_text("utf-8")


def test_it_finds_a_filter_that_is_there(row: methods.Row) -> None:
    # The sketch is the photo's green, two pixels to the right: one weight of 148, which least squares must find.
    photos = torch.randint(0, 256, (3, 3, 24, 20), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    sketches = photos[:, 1:2].roll(2, dims=-1)
    sketches[..., :2] = 128  # what comes in at the left is unknown
    method = row.method()
    method.fit(PairedFaces(photos, sketches, ("a", "b", "c"), "train", "noise"), None)
    drawn = method.sketch(to_float(photos))
    assert (drawn - to_float(sketches))[..., 3:].abs().max() < 0.3
    assert drawn.shape == (3, 1, 24, 20) and drawn.dtype == torch.float32
