"""The reference copy of CUHK Student, as `cuhk_student.json` has it: numbers, and no picture.

The faces may not be passed on, but a SHA-256 over the decoded pixels of each of the 376 images
tells whether another copy is the same, and two plain numbers tell how it is not.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from sketchlib.data.cuhk_files import KINDS, Copy

WEDGE_SIDE, NEAR_BLACK = 30, 16
"""The wedge of an image: pixels below NEAR_BLACK in its two upper corners of WEDGE_SIDE pixels.

Rotating a picture to level the eyes leaves black wedges at its edges. Clothes and long hair are as
dark, but keep to the lower corners, so the upper ones count the wedges and little else.
"""

_ABOUT = (
    "CUHK Student, the reference copy: 188 pairs, 200 x 250 pixels, 88 train and 100 test. Made by "
    "sketchlib.data.cuhk_reference.write_manifest. sha256 is over the decoded pixels, uint8, row "
    "by row: of a photo its RGB (250 x 200 x 3 bytes), of a sketch its grey, Pillow's mode L (250 "
    "x 200 bytes). wedge counts the pixels with a grey below 16 in the two upper corners of 30 x "
    "30 pixels. grey is the mean grey of rows 75 to 200 and columns 50 to 150. A photo's grey is "
    "the mean of its channels."
)


@cache
def reference() -> dict[str, Any]:
    """The manifest. `["pairs"][id]` has the split, and what `measure` says of both images."""
    text = files("sketchlib.data").joinpath("cuhk_student.json").read_text(encoding="utf-8")
    return json.loads(text)


def measure(pixels: np.ndarray) -> dict[str, Any]:
    """What the manifest records of an image.

    Args:
        pixels: (250, 200, 3) RGB or (250, 200) grey, uint8.

    Returns:
        sha256: over the bytes of `pixels`, row by row from the top left.
        wedge: see `WEDGE_SIDE`, in pixels.
        grey: mean of the region of the face, rows 75 to 200 and columns 50 to 150, in 0..255.
    """
    color = pixels[:, :, None] if pixels.ndim == 2 else pixels  # (250, 200, 1 or 3)
    top = color[:WEDGE_SIDE]
    corners = top[:, :WEDGE_SIDE].mean(axis=2), top[:, -WEDGE_SIDE:].mean(axis=2)
    return {
        "sha256": hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest(),
        "wedge": int(sum((corner < NEAR_BLACK).sum() for corner in corners)),
        "grey": round(float(color[75:200, 50:150].mean()), 1),
    }


def describe(copy: Copy) -> dict[str, dict[str, Any]]:
    """The `pairs` of a manifest for a copy, which must be complete.

    The split is the prefix of the id: f2 and m2 were trained on, f, f1, m and m1 tested on.
    """
    ids = sorted({pair for pair, _ in copy.images})
    return {
        pair: {
            "split": "train" if pair[1] == "2" else "test",
            **{kind: measure(copy.images[pair, kind].pixels) for kind in KINDS},
        }
        for pair in ids
    }


def write_manifest(copy: Copy, path: str | Path) -> None:
    """Write a manifest of `copy`: how `cuhk_student.json` was made from the reference copy."""
    pairs = ",\n".join(
        f"{json.dumps(pair)}: {json.dumps(entry)}" for pair, entry in describe(copy).items()
    )
    text = f'{{\n"about": {json.dumps(_ABOUT)},\n"pairs": {{\n{pairs}\n}}\n}}\n'
    Path(path).write_text(text, encoding="utf-8")
