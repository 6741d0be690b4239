"""One photo to its sketch, with a generator from a file: through PyTorch, or through ONNX Runtime if it is in ONNX."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps

from sketchlib.data.pairs import resize, to_float, to_uint8
from sketchlib.export import INPUT, OUTPUT, Sketcher, has_dropout, need
from sketchlib.files import write_atomically
from sketchlib.pretrained import FOLDER, SIZE
from sketchlib.training.checkpoint import Generator, load_generator
from sketchlib.training.device import seeded

PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""The endings that a sketch can be written with, and Pillow's names of their formats."""


@dataclass(frozen=True)
class Drawer:
    """Draws sketches: float32 photos (N, 3, side, side) in [-1, 1] -> float32 (N, 1, side, side) in [-1, 1]."""

    side: int  #: pixels a side that it takes
    draw: Callable[[np.ndarray], np.ndarray]

    def __call__(self, photos: np.ndarray) -> np.ndarray:
        """(N, 3, side, side) -> (N, 1, side, side).

        Raises:
            ValueError: for another shape or type.
        """
        if photos.dtype != np.float32 or photos.ndim != 4 or photos.shape[1:] != (3, self.side, self.side):
            wanted = f"float32 of (N, 3, {self.side}, {self.side})"
            raise ValueError(f"photos is {photos.dtype} of {photos.shape}, expected {wanted}.")
        return self.draw(photos)


def onnx_drawer(model: Path | str | bytes, threads: int = 1) -> Drawer:
    """Draw through ONNX Runtime, on the CPU.

    Args:
        model: a file that `export_onnx` wrote, or its bytes.
        threads: how many work on one operation. More than there are cores makes it slower.

    Raises:
        FileNotFoundError: if there is no such file.
        RuntimeError: if ONNX Runtime is not installed.
        ValueError: if it is no file of ours.
    """
    name = "The model" if isinstance(model, bytes) else str(model)
    if not isinstance(model, bytes):
        if not Path(model).is_file():
            raise FileNotFoundError(f"{name} is not there, expected a file written by `sketchlib export`.")
        model = Path(model).read_bytes()
    need("onnxruntime")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        side = int(session.get_modelmeta().custom_metadata_map["size"])
    except Exception as error:  # ONNX Runtime has its own exception types
        raise ValueError(f"{name} is no generator in ONNX, expected a file written by `sketchlib export`.") from error
    return Drawer(side, lambda photos: session.run([OUTPUT], {INPUT: photos})[0])


def torch_drawer(generator: Generator, side: int) -> Drawer:
    """Draw through PyTorch, photo by photo.

    Dropout stays on, as the authors of Pix2Pix test theirs; from a fixed seed, so that a photo has one sketch.
    """
    sketcher = Sketcher(generator).train(has_dropout(generator))

    @torch.inference_mode()
    def draw(photos: np.ndarray) -> np.ndarray:
        with seeded(0, torch.device("cpu")):
            return torch.cat([sketcher(photo) for photo in torch.from_numpy(photos).split(1)]).numpy()

    return Drawer(side, draw)


def find_generator(path: Path | None, size: int | None = None) -> tuple[Path, int]:
    """The file of a generator in PyTorch, and the side that it was trained at.

    Args:
        path: a run's folder, or the file; the small generator that comes with the package if None.
        size: the side to take instead of that, or where no `config.json` beside the file tells it.

    Raises:
        FileNotFoundError: if it is not there.
        ValueError: if the file has another ending, if nothing tells the side, or for a side below 1.
    """
    file = FOLDER / "toy_G.safetensors" if path is None else path
    if file.is_dir():
        file = file / "generator.safetensors"
    if not file.is_file():
        raise FileNotFoundError(
            f"{file} is not there, expected a generator.safetensors or the folder of a finished run."
        )
    if file.suffix.lower() != ".safetensors":
        raise ValueError(f"{file} ends in {file.suffix!r}, expected a generator that ends in .safetensors.")
    if size is None:
        size = SIZE if file.resolve().parent == FOLDER.resolve() else _size_of_run(file)
    if size < 1:
        raise ValueError(f"size is {size}, expected pixels a side, 1 or more.")
    return file, size


def _size_of_run(file: Path) -> int:
    """The side in the settings of the run that `file` is of.

    Raises:
        ValueError: if there are none.
    """
    try:
        settings: dict[str, Any] = json.loads((file.parent / "config.json").read_text(encoding="utf-8"))
        return int(settings["size"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(
            f"{file} does not say at which size it was trained, and there is no config.json of its run beside it: "
            "give --size."
        ) from None


def open_drawer(path: Path | None = None, size: int | None = None) -> Drawer:
    """What draws with the generator of `path`: a run's folder, a .safetensors or an .onnx.

    What is raised is as in `onnx_drawer`, or as in `find_generator` and `load_generator`.

    Raises:
        ValueError: also for another `size` than an .onnx has.
    """
    if path is not None and path.suffix.lower() == ".onnx":
        drawer = onnx_drawer(path)
        if size not in (None, drawer.side):
            raise ValueError(f"size is {size}, expected {drawer.side}: that of {path} is fixed.")
        return drawer
    file, side = find_generator(path, size)
    return torch_drawer(load_generator(file), side)


def read_photo(path: Path) -> np.ndarray:
    """A photo from a file, uint8 (H, W, 3), upright: a camera's note on how it was held is followed.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no picture that can be read.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there, expected a photo.")
    try:
        with Image.open(path) as image:
            return np.array(ImageOps.exif_transpose(image).convert("RGB"))
    except Exception as error:  # a damaged picture makes Pillow raise many types
        raise ValueError(f"{path} cannot be read, expected a photo in JPEG, PNG or another usual format.") from error


def sketch_photo(photo: np.ndarray, drawer: Drawer) -> np.ndarray:
    """uint8 (H, W, 3) -> its sketch, uint8 (H, W). Resized to the side of `drawer` and back, as `GAN.sketch` does."""
    image = to_float(torch.from_numpy(photo).permute(2, 0, 1)[None])  # (1, 3, H, W)
    small = resize(image, (drawer.side, drawer.side)).contiguous()
    sketch = torch.from_numpy(drawer(small.numpy()))  # (1, 1, side, side)
    return to_uint8(resize(sketch, photo.shape[:2]))[0, 0].numpy()


def write_sketch(path: Path, sketch: np.ndarray) -> None:
    """Write a sketch, uint8 (H, W).

    Raises:
        ValueError: as `check_picture`.
    """
    kind = check_picture(path)
    write_atomically(path, lambda temporary: Image.fromarray(sketch).save(temporary, kind))


def check_picture(path: Path) -> str:
    """Pillow's name of the format that `path` ends in.

    Raises:
        ValueError: for an ending that is not in `PICTURES`.
    """
    if path.suffix.lower() not in PICTURES:
        raise ValueError(f"{path} ends in {path.suffix!r}, expected a name that ends in one of {', '.join(PICTURES)}.")
    return PICTURES[path.suffix.lower()]
