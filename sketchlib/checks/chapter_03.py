"""Checks for chapter 03, squeeze and excitation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d
from torchvision.ops import SqueezeExcitation as TorchvisionSE

from sketchlib.checks.judging import Check, CheckFailed, Mistake, describe

__all__ = ["check_03_block", "check_03_cost", "check_03_fold", "check_03_squeeze"]

Layer = Callable[[Tensor], Tensor]
OVER_BATCH = (
    "You averaged over the batch as well: the result has shape {got}, expected {expected}. Each face needs means of "
    "its own."
)
ONLY_GATES = "You returned the gates, of shape {got}. Multiply the map with them: expected {expected}."


def _maps() -> list[tuple[Tensor]]:
    generator = torch.Generator().manual_seed(3)
    return [(torch.randn(shape, generator=generator),) for shape in ((2, 6, 8, 8), (1, 4, 3, 5))]


check_03_squeeze = Check(
    "check_03_squeeze",
    right=lambda x: adaptive_avg_pool2d(x, 1).flatten(1),  # (N, C)
    inputs=_maps,
    mistakes=[
        Mistake(lambda x: x.mean(dim=(0, 2, 3), keepdim=True).flatten(1), OVER_BATCH),
        Mistake(lambda x: x.mean(dim=(0, 2, 3)), OVER_BATCH),
        Mistake(
            lambda x: x.mean(dim=1),
            "You averaged over the channels and kept the places: the result has shape {got}, expected {expected}.",
        ),
        Mistake(
            lambda x: x.mean(dim=(2, 3), keepdim=True),
            "The means are right, but their places are still there: the result has shape {got}, expected {expected}.",
        ),
        Mistake(
            lambda x: x.sum(dim=(2, 3)),
            "You added up the places without dividing by how many there are: squeeze is a mean, not a sum.",
        ),
        Mistake(
            lambda x: x.amax(dim=(2, 3)),
            "That is the largest value of each channel: squeeze takes the mean.",
        ),
    ],
)


def _random(*shape: int, seed: int = 3) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _output(block: Callable[..., Any], channels: int, reduction: int, x: Tensor) -> Any:
    """What a block makes of x with given weights, whatever its layers are called, linear or 1 x 1 convolutions.

    The four tensors of weights are told apart by their first dimension and their number of values. Where they are not
    these four, the result is their shapes, a 1 x 1 convolution told as the matrix that it is, or CheckFailed if no
    known mistake has these shapes.
    """
    module = block(channels, reduction)
    if not isinstance(module, nn.Module):
        return describe(module)
    hidden = channels // reduction
    shapes = [(hidden, channels), (hidden,), (channels, hidden), (channels,)]
    given = {(shape[0], _random(*shape).numel()): _random(*shape, seed=n) for n, shape in enumerate(shapes)}
    found = {(p.shape[0], p.numel()): p for p in module.parameters()}
    if found.keys() != given.keys():
        got = [tuple(p.flatten(1).shape if p.ndim > 1 else p.shape) for p in module.parameters()]
        wide = [(reduction, channels), (reduction,), (channels, reduction), (channels,)]
        if set(got) not in (set(wide), set(shapes[::2])):
            raise CheckFailed(
                f"With channels = {channels} and reduction = {reduction} your weights and biases have the shapes "
                f"{', '.join(map(str, got))}, expected {', '.join(map(str, shapes))}."
            )
        return str(got)
    for layer in (m for m in module.modules() if isinstance(m, nn.Conv2d)):
        layer.register_forward_pre_hook(_four_dimensions)
    with torch.no_grad():
        for key, parameter in found.items():
            parameter.copy_(given[key].reshape(parameter.shape))
        return module(x)


def _four_dimensions(_: nn.Module, inputs: tuple[Any, ...]) -> None:
    if inputs[0].ndim == 2:
        raise CheckFailed(
            f"A convolution got your means in the shape {tuple(inputs[0].shape)}. It needs four dimensions: "
            "keepdim=True keeps two of size 1."
        )


def _block(
    forward: Callable[[Tensor, Layer, Layer], Tensor],
    hidden: Callable[[int, int], int] = lambda channels, reduction: channels // reduction,
    bias: bool = True,
) -> type[nn.Module]:
    """A block of two linear layers with another forward pass, given x and the two layers."""

    class Block(nn.Module):
        def __init__(self, channels: int, reduction: int) -> None:
            super().__init__()
            self.reduce = nn.Linear(channels, hidden(channels, reduction), bias)
            self.expand = nn.Linear(hidden(channels, reduction), channels, bias)

        def forward(self, x: Tensor) -> Tensor:
            return forward(x, self.reduce, self.expand)

    return Block


def _gates(x: Tensor, first: Layer, second: Layer) -> Tensor:
    return second(first(x.mean(dim=(2, 3)))).sigmoid()  # (N, C), without the ReLU


def _right_gates(x: Tensor, first: Layer, second: Layer) -> Tensor:
    return _gates(x, lambda z: first(z).relu(), second)  # (N, C)


def _spread(gates: Tensor) -> Tensor:
    return gates[:, :, None, None]  # (N, C, 1, 1)


check_03_block = Check(
    "check_03_block",
    right=lambda channels, reduction: TorchvisionSE(channels, channels // reduction),
    # The first map is as high as the batch is long and as wide as it has channels, so that gates of shape (N, C) fit
    # in the wrong way, without an error.
    inputs=lambda: [(8, 4, 1 + _random(2, 8, 2, 8)), (6, 2, _random(3, 6, 5, 4))],
    observe=_output,
    tolerance=1e-4,
    mistakes=[
        Mistake(
            _block(lambda x, a, b: x * _right_gates(x, a, b)),
            "You multiplied with gates of shape (N, C). PyTorch lines up shapes from the right, so it took them for "
            "(H, W): append two dimensions of size 1, or keep them with keepdim=True.",
        ),
        Mistake(
            _block(lambda x, a, b: x * _spread(_right_gates(x.mean(dim=0, keepdim=True), a, b))),
            "You averaged over the batch as well, so all faces share their gates. Average over height and width only.",
        ),
        Mistake(
            _block(lambda x, a, b: x * b(a(x.movedim(1, -1)).relu()).sigmoid().movedim(-1, 1)),
            "You left out the squeeze: your gates differ from place to place. Average over height and width first.",
        ),
        Mistake(
            _block(lambda x, a, b: x * _spread(_gates(x, a, b))),
            "The ReLU between the two layers is missing: without it the two are one linear layer.",
        ),
        Mistake(
            _block(lambda x, a, b: x * _spread(b(a(x.mean(dim=(2, 3))).relu()))),
            "The sigmoid at the end is missing: your gates are any numbers, expected numbers between 0 and 1.",
        ),
        Mistake(
            _block(lambda x, a, b: x * _spread(b(a(x.mean(dim=(2, 3))).sigmoid()).relu())),
            "You exchanged ReLU and sigmoid: the ReLU stands between the layers, the sigmoid makes the gates.",
        ),
        Mistake(
            _block(lambda x, a, b: x * _spread(b(a(x.mean(dim=(2, 3))).relu()).softmax(dim=1))),
            "You took a softmax: then the gates of a face add up to 1 and compete. A sigmoid lets each open by itself.",
        ),
        Mistake(_block(_right_gates), ONLY_GATES),
        Mistake(_block(lambda x, a, b: _spread(_right_gates(x, a, b))), ONLY_GATES),
        Mistake(
            _block(lambda x, a, b: x + x * _spread(_right_gates(x, a, b))),
            "You added the input to the gated map. That is a residual block around SE: SE itself only multiplies.",
        ),
        Mistake(
            _block(_right_gates, hidden=lambda channels, reduction: reduction),
            "You took `reduction` for the number of hidden units. It says how many times fewer they are than channels: "
            "channels // reduction.",
        ),
        Mistake(
            _block(_right_gates, bias=False),
            "Your layers have no biases. The formula adds b1 and b2.",
        ),
    ],
)


check_03_cost = Check(
    "check_03_cost",
    right=lambda channels, reduction: sum(
        p.numel() for p in TorchvisionSE(channels, channels // reduction).parameters()
    ),
    inputs=lambda: [(512, 16), (64, 4), (100, 16)],
    observe=lambda answer, c, r: {f"the count for C = {c} and r = {r}": answer(c, r)},
    mistakes=[
        Mistake(
            lambda c, r: 2 * c * (c // r),
            "You counted the weights but not the biases: there is one for each of the C / r hidden units, and one for "
            "each gate.",
        ),
        Mistake(
            lambda c, r: c * (c // r) + c // r,
            "You counted the first layer only. The second leads back from C / r numbers to C gates.",
        ),
        Mistake(
            lambda c, r: 2 * c * (c // r) + 2 * c,
            "You gave both layers C biases. A bias belongs to an output, and the first layer has C / r of them.",
        ),
        Mistake(
            lambda c, r: 2 * c * r + r + c,
            "You took r for the number of hidden units. There are C / r of them.",
        ),
        Mistake(
            lambda c, r: 2 * c * (c / r) + c / r + c,
            "Where r does not divide C your count has fractions of a hidden unit: use C // r, as the layers do.",
        ),
    ],
)


check_03_fold = Check(
    "check_03_fold",
    right=lambda weight, gates: torch.einsum("iohw,i->iohw", weight, gates),
    # In the first weight all dimensions are equal, so that gates fit in every wrong way, without an error.
    inputs=lambda: [(_random(n, out, 4, 4), _random(n, seed=5).sigmoid()) for n, out in ((4, 4), (6, 3))],
    mistakes=[
        Mistake(
            lambda weight, gates: weight * gates,
            "You multiplied the last dimension, the columns of each kernel. The gates belong to the channels that come "
            "in, the first dimension: they need the shape (C, 1, 1, 1).",
        ),
        Mistake(
            lambda weight, gates: weight * gates[None, :, None, None],
            "You multiplied the channels that go out. A transposed convolution has the channels that come in first: "
            "(in, out, 4, 4).",
        ),
        Mistake(
            lambda weight, gates: weight / gates[:, None, None, None],
            "You divided by the gates. The weight must do what the gates did, and they multiplied.",
        ),
        Mistake(
            lambda weight, gates: weight * gates.mean(),
            "You multiplied all of the weight by one number, the mean gate: then all gates would be equal.",
        ),
    ],
)
