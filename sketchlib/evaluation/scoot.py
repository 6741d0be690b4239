"""Scoot, a measure made for face sketches: does the texture agree, block by block?

Fan et al., "Scoot: A Perceptual Metric for Facial Sketches", ICCV 2019. They report that it agrees with people's
choice between two sketches more often than SSIM and FSIM do. Their program is in MATLAB; the numbers here are those of
the program, which rounds where their text does not.

1. The grey values are cut into 6 levels, ``floor(6 I / 255)``, where 255 belongs to the last.
2. The image is cut into 4 x 4 blocks. In each, the pairs of levels of neighbouring pixels are counted, in 4 directions:
   four grey-level co-occurrence matrices, 6 x 6. They are averaged, and the mean is rounded to whole counts.
3. Two numbers tell of the matrix p, once its sum is 1: its contrast ``sum (i - j)^2 p(i, j)``, high where neighbours
   differ, and its energy ``sum p(i, j)^2``, high where few pairs of levels fill the block.
4. An image is thus a vector of 4 x 4 x 2 numbers, and ``Scoot = 1 / (1 + |v_reference - v_sketch|)``.

A block's statistics do not say where in the block a stroke lies, so a drawing that is moved a little loses little.
"""

from __future__ import annotations

import numpy as np
from skimage.feature import graycomatrix, graycoprops
from torch import Tensor

from sketchlib.evaluation.ssim import check_images

LEVELS = 6
BLOCKS = 4
ANGLES = tuple(-quarter * np.pi / 4 for quarter in range(4))
"""Right, up and right, up, up and left. scikit-image counts an angle from right to *down*, so that up is negative."""


def scoot(reference: Tensor, sketch: Tensor) -> np.ndarray:
    """Scoot of each pair of images.

    The authors' program refuses an image that is one grey all over; here it has a number like any other.

    Args:
        reference: (N, 1, H, W), uint8, with H and W of 8 or more.
        sketch: the same.

    Returns:
        (N,), float64, above 0 and at most 1, which equal images reach, and others with the same statistics too.

    Raises:
        ValueError: if the shapes differ, an image is not uint8 with one channel, or it is smaller than 8 x 8.
    """
    check_images(reference, sketch)
    if min(reference.shape[-2:]) < 2 * BLOCKS:
        size = " x ".join(map(str, reference.shape[-2:]))
        raise ValueError(f"The images are {size}, expected {2 * BLOCKS} or more a side for Scoot's blocks.")
    a, b = ([features(image) for image in images[:, 0].cpu().numpy()] for images in (reference, sketch))
    return np.array([1 / (1 + np.linalg.norm(x - y)) for x, y in zip(a, b, strict=True)], dtype=np.float64)


def features(image: np.ndarray) -> np.ndarray:
    """Contrast and energy of each block of an (H, W) uint8 image: (2, 16), blocks row by row."""
    levels = np.minimum(image.astype(np.int64) * LEVELS // 255, LEVELS - 1).astype(np.uint8)
    counts = np.stack([_counts(block) for block in blocks(levels)], axis=-1)[..., np.newaxis]  # (6, 6, 16, 1)
    # MATLAB's "energy" is the sum of squares, scikit-image's its root: it calls the sum "ASM".
    return np.concatenate([graycoprops(counts, name).T for name in ("contrast", "ASM")])


def blocks(image: np.ndarray) -> list[np.ndarray]:
    """The 16 blocks of an (H, W) image, row by row. Where 4 does not divide a side they differ by a pixel."""
    rows, columns = ([side * k // BLOCKS for k in range(BLOCKS + 1)] for side in image.shape)
    return [image[rows[i] : rows[i + 1], columns[j] : columns[j + 1]] for i in range(BLOCKS) for j in range(BLOCKS)]


def _counts(block: np.ndarray) -> np.ndarray:
    """The mean of the four matrices of a block, in whole counts: (6, 6). A half is rounded up, as MATLAB does."""
    matrices = graycomatrix(block, distances=[1], angles=ANGLES, levels=LEVELS)  # (6, 6, 1, 4)
    return np.floor(matrices.mean(axis=(2, 3)) + 0.5)
