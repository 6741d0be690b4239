"""Squeeze-and-Excitation: a network looks at its channels and turns each one up or down.

Hu, Shen and Sun, "Squeeze-and-Excitation Networks", CVPR 2018. Liao and Lin call it self-attention (abstract, section
1); it is attention over channels, not over places.

In the SE authors' networks the squeeze reads what a batch norm has centered, so over a batch the mean of each number is
about 0. A U-Net's bottleneck in CycleGAN has no norm and batches of one, and faces are alike: what is common to all of
them is then several times what tells them apart, and every hidden ReLU is on for all faces or off for all. One that
is off for all has no gradient and stays off. `center` subtracts a running mean over images, which is what is left of
batch norm at a batch of one. It is ours: Liao and Lin say nothing about it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

INITS = ("he", "normal")
"""How the two layers may start, as He et al. (ICCV 2015) from N(0, 2 / inputs), or from N(0, 0.02^2)."""

MOMENTUM = 0.1
"""How far the running mean goes toward the mean of a new batch, as in PyTorch's batch norm; at 0.01 it lags behind."""


class SqueezeExcitation(nn.Module):
    """x -> x * gates(x), with one gate in (0, 1) for each channel of each image.

    Squeeze: z_c, the mean of channel c over all places. Excite: s = sigmoid(W2 relu(W1 z + b1) + b2), where
    W1 leaves `channels // reduction` numbers, the hidden units, and W2 restores `channels`.

    Args:
        channels: C, the channels of the input.
        reduction: r of the SE paper; 16 there. Liao and Lin give none.
        init: one of `INITS`; all biases are 0. "he" is what the SE paper trains from; "normal" is what CycleGAN's code
            does to every layer that is put into it.
        center: subtract a running mean over images from z. It moves in training mode, where gradients are recorded.

    Raises:
        ValueError: if `channels // reduction` leaves no hidden unit, or for another `init`.
    """

    def __init__(self, channels: int, reduction: int = 16, init: str = "he", center: bool = False) -> None:
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
        self.mean: Tensor | None
        self.register_buffer("mean", torch.zeros(channels) if center else None)

    def squeeze(self, x: Tensor) -> Tensor:
        """The mean of each channel, and with `center` less the running mean: (N, C, H, W) -> (N, C)."""
        z = x.mean(dim=(2, 3))  # (N, C)
        if self.mean is None:
            return z
        centered = z - self.mean  # not in place below: the gradient does not need the old mean
        if self.training and torch.is_grad_enabled():
            self.mean.lerp_(z.detach().mean(dim=0).to(self.mean), MOMENTUM)
        return centered

    def hidden(self, x: Tensor) -> Tensor:
        """The hidden units of each image: (N, C, H, W) -> (N, C // r), 0 or more."""
        return torch.relu(self.reduce(self.squeeze(x)))  # (N, C // r)

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
