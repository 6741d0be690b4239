"""Checkpoints, to resume a run, and generator files, to use it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from sketchlib.files import write_atomically
from sketchlib.nets.unet import UNetGenerator


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
