"""The U-Net generator, with Squeeze-and-Excitation where its feature map is smallest.

Ronneberger et al., MICCAI 2015, in the form of Isola et al. (Pix2Pix), CVPR 2017: every step down is a strided
4 x 4 convolution that halves height and width, every step up a transposed one that doubles them, and each step
up also reads the map of the same size from the way down (the skip). Liao and Lin add the SE block where the feature
map "reaches a minimum" (section 2.2): at the bottleneck.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from sketchlib.nets.init import initialize
from sketchlib.nets.norm import check_norm, norm_layer
from sketchlib.nets.se import SqueezeExcitation


def count_downs(size: int, bottleneck: int) -> int:
    """How many halvings lead from `size` to `bottleneck` pixels a side: 256 -> 1 takes 8, 256 -> 8 takes 5.

    Raises:
        ValueError: if `size` is not `bottleneck` times a power of two, at least 2.
    """
    num_downs = (size // bottleneck).bit_length() - 1 if bottleneck >= 1 else 0
    if num_downs < 1 or bottleneck << num_downs != size:
        raise ValueError(
            f"bottleneck is {bottleneck} and size is {size}, expected size = bottleneck x 2, 4, 8 or another "
            "power of two."
        )
    return num_downs


class UNetGenerator(nn.Module):
    """Image to image, (N, in, H, W) -> (N, out, H, W), input and output in [-1, 1].

    Args:
        channels: channels after the first halving. They double with each further one, up to 8 times this.
        num_downs: steps down. The bottleneck is H / 2^num_downs on a side. The paper's words, taken literally, are
            8 halvings of 256 pixels: a bottleneck of 1 x 1, where a mean over places averages one number.
        se: put a SqueezeExcitation at the bottleneck.
        reduction: r of the SE block.
        se_init, se_center: `init` and `center` of the SE block, see `SqueezeExcitation`.
        norm: "instance" (CycleGAN) or "batch" (Pix2Pix).
        dropout: probability, in the steps up between two maps of 8 `channels`, other than the innermost, as in
            Pix2Pix: its unet_256, of 8 halvings, has 3 of them, unet_128 has 2, and with 5 halvings there is none.

    There is no norm at the bottleneck. At 1 x 1 instance norm would erase its input, and at any size it would set
    every channel's mean to 0, which is just what the squeeze reads.

    Raises:
        ValueError: for fewer than two num_downs or an unknown norm.
    """

    kind: ClassVar[str] = "unet"
    settings: dict[str, Any]  #: The arguments that it was built with.

    def __init__(
        self,
        channels: int = 64,
        num_downs: int = 5,
        se: bool = True,
        reduction: int = 16,
        in_channels: int = 3,
        out_channels: int = 3,
        norm: str = "instance",
        dropout: float = 0.0,
        se_init: str = "he",
        se_center: bool = False,
    ) -> None:
        super().__init__()
        if num_downs < 2:
            raise ValueError(f"UNetGenerator.num_downs is {num_downs}, expected 2 or more.")
        check_norm("UNetGenerator", norm)
        self.settings = {
            "channels": channels,
            "num_downs": num_downs,
            "se": se,
            "reduction": reduction,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "norm": norm,
            "dropout": dropout,
            "se_init": se_init,
            "se_center": se_center,
        }
        self.num_downs = num_downs
        widths = [channels * min(2**level, 8) for level in range(num_downs)]
        self.down = nn.ModuleList()
        for level, (before, after) in enumerate(zip([in_channels, *widths], widths, strict=False)):
            plain = level in (0, num_downs - 1)  # no norm next to the image, none at the bottleneck
            self.down.append(_down(before, after, None if plain else norm, activate=level > 0, bias=norm != "batch"))
        self.up = nn.ModuleList()  # innermost first
        for level in reversed(range(1, num_downs)):
            before = widths[level] * (1 if level == num_downs - 1 else 2)  # twice: the map from below and the skip
            drops = level in range(4, num_downs - 1)  # those that the authors of Pix2Pix put in a loop of their own
            self.up.append(_up(before, widths[level - 1], norm, dropout if drops else 0.0))
        self.to_image = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(2 * widths[0], out_channels, 4, stride=2, padding=1), nn.Tanh()
        )
        initialize(self)
        # Last, so that with SE and without it a seed gives all other layers the same start.
        self.se = SqueezeExcitation(widths[-1], reduction, se_init, se_center) if se else nn.Identity()

    def contract(self, x: Tensor) -> list[Tensor]:
        """The way down, before SE: one map for each halving, the largest first, (N, C_i, H / 2^i, W / 2^i).

        Raises:
            ValueError: if height or width cannot be halved that often.
        """
        step = 2**self.num_downs
        if x.shape[-1] % step or x.shape[-2] % step:
            raise ValueError(
                f"The image is {x.shape[-2]} x {x.shape[-1]}, expected height and width to be multiples of {step} "
                f"for a U-Net of {self.num_downs} halvings."
            )
        features = []
        for down in self.down:
            x = down(x)
            features.append(x)
        return features

    def encode(self, x: Tensor) -> list[Tensor]:
        """The way down with SE applied to the last map, the bottleneck. Shapes as `contract`."""
        *skips, bottleneck = self.contract(x)
        return [*skips, self.se(bottleneck)]

    def decode(self, features: list[Tensor]) -> Tensor:
        """The way up from what `encode` returned: (N, out, H, W) in [-1, 1]."""
        *skips, x = features
        for up in self.up:
            x = torch.cat([skips.pop(), up(x)], dim=1)  # (N, 2 C_i, H / 2^i, W / 2^i)
        return self.to_image(x)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) in [-1, 1] -> (N, out, H, W) in [-1, 1]."""
        return self.decode(self.encode(x))


def _down(before: int, after: int, norm: str | None, *, activate: bool, bias: bool) -> nn.Sequential:
    """Halve: (N, before, H, W) -> (N, after, H/2, W/2)."""
    layers: list[nn.Module] = [nn.LeakyReLU(0.2)] if activate else []
    layers.append(nn.Conv2d(before, after, 4, stride=2, padding=1, bias=bias))
    if norm:
        layers.append(norm_layer(norm, after))
    return nn.Sequential(*layers)


def _up(before: int, after: int, norm: str, dropout: float) -> nn.Sequential:
    """Double: (N, before, H, W) -> (N, after, 2H, 2W)."""
    conv = nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=norm != "batch")
    layers: list[nn.Module] = [nn.ReLU(), conv, norm_layer(norm, after)]
    if dropout:
        layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)
