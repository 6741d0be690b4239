"""A run on disk: what it leaves, that it is left alone, and that its files say the same."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.fabric import Fabric
from skimage.metrics import structural_similarity
from torch import Tensor, nn

from sketchlib.data.pairs import PairedFaces, one_channel, resize, to_float, to_uint8
from sketchlib.experiments import runs
from sketchlib.experiments.plan import Job
from sketchlib.experiments.runs import finished, load_run, load_scores, load_sketches, run
from sketchlib.methods import METHODS, Row
from sketchlib.methods.gan import GAN
from sketchlib.training.checkpoint import load_checkpoint, load_generator
from sketchlib.training.config import TrainConfig

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
    other = replace(done["improved"], config=replace(done["improved"].config, lambda_yc=5.0))
    with pytest.raises(ValueError) as caught:
        do(other, pairs)
    assert str(caught.value) == (
        f"{folder / 'config.json'} is of another run (lambda_yc 0.5 there), expected the same settings; "
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
        photos = resize(to_float(test.photos), done[name].config.draw_shape(164, 162))
        drawn = torch.cat([one_channel(generator(photo)) for photo in photos.split(1)])
    assert torch.equal(to_uint8(resize(drawn, (164, 162))), load_sketches(done[name].folder))


def test_where_a_run_comes_from(done: dict[str, Job]) -> None:
    fields = {"seconds", "seconds_drawing", "date", "revision", "versions", "device", "precision"}
    for name, each in done.items():
        origin = load_run(each.folder)
        assert origin.keys() == fields | ({"se"} if name == "improved" else set())
        assert origin["seconds"] >= 0 and origin["seconds_drawing"] >= 0 and origin["device"]
        assert origin["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    blocks = load_run(done["improved"].folder)["se"]
    assert blocks.keys() == {"G", "F"} and all(0 <= each["live_units"] <= 1 for each in blocks.values())
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
        patch.setattr(runs, "save_sketches", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            do(each, pairs)
    before = files(each.folder)
    assert not finished(each.folder) and "generator.safetensors" in before
    assert do(each, pairs)
    after = files(each.folder)
    assert after.keys() - before.keys() == {"sketches.safetensors", "scores.csv"}
    assert {name: after[name] for name in before if name != "run.json"} == {
        name: data for name, data in before.items() if name != "run.json"
    }
    whole = replace(each, folder=tmp_path / "whole")
    assert do(whole, pairs)
    for name in ("sketches.safetensors", "scores.csv", "generator.safetensors"):
        assert (whole.folder / name).read_bytes() == after[name]


def test_a_finished_run_keeps_its_networks_and_nothing_to_train_them(done: dict[str, Job], pairs: Faces) -> None:
    for name in TRAINED:
        state = load_checkpoint(done[name].folder / "checkpoint.pt")
        assert state.keys() == {"networks", "history"} and len(state["history"]) == 1
    method = METHODS["improved"].method()  # what is over can still be read by training
    method.fit(pairs[0], done["improved"].config, run_dir=done["improved"].folder, device="cpu", progress=False)
    generator = load_generator(done["improved"].folder / "generator.safetensors")
    for key, weight in generator.state_dict().items():
        assert torch.equal(method.networks["G"].state_dict()[key], weight)


class Plain(GAN):  # a network that no generator file can hold
    def build(self, config: TrainConfig, fabric: Fabric) -> None:
        self.config, self.fabric = config, fabric
        self.set_up({"G": lambda: nn.Conv2d(3, 3, 3, padding=1)}, {"generator": ["G"]}, pools="")

    def step(self, photo: Tensor, sketch: Tensor) -> dict[str, Tensor]:
        loss = (self.networks["G"](photo) - sketch).abs().mean()
        self.update("generator", loss)
        return {"total": loss}


def test_a_readers_own_network_is_trained_drawn_and_scored(pairs: Faces, tmp_path: Path) -> None:
    each = job(tmp_path, "plain", Row("Plain", Plain), epochs=1)
    assert do(each, pairs) and finished(each.folder)
    assert not (each.folder / "generator.safetensors").exists()
    assert load_checkpoint(each.folder / "checkpoint.pt")["networks"]["G"]["weight"].shape == (3, 3, 3, 3)


def test_a_run_that_went_on_elsewhere_says_both_places(
    pairs: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each, places = job(tmp_path, "plain", Row("Plain", Plain)), iter("abbc")  # 4 epochs
    monkeypatch.setattr(runs, "provenance", lambda: {"date": "d", "revision": next(places), "versions": {}})
    monkeypatch.setattr(runs, "device_name", lambda device: f"the {device}")
    options = {"device": "cpu", "progress": False}

    class Stop(Exception):
        pass

    def stop(epoch: int, method: object) -> None:
        if epoch > 1:
            raise Stop

    for _ in range(3):
        with pytest.raises(Stop):
            run(each.row, *pairs, each.config, each.folder, on_epoch=stop, **options)
    assert "seconds" not in load_run(each.folder)  # written before the work
    run(each.row, *pairs, each.config, each.folder, **options)
    found = load_run(each.folder)
    assert (found["revision"], [before["revision"] for before in found["earlier"]]) == ("c", ["a", "b"])
    assert {before["device"] for before in found["earlier"]} == {"the cpu"} and found["seconds"] >= 0


def test_what_was_done_before_a_first_checkpoint_is_not_named(
    pairs: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = job(tmp_path, "guess", Row("Guess", Guess))
    with monkeypatch.context() as patch:
        patch.setattr(runs, "draw", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(runs, "provenance", lambda: {"date": "d", "revision": "before", "versions": {}})
        with pytest.raises(KeyboardInterrupt):
            do(each, pairs)
    assert load_run(each.folder)["revision"] == "before"
    do(each, pairs)
    assert "earlier" not in load_run(each.folder) and load_run(each.folder)["revision"] != "before"


def test_a_run_of_before_precisions_were_told_had_32_bits(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"seconds": 1.0}')
    assert load_run(tmp_path) == {"precision": "32-true", "seconds": 1.0}


def test_a_run_tells_its_precision(pairs: Faces, tmp_path: Path) -> None:
    each = job(tmp_path, "guess", Row("Guess", Guess))
    run(each.row, *pairs, each.config, each.folder, device="cpu", precision="bf16-mixed")
    assert load_run(each.folder)["precision"] == "bf16-mixed"


@pytest.mark.parametrize("options", [{"device": "tpu"}, {"precision": "64-true"}])
def test_what_cannot_be_is_told_before_the_folder_is_made(
    options: dict[str, str], pairs: Faces, tmp_path: Path
) -> None:
    each = job(tmp_path, "guess", Row("Guess", Guess))
    with pytest.raises(ValueError, match="expected"):
        run(each.row, *pairs, each.config, each.folder, **options)
    assert not any(tmp_path.iterdir())


def test_how_often_a_checkpoint_is_written_makes_no_other_run(done: dict[str, Job], pairs: Faces) -> None:
    seldom = replace(done["improved"].config, checkpoint_every=10, samples_every=3)
    assert not do(replace(done["improved"], config=seldom), pairs)  # it is finished, and the same


def test_scores_made_anew_do_away_with_an_old_evaluation(pairs: Faces, tmp_path: Path) -> None:
    each = job(tmp_path, "guess", Row("Guess", Guess))
    each.folder.mkdir(parents=True)
    (each.folder / "evaluation.csv").write_text("of other sketches")
    do(each, pairs)
    assert not (each.folder / "evaluation.csv").exists()
