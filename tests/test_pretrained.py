"""The pair of generators that ships with the package."""

from __future__ import annotations

import json

import pytest
import torch

from sketchlib.data import load_faces
from sketchlib.evaluation import floors, score
from sketchlib.pretrained import FOLDER, SIZE, load_pretrained, pair_name
from sketchlib.training.config import WEIGHTS, TrainConfig


def test_each_file_is_small() -> None:
    assert all(path.stat().st_size < 2_000_000 for path in FOLDER.iterdir() if path.is_file())


@pytest.mark.parametrize("supervised", [True, False])
def test_it_was_trained_on_the_toy_faces_as_they_are_now(supervised: bool) -> None:
    record = json.loads((FOLDER / f"{pair_name(supervised)}.json").read_text(encoding="utf-8"))
    train, test = load_faces("toy")
    assert record["data_fingerprint"] == train.fingerprint
    G, _ = load_pretrained(supervised=supervised)
    some = test[:20]
    photos, _ = some.tensors(SIZE)
    with torch.no_grad():
        scores = score(G(photos).mean(dim=1, keepdim=True), some)
    assert scores.mean() == pytest.approx(record["ssim"], abs=5 * record["standard_error"])
    for name, values in floors(train, some).items():
        if supervised and not name.startswith("reference"):
            assert scores.mean() > values.mean(), name


@pytest.mark.parametrize("supervised", [True, False])
def test_it_comes_ready_for_use(supervised: bool) -> None:
    for generator in load_pretrained(supervised=supervised):
        assert not generator.training and not any(weight.isnan().any() for weight in generator.parameters())


def test_the_pairs_differ_in_the_supervised_terms_and_alignment_alone() -> None:
    with_l1, without = (
        json.loads((FOLDER / f"{pair_name(supervised)}.json").read_text(encoding="utf-8"))["config"]
        for supervised in (True, False)
    )
    assert {key for key in with_l1 if with_l1[key] != without[key]} == {"lambda_xy", "lambda_yx", "aligned"}
    paper = TrainConfig()
    assert all(with_l1[name] == getattr(paper, name) for name in WEIGHTS)
