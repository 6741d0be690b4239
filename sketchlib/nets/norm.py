"""The two normalizations of the methods of the book."""

from __future__ import annotations

from torch import nn

NORMS = ("batch", "instance")
"""The names that networks take."""


def norm_layer(norm: str, channels: int) -> nn.Module:
    """The layer that sets each channel of (N, channels, H, W) to mean 0 and variance 1.

    "instance" (CycleGAN) does so image by image; "batch" (Pix2Pix) over all images of the batch, and then gives each
    channel a scale and a shift that it learns.

    The authors of Pix2Pix draw test images with the statistics of the batch, as in training, and a batch is one
    image. So running statistics would be collected and never read: there are none here, and `eval` changes nothing.
    """
    if norm == "batch":
        return nn.BatchNorm2d(channels, track_running_stats=False)
    return nn.InstanceNorm2d(channels)


def check_norm(owner: str, norm: str) -> None:
    """Refuse a name that is not in `NORMS`.

    Raises:
        ValueError: then, naming the class `owner`.
    """
    if norm not in NORMS:
        raise ValueError(f"{owner}.norm is {norm!r}, expected one of {list(NORMS)}.")
