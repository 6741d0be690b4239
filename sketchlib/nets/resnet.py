"""The generator of CycleGAN: two halvings, residual blocks at a quarter of the side, two doublings.

Zhu et al. (CycleGAN), ICCV 2017, appendix, after Johnson et al., "Perceptual Losses for Real-Time Style Transfer",
ECCV 2016; layer by layer that of the authors' code with instance norm. There are no skips from the way down to the
way up: what the residual blocks lose is lost.
"""

from __future__ import annotations

from typing import Any, ClassVar

from torch import Tensor, nn

from sketchlib.nets.init import initialize
from sketchlib.nets.se import SqueezeExcitation


class ResidualBlock(nn.Module):
    """x + f(x), where f is two 3 x 3 convolutions that keep the shape: (N, C, H, W) -> (N, C, H, W).

    The sum is not activated: a block can pass its input on unchanged, or add to it, or take from it.
    """

    def __init__(self, channels: int, activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            activation(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        return x + self.change(x)


def way_down(in_channels: int, channels: int, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """(N, in, H, W) -> (N, 4 channels, H / 4, W / 4): a 7 x 7 convolution, then two 3 x 3 of stride 2."""
    layers: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(in_channels, channels, 7)]
    layers += [nn.InstanceNorm2d(channels), activation()]
    for width in (channels, 2 * channels):
        layers += [nn.Conv2d(width, 2 * width, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * width), activation()]
    return nn.Sequential(*layers)


def check_size(image: Tensor, owner: str) -> None:
    """Refuse an image that would not come back in its own size.

    Raises:
        ValueError: if a side is no multiple of 4, or below 8, where nothing is left to reflect at the border.
    """
    height, width = image.shape[-2:]
    if height % 4 or width % 4 or min(height, width) < 8:
        raise ValueError(
            f"The image is {height} x {width}, expected height and width to be multiples of 4, from 8 up, for {owner}."
        )


class ResNetGenerator(nn.Module):
    """Image to image, (N, in, H, W) -> (N, out, H, W), input and output in [-1, 1].

    Args:
        channels: channels after the first layer. The residual blocks have 4 times as many.
        blocks: residual blocks; 9 is the authors' choice for 256 pixels.
        se: put a SqueezeExcitation after the last block, at the smallest map. Our choice, for the ablation: Liao and
            Lin have theirs in a U-Net.
        reduction: r of the SE block.
        se_init, se_center: `init` and `center` of the SE block, see `SqueezeExcitation`.
    """

    kind: ClassVar[str] = "resnet"
    settings: dict[str, Any]  #: The arguments that it was built with.

    def __init__(
        self,
        channels: int = 64,
        blocks: int = 9,
        se: bool = False,
        reduction: int = 16,
        in_channels: int = 3,
        out_channels: int = 3,
        se_init: str = "he",
        se_center: bool = False,
    ) -> None:
        super().__init__()
        self.settings = {
            "channels": channels,
            "blocks": blocks,
            "se": se,
            "reduction": reduction,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "se_init": se_init,
            "se_center": se_center,
        }
        self.down = way_down(in_channels, channels)
        self.blocks = nn.Sequential(*(ResidualBlock(4 * channels) for _ in range(blocks)))
        up: list[nn.Module] = []
        for width in (4 * channels, 2 * channels):
            # Without output_padding a kernel of 3 makes 2 H - 1 rows of H, since two sizes were halved to H.
            up += [nn.ConvTranspose2d(width, width // 2, 3, stride=2, padding=1, output_padding=1)]
            up += [nn.InstanceNorm2d(width // 2), nn.ReLU()]
        up += [nn.ReflectionPad2d(3), nn.Conv2d(channels, out_channels, 7), nn.Tanh()]
        self.up = nn.Sequential(*up)
        initialize(self)
        # Last, so that with SE and without it a seed gives all other layers the same start.
        self.se = SqueezeExcitation(4 * channels, reduction, se_init, se_center) if se else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) in [-1, 1] -> (N, out, H, W) in [-1, 1].

        Raises:
            ValueError: if a side is no multiple of 4, or below 8.
        """
        check_size(x, "ResNetGenerator")
        return self.up(self.se(self.blocks(self.down(x))))  # (N, 4 channels, H / 4, W / 4) inside
