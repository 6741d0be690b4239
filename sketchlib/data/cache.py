"""The toy faces take seconds to draw, so they are drawn once and kept in the user's cache folder.

The file's name holds a hash of the code that draws: a change there draws anew. Without a folder that can be
written, or with a file that cannot be read, the faces are drawn again and nothing else happens.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from sketchlib.data.pairs import PairedFaces
from sketchlib.files import write_atomically

Split = tuple[PairedFaces, PairedFaces]


def cache_folder() -> Path:
    """`sketchlib` below XDG_CACHE_HOME, which is ~/.cache where it is not set."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sketchlib"


def drawn_once(draw: Callable[[], Split]) -> Split:
    """What `draw` returns, from the cache if it was drawn by the same code before."""
    path = cache_folder() / f"toy-{_hash_of_code()}.safetensors"
    try:
        return _load(path)
    except (OSError, SafetensorError, KeyError, ValueError):
        faces = draw()
    with suppress(OSError):  # a read-only home costs seconds, not the faces
        write_atomically(path, lambda temporary: _save(temporary, faces))
        for older in set(path.parent.glob("toy-*.safetensors")) - {path}:
            older.unlink()
    return faces


def _save(path: Path, faces: Split) -> None:
    tensors = {f"{pairs.split}.{field}": getattr(pairs, field) for pairs in faces for field in ("photos", "sketches")}
    ids = {pairs.split: json.dumps(pairs.ids) for pairs in faces}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, ids)


def _load(path: Path) -> Split:
    with safe_open(path, framework="pt") as file:
        ids = {split: tuple(json.loads(text)) for split, text in file.metadata().items()}
        return tuple(
            PairedFaces(
                file.get_tensor(f"{split}.photos"), file.get_tensor(f"{split}.sketches"), ids[split], split, "toy"
            )
            for split in ("train", "test")
        )


def _hash_of_code() -> str:
    files = sorted(Path(__file__).parent.glob("toy*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
