"""What the checks of chapter 05 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from sketchlib import checks


def passes(name: str, capsys: pytest.CaptureFixture[str]) -> bool:
    return capsys.readouterr().out == f"{name}: right.\n"


# The warm-up: shapes


def along(n: int, strides, padding: float = 2, first: int = 1, rounded=math.floor) -> int:
    for stride in strides:
        n = rounded((n + padding - 4) / stride) + first
    return n


def right_map(height: int, width: int, strides) -> tuple[int, int]:
    return along(height, strides), along(width, strides)


def exchanged(height: int, width: int, strides) -> tuple[int, int]:
    return along(width, strides), along(height, strides)


def nearest(n: int, strides) -> int:
    for stride in strides:
        n = round((n - 2) / stride + 1)
    return n


def divided(height: int, width: int, strides) -> tuple[int, int]:
    whole = math.prod(strides)
    return math.floor(height / whole), math.floor(width / whole)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (exchanged, "exchanged height and width"),
        (divided, "only divided by the strides"),
        (lambda h, w, s: (along(h, s, padding=1), along(w, s, padding=1)), "counted the padding once"),
        (lambda h, w, s: (along(h, s, padding=0), along(w, s, padding=0)), "forgot the padding"),
        (lambda h, w, s: (along(h, s, first=0), along(w, s, first=0)), r"forgot the \+ 1"),
        (lambda h, w, s: (along(h, s, rounded=math.ceil), along(w, s, rounded=math.ceil)), "rounded up"),
        (lambda h, w, s: (along(h, s, rounded=round), along(w, s, rounded=round)), "rounded up"),
        (lambda h, w, s: (nearest(h, s), nearest(w, s)), "rounded up"),
        (lambda h, w, s: (along(h, s, rounded=float), along(w, s, rounded=float)), "divided without rounding"),
        (lambda h, w, s: right_map(h, w, list(reversed(s))), "from the last to the first"),
        (lambda h, w, s: right_map(h, w, (2, 2, 2, 1, 1)), r"the map of 65 x 128 with strides \(2, 1, 1\)"),
        (lambda h, w, s: along(h, s), "returns 29, expected a tuple of 2"),
    ],
)
def test_map_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_05_map(answer)


def test_map_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_05_map(right_map)
    assert passes("check_05_map", capsys)


# The receptive field


def backward(kernels, strides, start: int = 1, less: int = 1) -> int:
    field = start
    for kernel, stride in reversed(list(zip(kernels, strides, strict=True))):
        field = (field - less) * stride + kernel
    return field


def forward(kernels, strides) -> int:
    field = 1
    for number in range(len(kernels)):
        field = kernels[number] + strides[number] * (field - 1)
    return field


def closed(kernels, strides, *, own: int = 0, less: int = 1, start: int = 1, worth=math.prod) -> int:
    return start + sum((k - less) * worth(strides[: i + own]) for i, k in enumerate(kernels))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda k, s: closed(k, s, own=1), "own stride in its own step"),
        (lambda k, s: closed(k, s, worth=lambda before: 1 + sum(before)), "added the strides up"),
        (lambda k, s: closed(k, s, worth=lambda before: 1), "left the strides out"),
        (lambda k, s: closed(k, s, less=0), "added k where a layer adds k - 1"),
        (lambda k, s: closed(k, s, start=0), "started from 0"),
        (lambda k, s: backward(k, s, start=0), "started from 0"),
        (lambda k, s: backward(k, s, less=0), "r steps for r outputs"),
        (forward, "forward through the lists"),
        (lambda k, s: 70, r"field of kernels \[3, 5, 4\] with strides \[1, 3, 2\]. The result is 70"),
    ],
)
def test_field_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_05_field(answer)


@pytest.mark.parametrize("answer", [backward, closed])
def test_field_takes_both_formulas(answer, capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_05_field(answer)
    assert passes("check_05_field", capsys)


# The discriminator


def discriminator(
    channels: int,
    layers: int,
    *,
    normed_from: int = 1,
    norm=nn.InstanceNorm2d,
    slope: float = 0.2,
    strided: int = 0,
    widest: int = 8,
    bias: bool = True,
    further: int = 1,
    after=(),
) -> nn.Sequential:
    """Appended one by one, and named by the number of their layer."""
    net, before = nn.Sequential(), 3
    for number in range(layers + further):
        after_width = channels * min(2**number, widest)
        stride = 2 if number < layers + strided else 1
        with_bias = bias or number == 0
        net.append(nn.Conv2d(before, after_width, 4, stride, 1, bias=with_bias))
        if normed_from <= number:
            net.append(norm(after_width))
        net.append(nn.LeakyReLU(slope) if slope else nn.ReLU())
        before = after_width
    net.append(nn.Conv2d(before, 1, 4, 1, 1))
    return net.extend(after)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"normed_from": 0}, "a norm in your first layer"),
        ({"normed_from": 99}, "The norms are missing"),
        ({"norm": nn.BatchNorm2d}, "You used batch norm"),
        ({"after": [nn.Sigmoid()]}, "a sigmoid at the end"),
        ({"after": [nn.LeakyReLU(0.2)]}, "a leaky ReLU behind the last convolution"),
        ({"strided": 1}, r"One layer too many has stride 2.* \(2, 1, 3, 3\), expected \(2, 1, 6, 6\)"),
        ({"slope": 0.0}, "plain ReLU"),
        ({"slope": 0.01}, "default of 0.01"),
        ({"widest": 1}, "widths stay the same"),
        ({"widest": 999}, "double without end"),
        ({"after": [nn.InstanceNorm2d(1)]}, "a norm behind the last convolution"),
        ({"further": 0}, r"A layer is missing.* \(2, 1, 7, 7\), expected \(2, 1, 6, 6\)"),
        ({"channels": 64}, "first layer has 64 channels"),
        ({"layers": 3}, "always build three strided layers"),
    ],
)
def test_discriminator_names_the_mistake(wrong, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_05_discriminator(
            lambda channels, layers: discriminator(**{"channels": channels, "layers": layers} | wrong)
        )


def test_a_discriminator_that_is_no_module_is_told() -> None:
    with pytest.raises(checks.CheckFailed, match="returns a list of 12, expected a tensor"):
        checks.check_05_discriminator(lambda channels, layers: list(discriminator(channels, layers)))


@pytest.mark.parametrize("bias", [True, False])
def test_discriminator_takes_any_right_answer(bias: bool, capsys: pytest.CaptureFixture[str]) -> None:
    # A bias in front of an instance norm changes nothing.
    checks.check_05_discriminator(lambda channels, layers: discriminator(channels, layers, bias=bias))
    assert passes("check_05_discriminator", capsys)


def test_the_oracle_of_the_discriminator_is_the_published_one() -> None:
    # What the code of CycleGAN's authors prints for this discriminator: 2.765 M.
    with torch.device("meta"):
        net = checks.check_05_discriminator.right(64, 3)
    assert f"{sum(p.numel() for p in net.parameters()) / 1e6:.3f} M" == "2.765 M"
