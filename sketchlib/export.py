"""A generator as a file in ONNX: programs draw with it that know nothing of PyTorch.

ONNX is a format for networks: a graph of operations and their weights. ONNX Runtime runs such a graph, and on one core
of a CPU it does so faster than PyTorch with the same arithmetic. `sketchlib.drawing` draws with both.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from sketchlib.data.pairs import one_channel
from sketchlib.files import write_atomically
from sketchlib.training.checkpoint import Generator

if TYPE_CHECKING:
    import onnx

INPUT, OUTPUT = "photo", "sketch"
"""The names of what goes in, (N, 3, size, size) in [-1, 1], and of what comes out, (N, 1, size, size) in [-1, 1]."""


class Sketcher(nn.Module):
    """A generator that gives one channel, as its sketches are read: (N, 3, H, W) -> (N, 1, H, W), both in [-1, 1]."""

    def __init__(self, generator: nn.Module) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, photo: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 1, H, W)."""
        return one_channel(self.generator(photo))


def has_dropout(generator: nn.Module) -> bool:
    """Whether chance takes part when it draws, as in Pix2Pix."""
    return any(isinstance(module, nn.Dropout) and module.p > 0 for module in generator.modules())


def need(*packages: str) -> None:
    """Refuse to go on without `packages`, which only the extra `export` installs.

    Raises:
        RuntimeError: if one is missing.
    """
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise RuntimeError(f"ONNX needs {' and '.join(missing)}, not installed here: pip install 'sketchlib[export]'.")


def check_exportable(generator: Generator, size: int, source: str) -> None:
    """Refuse what a file in ONNX cannot hold faithfully.

    Args:
        size: pixels a side.
        source: what to call the generator in a message.

    Raises:
        ValueError: for dropout or batch norm, or for a size that the network does not take.
    """
    if has_dropout(generator):
        raise ValueError(
            f"{source} has dropout {generator.settings['dropout']}, which Pix2Pix keeps on when it draws and a file in "
            "ONNX would leave out, expected a generator without dropout."
        )
    if any(isinstance(module, nn.BatchNorm2d) for module in generator.modules()):
        raise ValueError(
            f"{source} has norm 'batch', so that a sketch depends on what else is drawn with it, expected 'instance'."
        )
    with torch.inference_mode():
        generator(torch.zeros(1, 3, size, size))


def export_onnx(generator: Generator, path: Path, size: int, source: str) -> None:
    """Write a generator in ONNX: its graph for any number of photos of one size, its weights, where it is from.

    Args:
        generator: from `load_generator`.
        path: the file, .onnx. A file that is there is replaced.
        size: pixels a side of photo and sketch. The sketch at another size than it was trained at is another one.
        source: where the generator is from, kept in the file.

    Raises:
        RuntimeError: if the packages of the extra `export` are missing.
        ValueError: as `check_exportable`, or if `path` does not end in .onnx.
    """
    if path.suffix.lower() != ".onnx":
        raise ValueError(f"{path} ends in {path.suffix!r}, expected a name that ends in .onnx.")
    need("onnx", "onnxscript")
    check_exportable(generator, size, source)
    model = _to_onnx(generator, size)
    facts = {
        "kind": generator.kind,
        "settings": json.dumps(generator.settings),
        "size": str(size),
        "source": source,
    }
    for key, value in facts.items():
        model.metadata_props.add(key=key, value=value)
    write_atomically(path, lambda temporary: temporary.write_bytes(model.SerializeToString()))


def _to_onnx(generator: Generator, size: int) -> onnx.ModelProto:
    """The graph, checked."""
    import onnx

    program = torch.onnx.export(
        Sketcher(generator).eval(),
        (torch.zeros(2, 3, size, size),),  # 2, since an N of 1 would be taken for a constant
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes={INPUT: {0: torch.export.Dim("N")}},
        dynamo=True,
        verbose=False,
    )
    model = program.model_proto
    for node in model.graph.node:  # the exporter notes the lines of code, with the folders of this machine
        node.ClearField("metadata_props")
    onnx.checker.check_model(model, full_check=True)
    return model
