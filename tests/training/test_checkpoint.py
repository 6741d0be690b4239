"""Files that are written whole or not at all."""

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
    write_atomically,
    write_csv,
)


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_atomically(path, fail)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


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


def test_csv_of_rows(tmp_path: Path) -> None:
    write_csv(tmp_path / "rows.csv", [{"id": "a", "ssim": 0.5}, {"id": "b", "ssim": 0.25}])
    assert (tmp_path / "rows.csv").read_text() == "id,ssim\na,0.5\nb,0.25\n"
