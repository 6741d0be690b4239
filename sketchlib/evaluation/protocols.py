"""SSIM under other protocols: everything a paper may mean by "SSIM" and not say, as data.

A protocol is what is done to the images before they are compared, and the settings of the comparison. The comparison is
always `skimage.metrics.structural_similarity`. Each protocol here changes one thing of the house protocol, and each has
been met in published code; some are mistakes, and say so. All but one treat both images alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from skimage.metrics import structural_similarity
from skimage.restoration import denoise_bilateral
from torch import Tensor
from torch.nn.functional import pad
from torchvision.transforms.functional import center_crop

from sketchlib.data.pairs import PairedFaces, resize, to_float, to_uint8
from sketchlib.evaluation.metrics import METRICS, measure
from sketchlib.evaluation.ssim import HOUSE, check_images

VALUES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "0..255": lambda image: image,
    "0..1": lambda image: image / 255.0,
    "-1..1": lambda image: image / 127.5 - 1.0,
}
"""How the 8 bits are handed to SSIM, as they are (uint8) or as float64 in that range."""

BILATERAL = {"win_size": 7, "sigma_color": 75 / 255, "sigma_spatial": 75}
"""The arguments of `skimage.restoration.denoise_bilateral`, for images in [0, 1], with a window of 7 x 7 pixels, in
which a pixel that differs by 75 of 255 grey levels still weighs exp(-1/2). The settings are those of a published
evaluation of face sketches, which took OpenCV's filter; that one's window is a disc of radius 3 in place of the square.
"""


@dataclass(frozen=True)
class Protocol:
    """How SSIM is taken. Images are smoothed, stretched, resized, padded, cropped, in this order; none by default.

    Attributes:
        name: what the protocol is called in tables.
        about: one sentence on what it changes.
        smooth: whether the drawn sketch, and not the reference, goes through a bilateral filter first, see `BILATERAL`.
        stretch: whether each image's darkest pixel becomes 0 and its lightest 255. An image of one grey stays as it is.
        size: (height, width) in pixels that both images are resized to: bilinear, with antialiasing, to 8 bits.
        pad: (height, width) that both are padded to, with white (255), the image in the middle.
        crop: (height, width) of the middle part that is kept.
        color: "grey", or "rgb": the same grey as three channels; SSIM is then the mean of the channels'.
        window: "gaussian", or "uniform": a square in which every pixel weighs the same.
        sigma: of the Gaussian window, in pixels. scikit-image cuts it off at 3.5 sigma: 1.5 gives 11 x 11.
        side: of the uniform window, in pixels, odd.
        values: a key of `VALUES`.
        data_range: the L of Wang et al.: the constants are (0.01 L)^2 and (0.03 L)^2. It should be the width
            of the range that `values` says, and where it is not, the number means nothing: see `sound`.
        sample_covariance: variances divided by n - 1 in place of n, n the pixels of the window.

    Raises:
        ValueError: if a field has a value that no protocol can have.
    """

    name: str
    about: str = ""
    smooth: bool = False
    stretch: bool = False
    size: tuple[int, int] | None = None
    pad: tuple[int, int] | None = None
    crop: tuple[int, int] | None = None
    color: Literal["grey", "rgb"] = "grey"
    window: Literal["gaussian", "uniform"] = "gaussian"
    sigma: float = HOUSE["sigma"]
    side: int = 7
    values: Literal["0..255", "0..1", "-1..1"] = "0..255"
    data_range: float = HOUSE["data_range"]
    sample_covariance: bool = HOUSE["use_sample_covariance"]

    def __post_init__(self) -> None:
        for field, choices in (("color", ("grey", "rgb")), ("window", ("gaussian", "uniform")), ("values", VALUES)):
            if (given := getattr(self, field)) not in choices:
                raise ValueError(f"Protocol.{field} is {given!r}, expected one of {', '.join(map(repr, choices))}.")
        for field in ("size", "pad", "crop"):
            given = getattr(self, field)
            if given is not None and (len(given) != 2 or min(given) < 1):
                raise ValueError(f"Protocol.{field} is {given}, expected None or a height and a width in pixels.")
        if self.side < 3 or self.side % 2 == 0:
            raise ValueError(f"Protocol.side is {self.side}, expected an odd number of pixels, 3 or more.")
        for field in ("sigma", "data_range"):
            if not getattr(self, field) > 0:
                raise ValueError(f"Protocol.{field} is {getattr(self, field)}, expected a number above 0.")

    @property
    def sound(self) -> bool:
        """Whether the values are what SSIM was defined for, which is not negative and as wide as `data_range`."""
        return (self.values, float(self.data_range)) in (("0..255", 255.0), ("0..1", 1.0))

    @property
    def arguments(self) -> dict[str, Any]:
        """What `structural_similarity` is called with. For the house protocol this is `HOUSE`."""
        window = {"gaussian_weights": True, "sigma": self.sigma}
        if self.window == "uniform":
            window = {"win_size": self.side}
        settings = {"use_sample_covariance": self.sample_covariance, "data_range": self.data_range}
        return window | settings | ({"channel_axis": 0} if self.color == "rgb" else {})

    def prepare(self, images: Tensor) -> np.ndarray:
        """What SSIM sees of (N, 1, H, W) uint8 images: (N, H', W'), or (N, 3, H', W') for three channels.

        Not smoothed, since that concerns one of the two images only.

        Raises:
            ValueError: if the images are larger than `pad` or smaller than `crop`.
        """
        if self.stretch:
            images = stretched(images)
        if self.size is not None:
            images = to_uint8(resize(to_float(images), self.size))
        if self.pad is not None:
            images = _pad_with_white(images, self.pad)
        if self.crop is not None:
            if self.crop[0] > images.shape[-2] or self.crop[1] > images.shape[-1]:
                raise ValueError(
                    f"Protocol.crop is {self.crop}, expected no more than the image, {tuple(images.shape[-2:])}."
                )
            images = center_crop(images, list(self.crop))
        if self.color == "rgb":
            images = images.expand(-1, 3, -1, -1)
        array = images.numpy() if self.color == "rgb" else images[:, 0].numpy()
        return VALUES[self.values](array)

    def ssim(self, reference: Tensor, sketch: Tensor) -> np.ndarray:
        """SSIM of each pair of images, (N, 1, H, W) uint8, under this protocol: (N,), float64.

        Raises:
            ValueError: if the images are no two equal stacks of grey uint8 images.
        """
        check_images(reference, sketch)
        drawn = smoothed(sketch.cpu()) if self.smooth else sketch.cpu()
        pairs = zip(self.prepare(reference.cpu()), self.prepare(drawn), strict=True)
        return np.array([structural_similarity(a, b, **self.arguments) for a, b in pairs], dtype=np.float64)


def smoothed(images: Tensor) -> Tensor:
    """Each of (N, 1, H, W) uint8 images through a bilateral filter, see `BILATERAL`: the same, to 8 bits.

    A mean of the pixels around, in which those of another grey weigh less, so that edges stay. Tomasi and Manduchi,
    "Bilateral Filtering for Gray and Color Images", ICCV 1998.
    """
    filtered = [denoise_bilateral(image / 255, mode="reflect", **BILATERAL) for image in images[:, 0].numpy()]
    return torch.from_numpy(np.stack(filtered)).mul(255).round().to(torch.uint8).unsqueeze(1)


def stretched(images: Tensor) -> Tensor:
    """Each of (N, 1, H, W) uint8 images with its greys stretched linearly to 0..255, to 8 bits."""
    low, high = (end(images.double(), dim=(1, 2, 3), keepdim=True) for end in (torch.amin, torch.amax))
    scaled = (images.double() - low) / (high - low).clamp(min=1.0) * 255
    return torch.where(high > low, scaled.round().to(torch.uint8), images)


def _pad_with_white(images: Tensor, size: tuple[int, int]) -> Tensor:
    (height, width), (target_height, target_width) = images.shape[-2:], size
    if height > target_height or width > target_width:
        raise ValueError(f"Protocol.pad is {size}, expected no less than the image, {(height, width)}.")
    top, left = (target_height - height) // 2, (target_width - width) // 2
    return pad(images, (left, target_width - width - left, top, target_height - height - top), value=255)


HOUSE_PROTOCOL = Protocol("house", "250 x 200 pixels, grey, 8 bits, Gaussian window of sigma 1.5 (Wang et al., 2004)")

_ALL = (
    HOUSE_PROTOCOL,
    Protocol("uniform 7 x 7", "scikit-image's defaults", window="uniform", sample_covariance=True),
    Protocol("sample covariance", "the Gaussian window, variances divided by n - 1", sample_covariance=True),
    Protocol("resized to 256", "both images made larger, to 256 x 256", size=(256, 256)),
    Protocol("resized to 128", "both images made smaller, to 128 x 128", size=(128, 128)),
    Protocol("padded to 256", "white margins around both images, up to 256 x 256", pad=(256, 256)),
    Protocol("face only", "the middle of the image: 150 x 120 of 250 x 200 pixels", crop=(150, 120)),
    Protocol(
        "drawing smoothed",
        "a bilateral filter over the drawn sketch only, which takes grain away and may flatter",
        smooth=True,
    ),
    Protocol("stretched", "each image stretched to its own range of greys, which hides a wrong contrast", stretch=True),
    Protocol("three channels", "the same grey three times: changes nothing", color="rgb"),
    Protocol("0 to 1, range 1", "floats with their own range: changes nothing", values="0..1", data_range=1.0),
    Protocol("0 to 1, range 2", "a mistake: the range of -1 to 1", values="0..1", data_range=2.0),
    Protocol("0 to 1, range 255", "a mistake: the range of 8 bits", values="0..1", data_range=255.0),
    Protocol(
        "-1 to 1, range 2", "a mistake: the width is right, but zero is not black", values="-1..1", data_range=2.0
    ),
)

PROTOCOLS: dict[str, Protocol] = {protocol.name: protocol for protocol in _ALL}
"""Protocols by name, the house protocol first."""


def evaluate(
    sketches: Tensor,
    test: PairedFaces,
    *,
    method: str,
    seed: int,
    protocols: Sequence[Protocol] = (HOUSE_PROTOCOL,),
    metrics: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Score the sketches of one run: a tidy table, one row for each protocol and image.

    Args:
        sketches: (N, 1, H, W), uint8, at the artist's size, of the photos of `test`, in their order.
        method: goes into every row.
        seed: goes into every row.
        metrics: names of `sketchlib.evaluation.metrics.METRICS` that give one number for each image. They take
            the images as they are stored, whatever the protocol, so an image has the same in all its rows.

    Returns:
        Rows with the keys method, seed, id, protocol, ssim, and one key for each of `metrics`.

    Raises:
        ValueError: if the sketches do not fit `test`, or a metric is unknown or one of sets of images.
        RuntimeError: if a metric cannot be computed here.
    """
    check_images(test.sketches, sketches)
    for name in metrics:
        if name not in METRICS or not METRICS[name].per_image:
            known = ", ".join(key for key, metric in METRICS.items() if metric.per_image)
            raise ValueError(f"evaluate's metrics has {name!r}, expected names out of {known}.")
    others = {name: measure(name, test.sketches, sketches) for name in metrics}
    return [
        {"method": method, "seed": seed, "id": id_, "protocol": protocol.name, "ssim": float(score)}
        | {name: float(values[i]) for name, values in others.items()}
        for protocol in protocols
        for i, (id_, score) in enumerate(zip(test.ids, protocol.ssim(test.sketches, sketches), strict=True))
    ]
