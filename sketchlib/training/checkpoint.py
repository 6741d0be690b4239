"""What a run leaves on disk, written so that a kill at any moment loses nothing that was there.

Every file is written under a temporary name and renamed, which a file system does in one step.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from sketchlib.nets.unet import UNetGenerator


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` on a temporary neighbor of `path`, then rename it to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write `values` as readable JSON."""
    text = json.dumps(values, indent=2) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all have the keys of the first one."""

    def write(temporary: Path) -> None:
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)

    write_atomically(path, write)


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write all that a run needs to go on. Tensors, numbers, strings, lists and dicts only."""
    write_atomically(path, lambda temporary: torch.save(dict(state), temporary))


def load_checkpoint(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read what `save_checkpoint` wrote. `weights_only` keeps a foreign file from running code.

    Raises:
        ValueError: if the file is not a checkpoint.
    """
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch raises many types for a damaged file
        raise ValueError(f"{path} is not a checkpoint that can be read, expected one written by training.") from error


def save_generator(path: Path, generator: nn.Module, settings: Mapping[str, Any]) -> None:
    """Write weights as safetensors, with the arguments of `UNetGenerator` beside them in the file's header."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in generator.state_dict().items()}
    metadata = {"unet": json.dumps(dict(settings))}
    write_atomically(path, lambda temporary: save_file(tensors, temporary, metadata))


def load_generator(path: Path | str) -> UNetGenerator:
    """Rebuild a U-Net generator from its file, in eval mode, on the CPU.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it holds no U-Net written by `save_generator`.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is not there, expected a generator.safetensors of a finished run.")
    try:
        with safe_open(path, framework="pt") as file:
            settings = json.loads((file.metadata() or {})["unet"])
        generator = UNetGenerator(**settings)
        generator.load_state_dict(load_file(path))
    except Exception as error:  # safetensors has its own exception types
        raise ValueError(f"{path} holds no generator that can be read, expected one written by training.") from error
    return generator.eval()
