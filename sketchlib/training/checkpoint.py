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
from sketchlib.nets import EncoderDecoder, ResNetGenerator, UNetGenerator

Generator = UNetGenerator | ResNetGenerator | EncoderDecoder

GENERATORS: dict[str, type[Generator]] = {cls.kind: cls for cls in (UNetGenerator, ResNetGenerator, EncoderDecoder)}
"""What a generator file can hold, by the key in its header."""


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write all that a run needs to go on. Tensors, numbers, strings, lists and dicts only."""
    write_atomically(path, lambda temporary: torch.save(dict(state), temporary))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read what `save_checkpoint` wrote, onto the CPU. `weights_only` keeps a foreign file from running code.

    Raises:
        ValueError: if the file is not a checkpoint.
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many types for a damaged file
        raise ValueError(f"{path} is not a checkpoint that can be read, expected one written by training.") from error


def trim_checkpoint(path: Path) -> None:
    """Leave the networks and the history of a run that is over: a third of the file, or less.

    Raises:
        ValueError: if the file is not a checkpoint.
    """
    state = load_checkpoint(path)
    if state.keys() != {"networks", "history"}:
        save_checkpoint(path, {"networks": state["networks"], "history": state["history"]})


def save_generator(path: Path, generator: nn.Module) -> None:
    """Write weights as safetensors, with the kind of network and its arguments beside them in the file's header.

    Args:
        generator: one of `GENERATORS`, as it is or as Fabric has set it up.
    """
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in generator.state_dict().items()}
    metadata = {generator.kind: json.dumps(generator.settings)}
    write_atomically(path, lambda temporary: save_file(tensors, temporary, metadata))


RENAMED = {"halvings": "num_downs"}
"""Arguments of networks in files of earlier versions, and what they are called now."""


def _current(settings: dict[str, Any]) -> dict[str, Any]:
    return {RENAMED.get(name, name): value for name, value in settings.items()}


def load_generator(path: Path | str) -> Generator:
    """Rebuild a generator from its file, in eval mode, on the CPU.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it holds no generator written by `save_generator`.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is not there, expected a generator.safetensors of a finished run.")
    try:
        with safe_open(path, framework="pt") as file:
            ((kind, settings),) = (file.metadata() or {}).items()
        generator = GENERATORS[kind](**_current(json.loads(settings)))
        generator.load_state_dict(load_file(path))
    except Exception as error:  # safetensors has its own exception types
        raise ValueError(f"{path} holds no generator that can be read, expected one written by training.") from error
    return generator.eval()
