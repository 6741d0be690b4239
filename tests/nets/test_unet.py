"""The U-Net generator: shapes, counts, and what is and is not in it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sketchlib.nets import UNetGenerator, count_downs, receptive_field


def count(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def test_without_se_the_counts_are_those_of_pix2pix() -> None:
    # netG unet_256 and unet_128 of the Pix2Pix authors' code, batch norm: 54.414 M and 41.829 M parameters.
    assert count(UNetGenerator(64, 8, se=False, norm="batch")) == 54_413_955
    assert count(UNetGenerator(64, 7, se=False, norm="batch")) == 41_828_995


def test_every_layer_is_that_of_pix2pix(convolutions) -> None:
    # junyanz/pytorch-CycleGAN-and-pix2pix, models/networks.py, UnetGenerator with batch norm, in the order of use.
    assert convolutions(UNetGenerator(64, 8, se=False, norm="batch")) == [
        (64, 3, 4, 4, 2, 0),
        (128, 64, 4, 4, 2, 0),
        (256, 128, 4, 4, 2, 0),
        (512, 256, 4, 4, 2, 0),
        *[(512, 512, 4, 4, 2, 0)] * 4,
        (512, 512, 4, 4, 2, 0),
        *[(1024, 512, 4, 4, 2, 0)] * 3,
        (1024, 256, 4, 4, 2, 0),
        (512, 128, 4, 4, 2, 0),
        (256, 64, 4, 4, 2, 0),
        (128, 3, 4, 4, 2, 3),
    ]


def test_with_the_same_weights_it_draws_what_that_of_pix2pix_draws(probe, facts) -> None:
    drawn = probe(UNetGenerator(4, 5, se=False, norm="batch"), 2, 3, 64, 64)  # their num_downs=5, ngf=4
    theirs = [-0.1025788, 0.2487001, -0.1843032, 0.1516708, -0.2276806, 0.276094]
    assert facts(drawn) == pytest.approx(theirs, abs=1e-6)


def test_batch_norm_reads_the_batch_in_training_and_after() -> None:
    net, x = UNetGenerator(8, 4, se=False, norm="batch"), torch.randn(2, 3, 32, 32)
    assert torch.equal(net.train()(x), net.eval()(x))  # there is no dropout, the other thing that `eval` changes
    assert not torch.allclose(net(x)[:1], net(x[:1]))


def test_settings_rebuild_it() -> None:
    arguments = [4, 3, True, 2, 1, 2, "batch", 0.5, "normal", True]
    net = UNetGenerator(*arguments)
    again = UNetGenerator(**net.settings)
    assert again.settings == net.settings and list(net.settings.values()) == arguments
    again.load_state_dict(net.state_dict())


def test_se_adds_its_own_parameters_and_no_others() -> None:
    plain, with_se = UNetGenerator(16, 5, se=False), UNetGenerator(16, 5, se=True, reduction=16)
    assert count(with_se) - count(plain) == count(with_se.se) == 2 * 128 * 8 + 8 + 128


@pytest.mark.parametrize(("size", "num_downs", "bottleneck"), [(256, 8, 1), (256, 5, 8), (64, 3, 8), (128, 4, 8)])
def test_the_bottleneck_has_the_side_that_was_asked_for(size: int, num_downs: int, bottleneck: int) -> None:
    assert count_downs(size, bottleneck) == num_downs
    net = UNetGenerator(4, num_downs, reduction=2)
    features = net.encode(torch.zeros(1, 3, size, size))
    assert [f.shape[-1] for f in features] == [size // 2 ** (i + 1) for i in range(num_downs)]
    assert features[-1].shape[-1] == bottleneck
    assert net(torch.zeros(2, 3, size, size)).shape == (2, 3, size, size)


@pytest.mark.parametrize(("num_downs", "side"), [(3, 22), (4, 46), (5, 94), (8, 766)])
def test_one_place_of_the_bottleneck_sees_the_square_that_its_gradient_reaches(num_downs: int, side: int) -> None:
    net = UNetGenerator(2, num_downs, reduction=2)
    assert receptive_field(net.down) == side == 3 * 2**num_downs - 2
    if side > 128:
        return  # the closed form will do: an image that large takes seconds
    # Instance norm reads the whole image, so it is taken out: what remains is what the convolutions see.
    convolutions = nn.Sequential(*(m for m in net.down.modules() if isinstance(m, nn.Conv2d | nn.LeakyReLU)))
    image = torch.randn(1, 3, 256, 256, requires_grad=True)
    bottleneck = convolutions(image)
    middle = bottleneck.shape[-1] // 2
    bottleneck[0, 0, middle, middle].backward()
    touched = image.grad[0].abs().sum(dim=0).nonzero()
    assert (touched.max(dim=0).values - touched.min(dim=0).values + 1).tolist() == [side, side]


def test_the_image_may_be_oblong() -> None:
    assert UNetGenerator(4, 3, reduction=2)(torch.zeros(1, 3, 64, 40)).shape == (1, 3, 64, 40)


def test_output_is_in_range_and_depends_on_each_image_alone() -> None:
    net, x = UNetGenerator(8, 4, reduction=4), torch.randn(3, 3, 32, 32)
    y = net(x)
    assert y.abs().max() <= 1
    torch.testing.assert_close(net(x[1:2]), y[1:2])


def test_encode_is_contract_with_se_at_the_end() -> None:
    net, x = UNetGenerator(8, 4, reduction=4), torch.randn(1, 3, 32, 32)
    before, after = net.contract(x), net.encode(x)
    torch.testing.assert_close(after[-1], before[-1] * net.se.gates(before[-1])[:, :, None, None])
    torch.testing.assert_close(net.decode(after), net(x))


def test_every_skip_reaches_the_image() -> None:
    net, x = UNetGenerator(8, 4, reduction=4), torch.randn(1, 3, 32, 32)
    features = net.encode(x)
    for cut in range(len(features)):
        without = [torch.zeros_like(f) if i == cut else f for i, f in enumerate(features)]
        assert not torch.allclose(net.decode(without), net.decode(features))


def test_no_norm_touches_the_minimum_or_the_image() -> None:
    net = UNetGenerator(8, 4, reduction=4)
    has_norm = [any(isinstance(m, nn.InstanceNorm2d) for m in block) for block in net.down]
    assert has_norm == [False, True, True, False]
    assert not any(isinstance(m, nn.InstanceNorm2d) for m in net.to_image)


def test_instance_norm_at_the_minimum_would_erase_what_the_squeeze_reads() -> None:
    means = nn.InstanceNorm2d(8)(torch.randn(2, 8, 8, 8) + 3).mean(dim=(2, 3))
    torch.testing.assert_close(means, torch.zeros(2, 8), atol=1e-5, rtol=0)


@pytest.mark.parametrize("num_downs", [8, 7, 6, 5])
def test_dropout_sits_in_the_blocks_of_pix2pix(num_downs: int) -> None:
    # models/networks.py: the innermost block, then num_downs - 5 blocks with dropout, then three without.
    net = UNetGenerator(8, num_downs, norm="batch", dropout=0.5, reduction=4)
    has_dropout = [any(isinstance(m, nn.Dropout) for m in block) for block in net.up]
    assert has_dropout == [False] + [True] * (num_downs - 5) + [False] * 3


def test_weights_start_as_the_authors_start_them() -> None:
    net = UNetGenerator(32, 4)
    weights = torch.cat([m.weight.flatten() for m in net.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)])
    assert abs(weights.mean()) < 1e-3 and abs(weights.std() - 0.02) < 1e-3
    assert all((m.bias == 0).all() for m in net.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d))


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="num_downs is 1, expected 2 or more"):
        UNetGenerator(8, 1)
    with pytest.raises(ValueError, match="norm is 'layer'"):
        UNetGenerator(8, 3, norm="layer")
    with pytest.raises(ValueError, match="image is 60 x 64, expected .* multiples of 16"):
        UNetGenerator(8, 4, reduction=4)(torch.zeros(1, 3, 60, 64))
    with pytest.raises(ValueError, match="bottleneck is 7 and size is 256"):
        count_downs(256, 7)
