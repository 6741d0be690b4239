"""A run on disk: what it leaves, that it is left alone, and that its files say the same."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from sketchlib.data.pairs import PairedFaces, one_channel, resize, to_float, to_uint8
from sketchlib.experiments import runs
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import finished, load_run, load_scores, load_sketches, run
from sketchlib.methods import METHODS, Row
from sketchlib.training.checkpoint import load_generator

from .tiny import Guess, faces, files, job

Faces = tuple[PairedFaces, PairedFaces]
TRAINED = ("improved", "cyclegan", "combogan", "pix2pix")


def do(each: Job, pairs: Faces) -> bool:
    return run(each.row, *pairs, each.config, each.folder, device="cpu", progress=False)


@pytest.fixture(scope="module")
def pairs() -> Faces:
    return faces()


@pytest.fixture(scope="module")
def done(pairs: Faces, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Job]:
    """A finished run of one epoch each."""
    root = tmp_path_factory.mktemp("runs")
    made = {name: job(root, name, METHODS[name], epochs=1) for name in ("lle", *TRAINED)}
    assert all(do(each, pairs) for each in made.values())
    return made


def test_a_run_leaves_what_its_module_lists(done: dict[str, Job]) -> None:
    always = {"config.json", "sketches.safetensors", "run.json", "scores.csv"}
    assert set(files(done["lle"].folder)) == always
    for name in TRAINED:
        assert set(files(done[name].folder)) == always | {"history.csv", "checkpoint.pt", "generator.safetensors"}
        assert done[name].folder.parts[-3:] == ("noise", name, "seed0")


def test_a_finished_run_is_left_alone(done: dict[str, Job], pairs: Faces) -> None:
    for name in ("lle", "improved"):
        before = files(done[name].folder)
        assert not do(done[name], pairs)
        assert files(done[name].folder) == before


def test_other_settings_or_data_are_one_sentence_and_change_nothing(done: dict[str, Job], pairs: Faces) -> None:
    folder, before = done["improved"].folder, files(done["improved"].folder)
    other = replace(done["improved"], config=replace(done["improved"].config, lambda_idt=5.0))
    with pytest.raises(ValueError) as caught:
        do(other, pairs)
    assert str(caught.value) == (
        f"{folder / 'config.json'} is of another run (lambda_idt 0.5 there), expected the same settings; "
        "choose another folder."
    )
    with pytest.raises(ValueError, match="data_fingerprint"):
        do(done["improved"], (pairs[0][:2], pairs[1]))
    assert files(folder) == before


@pytest.mark.parametrize("name", ["lle", "improved"])
def test_scores_are_the_ssim_of_the_sketches_on_disk(name: str, done: dict[str, Job], pairs: Faces) -> None:
    test, sketches = pairs[1], load_sketches(done[name].folder)
    assert sketches.shape == test.sketches.shape and sketches.dtype == torch.uint8
    wang = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    expected = [
        structural_similarity(a[0].numpy(), b[0].numpy(), **wang) for a, b in zip(test.sketches, sketches, strict=True)
    ]
    np.testing.assert_allclose(load_scores(done[name].folder), expected, atol=5.1e-7)  # six digits are kept
    with (done[name].folder / "scores.csv").open() as file:
        assert [row["id"] for row in csv.DictReader(file)] == list(test.ids)


@pytest.mark.parametrize("name", ["improved", "cyclegan", "combogan"])  # Pix2Pix draws with dropout
def test_the_generator_on_disk_draws_the_sketches_on_disk(name: str, done: dict[str, Job], pairs: Faces) -> None:
    generator, (_, test) = load_generator(done[name].folder / "generator.safetensors"), pairs
    with torch.no_grad():
        square = resize(to_float(test.photos), (32, 32))
        drawn = torch.cat([one_channel(generator(photo)) for photo in square.split(1)])
    assert torch.equal(to_uint8(resize(drawn, (164, 162))), load_sketches(done[name].folder))


def test_where_a_run_comes_from(done: dict[str, Job]) -> None:
    fields = {"seconds", "seconds_drawing", "date", "revision", "versions", "device"}
    for each in done.values():
        origin = load_run(each.folder)
        assert origin.keys() == fields
        assert origin["seconds"] >= 0 and origin["seconds_drawing"] >= 0 and origin["device"]
        assert origin["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    config = json.loads((done["pix2pix"].folder / "config.json").read_text())
    assert (config["lambda_xy"], config["seed"], config["data"]) == (100.0, 0, "noise")


def test_the_device_is_that_of_the_method(pairs: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere(Guess):  # works on a GPU without having a network there, as LLE does
        device = torch.device("cuda", 0)

    monkeypatch.setattr(runs, "device_name", lambda device: f"the {device}")
    for method, device in ((Elsewhere, "cuda"), (Guess, "cpu")):
        each = job(tmp_path, method.__name__, Row("", method))
        do(each, pairs)
        assert load_run(each.folder)["device"] == f"the {device}"


def test_a_run_stopped_after_its_training_draws_the_same_again(
    pairs: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = job(tmp_path, "pix2pix", METHODS["pix2pix"], epochs=1)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            do(each, pairs)
    before = files(each.folder)
    assert not finished(each.folder) and "sketches.safetensors" in before
    assert do(each, pairs)
    after = files(each.folder)
    assert after.keys() - before.keys() == {"run.json", "scores.csv"}
    assert {name: after[name] for name in before} == before
