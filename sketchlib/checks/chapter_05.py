"""Checks for chapter 05, the patch discriminator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d

from sketchlib.checks.judging import Check, Mistake
from sketchlib.nets import PatchGAN

__all__ = ["check_05_discriminator", "check_05_field", "check_05_map"]


def _map(height: int, width: int, strides: Sequence[int]) -> tuple[int, int]:
    """What PyTorch's own convolutions make of an image. On the meta device, which computes shapes alone."""
    x = torch.empty(1, 1, height, width, device="meta")
    for stride in strides:
        x = nn.Conv2d(1, 1, 4, stride=stride, padding=1, device="meta")(x)
    return x.shape[-2], x.shape[-1]


def _wrong_map(after: Callable[[int, int], int]) -> Callable[[int, int, Sequence[int]], tuple[int, int]]:
    def sides(height: int, width: int, strides: Sequence[int]) -> tuple[int, int]:
        for stride in strides:
            height, width = after(height, stride), after(width, stride)
        return height, width

    return sides


check_05_map = Check(
    "check_05_map",
    right=_map,
    # Python rounds halves to even numbers, so 65 or 67 shows a reader's `round`, before or behind the + 1.
    inputs=lambda: [(250, 200, (2, 2, 2, 1, 1)), (65, 128, (2, 1, 1)), (67, 128, (2, 1, 1))],
    observe=lambda answer, h, w, strides: {f"the map of {h} x {w} with strides {strides}": answer(h, w, strides)},
    mistakes=[
        Mistake(lambda height, width, strides: _map(width, height, strides), "You exchanged height and width."),
        Mistake(
            _wrong_map(lambda n, stride: n // stride),
            "You only divided by the strides: with a kernel of 4 and a padding of 1 a layer of stride 1 loses one "
            "pixel.",
        ),
        Mistake(
            _wrong_map(lambda n, stride: (n + 1 - 4) // stride + 1),
            "You counted the padding once: it lies on both sides, so the image grows by 2.",
        ),
        Mistake(
            _wrong_map(lambda n, stride: (n - 4) // stride + 1),
            "You forgot the padding: one row of zeros on each side adds 2 before the kernel slides.",
        ),
        Mistake(
            _wrong_map(lambda n, stride: (n + 2 - 4) // stride),
            "You forgot the + 1: a kernel that fits without a step to the side has one place already.",
        ),
        Mistake(
            _wrong_map(lambda n, stride: -(-(n + 2 - 4) // stride) + 1),
            "You rounded up: what is left at the edge is too narrow for one more place, so round down.",
        ),
        Mistake(
            _wrong_map(lambda n, stride: (n + 2 - 4) / stride + 1),
            "You divided without rounding: a map has whole rows and columns, so round down, with //.",
        ),
        Mistake(
            lambda height, width, strides: _map(height, width, strides[::-1]),
            "You walked through the strides from the last to the first: the first one belongs to the layer that gets "
            "the image.",
        ),
    ],
)


def _field(kernels: Sequence[int], strides: Sequence[int]) -> int:
    """Measured: the stretch of a long row of pixels where one output has a gradient."""
    row = torch.zeros(1, 1, 2000, dtype=torch.float64, requires_grad=True)
    x = row
    for kernel, stride in zip(kernels, strides, strict=True):
        x = conv1d(x, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride)
    (gradient,) = torch.autograd.grad(x[0, 0, x.shape[-1] // 2], row)
    touched = gradient[0, 0].nonzero()
    return int(touched.max() - touched.min()) + 1


def _wrong_field(
    *, start: int = 1, less: int = 1, step_first: bool = False, adds: bool = False
) -> Callable[[Sequence[int], Sequence[int]], int]:
    """The walk from the image to the score, with one thing changed."""

    def field_of(kernels: Sequence[int], strides: Sequence[int]) -> int:
        field, step = start, 1
        for kernel, stride in zip(kernels, strides, strict=True):
            after = step + stride if adds else step * stride
            field += (kernel - less) * (after if step_first else step)
            step = after
        return field

    return field_of


def _forward(kernels: Sequence[int], strides: Sequence[int], start: int = 1, less: int = 1) -> int:
    field = start
    for kernel, stride in zip(kernels, strides, strict=True):
        field = (field - less) * stride + kernel
    return field


check_05_field = Check(
    "check_05_field",
    right=_field,
    inputs=lambda: [([4] * 5, [2, 2, 2, 1, 1]), ([3, 5, 4], [1, 3, 2]), ([1, 1, 1], [1, 1, 1])],
    observe=lambda answer, k, s: {f"the field of kernels {list(k)} with strides {list(s)}": answer(k, s)},
    mistakes=[
        Mistake(
            _wrong_field(step_first=True),
            "You counted a layer's own stride in its own step: the product runs over the layers before it.",
        ),
        Mistake(
            _wrong_field(adds=True),
            "You added the strides up: a step of a deep layer is worth the product of the strides before it.",
        ),
        Mistake(
            lambda kernels, strides: _wrong_field()(kernels, [1] * len(strides)),
            "You left the strides out: behind a layer of stride 2 each step is worth 2 pixels.",
        ),
        Mistake(
            _wrong_field(less=0),
            "You added k where a layer adds k - 1: one of the k pixels was there already.",
        ),
        Mistake(_wrong_field(start=0), "You started from 0: without any layer a score sees one pixel."),
        Mistake(
            lambda kernels, strides: _forward(kernels[::-1], strides[::-1], start=0),
            "You started from 0: without any layer a score sees one pixel.",
        ),
        Mistake(
            lambda kernels, strides: _forward(kernels[::-1], strides[::-1], less=0),
            "You took r steps for r outputs: from the first of them to the last there are r - 1.",
        ),
        Mistake(
            _forward,
            "You walked backward through the formula but forward through the lists: from the score to the image the "
            "last layer comes first.",
        ),
    ],
)


def _discriminator(
    channels: int,
    layers: int,
    *,
    cap: int = 8,
    norm: Callable[[int], nn.Module] = nn.InstanceNorm2d,
    first_norm: bool = False,
    activation: Callable[[], nn.Module] = lambda: nn.LeakyReLU(0.2),
    last_stride: int = 1,
    further: int = 1,
    end: Sequence[nn.Module] = (),
) -> nn.Sequential:
    """The discriminator, with what can go wrong as settings."""
    widths = [3, *(channels * min(2**level, cap) for level in range(layers + further))]
    blocks: list[nn.Module] = []
    for level, (before, after) in enumerate(pairwise(widths)):
        blocks.append(nn.Conv2d(before, after, 4, stride=2 if level < layers else last_stride, padding=1))
        blocks += [norm(after)] if level or first_norm else []
        blocks.append(activation())
    return nn.Sequential(*blocks, nn.Conv2d(widths[-1], 1, 4, padding=1), *end)


def _with(**settings: Any) -> Callable[[int, int], nn.Sequential]:
    return lambda channels, layers: _discriminator(channels, layers, **settings)


def _scores(answer: Callable[[int, int], nn.Module], channels: int, layers: int) -> Tensor | object:
    """The scores of a network whose convolutions got weights of ours. A bias in front of a norm may be there or not."""
    net = answer(channels, layers)
    if not isinstance(net, nn.Module):
        return net
    with torch.no_grad():
        for number, conv in enumerate(m for m in net.modules() if isinstance(m, nn.Conv2d)):
            generator = torch.Generator().manual_seed(number)
            conv.weight.copy_(0.2 * torch.randn(conv.weight.shape, generator=generator))
            if conv.bias is not None:
                conv.bias.copy_(torch.randn(conv.bias.shape, generator=generator))
        return net(torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(5)))


check_05_discriminator = Check(
    "check_05_discriminator",
    right=PatchGAN,
    inputs=lambda: [(4, 3), (2, 4), (4, 1)],
    observe=_scores,
    tolerance=1e-4,
    mistakes=[
        Mistake(
            _with(first_norm=True),
            "There is a norm in your first layer: right behind the image it wipes out how strong the pencil is.",
        ),
        Mistake(
            _with(end=[nn.Sigmoid()]),
            "There is a sigmoid at the end: the scores are any real numbers, and 1 and 0 are targets, not limits.",
        ),
        Mistake(
            _with(last_stride=2),
            "One layer too many has stride 2: the last two convolutions have stride 1. Your map has shape {got}, "
            "expected {expected}.",
        ),
        Mistake(
            _with(end=[nn.LeakyReLU(0.2)]),
            "There is a leaky ReLU behind the last convolution: a score may be any real number, so nothing follows it.",
        ),
        Mistake(
            _with(activation=nn.ReLU), "You used a plain ReLU: a leaky one lets a gradient through where it is off."
        ),
        Mistake(
            _with(activation=nn.LeakyReLU),
            "The slope of your leaky ReLU is PyTorch's default of 0.01: this network has 0.2.",
        ),
        Mistake(_with(norm=lambda channels: nn.Identity()), "The norms are missing, from the second layer on."),
        Mistake(
            _with(norm=nn.BatchNorm2d),
            "You used batch norm: here each image is normed by itself, with instance norm.",
        ),
        Mistake(
            _with(end=[nn.InstanceNorm2d(1)]),
            "There is a norm behind the last convolution: it makes the mean score of each image 0.",
        ),
        Mistake(
            _with(further=0),
            "A layer is missing: behind the strided ones comes one more of stride 1, and then the scores. Your map has "
            "shape {got}, expected {expected}.",
        ),
        Mistake(
            lambda channels, layers: _discriminator(64, layers),
            "Your first layer has 64 channels. It should have as many as `channels` says.",
        ),
        Mistake(
            lambda channels, layers: _discriminator(channels, 3),
            "You always build three strided layers. There should be as many as `layers` says.",
        ),
        Mistake(_with(cap=1), "Your widths stay the same: they double with each layer, up to 8 times the first."),
        Mistake(_with(cap=2**30), "Your widths double without end: they stop at 8 times the first."),
    ],
)
