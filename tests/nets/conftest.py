"""Weights and images without chance, and what a network is made of, for comparisons with the authors' code.

The numbers in the tests that use these were typed from a run of the authors' networks, filled and fed in this way in
float64, in the order of their parameters.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

Probe = Callable[[nn.Module, Tensor], Tensor | tuple[Tensor, ...]]


def wave(*shape: int) -> Tensor:
    """An image without chance."""
    return torch.sin(0.37 * torch.arange(torch.Size(shape).numel(), dtype=torch.float64)).reshape(shape)


@pytest.fixture
def probe() -> Probe:
    """What a network says of an image, in float64, with every weight set by a rule."""

    def run(net: nn.Module, *shape: int) -> Tensor | tuple[Tensor, ...]:
        net.double()
        for i, weight in enumerate(net.parameters()):
            angles = torch.arange(weight.numel(), dtype=torch.float64).reshape(weight.shape)
            weight.data = (0.1 if weight.dim() == 4 else 0.3) * torch.sin(0.7 * i + 1.3 * angles)
        with torch.no_grad():
            return net(wave(*shape))

    return run


@pytest.fixture
def facts() -> Callable[[Tensor], list[float]]:
    """Mean, standard deviation, and four pixels: the first, the last, and two inside."""

    def read(image: Tensor) -> list[float]:
        flat = image.flatten()
        points = [flat[k].item() for k in (0, len(flat) // 3, len(flat) // 2, len(flat) - 1)]
        return [image.mean().item(), image.std().item(), *points]

    return read


@pytest.fixture
def convolutions() -> Callable[[nn.Module], list[tuple[int, ...]]]:
    """Shape of the weight, stride, and number of biases, of each convolution in order."""

    def read(net: nn.Module) -> list[tuple[int, ...]]:
        layers = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
        return [(*m.weight.shape, m.stride[0], 0 if m.bias is None else len(m.bias)) for m in layers]

    return read
