"""The patch discriminator, a score for each of many overlapping patches of an image in place of one for the whole.

Isola et al. (Pix2Pix), CVPR 2017, section 3.2.2 ("PatchGAN"). Liao and Lin do not describe theirs; with three
strided layers it sees 70 x 70 pixels, the discriminator of Pix2Pix and CycleGAN.
"""

from __future__ import annotations

from torch import Tensor, nn

from sketchlib.nets.init import initialize
from sketchlib.nets.norm import check_norm, norm_layer


class PatchGAN(nn.Module):
    """(N, in, H, W) in [-1, 1] -> (N, 1, h, w): one score a patch, any real number, 1 for "real", 0 for "fake".

    With three strided layers h = H / 8 - 2. There is no sigmoid: the least-squares loss (eq. 3) wants none.

    Args:
        channels: channels after the first layer. They double with each further one, up to 8 times this.
        layers: strided layers before the two of stride 1. The receptive field is 16, 34, 70, 142 pixels for
            1, 2, 3, 4.
        in_channels: 3 for an image, or 6 for Pix2Pix, which shows D the photo and the sketch, one upon the other.
        norm: "instance" (CycleGAN) or "batch" (Pix2Pix).

    Raises:
        ValueError: if `layers` is below 1, or for an unknown norm.
    """

    def __init__(self, channels: int = 64, layers: int = 3, in_channels: int = 3, norm: str = "instance") -> None:
        super().__init__()
        if layers < 1:
            raise ValueError(f"PatchGAN.layers is {layers}, expected 1 or more.")
        check_norm("PatchGAN", norm)
        bias = norm != "batch"  # batch norm has a bias of its own
        widths = [channels * min(2**level, 8) for level in range(layers + 1)]
        blocks: list[nn.Module] = [nn.Conv2d(in_channels, channels, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for level in range(1, layers + 1):
            stride = 2 if level < layers else 1
            blocks += [
                nn.Conv2d(widths[level - 1], widths[level], 4, stride=stride, padding=1, bias=bias),
                norm_layer(norm, widths[level]),
                nn.LeakyReLU(0.2),
            ]
        blocks.append(nn.Conv2d(widths[-1], 1, 4, stride=1, padding=1))
        self.blocks = nn.Sequential(*blocks)
        initialize(self)

    def forward(self, image: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, 1, h, w)."""
        return self.blocks(image)


def receptive_field(net: nn.Module) -> int:
    """Side in pixels of the square of input that one output of a plain chain of convolutions can see.

    Walks from the input: a layer with kernel k adds (k - 1) steps, and a step is worth the product of the
    strides before it. Instance norm is left out: it reads the whole image, but only its mean and variance.
    """
    field, step = 1, 1
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            field += (layer.kernel_size[0] - 1) * step
            step *= layer.stride[0]
    return field
