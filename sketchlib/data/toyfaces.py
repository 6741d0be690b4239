"""Toy faces: people who do not exist, photographed and drawn by a program. The book's own data set.

Photo and sketch are drawn from the same geometry, never one from the other, so what lies between
them is worth learning: the sketch leaves the background out, turns tones into strokes, and is a
little off everywhere. It is about as hard as CUHK Student: trivial answers score much the same.

    python -m sketchlib.data.toyfaces faces.png      # a sheet to look at

A face is `FaceParameters` (toyparameters.py). Its curves are in toygeometry.py and toyfeatures.py.
The camera is toyphoto.py; the artist is toypencil.py, on the paper of toypaper.py. All of them use
the arithmetic of toytexture.py, which rounds alike on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from sketchlib.data.pairs import NATIVE_SIZE, PairedFaces
from sketchlib.data.toygeometry import FaceGeometry
from sketchlib.data.toyparameters import HAIR_STYLES, FaceParameters, random_face
from sketchlib.data.toypencil import draw_sketch
from sketchlib.data.toyphoto import draw_photo

__all__ = [
    "HAIR_STYLES",
    "FaceParameters",
    "draw_face",
    "random_face",
    "toy_contact_sheet",
    "toy_faces",
]


def draw_face(
    params: FaceParameters, size: tuple[int, int] = NATIVE_SIZE
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """One face, photographed and drawn.

    Args:
        params: the face. `dataclasses.replace(params, glasses="round")` varies one thing.
        size: height and width in pixels, at least 16. A shape other than 5 : 4 squeezes the face.

    Returns:
        The photo, (3, H, W) uint8 RGB, and the sketch, (1, H, W) uint8.

    Raises:
        ValueError: if the size is too small.
    """
    if min(size) < 16:
        raise ValueError(f"size is {tuple(size)}, expected height and width of at least 16 pixels.")
    face = FaceGeometry(params, size)
    photo, sketch = draw_photo(face), draw_sketch(face)[None]  # (3, H, W), (1, H, W)
    return _to_bytes(photo), _to_bytes(sketch)


def _to_bytes(image: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def toy_faces(
    seed: int = 0, n_train: int = 88, n_test: int = 100, size: tuple[int, int] = NATIVE_SIZE
) -> tuple[PairedFaces, PairedFaces]:
    """The embedded data set: (train, test), no person in both.

    Args:
        seed: another seed is another crowd; a seed gives the same pixels on every machine.
        n_train, n_test: how many pairs. Person i is the same however many there are, so the first
            of them train and the next ones test.
        size: height and width in pixels.

    Returns:
        Pairs named "toy" with ids "toy-000", "toy-001", ... counted through both splits.

    Raises:
        ValueError: if a number of pairs is below 1, or the size below 16 pixels.
    """
    if min(n_train, n_test) < 1:
        raise ValueError(f"n_train is {n_train} and n_test {n_test}, expected at least 1 each.")
    faces = [draw_face(random_face(seed, i), size) for i in range(n_train + n_test)]
    photos, sketches = (
        torch.from_numpy(np.stack(images)) for images in zip(*faces, strict=True)
    )  # (N, 3, H, W), (N, 1, H, W)
    ids = tuple(f"toy-{i:03d}" for i in range(len(faces)))
    train, test = slice(0, n_train), slice(n_train, None)
    return (
        PairedFaces(photos[train], sketches[train], ids[train], "train", "toy"),
        PairedFaces(photos[test], sketches[test], ids[test], "test", "toy"),
    )


def toy_contact_sheet(
    faces: Sequence[FaceParameters], columns: int = 8, size: tuple[int, int] = NATIVE_SIZE
) -> NDArray[np.uint8]:
    """Rows of photos, each above the row of its sketches.

    Returns:
        One image, (H, W, 3) uint8, white where faces run out.
    """
    height, width = size
    rows = -(-len(faces) // columns)
    sheet = np.full((2 * rows * height, columns * width, 3), 255, np.uint8)
    for i, params in enumerate(faces):
        photo, sketch = draw_face(params, size)
        top, left = 2 * (i // columns) * height, (i % columns) * width
        sheet[top : top + height, left : left + width] = photo.transpose(1, 2, 0)
        sheet[top + height : top + 2 * height, left : left + width] = sketch.transpose(1, 2, 0)
    return sheet


if __name__ == "__main__":
    from PIL import Image

    if len(sys.argv) != 2:
        sys.exit("usage: python -m sketchlib.data.toyfaces OUT.png")
    varied = (89, 95, 90, 98, 102, 115, 109, 103, 91, 124)  # chosen by eye
    sheet = toy_contact_sheet([random_face(0, i) for i in varied], columns=5, size=(200, 160))
    # Steps of 5 in 256 are not seen, and make a file small enough for a front page.
    Image.fromarray(sheet // 5 * 5).save(sys.argv[1], optimize=True)
