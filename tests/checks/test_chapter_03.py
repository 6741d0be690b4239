"""What the checks of chapter 03 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from sketchlib import checks
from sketchlib.nets import SqueezeExcitation


def over_the_batch(x: Tensor) -> Tensor:
    return x.mean(dim=(0, 2, 3)).reshape(1, -1)


def over_the_batch_flat(x: Tensor) -> Tensor:
    return torch.stack([x[:, c].mean() for c in range(x.shape[1])])


def over_the_channels(x: Tensor) -> Tensor:
    return sum(x[:, c] for c in range(x.shape[1])) / x.shape[1]


def not_reshaped(x: Tensor) -> Tensor:
    return nn.AdaptiveAvgPool2d(1)(x)


def a_sum(x: Tensor) -> Tensor:
    return x.flatten(2).sum(-1)


def a_maximum(x: Tensor) -> Tensor:
    return x.flatten(2).max(-1).values


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (over_the_batch, r"averaged over the batch as well: the result has shape \(1, 6\), expected \(2, 6\)"),
        (over_the_batch_flat, r"averaged over the batch as well: the result has shape \(6,\), expected \(2, 6\)"),
        (over_the_channels, "averaged over the channels"),
        (not_reshaped, r"places are still there: the result has shape \(2, 6, 1, 1\)"),
        (a_sum, "a mean, not a sum"),
        (a_maximum, "the largest value"),
    ],
)
def test_squeeze_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_03_squeeze(answer)


def test_squeeze_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_03_squeeze(lambda x: torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]))
    assert capsys.readouterr().out == "check_03_squeeze: right.\n"


class Convolutions(nn.Module):
    """As the book writes it. Each mistake below changes one thing."""

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, channels // reduction, 1)
        self.up = nn.Conv2d(channels // reduction, channels, 1)

    def means(self, x: Tensor) -> Tensor:
        return nn.functional.adaptive_avg_pool2d(x, 1)

    def gates(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.up(torch.relu(self.down(z))))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gates(self.means(x))


class Linear(nn.Module):
    """With linear layers, defined in another order and with other names."""

    def __init__(self, c: int, r: int) -> None:
        super().__init__()
        self.second = nn.Linear(c // r, c)
        self.first = nn.Linear(c, c // r)

    def forward(self, x: Tensor) -> Tensor:
        s = self.second(self.first(x.flatten(2).mean(2)).clamp(min=0)).sigmoid()
        return torch.einsum("nchw,nc->nchw", x, s)


class GatesNotReshaped(Linear):
    def forward(self, x: Tensor) -> Tensor:
        z = x.mean(3).mean(2)
        return self.second(torch.relu(self.first(z))).sigmoid() * x


class OverTheBatch(Convolutions):
    def means(self, x: Tensor) -> Tensor:
        return x.mean(dim=(0, 2, 3), keepdim=True)


class WithoutRelu(Convolutions):
    def gates(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.up(self.down(z)))


class WithoutSigmoid(Convolutions):
    def gates(self, z: Tensor) -> Tensor:
        return self.up(torch.relu(self.down(z)))


class Exchanged(Convolutions):
    def gates(self, z: Tensor) -> Tensor:
        return torch.relu(self.up(torch.sigmoid(self.down(z))))


class Softmax(Convolutions):
    def gates(self, z: Tensor) -> Tensor:
        return nn.functional.softmax(self.up(torch.relu(self.down(z))), dim=1)


class OnlyGates(Convolutions):
    def forward(self, x: Tensor) -> Tensor:
        return self.gates(self.means(x))


class OnlyGatesFlat(Convolutions):
    def forward(self, x: Tensor) -> Tensor:
        return self.gates(self.means(x)).squeeze()


class Residual(Convolutions):
    def forward(self, x: Tensor) -> Tensor:
        return x * (1 + self.gates(self.means(x)))


class ReductionIsWidth(Convolutions):
    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__(channels, channels // reduction)


class WithoutSqueeze(Convolutions):
    def forward(self, x: Tensor) -> Tensor:
        return x * self.gates(x)


class FlatMeans(Convolutions):
    def forward(self, x: Tensor) -> Tensor:
        return x * self.gates(x.mean(dim=(2, 3)))


class KernelOfThree(Convolutions):
    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__(channels, reduction)
        self.down = nn.Conv2d(channels, channels // reduction, 3, padding=1)


class WithoutBias(Convolutions):
    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__(channels, reduction)
        self.down = nn.Conv2d(channels, channels // reduction, 1, bias=False)
        self.up = nn.Conv2d(channels // reduction, channels, 1, bias=False)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (GatesNotReshaped, r"gates of shape \(N, C\)"),
        (OverTheBatch, "averaged over the batch as well"),
        (WithoutRelu, "ReLU between the two layers is missing"),
        (WithoutSigmoid, "sigmoid at the end is missing"),
        (Exchanged, "exchanged ReLU and sigmoid"),
        (Softmax, "took a softmax"),
        (OnlyGates, r"returned the gates, of shape \(2, 8, 1, 1\).* expected \(2, 8, 2, 8\)"),
        (OnlyGatesFlat, r"returned the gates, of shape \(2, 8\)"),
        (Residual, "added the input to the gated map"),
        (ReductionIsWidth, "number of hidden units"),
        (WithoutBias, "no biases"),
        (WithoutSqueeze, "left out the squeeze"),
        (FlatMeans, r"your means in the shape \(2, 8\).* keepdim=True"),
        (KernelOfThree, r"reduction = 4 .*\(2, 72\), .*expected \(2, 8\), \(2,\), \(8, 2\), \(8,\)\."),
        (lambda c, r: lambda x: x, "returns 'a function', expected a tensor"),
    ],
)
def test_block_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_03_block(answer)


@pytest.mark.parametrize("answer", [Convolutions, Linear, SqueezeExcitation])
def test_block_takes_any_right_answer(answer, capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_03_block(answer)
    assert capsys.readouterr().out == "check_03_block: right.\n"


def weights_only(channels: int, reduction: int) -> int:
    hidden = channels // reduction
    return channels * hidden + hidden * channels


def first_layer_only(channels: int, reduction: int) -> int:
    return (channels + 1) * (channels // reduction)


def biases_of_equal_length(channels: int, reduction: int) -> int:
    return 2 * (channels * (channels // reduction) + channels)


def reduction_is_width(channels: int, reduction: int) -> int:
    return (channels + 1) * reduction + (reduction + 1) * channels


def fractions(channels: int, reduction: int) -> float:
    return 2 * channels**2 / reduction + channels / reduction + channels


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (weights_only, "not the biases"),
        (first_layer_only, "first layer only"),
        (biases_of_equal_length, "gave both layers C biases"),
        (reduction_is_width, "took r for the number of hidden units"),
        (fractions, "fractions of a hidden unit"),
        (lambda c, r: 7, "count for C = 512 and r = 16. The result is 7, expected 33312"),
    ],
)
def test_cost_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_03_cost(answer)


def test_cost_takes_a_count_of_our_own_block() -> None:
    checks.check_03_cost(lambda c, r: sum(p.numel() for p in SqueezeExcitation(c, r).parameters()))


def last_dimension(weight: Tensor, gates: Tensor) -> Tensor:
    return gates * weight


def channels_out(weight: Tensor, gates: Tensor) -> Tensor:
    return weight * gates.view(1, -1, 1, 1)


def divided(weight: Tensor, gates: Tensor) -> Tensor:
    return weight * (1 / gates).view(-1, 1, 1, 1)


def by_the_mean(weight: Tensor, gates: Tensor) -> Tensor:
    return sum(gates) / len(gates) * weight


def in_place(weight: Tensor, gates: Tensor) -> Tensor:
    return weight.mul_(gates.view(-1, 1, 1, 1))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (last_dimension, "multiplied the last dimension"),
        (channels_out, "channels that go out"),
        (divided, "divided by the gates"),
        (by_the_mean, "one number, the mean gate"),
        (in_place, "changed its input in place"),
    ],
)
def test_fold_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_03_fold(answer)


def test_fold_does_what_the_gates_did_before_the_relu() -> None:
    """The oracle of this check is one product; this is why it is the right one."""
    for weight, gates in checks.check_03_fold.inputs():
        x = torch.randn(2, len(gates), 3, 5)
        gated = nn.functional.conv_transpose2d(torch.relu(x * gates[:, None, None]), weight)
        folded = nn.functional.conv_transpose2d(torch.relu(x), checks.check_03_fold.right(weight, gates))
        torch.testing.assert_close(folded, gated)
