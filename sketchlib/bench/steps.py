"""Training steps to be timed: ours, ours written plainly, and how each rewriting is switched off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn

from sketchlib.experiments.scales import config_for
from sketchlib.methods import METHODS
from sketchlib.methods.gan import GAN
from sketchlib.methods.improved import ImprovedCycleGAN
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import flush_denormals, pick_device


class OneAtATime(ImprovedCycleGAN):
    """The step with one call of a network for each batch, as chapter 10 writes it."""

    def batched(self, name: str, *images: Tensor) -> tuple[Any, ...]:
        """Not in one call."""
        return tuple(self.networks[name](image) for image in images)


class Plain(OneAtATime):
    """The same, with an Adam that goes through the weights operation by operation, tensor by tensor."""

    def adam(self, weights: Iterable[nn.Parameter]) -> torch.optim.Adam:
        """The plainest one."""
        return torch.optim.Adam(weights, lr=self.config.lr, betas=self.config.betas, foreach=False)


REWRITINGS: dict[str, tuple[type[ImprovedCycleGAN], str, str]] = {
    "plain": (Plain, "32-true", ""),
    "fused Adam": (OneAtATime, "32-true", ""),
    "images in one call": (ImprovedCycleGAN, "32-true", ""),
    "16 bits (bf16)": (ImprovedCycleGAN, "bf16-mixed", ""),
    "channels last": (ImprovedCycleGAN, "bf16-mixed", "channels last"),
    "compiled": (ImprovedCycleGAN, "bf16-mixed", "compiled"),
}
"""What may make a step fast, as the method, Fabric's name of the precision, and what is done to the networks.

Each of the first four has one thing more than the line above it. The last two are the fourth with one thing more.
"""


def step(name: str, scale: str, precision: str, device: str, **changes: Any) -> Callable[[], object]:
    """One training step of a row of Table 1 at one of `SCALES`.

    Args:
        name: a key of `METHODS`.
        changes: fields of the configuration that are to be other than the scale's.
    """
    config = replace(config_for(METHODS[name], scale, seed=0), **changes)
    return prepared(METHODS[name].method(), config, precision, device)


def rewritten(rewriting: str, device: str, **changes: Any) -> Callable[[], object]:
    """A training step of the paper's method at the paper's size, with one of `REWRITINGS`.

    Args:
        changes: fields of the configuration that are to be other than the paper's.
    """
    kind, precision, treatment = REWRITINGS[rewriting]
    method = kind()
    run = prepared(method, replace(config_for(METHODS["improved"], "paper", seed=0), **changes), precision, device)
    for net in method.networks.values():
        if treatment == "channels last":
            net.to(memory_format=torch.channels_last)  # the images follow in the first convolution
        elif treatment == "compiled":
            net.module.compile(dynamic=False)
    return run


def prepared(method: GAN, config: TrainConfig, precision: str, device: str) -> Callable[[], object]:
    """A step of `method` on random images, ready to be called again and again."""
    flush_denormals()
    fabric = Fabric(accelerator=pick_device(device), devices=1, precision=precision)
    torch.manual_seed(0)
    method.build(config, fabric)
    photo, sketch = (fabric.to_device(each) for each in images(config.batch_size, config.size))
    return lambda: method.step(photo, sketch)


def images(batch: int, size: int) -> tuple[Tensor, Tensor]:
    """A photo and a sketch of noise, (batch, 3, size, size) each, in [-1, 1]: arithmetic does not care."""
    generator = torch.Generator().manual_seed(0)
    photo, sketch = torch.rand(2, batch, 3, size, size, generator=generator) * 2 - 1
    return photo, sketch
