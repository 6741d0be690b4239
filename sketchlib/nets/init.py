"""How weights start."""

from __future__ import annotations

from torch import nn


def initialize(net: nn.Module, std: float = 0.02) -> nn.Module:
    """Draw every weight from N(0, std^2) and set every bias to 0, as Pix2Pix and CycleGAN do. Returns `net`.

    BatchNorm's scales start around 1 instead of 0.
    """
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, 0.0, std)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, std)
        else:
            continue
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    return net
