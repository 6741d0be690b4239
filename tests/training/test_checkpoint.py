"""Checkpoints and generator files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from lightning.fabric import Fabric
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from sketchlib.nets import EncoderDecoder, ResNetGenerator, UNetGenerator
from sketchlib.training.checkpoint import (
    load_checkpoint,
    load_generator,
    save_checkpoint,
    save_generator,
)


@pytest.mark.parametrize(
    ("kind", "net"),
    [
        ("unet", UNetGenerator(4, 3, reduction=4)),
        ("unet", UNetGenerator(4, 3, se=False, norm="batch", dropout=0.5)),
        ("resnet", ResNetGenerator(4, 1, se=True, reduction=4)),
        ("combogan", EncoderDecoder(4, 1, 2)),
    ],
)
def test_a_generator_comes_back_from_its_file_alone(tmp_path: Path, kind: str, net: nn.Module) -> None:
    path = tmp_path / "generator.safetensors"
    save_generator(path, net.eval())
    again, x = load_generator(path), torch.randn(1, 3, 32, 32)
    assert type(again) is type(net) and not again.training
    assert torch.equal(again(x), net(x))
    with safe_open(path, framework="pt") as file:
        assert {key: json.loads(value) for key, value in file.metadata().items()} == {kind: net.settings}


def test_a_generator_that_fabric_has_set_up_is_saved_as_itself(tmp_path: Path) -> None:
    net = ResNetGenerator(4, 1)
    save_generator(tmp_path / "generator.safetensors", Fabric(accelerator="cpu").setup_module(net))
    again = load_generator(tmp_path / "generator.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), net.parameters(), strict=True))


def test_files_of_the_first_version_still_load(tmp_path: Path) -> None:
    # They name four arguments of the U-Net; the others are its defaults.
    settings = {"channels": 4, "halvings": 3, "se": True, "reduction": 4}
    net = UNetGenerator(4, 3, se=True, reduction=4)
    save_file(net.state_dict(), tmp_path / "old.safetensors", {"unet": json.dumps(settings)})
    assert load_generator(tmp_path / "old.safetensors").settings == net.settings


def test_a_kind_that_is_not_known_is_refused(tmp_path: Path) -> None:
    save_file(UNetGenerator(4, 3, reduction=4).state_dict(), tmp_path / "new.safetensors", {"transformer": "{}"})
    with pytest.raises(ValueError, match="new.safetensors holds no generator"):
        load_generator(tmp_path / "new.safetensors")


def test_files_that_are_not_ours_are_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pt"
    wrong.write_bytes(b"not a checkpoint")
    with pytest.raises(ValueError, match="wrong.pt is not a checkpoint"):
        load_checkpoint(wrong)
    with pytest.raises(ValueError, match="wrong.pt holds no generator"):
        load_generator(wrong)
    with pytest.raises(FileNotFoundError, match="missing.safetensors is not there"):
        load_generator(tmp_path / "missing.safetensors")


def test_a_checkpoint_cannot_run_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self):
            return (exec, ("raise SystemExit('it ran')",))

    torch.save({"networks": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ValueError, match="evil.pt is not a checkpoint"):
        load_checkpoint(tmp_path / "evil.pt")


def test_checkpoint_round_trip(tmp_path: Path) -> None:
    state = {"a": torch.arange(3), "b": [{"epoch": 1, "x": 0.5}], "c": {"d": 2}}
    save_checkpoint(tmp_path / "c.pt", state)
    loaded = load_checkpoint(tmp_path / "c.pt")
    assert torch.equal(loaded.pop("a"), state.pop("a")) and loaded == state
