"""What SSIM gives for little or no skill: outputs that any method should beat before its score means something."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation.ssim import ssim

KNOW_THE_ANSWER = ("reference shifted by one pixel", "reference blurred (sigma 2)")
"""The floors made from the artist's own sketches. Every other floor is one that a learned method must beat."""

SIDE = 7
"""Of the learned filter's window, in pixels."""


def floor_images(train: PairedFaces, test: PairedFaces, seed: int = 0) -> dict[str, Tensor]:
    """One "sketch" for each test photo that took little or no learning, by name: (N, 1, H, W), uint8.

    Only the filter learns, 50 numbers by least squares. The last two know the answer: they move or blur the artist's
    own sketch, and show how far SSIM punishes that.
    """
    chosen = torch.randint(len(train), (len(test),), generator=torch.Generator().manual_seed(seed))
    mean = train.sketches.double().mean(dim=0, keepdim=True).round().to(torch.uint8)
    return {
        "random training sketch": train.sketches[chosen],
        "white page": torch.full_like(test.sketches, 255),
        "sketch of the nearest training photo": train.sketches[_nearest(train, test)],
        "mean training sketch": mean.expand(len(test), -1, -1, -1),
        "grey input photo": grey(test.photos),
        "learned 7 x 7 filter": filtered(grey(test.photos), learned_filter(train)),
        "reference shifted by one pixel": test.sketches.roll(1, dims=-1),
        "reference blurred (sigma 2)": blur(test.sketches, 2.0),
    }


def floors(train: PairedFaces, test: PairedFaces, seed: int = 0) -> dict[str, np.ndarray]:
    """SSIM of each of `floor_images` against the artist's sketches: (N,) each, by name."""
    return {name: ssim(test.sketches, images) for name, images in floor_images(train, test, seed).items()}


def grey(photos: Tensor) -> Tensor:
    """(N, 3, H, W) uint8 RGB -> (N, 1, H, W) uint8, the luma of ITU-R BT.601 that Pillow and JPEG use, rounded."""
    weights = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64).view(1, 3, 1, 1)
    return (photos.double() * weights).sum(dim=1, keepdim=True).round().to(torch.uint8)


def learned_filter(train: PairedFaces) -> np.ndarray:
    """The best linear filter from grey photo to sketch, in squared error over all pixels of all pairs: (50,), float64.

    49 weights of a window of 7 x 7 pixels, row by row, and a constant. The sums of products over all windows are all
    that least squares needs, so the windows of one image at a time are held.
    """
    products, right = np.zeros((SIDE**2 + 1,) * 2), np.zeros(SIDE**2 + 1)
    for photo, sketch in zip(grey(train.photos).split(1), train.sketches.split(1), strict=True):
        windows = _windows(photo)
        products += windows.T @ windows
        right += windows.T @ (sketch.double().numpy().ravel() / 255)
    return np.linalg.lstsq(products, right)[0]


def filtered(images: Tensor, weights: np.ndarray) -> Tensor:
    """What `weights` of `learned_filter` draw of (N, 1, H, W) uint8 images: the same, cut off at 0 and 255."""
    drawn = [torch.from_numpy(_windows(image) @ weights).view(image.shape) for image in images.split(1)]
    return torch.cat(drawn).mul(255).round().clamp(0, 255).to(torch.uint8)


def _windows(image: Tensor) -> np.ndarray:
    """(1, 1, H, W) uint8 -> (H W, 50): the grey values around each pixel, in [0, 1], and a 1. Borders are repeated."""
    padded = np.pad(image[0, 0].numpy() / 255, SIDE // 2, mode="edge")
    columns = np.lib.stride_tricks.sliding_window_view(padded, (SIDE, SIDE)).reshape(-1, SIDE**2)
    return np.hstack([columns, np.ones((len(columns), 1))])


def blur(images: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (N, C, H, W) uint8 images, cut off at 3 sigma; `sigma` in pixels, 0 is none."""
    if sigma == 0:
        return images
    return gaussian_blur(images, kernel_size=2 * int(np.ceil(3 * sigma)) + 1, sigma=sigma)


def _nearest(train: PairedFaces, test: PairedFaces) -> Tensor:
    """For each test photo the position of the nearest training photo, by mean squared difference of pixels."""
    a, b = (pairs.photos.flatten(1).double() for pairs in (test, train))  # (N, 3 H W)
    return torch.cdist(a, b).argmin(dim=1)
