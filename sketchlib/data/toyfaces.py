"""Toy faces."""
from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from sketchlib.data.pairs import NATIVE_SIZE, PairedFaces
from sketchlib.data.toygeometry import FaceGeometry
from sketchlib.data.toyparameters import FaceParameters, random_face
from sketchlib.data.toypencil import draw_sketch
from sketchlib.data.toyphoto import draw_photo

def draw_face(
    params: FaceParameters, size: tuple[int, int] = NATIVE_SIZE
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """One face, photographed and drawn.

    Returns:
        The photo, (3, H, W) uint8, and the sketch, (1, H, W) uint8.
    """
    face = FaceGeometry(params, size)
    photo, sketch = draw_photo(face), draw_sketch(face)[None]  # (3, H, W), (1, H, W)
    return tuple(np.clip(np.rint(image), 0, 255).astype(np.uint8) for image in (photo, sketch))


def toy_faces(
    seed: int = 0, n_train: int = 88, n_test: int = 100, size: tuple[int, int] = NATIVE_SIZE
) -> tuple[PairedFaces, PairedFaces]:
    """The embedded data set: train and test pairs, ids "toy-000", "toy-001", ... in one row."""
    faces = [draw_face(random_face(seed, i), size) for i in range(n_train + n_test)]
    photos, sketches = (torch.from_numpy(np.stack(images)) for images in zip(*faces, strict=True))
    ids = tuple(f"toy-{i:03d}" for i in range(len(faces)))
    return tuple(
        PairedFaces(photos[part], sketches[part], ids[part], split, "toy")
        for split, part in (("train", slice(0, n_train)), ("test", slice(n_train, None)))
    )
