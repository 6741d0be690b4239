"""SqueezeExcitation against torchvision's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torchvision.ops import SqueezeExcitation as TorchvisionSE

from sketchlib.nets import SqueezeExcitation
from sketchlib.nets.se import MOMENTUM, activity


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


def test_the_two_starts_have_their_spread() -> None:
    torch.manual_seed(0)
    for init, spread in (("he", (2 / 512) ** 0.5), ("normal", 0.02)):
        se = SqueezeExcitation(512, 2, init)
        assert se.reduce.weight.std().item() == pytest.approx(spread, rel=0.02)
        assert not se.reduce.bias.any() and not se.expand.bias.any()
    with pytest.raises(ValueError, match="init is 'xavier', expected one of he, normal"):
        SqueezeExcitation(32, init="xavier")


def test_the_running_mean_is_batch_norms_and_moves_in_training_only() -> None:
    se, norm = SqueezeExcitation(8, 2, center=True), nn.BatchNorm1d(8, momentum=MOMENTUM)
    for _ in range(5):
        x = torch.randn(4, 8, 3, 3) + 2
        before = se.mean.clone()
        torch.testing.assert_close(se.squeeze(x), x.mean(dim=(2, 3)) - before)
        norm(x.mean(dim=(2, 3)))
        torch.testing.assert_close(se.mean, norm.running_mean)
    mean = se.mean.clone()
    with torch.no_grad():
        se(x)
    se.eval()(x)
    assert torch.equal(se.mean, mean) and "mean" in se.state_dict()
    assert "mean" not in SqueezeExcitation(8, 2).state_dict()


def test_centered_it_is_the_plain_block_on_centered_maps() -> None:
    se = SqueezeExcitation(8, 2, center=True).eval()
    se.mean += torch.randn(8)
    plain = SqueezeExcitation(8, 2)
    plain.load_state_dict({key: value for key, value in se.state_dict().items() if key != "mean"})
    x = torch.randn(2, 8, 3, 3)
    torch.testing.assert_close(se.gates(x), plain.gates(x - se.mean[:, None, None]))


def test_faces_that_are_alike_kill_the_hidden_units_unless_the_squeeze_is_centered() -> None:
    """The common part is ten times the spread, as at the bottleneck of a U-Net on faces."""
    torch.manual_seed(0)
    maps = torch.randn(1, 64, 1, 1) + 0.1 * torch.randn(50, 64, 4, 4)

    class OnMaps(nn.Module):
        def __init__(self, center: bool) -> None:
            super().__init__()
            self.se = SqueezeExcitation(64, 4, center=center)

        def forward(self, x: Tensor) -> Tensor:
            return self.se(x)

    plain, centered = OnMaps(False), OnMaps(True)
    centered.se.mean.copy_(maps.mean(dim=(0, 2, 3)))
    found = activity(plain, maps)
    assert found["selective_units"] < 0.3 and found["live_units"] < 0.8
    again = activity(centered, maps)
    assert again["live_units"] == again["selective_units"] == 1
    gates = torch.stack([plain.se.gates(each[None])[0] for each in maps])  # (50, 64)
    assert found["gate_spread"] == pytest.approx(gates.std(dim=0).mean().item(), rel=1e-4)
    assert activity(nn.Identity(), maps) is None
