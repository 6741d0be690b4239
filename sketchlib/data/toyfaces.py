"""Toy faces."""
from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from sketchlib.data.pairs import NATIVE_SIZE, PairedFaces
from sketchlib.data.toygeometry import HAIR_STYLES, FaceGeometry, FaceParameters
from sketchlib.data.toypencil import draw_sketch
from sketchlib.data.toyphoto import draw_photo
from sketchlib.data.toytexture import Chance

_HAIR = {"black": (34.0, 29.0, 28.0), "dark": (52.0, 37.0, 29.0), "brown": (92.0, 62.0, 41.0), "fair": (176.0, 138.0, 88.0),
         "red": (134.0, 70.0, 40.0), "grey": (148.0, 146.0, 144.0)}
_IRIS = {"brown": (70.0, 46.0, 32.0), "dark": (44.0, 30.0, 24.0), "blue": (92.0, 128.0, 158.0), "green": (98.0, 116.0, 82.0)}
_CLOTH = {"navy": (44.0, 52.0, 84.0), "white": (222.0, 222.0, 218.0), "red": (150.0, 52.0, 50.0), "black": (40.0, 40.0, 44.0),
          "green": (72.0, 104.0, 84.0), "sand": (196.0, 178.0, 146.0), "blue": (92.0, 130.0, 178.0)}
_BACK = {"blue": (112.0, 176.0, 222.0), "grey": (178.0, 182.0, 186.0), "teal": (120.0, 178.0, 178.0), "cream": (214.0, 206.0, 188.0)}
_STYLES = dict.fromkeys(HAIR_STYLES, 1.0) | {"side": 2.0, "crop": 1.5, "long": 1.5, "receding": 0.5, "bun": 0.7}


def random_face(seed: int, index: int) -> FaceParameters:
    c = Chance(seed, index, 0)
    hair = c.pick(_STYLES)
    male = {"long": 0.05, "bob": 0.0, "bun": 0.0, "receding": 1.0, "crop": 0.9, "side": 0.9}.get(hair, 0.6) > c.uniform()
    age = c.uniform() * c.uniform()
    if hair == "receding": age = 0.4 + 0.6 * age
    skin = c.around(0.35, 0.5)
    skin = min(max(skin, 0.0), 1.0)
    dark = skin > 0.55
    color = c.pick({"black": 3.0, "dark": 3.0, "brown": 0.3 if dark else 2.0, "fair": 0.0 if dark else 1.0, "red": 0.0 if dark else 0.5, "grey": 2.0 if age > 0.7 else 0.0})
    tint = c.uniform(0.88, 1.12)
    return FaceParameters(
        seed=seed * 1_000_003 + index,
        width=c.around(0.300 if male else 0.288, 0.045), length=c.around(0.375 if male else 0.362, 0.045),
        jaw=c.around(0.42 if male else 0.2, 0.25), taper=c.around(0.2 if male else 0.26, 0.09),
        turn=c.around(0.0, 1.0), skin=skin, age=age, hair=hair,
        hair_color=tuple(tint * v for v in _HAIR[color]), volume=c.around(0.04, 0.035), part=c.around(0.0, 1.6), hair_length=c.around(0.0, 0.07), forehead=c.around(0.0, 0.05),
        eye_gap=c.around(0.125, 0.010), eye_width=c.around(0.060, 0.008), eye_open=c.around(0.44, 0.16), eye_tilt=c.around(0.04, 0.15),
        iris=_IRIS[c.pick({"brown": 3.0, "dark": 3.0} if dark or color == "black" else {"brown": 2.0, "blue": 2.0, "green": 1.0})],
        brow_height=c.around(0.064, 0.014), brow_weight=c.around(0.65 if male else 0.35, 0.4), brow_arch=c.around(0.3 if male else 0.65, 0.4),
        nose_width=c.around(0.054 if male else 0.048, 0.011), nose_length=c.around(0.0, 0.025), mouth_width=c.around(0.094, 0.018),
        lips=c.around(0.4 if male else 0.65, 0.4), smile=c.around(0.1, 1.0), neck=c.around(0.67 if male else 0.6, 0.08), shoulders=c.around(0.01, 0.06),
        glasses=c.pick({"none": 5.0, "round": 0.8, "square": 1.0}),
        beard=c.pick({"none": 4.0, "stubble": 1.0, "moustache": 0.7, "full": 0.8}) if male else "none",
        collar=c.pick({"crew": 2.0, "vee": 1.0, "shirt": 1.5, "jacket": 1.0}),
        cloth=_CLOTH[c.pick(dict.fromkeys(_CLOTH, 1.0))], light=c.around(0.0, 1.5), background=_BACK[c.pick({"blue": 3.0, "grey": 1.0, "teal": 1.0, "cream": 0.6})],
    )


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
