"""The generator of CycleGAN, against the authors' own.

Numbers: junyanz/pytorch-CycleGAN-and-pix2pix, models/networks.py, ResnetGenerator with instance norm.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sketchlib.nets import ResNetGenerator, SqueezeExcitation


def count(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def test_parameter_count_is_that_of_the_authors() -> None:
    assert count(ResNetGenerator()) == 11_378_179  # 11.378 M in their log


def test_every_layer_is_that_of_the_authors(convolutions) -> None:
    block = [(256, 256, 3, 3, 1, 256)] * 2
    assert convolutions(ResNetGenerator()) == [
        (64, 3, 7, 7, 1, 64),
        (128, 64, 3, 3, 2, 128),
        (256, 128, 3, 3, 2, 256),
        *block * 9,
        (256, 128, 3, 3, 2, 128),
        (128, 64, 3, 3, 2, 64),
        (3, 64, 7, 7, 1, 3),
    ]


def test_with_the_same_weights_it_draws_what_theirs_draws(probe, facts) -> None:
    drawn = probe(ResNetGenerator(4, 2), 1, 3, 16, 16)
    theirs = [0.1217435, 0.4441416, -0.4327924, 0.6714842, -0.5560224, 0.1880506]
    assert facts(drawn) == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("size", [(64, 64), (40, 32), (8, 8)])
def test_shapes_and_range(size: tuple[int, int]) -> None:
    y = ResNetGenerator(4, 2)(3 * torch.randn(2, 3, *size))
    assert y.shape == (2, 3, *size) and y.abs().max() <= 1


def test_channels_in_and_out_are_free() -> None:
    assert ResNetGenerator(4, 1, in_channels=1, out_channels=2)(torch.zeros(1, 1, 16, 16)).shape == (1, 2, 16, 16)


def test_each_image_is_drawn_by_itself() -> None:
    net, x = ResNetGenerator(8, 2, se=True, reduction=4), torch.randn(3, 3, 32, 32)
    torch.testing.assert_close(net(x)[1:2], net(x[1:2]))


def test_train_and_eval_draw_the_same() -> None:
    net, x = ResNetGenerator(8, 2), torch.randn(1, 3, 32, 32)
    assert torch.equal(net.train()(x), net.eval()(x))


def test_se_sits_after_the_last_block_at_the_smallest_map() -> None:
    net, seen = ResNetGenerator(8, 2, se=True, reduction=4), {}
    assert isinstance(net.se, SqueezeExcitation) and isinstance(ResNetGenerator(8, 2).se, nn.Identity)
    net.blocks[-1].register_forward_hook(lambda _module, _inputs, output: seen.update(last=output))
    net.se.register_forward_hook(lambda _module, inputs, output: seen.update(before=inputs[0], after=output))
    drawn = net(torch.randn(1, 3, 32, 48))
    assert seen["before"] is seen["last"] and seen["before"].shape == (1, 32, 8, 12)
    assert torch.equal(net.up(seen["after"]), drawn)


def test_se_adds_its_own_parameters_and_no_others() -> None:
    plain, with_se = ResNetGenerator(16, 2), ResNetGenerator(16, 2, se=True, reduction=16)
    assert count(with_se) - count(plain) == count(with_se.se) == 2 * 64 * 4 + 4 + 64


def test_weights_start_as_the_authors_start_them() -> None:
    convs = [m for m in ResNetGenerator(16, 3).modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    weights = torch.cat([m.weight.flatten() for m in convs])
    assert abs(weights.mean()) < 1e-3 and abs(weights.std() - 0.02) < 1e-3
    assert all((m.bias == 0).all() for m in convs)


def test_settings_rebuild_it() -> None:
    net = ResNetGenerator(4, 1, True, 2, 1, 2, "he", True)
    again = ResNetGenerator(**net.settings)
    assert again.settings == net.settings and list(net.settings.values()) == [4, 1, True, 2, 1, 2, "he", True]
    again.load_state_dict(net.state_dict())


@pytest.mark.parametrize("size", [(250, 200), (256, 202), (4, 64)])
def test_sizes_that_would_not_come_back_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"image is {size[0]} x {size[1]}, expected .* multiples of 4, from 8 up"):
        ResNetGenerator(4, 1)(torch.zeros(1, 3, *size))
