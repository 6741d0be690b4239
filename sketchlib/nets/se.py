"""Squeeze-and-Excitation: a network looks at its channels and turns each one up or down.

Hu, Shen and Sun, "Squeeze-and-Excitation Networks", CVPR 2018. Liao and Lin call it self-attention; it is
attention over channels, not over places.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """x -> x * gates(x), with one gate in (0, 1) for each channel of each image.

    Squeeze: z_c, the mean of channel c over all places. Excite: s = sigmoid(W2 relu(W1 z + b1) + b2), where
    W1 leaves `channels // reduction` numbers and W2 restores `channels`.

    Args:
        channels: C, the channels of the input.
        reduction: r of the SE paper; 16 there. Liao and Lin give none.

    Raises:
        ValueError: if `channels // reduction` leaves no number between the two layers.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        if reduction < 1 or channels // reduction < 1:
            raise ValueError(
                f"SqueezeExcitation.reduction is {reduction}, expected 1 to {channels}, the number of channels."
            )
        self.reduce = nn.Linear(channels, channels // reduction)
        self.expand = nn.Linear(channels // reduction, channels)

    def gates(self, x: Tensor) -> Tensor:
        """The gates of each image: (N, C, H, W) -> (N, C), in (0, 1)."""
        z = x.mean(dim=(2, 3))  # (N, C)
        return torch.sigmoid(self.expand(torch.relu(self.reduce(z))))  # (N, C)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), each channel times its gate."""
        return x * self.gates(x)[:, :, None, None]  # (N, C, 1, 1) spreads over H and W
