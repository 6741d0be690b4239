"""The study of SE's hidden units, on a few small faces."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sketchlib.data.pairs import PairedFaces
from sketchlib.experiments import se_study
from sketchlib.experiments.scales import SCALES

TINY = {"size": 32, "channels": 4, "epochs": 2, "milestones": (1,), "lr": 2e-3, "samples_every": 0}


def test_each_way_is_trained_and_looked_at(
    noise_pairs: PairedFaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCALES, "quick", TINY)
    monkeypatch.setattr(se_study, "load_faces", lambda data: (noise_pairs, noise_pairs))
    monkeypatch.setattr(se_study, "EVERY", 2)
    out = tmp_path / "study.json"
    words = ["--ways", "normal;he, SE not trained;he, centered", "--set", "reduction=4", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["se_study", *words])
    se_study.main()
    found = json.loads(out.read_text())
    assert found["what"] and found["command"].endswith("--set reduction=4") and found["config"]["reduction"] == 4
    assert [row["way"] for row in found["rows"]] == ["normal", "he, SE not trained", "he, centered"]
    for row in found["rows"]:
        for block in (row["G"], row["F"]):
            assert len(block["live"]) == 2 and block["live"][-1] == pytest.approx(block["live_units"], abs=1e-4)
            assert min(block["common"], block["own"]) >= 0
    frozen = found["rows"][1]["G"]
    assert frozen["by_weights"] == 0 < frozen["by_encoder"]  # its weights never moved, what they read did


def test_every_way_changes_the_block_it_names(noise_pairs: PairedFaces) -> None:
    blocks = {}
    for way, (settings, change) in se_study.WAYS.items():
        block = se_study.SqueezeExcitation(32, 4, settings.get("se_init", "he"), settings.get("se_center", True))
        change(block)
        blocks[way] = block
    assert blocks["he, centered"].mean is not None and blocks["he"].mean is None
    assert (blocks["he, b1 = 0.5"].reduce.bias == 0.5).all()
    assert not any(weight.requires_grad for weight in blocks["he, SE not trained"].parameters())
