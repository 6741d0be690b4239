"""Checkpoints and generator files."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from sketchlib.nets import UNetGenerator
from sketchlib.training.checkpoint import (
    load_checkpoint,
    load_generator,
    save_checkpoint,
    save_generator,
)


def test_a_generator_comes_back_from_its_file_alone(tmp_path: Path) -> None:
    settings = {"channels": 4, "halvings": 3, "se": True, "reduction": 4}
    net, path = UNetGenerator(**settings).eval(), tmp_path / "generator.safetensors"
    save_generator(path, net, settings)
    again, x = load_generator(path), torch.randn(1, 3, 32, 32)
    assert torch.equal(again(x), net(x)) and not again.training


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
