"""SqueezeExcitation against torchvision's."""

from __future__ import annotations

import pytest
import torch
from torchvision.ops import SqueezeExcitation as TorchvisionSE

from sketchlib.nets import SqueezeExcitation


@pytest.mark.parametrize(("channels", "reduction"), [(64, 16), (24, 4), (5, 1)])
def test_equals_torchvision_with_the_same_weights(channels: int, reduction: int) -> None:
    ours, theirs = SqueezeExcitation(channels, reduction), TorchvisionSE(channels, channels // reduction)
    for mine, other in ((ours.reduce, theirs.fc1), (ours.expand, theirs.fc2)):
        other.weight.data = mine.weight.data[:, :, None, None]
        other.bias.data = mine.bias.data
    x = torch.randn(3, channels, 7, 9)
    torch.testing.assert_close(ours(x), theirs(x))


def test_gates_are_one_number_a_channel_and_an_image() -> None:
    gates = SqueezeExcitation(32).gates(torch.randn(4, 32, 8, 8))
    assert gates.shape == (4, 32)
    assert ((gates > 0) & (gates < 1)).all()
    assert not torch.allclose(gates[0], gates[1])


def test_at_one_by_one_the_squeeze_pools_nothing() -> None:
    se, x = SqueezeExcitation(32), torch.randn(2, 32, 1, 1)
    plain = torch.sigmoid(se.expand(torch.relu(se.reduce(x.flatten(1)))))
    torch.testing.assert_close(se.gates(x), plain)


def test_parameter_count_is_the_closed_form() -> None:
    for channels, r in ((128, 16), (128, 1), (512, 8)):
        count = sum(p.numel() for p in SqueezeExcitation(channels, r).parameters())
        assert count == 2 * channels * (channels // r) + channels // r + channels


@pytest.mark.parametrize("reduction", [0, 33])
def test_a_reduction_that_leaves_nothing_is_refused(reduction: int) -> None:
    with pytest.raises(ValueError, match=f"reduction is {reduction}, expected 1 to 32"):
        SqueezeExcitation(32, reduction)
