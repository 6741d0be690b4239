"""The loop: what it computes, that it repeats, and that a kill loses nothing."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sketchlib.data.pairs import PairedFaces, three_channels
from sketchlib.methods.improved import ImprovedCycleGAN
from sketchlib.training import loop
from sketchlib.training.config import TrainConfig
from sketchlib.training.loop import train

TINY = TrainConfig.profile(
    "quick", size=32, channels=4, reduction=4, epochs=3, milestones=(1, 2), lr=1e-3, batch_size=2, pool_size=3
)


def weights(method: ImprovedCycleGAN) -> dict[str, torch.Tensor]:
    return {f"{name}.{key}": w for name, net in method.networks.items() for key, w in net.state_dict().items()}


def fit(pairs: PairedFaces, config: TrainConfig = TINY, **options) -> ImprovedCycleGAN:
    method = ImprovedCycleGAN()
    method.fit(pairs, config, device="cpu", progress=False, **options)
    return method


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def assert_same(a: ImprovedCycleGAN, b: ImprovedCycleGAN) -> None:
    ours, theirs = weights(a), weights(b)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(noise_pairs: PairedFaces) -> None:
    first = fit(noise_pairs)
    torch.rand(7)  # what the caller draws in between plays no part
    assert_same(first, fit(noise_pairs))
    other = weights(fit(noise_pairs, replace(TINY, seed=1)))
    assert not torch.equal(other["G.to_image.1.weight"], weights(first)["G.to_image.1.weight"])


def test_training_leaves_the_callers_random_numbers_alone(noise_pairs: PairedFaces) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fit(noise_pairs, replace(TINY, epochs=1))
    assert torch.equal(torch.rand(3), expected)


def test_a_stopped_run_ends_with_the_weights_of_an_undisturbed_one(noise_pairs: PairedFaces, tmp_path: Path) -> None:
    whole = fit(noise_pairs, run_dir=tmp_path / "whole")

    class Stop(Exception):
        pass

    def stop(step: int, losses: object) -> None:
        if step == 5:  # in the middle of epoch 2
            raise Stop

    with pytest.raises(Stop):
        fit(noise_pairs, run_dir=tmp_path / "stopped", on_step=stop)
    assert not (tmp_path / "stopped" / "history.csv").read_text().count("\n") > 2
    assert_same(whole, fit(noise_pairs, run_dir=tmp_path / "stopped"))
    histories = [read_csv(tmp_path / run / "history.csv") for run in ("whole", "stopped")]
    for a, b in zip(*histories, strict=True):
        assert {**a, "seconds": ""} == {**b, "seconds": ""}


@pytest.mark.parametrize("writer", ["write_csv", "save_checkpoint"])
def test_a_stop_between_the_files_of_the_last_epoch_loses_no_row(
    writer: str, noise_pairs: PairedFaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, write, calls = replace(TINY, epochs=2), getattr(loop, writer), []

    def stopped(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(loop, writer, stopped)
        with pytest.raises(KeyboardInterrupt):
            fit(noise_pairs, config, run_dir=tmp_path)
    fit(noise_pairs, config, run_dir=tmp_path)
    assert [row["epoch"] for row in read_csv(tmp_path / "history.csv")] == ["1", "2"]


@pytest.mark.timeout(400)
def test_kill_9_between_epochs_and_start_again(tmp_path: Path) -> None:
    def command(folder: str) -> list[str]:
        options = "--profile quick --size 32 --epochs 3 -s channels=4 -s reduction=4 -s pool_size=3 -s batch_size=8"
        return [
            *(sys.executable, "-m", "sketchlib", "train", "--device", "cpu"),
            *options.split(),
            *("--runs", str(tmp_path / folder)),
        ]

    killed = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    checkpoint = tmp_path / "killed/toy/improved/seed0/checkpoint.pt"
    deadline = time.monotonic() + 120
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (checkpoint.parent / "scores.csv").exists()
    for folder in ("killed", "whole"):
        subprocess.run(command(folder), check=True, stdout=subprocess.DEVNULL)
    for name in ("generator.safetensors", "scores.csv", "config.json"):
        killed_file, whole_file = (
            (tmp_path / f / "toy/improved/seed0" / name).read_bytes() for f in ("killed", "whole")
        )
        assert killed_file == whole_file, name
    again = subprocess.run(command("whole"), check=True, capture_output=True, text=True)
    assert "is a finished run" in again.stdout


def test_a_run_folder_of_other_settings_is_left_alone(noise_pairs: PairedFaces, tmp_path: Path) -> None:
    fit(noise_pairs, replace(TINY, epochs=1), run_dir=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=r"config.json is of another run \(lambda_xy 2.0 there\)"):
        fit(noise_pairs, replace(TINY, epochs=1, lambda_xy=10.0), run_dir=tmp_path)
    with pytest.raises(ValueError, match="data_fingerprint"):
        fit(noise_pairs[:4], replace(TINY, epochs=1), run_dir=tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_run_leaves_what_the_design_lists(noise_pairs: PairedFaces, tmp_path: Path) -> None:
    method = fit(noise_pairs, replace(TINY, samples_every=2), run_dir=tmp_path)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"config.json", "history.csv", "checkpoint.pt", "samples/epoch_002.png", "samples/epoch_003.png"}
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["data_fingerprint"] == noise_pairs.fingerprint
    assert TrainConfig.from_dict({k: v for k, v in config.items() if not k.startswith("data")}).epochs == 3
    photos, _ = noise_pairs.tensors(32)
    sketches = method.sketch(photos)
    assert sketches.shape == (6, 1, 32, 32) and sketches.abs().max() <= 1


def test_learning_rate_follows_the_milestones(noise_pairs: PairedFaces) -> None:
    history = ImprovedCycleGAN().fit(noise_pairs, TINY, device="cpu", progress=False)
    assert history.column("lr") == pytest.approx([1e-3, 1e-4, 1e-5])
    assert [row["epoch"] for row in history.rows] == [1, 2, 3]


def test_history_has_every_term_unweighted_and_the_weighted_total(noise_pairs: PairedFaces) -> None:
    steps = []
    method = ImprovedCycleGAN()
    history = method.fit(
        noise_pairs, replace(TINY, epochs=1), device="cpu", progress=False, on_step=lambda n, terms: steps.append(terms)
    )
    row = history.rows[0]
    assert row["total"] == pytest.approx(sum(weight * row[name] for name, weight in method.weights.items()), rel=1e-5)
    assert row["cycle_x"] == pytest.approx(sum(terms["cycle_x"].item() for terms in steps) / len(steps), rel=1e-6)
    with pytest.raises(KeyError, match="no column 'ssim'"):
        history.column("ssim")


def test_lines_tell_the_epochs_where_nobody_watches(noise_pairs: PairedFaces, capsys: pytest.CaptureFixture) -> None:
    train(ImprovedCycleGAN(), noise_pairs, TINY, device="cpu")
    out, err = capsys.readouterr()
    assert [line[:11] for line in out.splitlines()] == [f"epoch   {n}/3" for n in (1, 2, 3)]
    assert err == ""


def test_g_learns_more_than_the_best_constant_answer() -> None:
    # One flat grey a pair, and the sketch is the negative of the photo. Knowing no photo, the best is the median.
    values = torch.linspace(40, 215, 8).to(torch.uint8).view(8, 1, 1, 1).expand(8, 1, 32, 32).contiguous()
    pairs = PairedFaces(three_channels(values).contiguous(), 255 - values, tuple("abcdefgh"), "train", "flat")
    _, sketches = pairs.tensors(32)
    best_constant = (sketches - sketches.median()).abs().mean().item()
    zero = dict.fromkeys(("lambda_cyc", "lambda_cxc", "lambda_yc", "lambda_xc"), 0.0)
    config = replace(TINY, epochs=20, milestones=(), lambda_xy=10.0, lambda_yx=10.0, lr=2e-3, **zero)
    history = ImprovedCycleGAN().fit(pairs, config, device="cpu", progress=False)
    assert history.column("supervised_xy")[-1] < 0.6 * best_constant


def test_so_many_steps_and_no_more(noise_pairs: PairedFaces, tmp_path: Path) -> None:
    """Four steps are an epoch of three and one more; the history's second row is of that one."""
    config, steps = replace(TINY, max_steps=4), []
    fit(noise_pairs, config, run_dir=tmp_path, on_step=lambda number, losses: steps.append(number))
    assert steps == [1, 2, 3, 4]
    assert [row["epoch"] for row in read_csv(tmp_path / "history.csv")] == ["1", "2"]
    fit(noise_pairs, config, run_dir=tmp_path, on_step=lambda number, losses: steps.append(number))
    assert steps == [1, 2, 3, 4]  # a finished run stays finished


def test_a_run_from_before_a_field_was_there_goes_on(noise_pairs: PairedFaces, tmp_path: Path) -> None:
    fit(noise_pairs, replace(TINY, epochs=1), run_dir=tmp_path)
    path = tmp_path / "config.json"
    before = json.loads(path.read_text())
    assert before.pop("keep_shape") is False
    path.write_text(json.dumps(before))
    fit(noise_pairs, replace(TINY, epochs=1), run_dir=tmp_path)
    with pytest.raises(ValueError, match=r"config.json is of another run \(keep_shape False there\)"):
        fit(noise_pairs, replace(TINY, epochs=1, keep_shape=True), run_dir=tmp_path)


def test_whole_images_come_after_the_epochs_that_crop(noise_pairs: PairedFaces) -> None:
    seen: dict[int, set[bytes]] = {}

    class Looks(ImprovedCycleGAN):
        def step(self, photo: torch.Tensor, sketch: torch.Tensor) -> dict[str, torch.Tensor]:
            seen.setdefault(len(self.epochs), set()).update(image.numpy().tobytes() for image in photo)
            return super().step(photo, sketch)

    method = Looks()
    method.epochs = []
    config = replace(TINY, epochs=4, milestones=(), jitter=True, flip=False, crop_share=0.5)
    method.fit(noise_pairs, config, device="cpu", progress=False, on_epoch=lambda n, _: method.epochs.append(n))
    whole = {image.numpy().tobytes() for image in noise_pairs.tensors(32)[0]}
    assert seen[2] == seen[3] == whole and not (seen[0] | seen[1]) & whole
