"""Feature hiding: how much of what F reads in a generated sketch is too faint to be part of the drawing.

The cycle loss, eq. (5), is small when F finds the photo in G(x) again. G can help with traces that nobody sees (Chu et
al., 2017), and the paper's reason for eqs. (1) and (2) is to alleviate that (sections 1, 2.3, 2.4.1). So G(x) is
disturbed in ways that hardly change how it looks, F reads it again, and the error of the photo is divided by the error
without the disturbance. At 1 nothing was lost.

A rise alone proves no message: any network may be sensitive to inputs unlike those it was trained on. Compare two pairs
of generators, or G(x) with the artist's sketches, which carry no message.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from sketchlib.data.pairs import to_float, to_uint8

Disturbance = Callable[[Tensor], Tensor]
"""(N, 3, H, W) in [-1, 1] -> the same."""

GREY_LEVEL = 2 / 255
"""The distance of two neighbouring values of an 8-bit image, in [-1, 1]."""

BATCH = 8
"""Images that F is given at once. It bounds memory and changes no number."""


def noise(images: Tensor, levels: float, seed: int = 0) -> Tensor:
    """Independent Gaussian noise for each pixel and channel, not cut off at -1 and 1.

    Args:
        images: (N, C, H, W) in [-1, 1].
        levels: standard deviation in grey levels of 255.
        seed: of the noise. Image number n has the same noise whatever the number of images.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([torch.randn(image.shape, generator=generator) for image in images])
    return images + levels * GREY_LEVEL * drawn.to(images)


def rounded(images: Tensor) -> Tensor:
    """To the nearest of 256 values and back, as saved to a file without loss and read again."""
    return to_float(to_uint8(images)).to(images)


def jpeg(images: Tensor, quality: int) -> Tensor:
    """As saved to a JPEG file by Pillow and read again, colors at half the resolution (4:2:0, its default).

    Args:
        images: (N, 3, H, W) in [-1, 1].
        quality: 1 to 95, libjpeg's scale.
    """
    pictures = to_uint8(images).permute(0, 2, 3, 1).cpu().numpy()  # (N, H, W, 3)
    read = np.stack([_through_file(picture, quality) for picture in pictures])
    return to_float(torch.from_numpy(read).permute(0, 3, 1, 2)).to(images)


def blurred(images: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, cut off at 3 sigma, borders mirrored; `sigma` in pixels."""
    return gaussian_blur(images, kernel_size=2 * int(np.ceil(3 * sigma)) + 1, sigma=sigma)


def grey(images: Tensor) -> Tensor:
    """The mean of the channels in each of them: what we read a sketch of three channels as."""
    return images.mean(dim=1, keepdim=True).expand_as(images)


DISTURBANCES: dict[str, Disturbance] = {
    "noise of 1 level": partial(noise, levels=1.0),
    "noise of 2 levels": partial(noise, levels=2.0),
    "8 bits": rounded,
    "JPEG 95": partial(jpeg, quality=95),
    "JPEG 75": partial(jpeg, quality=75),
    "blur of 1 pixel": partial(blurred, sigma=1.0),
    "grey": grey,
}
"""What is done to G(x) by default. None of it changes what a drawing shows."""


def reconstruction_errors(
    F: Callable[[Tensor], Tensor],
    sketches: Tensor,
    photos: Tensor,
    disturbances: Mapping[str, Disturbance] = DISTURBANCES,
) -> dict[str, np.ndarray]:
    """The mean absolute error of F(sketch) to the photo, of each image, by the name of the disturbance.

    Args:
        F: from (n, 3, H, W) to the same, both in [-1, 1]; in eval mode, if it is a network.
        sketches: (N, 3, H, W), floats in [-1, 1]: G(x), not rounded, or the artist's.
        photos: the x, of the same shape.
        disturbances: by name.

    Returns:
        (N,), float64, in [0, 2]. First "none", for the sketches as they are, then each disturbance.

    Raises:
        ValueError: if the images are no floats of one shape (N, 3, H, W), or if F or a disturbance gives another.
    """
    if sketches.shape != photos.shape or sketches.ndim != 4 or sketches.shape[1] != 3:
        got = f"{tuple(sketches.shape)} and {tuple(photos.shape)}"
        raise ValueError(f"sketches and photos are {got}, expected one shape (N, 3, H, W).")
    if not (sketches.is_floating_point() and photos.is_floating_point()):
        raise ValueError(f"sketches and photos are {sketches.dtype} and {photos.dtype}, expected floats in [-1, 1].")
    every = {"none": _as_it_is, **disturbances}
    return {name: _errors(F, _checked(disturb(sketches), photos, name), photos) for name, disturb in every.items()}


def hiding(
    F: Callable[[Tensor], Tensor],
    sketches: Tensor,
    photos: Tensor,
    disturbances: Mapping[str, Disturbance] = DISTURBANCES,
) -> dict[str, np.ndarray]:
    """How many times larger each disturbance makes the error of F(G(x)) to x: (N,), float64, by name.

    1 where it costs nothing. Args and errors as `reconstruction_errors`.

    Raises:
        ValueError: also if an image is reconstructed without any error, which nothing can be divided by.
    """
    found = reconstruction_errors(F, sketches, photos, disturbances)
    undisturbed = found.pop("none")
    if not undisturbed.all():
        at = int(np.flatnonzero(undisturbed == 0)[0])
        raise ValueError(f"F(G(x)) of image {at} has the error 0, expected some error to divide by.")
    return {name: errors / undisturbed for name, errors in found.items()}


def _as_it_is(images: Tensor) -> Tensor:
    return images


def _through_file(picture: np.ndarray, quality: int) -> np.ndarray:
    """(H, W, 3) uint8 -> the same."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        return np.array(image)


@torch.inference_mode()
def _errors(F: Callable[[Tensor], Tensor], sketches: Tensor, photos: Tensor) -> np.ndarray:
    parts = zip(sketches.split(BATCH), photos.split(BATCH), strict=True)
    return np.concatenate([_error(_checked(F(sketch), photo, "F"), photo) for sketch, photo in parts])


def _error(found: Tensor, photos: Tensor) -> np.ndarray:
    return (found.double() - photos.double()).abs().mean(dim=(1, 2, 3)).cpu().numpy()


def _checked(images: Tensor, photos: Tensor, name: str) -> Tensor:
    if images.shape != photos.shape:
        raise ValueError(f"{name} gave {tuple(images.shape)}, expected {tuple(photos.shape)}, the shape of the photos.")
    return images
