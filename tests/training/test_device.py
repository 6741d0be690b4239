"""Which device, which arithmetic, whose random numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sketchlib.data.pairs import PairedFaces
from sketchlib.methods import METHODS
from sketchlib.training import loop
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import PRECISIONS, check_precision, pick_device, seeded
from sketchlib.training.loop import train

SMALL = TrainConfig(size=32, channels=4, reduction=4, epochs=1, batch_size=6, samples_every=0)


def test_auto_is_the_gpu_that_pytorch_finds_and_never_apples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert (pick_device("auto"), pick_device("cpu")) == ("cpu", "cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert (pick_device("auto"), pick_device("cpu"), pick_device("cuda")) == ("cuda", "cpu", "cuda")


def test_training_asks_fabric_for_what_was_picked(noise_pairs: PairedFaces, monkeypatch: pytest.MonkeyPatch) -> None:
    class Asked(Exception):
        pass

    def fabric(**options: object) -> None:
        raise Asked(options["accelerator"])

    monkeypatch.setattr(loop, "Fabric", fabric)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(Asked, match="^cpu$"):
        train(METHODS["improved"].method(), noise_pairs, SMALL)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"device": "mps"}, "device is 'mps', expected 'auto', 'cpu' or 'cuda'."),
        (
            {"device": "cuda"},
            "device is 'cuda', expected 'cpu' or 'auto': PyTorch finds no GPU on this machine.",
        ),
        ({"precision": "bf16-true"}, "precision is 'bf16-true', expected one of 32-true, bf16-mixed, 16-mixed."),
    ],
)
def test_what_cannot_be_is_told_before_any_work(
    options: dict[str, str],
    sentence: str,
    noise_pairs: PairedFaces,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError) as caught:
        train(METHODS["improved"].method(), noise_pairs, SMALL, run_dir=tmp_path / "run", **options)
    assert str(caught.value) == sentence
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("precision", PRECISIONS[:2])  # the third has no kernels on many CPUs
def test_each_precision_trains_and_draws(precision: str, noise_pairs: PairedFaces) -> None:
    check_precision(precision)
    method = METHODS["improved"].method()
    history = method.fit(noise_pairs, SMALL, device="cpu", precision=precision, progress=False)
    assert len(history) == 1
    assert method.sketch(torch.zeros(1, 3, 50, 40)).shape == (1, 1, 50, 40)


def test_seeded_is_that_of_manual_seed_and_leaves_no_trace() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(1)
    after = torch.rand(3)
    torch.manual_seed(1)
    with seeded(7, torch.device("cpu")):
        assert torch.equal(torch.rand(3), expected)
    assert torch.equal(torch.rand(3), after)


def test_on_the_cpu_no_gpu_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_: object, **__: object) -> None:
        pytest.fail("a GPU was touched")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    for name in ("get_rng_state", "set_rng_state", "manual_seed", "manual_seed_all"):
        monkeypatch.setattr(torch.cuda, name, touched)
    with seeded(0, torch.device("cpu")):
        torch.rand(1)


def test_a_damaged_config_is_one_sentence(noise_pairs: PairedFaces, tmp_path: Path) -> None:
    for text in ("{", "[1]", "7"):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(ValueError) as caught:
            loop.check_config(tmp_path, noise_pairs, SMALL)
        assert str(caught.value) == (
            f"{tmp_path / 'config.json'} cannot be read, expected the settings of a run; remove it or its folder."
        )


FLUSHED = """
import torch
from sketchlib.training.device import flush_denormals

torch.set_num_threads(2)
tiny = torch.full((1 << 22,), 1e-39)  # long enough for two threads
before = (tiny * 1.0).count_nonzero().item()
flush_denormals()
print(before, (tiny * 1.0).count_nonzero().item())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="OpenMP's threads can be ended only where its library is reached.")
def test_denormals_are_flushed_on_threads_that_were_there_before() -> None:
    """In a process of its own, since the setting stays."""
    done = subprocess.run([sys.executable, "-c", FLUSHED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(1 << 22), "0"]
