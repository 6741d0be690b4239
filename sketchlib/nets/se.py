"""Squeeze-and-Excitation: a network looks at its channels and turns each one up or down.

Hu, Shen and Sun, "Squeeze-and-Excitation Networks", CVPR 2018. Liao and Lin call it self-attention (abstract, section
1); it is attention over channels, not over places.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

INITS = ("normal", "he")
"""How the two layers may start: from N(0, 0.02^2), or as He et al. (ICCV 2015), from N(0, 2 / inputs)."""


class SqueezeExcitation(nn.Module):
    """x -> x * gates(x), with one gate in (0, 1) for each channel of each image.

    Squeeze: z_c, the mean of channel c over all places. Excite: s = sigmoid(W2 relu(W1 z + b1) + b2), where
    W1 leaves `channels // reduction` numbers, the hidden units, and W2 restores `channels`.

    Args:
        channels: C, the channels of the input.
        reduction: r of the SE paper; 16 there. Liao and Lin give none.
        init: one of `INITS`; all biases are 0. "normal" is what CycleGAN's code does to every layer that is put into
            it; "he" is what the SE paper trains from.

    Raises:
        ValueError: if `channels // reduction` leaves no hidden unit, or for another `init`.
    """

    def __init__(self, channels: int, reduction: int = 16, init: str = "he") -> None:
        super().__init__()
        if reduction < 1 or channels // reduction < 1:
            raise ValueError(
                f"SqueezeExcitation.reduction is {reduction}, expected 1 to {channels}, the number of channels."
            )
        if init not in INITS:
            raise ValueError(f"SqueezeExcitation.init is {init!r}, expected one of {', '.join(INITS)}.")
        self.reduce = nn.Linear(channels, channels // reduction)
        self.expand = nn.Linear(channels // reduction, channels)
        for layer in (self.reduce, self.expand):
            if init == "he":
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            else:
                nn.init.normal_(layer.weight, 0.0, 0.02)
            nn.init.zeros_(layer.bias)

    def hidden(self, x: Tensor) -> Tensor:
        """The hidden units of each image: (N, C, H, W) -> (N, C // r), 0 or more."""
        z = x.mean(dim=(2, 3))  # (N, C)
        return torch.relu(self.reduce(z))  # (N, C // r)

    def gates(self, x: Tensor) -> Tensor:
        """The gates of each image: (N, C, H, W) -> (N, C), in (0, 1)."""
        return torch.sigmoid(self.expand(self.hidden(x)))  # (N, C)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), each channel times its gate."""
        return x * self.gates(x)[:, :, None, None]  # (N, C, 1, 1) spreads over H and W


@torch.no_grad()
def activity(generator: nn.Module, images: Tensor) -> dict[str, float] | None:
    """Whether the SE block of a generator does anything: what its hidden units and its gates do over some images.

    Args:
        generator: a network with one SqueezeExcitation in it, or none.
        images: (N, 3, H, W) in [-1, 1], as the generator takes them, N >= 2.

    Returns:
        None without an SE block. Else `live_units`, the share of hidden units above 0 for at least one image;
        `selective_units`, the share above 0 for some images and 0 for others; `gate_mean`; and `gate_spread`, the
        standard deviation of a gate over the images, averaged over the channels.
    """
    blocks = [module for module in generator.modules() if isinstance(module, SqueezeExcitation)]
    if not blocks:
        return None
    (block,), maps = blocks, []
    handle = block.register_forward_pre_hook(lambda _, inputs: maps.append(inputs[0]))
    try:
        for image in images.split(1):
            generator(image)
    finally:
        handle.remove()
    x = torch.cat(maps)  # (N, C, h, w)
    fires, gates = block.hidden(x) > 0, block.gates(x)  # (N, C // r), (N, C)
    some, all_ = fires.any(dim=0), fires.all(dim=0)
    return {
        "live_units": some.double().mean().item(),
        "selective_units": (some & ~all_).double().mean().item(),
        "gate_mean": gates.double().mean().item(),
        "gate_spread": gates.double().std(dim=0).mean().item(),
    }
