"""The networks of ComboGAN: a generator cut in two, and a discriminator that looks at two views of an image.

Anoosheh et al., "ComboGAN: Unrestrained Scalability for Image Domain Translation", CVPR Workshops 2018; layer by
layer those of the authors' code at its default options, which says more than the paper. Every domain has one encoder
and one decoder, so that n domains take n pairs and not n (n - 1) generators. For photos X and sketches Y, G is the
decoder of Y after the encoder of X, and F the decoder of X after the encoder of Y.
"""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from sketchlib.nets.init import initialize
from sketchlib.nets.resnet import ResidualBlock, check_size, way_down


class Encoder(nn.Module):
    """Image to code, (N, in, H, W) in [-1, 1] -> (N, 4 channels, H / 4, W / 4).

    Args:
        channels: channels after the first layer.
        blocks: residual blocks at the end. 4 of the 9 of CycleGAN; the decoder has the other 5.
    """

    def __init__(self, channels: int = 64, blocks: int = 4, in_channels: int = 3) -> None:
        super().__init__()
        self.down = way_down(in_channels, channels, nn.PReLU)
        self.blocks = nn.Sequential(*(ResidualBlock(4 * channels, nn.PReLU) for _ in range(blocks)))
        initialize(self)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, 4 channels, H / 4, W / 4).

        Raises:
            ValueError: if a side is no multiple of 4, or below 8.
        """
        check_size(x, "Encoder")
        return self.blocks(self.down(x))


class Decoder(nn.Module):
    """Code to image, (N, 4 channels, h, w) -> (N, out, 4 h, 4 w) in [-1, 1].

    Args:
        channels: as for the encoder.
        blocks: residual blocks at the start.
    """

    def __init__(self, channels: int = 64, blocks: int = 5, out_channels: int = 3) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(ResidualBlock(4 * channels, nn.PReLU) for _ in range(blocks)))
        up: list[nn.Module] = []
        for width in (4 * channels, 2 * channels):
            up += [nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1)]
            up += [nn.InstanceNorm2d(width // 2), nn.PReLU()]
        up += [nn.ReflectionPad2d(3), nn.Conv2d(channels, out_channels, 7), nn.Tanh()]
        self.up = nn.Sequential(*up)
        initialize(self)

    def forward(self, code: Tensor) -> Tensor:
        """(N, 4 channels, h, w) -> (N, out, 4 h, 4 w)."""
        return self.up(self.blocks(code))


class EncoderDecoder(nn.Module):
    """The decoder of one domain after the encoder of another: image to image, (N, in, H, W) -> (N, out, H, W).

    Args:
        channels: channels after the first layer.
        encoder_blocks: residual blocks of the encoder.
        decoder_blocks: residual blocks of the decoder.
    """

    kind: ClassVar[str] = "combogan"
    settings: dict[str, Any]  #: The arguments that it was built with.

    def __init__(
        self,
        channels: int = 64,
        encoder_blocks: int = 4,
        decoder_blocks: int = 5,
        in_channels: int = 3,
        out_channels: int = 3,
    ) -> None:
        super().__init__()
        self.settings = {
            "channels": channels,
            "encoder_blocks": encoder_blocks,
            "decoder_blocks": decoder_blocks,
            "in_channels": in_channels,
            "out_channels": out_channels,
        }
        self.encoder = Encoder(channels, encoder_blocks, in_channels)
        self.decoder = Decoder(channels, decoder_blocks, out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) in [-1, 1] -> (N, out, H, W) in [-1, 1]. Raises as `Encoder.forward`."""
        return self.decoder(self.encoder(x))


class TwoBranchPatchGAN(nn.Module):
    """(N, 3, H, W) in [-1, 1] -> `layers` maps of scores, each (N, 2, h, w): scores of the grey and the color branch.

    One branch reads the image in grey, for its texture; the other reads it in color but blurred, for its colors. Each
    is a patch discriminator that gives a score at every depth, not only at its end.

    Args:
        channels: channels after the first layer. They double with each further one, up to 8 times this.
        layers: strided layers of a branch; 4 is the authors' default. At 256 pixels the maps then have sides 65, 33,
            17 and 19.

    Raises:
        ValueError: if `layers` is below 1.
    """

    luma: Tensor
    blur: Tensor

    def __init__(self, channels: int = 64, layers: int = 4) -> None:
        super().__init__()
        if layers < 1:
            raise ValueError(f"TwoBranchPatchGAN.layers is {layers}, expected 1 or more.")
        self.grey, self.color = _branch(1, channels, layers), _branch(3, channels, layers)
        self.register_buffer("luma", torch.tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("blur", blur_kernel().expand(3, 1, 5, 5).clone(), persistent=False)
        initialize(self)

    def views(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """What the branches see: (N, 3, H, W) -> grey (N, 1, H, W) and blurred (N, 3, H, W), dark at the border.

        Raises:
            ValueError: if the image has not 3 channels.
        """
        if image.shape[1] != 3:
            raise ValueError(f"The image has {image.shape[1]} channels, expected 3 for TwoBranchPatchGAN.")
        grey = (image * self.luma).sum(dim=1, keepdim=True)
        return grey, functional.conv2d(image, self.blur, padding=2, groups=3)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> score maps (N, 2, h, w), the shallowest first. Raises as `views`."""
        grey, blurred = self.views(image)
        pairs = zip(_scores(self.grey, grey), _scores(self.color, blurred), strict=True)
        return tuple(torch.cat(pair, dim=1) for pair in pairs)  # (N, 2, h, w)


def blur_kernel() -> Tensor:
    """The 5 x 5 blur of the authors, (5, 5), of sum 1: a Gaussian of standard deviation 3 pixels, folded into 5 pixels.

    Theirs filters a 5 x 5 image of one bright pixel, which mirrors what falls outside back in. A Gaussian so much wider
    than its window comes out flat: all weights are within half a percent of 1/25, the plain mean.
    """
    offsets = torch.arange(-12, 13)  # 4 standard deviations
    weights = torch.exp(-offsets.double().square() / (2 * 3**2))
    line = torch.zeros(5, dtype=torch.float64).index_add(0, (offsets + 2) % 5, weights / weights.sum())
    return torch.outer(line, line).float()


def _branch(in_channels: int, channels: int, layers: int) -> nn.ModuleList:
    """The stages of one branch. Each but the first ends in one channel of scores, and the last has no other."""
    widths = [channels * min(2**level, 8) for level in range(layers + 1)]
    stages = [nn.Sequential(nn.Conv2d(in_channels, channels, 4, stride=2, padding=2), nn.PReLU())]
    for before, after in itertools.pairwise(widths[:layers]):
        conv = nn.Conv2d(before, after + 1, 4, stride=2, padding=2)
        stages.append(nn.Sequential(conv, nn.InstanceNorm2d(after + 1), nn.PReLU()))
    stages.append(
        nn.Sequential(
            nn.Conv2d(widths[-2], widths[-1], 4, padding=2),
            nn.InstanceNorm2d(widths[-1]),
            nn.PReLU(),
            nn.Conv2d(widths[-1], 1, 4, padding=2),
        )
    )
    return nn.ModuleList(stages)


def _scores(branch: nn.ModuleList, x: Tensor) -> list[Tensor]:
    """The score maps of one branch, each (N, 1, h, w).

    As in the authors' code, the scores of all stages but the last went through the instance norm and the PReLU of
    their stage, together with the channels that go on.
    """
    first, *middle, last = branch
    x, maps = first(x), []
    for stage in middle:
        x, score = stage(x).split([stage[0].out_channels - 1, 1], dim=1)
        maps.append(score)
    return [*maps, last(x)]
