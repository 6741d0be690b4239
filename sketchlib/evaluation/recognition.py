"""Likeness: is the drawn sketch nearest to its own reference, out of all references?

Each sketch is compared with the artist's sketches of all N faces. It is recognized at rank 1 if none of the others is
as near as its own. With N faces, chance recognizes one.

No trained recognizer is asked, only two plain comparisons. Both are correlations, so overall tone and contrast do not
count, and neither is SSIM:

- ``"pixels"``: of the grey values, both images made smaller, to 50 x 40. It looks at where dark and light areas lie.
- ``"edges"``: of histograms of oriented gradients (Dalal and Triggs, "Histograms of Oriented Gradients for Human
  Detection", CVPR 2005) of the images at 100 x 80. It looks at where strokes run, and in which direction.

Beware: a reference of the test set is drawn from the very photo that the method sees, with its pose, hair and clothes.
So this says less than recognizing a person on another day would.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
from skimage.feature import hog
from torch import Tensor

from sketchlib.data.pairs import resize, to_float, to_uint8
from sketchlib.evaluation.ssim import check_images

By = Literal["pixels", "edges"]


def recognized(reference: Tensor, sketch: Tensor, by: By = "pixels") -> np.ndarray:
    """Whether each sketch is nearest to its own reference: (N,), float64, 1 where it is and 0 where not.

    Args and errors as `ranks`. The mean over faces is the recognition rate at rank 1.
    """
    return (ranks(reference, sketch, by) == 1).astype(np.float64)


def ranks(reference: Tensor, sketch: Tensor, by: By = "pixels") -> np.ndarray:
    """The rank of its own reference for each sketch: 1 if it is the nearest, N if all others are as near or nearer.

    Args:
        reference: (N, 1, H, W), uint8.
        sketch: the same, of the same faces in the same order.
        by: what is compared, see the module.

    Returns:
        (N,), float64, whole numbers from 1 to N.

    Raises:
        ValueError: if the shapes differ, an image is not uint8 with one channel, or `by` is unknown.
    """
    table = similarities(reference, sketch, by)
    own = table.diagonal()[:, np.newaxis]
    return (table >= own).sum(axis=1).astype(np.float64)  # its own is among them


def similarities(reference: Tensor, sketch: Tensor, by: By = "pixels") -> np.ndarray:
    """The correlation of sketch i with reference j: (N, N), float64, from -1 to 1; 0 for an image without contrast.

    Args and errors as `ranks`.
    """
    check_images(reference, sketch)
    if by not in _FEATURES:
        raise ValueError(f"by is {by!r}, expected one of {', '.join(map(repr, _FEATURES))}.")
    a, b = (_standard(_FEATURES[by](images.cpu())) for images in (sketch, reference))
    return a @ b.T


def _standard(features: np.ndarray) -> np.ndarray:
    """(N, D) -> rows of mean 0 and length 1, or of zeros where a row has no spread."""
    centered = features - features.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    flat = length <= 1e-6 * np.sqrt(features.shape[1])  # but for rounding
    return np.where(flat, 0.0, centered / np.where(flat, 1.0, length))


def _small(images: Tensor, size: tuple[int, int]) -> np.ndarray:
    """(N, 1, H, W) uint8 -> (N, *size), float64 in [0, 1]. To 8 bits first, so that one grey stays exactly one grey."""
    return to_uint8(resize(to_float(images), size))[:, 0].double().numpy() / 255


def _pixels(images: Tensor, size: tuple[int, int]) -> np.ndarray:
    return _small(images, size).reshape(len(images), -1)


def _edges(images: Tensor, size: tuple[int, int]) -> np.ndarray:
    describe = partial(hog, orientations=8, pixels_per_cell=(10, 10), cells_per_block=(2, 2))
    return np.stack([describe(image) for image in _small(images, size)])


_FEATURES: dict[str, Callable[[Tensor], np.ndarray]] = {
    "pixels": partial(_pixels, size=(50, 40)),
    "edges": partial(_edges, size=(100, 80)),
}
