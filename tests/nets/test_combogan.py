"""ComboGAN's networks, against the authors' own.

Numbers: AAnoosheh/ComboGAN, models/networks.py, ResnetGenEncoder, ResnetGenDecoder and NLayerDiscriminator at the
default options (options/base_options.py), with the blur of models/combogan_model.py.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch import Tensor, nn
from torchvision.transforms.functional import rgb_to_grayscale

from sketchlib.nets import Decoder, Encoder, EncoderDecoder, TwoBranchPatchGAN
from sketchlib.nets.combogan import blur_kernel

BLOCK = [(256, 256, 3, 3, 1, 256)] * 2


def count(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def branch(channels: int) -> list[tuple[int, ...]]:
    return [
        (64, channels, 4, 4, 2, 64),
        (129, 64, 4, 4, 2, 129),
        (257, 128, 4, 4, 2, 257),
        (513, 256, 4, 4, 2, 513),
        (512, 512, 4, 4, 1, 512),
        (1, 512, 4, 4, 1, 1),
    ]


def test_parameter_counts_are_those_of_the_authors() -> None:
    assert count(Encoder()) == 5_099_143
    assert count(Decoder()) == 6_565_770
    assert count(TwoBranchPatchGAN()) == 13_931_410


def test_every_layer_is_that_of_the_authors(convolutions) -> None:
    assert convolutions(Encoder()) == [
        (64, 3, 7, 7, 1, 64),
        (128, 64, 3, 3, 2, 128),
        (256, 128, 3, 3, 2, 256),
        *BLOCK * 4,
    ]
    assert convolutions(Decoder()) == [
        *BLOCK * 5,
        (256, 128, 4, 4, 2, 128),
        (128, 64, 4, 4, 2, 64),
        (3, 64, 7, 7, 1, 3),
    ]
    assert convolutions(TwoBranchPatchGAN()) == [*branch(1), *branch(3)]


@pytest.mark.parametrize(("net", "slopes"), [(Encoder(4), 3 + 4), (Decoder(4), 5 + 2), (TwoBranchPatchGAN(4), 2 * 5)])
def test_every_activation_has_one_slope_that_starts_at_a_quarter(net: nn.Module, slopes: int) -> None:
    assert [m.weight.tolist() for m in net.modules() if isinstance(m, nn.PReLU)] == [[0.25]] * slopes


def test_with_the_same_weights_the_generator_draws_what_theirs_draws(probe, facts) -> None:
    code, drawn = probe(Encoder(4, 1), 1, 3, 16, 16), probe(Decoder(4, 1), 1, 16, 4, 4)
    theirs = [0.4395136, 1.1494864, -0.292833, -0.44165, 0.8587418, 0.7435754]
    assert facts(code) == pytest.approx(theirs, abs=1e-6)
    theirs = [-0.0349406, 0.3238442, 0.0149026, 0.2711169, -0.2044929, -0.3317613]
    assert facts(drawn) == pytest.approx(theirs, abs=1e-6)


def test_with_the_same_weights_the_discriminator_scores_as_theirs(probe, facts) -> None:
    maps = probe(TwoBranchPatchGAN(4), 2, 3, 32, 32)
    theirs = [
        [0.441256, 0.5671867, 0.0315699, -0.0623549, 0.0328071, 0.532654],
        [0.4565402, 0.6065876, 0.1042735, 0.0419463, 0.1775072, 0.0964291],
        [0.3057815, 0.6358171, -0.2149569, -0.4376059, -0.2713297, 1.3283573],
        [-0.2806238, 0.1723604, -0.4430124, -0.1064944, -0.4247572, -0.240439],
    ]
    assert [facts(scores) for scores in maps] == [pytest.approx(row, abs=1e-6) for row in theirs]


def test_the_decoder_comes_after_the_encoder() -> None:
    net, x = EncoderDecoder(4, 1, 2), torch.randn(2, 3, 32, 40)
    code, drawn = net.encoder(x), net(x)
    assert code.shape == (2, 16, 8, 10) and drawn.shape == x.shape and drawn.abs().max() <= 1
    assert torch.equal(net.decoder(code), drawn)


def test_each_image_is_drawn_and_judged_by_itself() -> None:
    x = torch.randn(3, 3, 32, 32)
    net = EncoderDecoder(8, 1, 1)
    torch.testing.assert_close(net(x)[1:2], net(x[1:2]))
    judge = TwoBranchPatchGAN(4)
    for together, alone in zip(judge(x), judge(x[1:2]), strict=True):
        torch.testing.assert_close(together[1:2], alone)


def test_score_maps_have_the_sides_that_the_docstring_says() -> None:
    maps = TwoBranchPatchGAN(2)(torch.zeros(1, 3, 256, 256))
    assert [tuple(scores.shape) for scores in maps] == [(1, 2, side, side) for side in (65, 33, 17, 19)]
    assert [len(TwoBranchPatchGAN(2, layers)(torch.zeros(1, 3, 64, 64))) for layers in (1, 2, 3)] == [1, 2, 3]


def test_the_blur_is_scipys() -> None:
    pixel = np.zeros((5, 5))
    pixel[2, 2] = 1
    np.testing.assert_allclose(blur_kernel().numpy(), gaussian_filter(pixel, 3), atol=1e-8)
    assert (blur_kernel() * 25 - 1).abs().max() < 0.005  # the docstring's half a percent


def test_one_view_is_grey_and_the_other_blurred() -> None:
    image = torch.rand(2, 3, 16, 16)
    grey, blurred = TwoBranchPatchGAN(2).views(image)
    torch.testing.assert_close(grey, rgb_to_grayscale(image), atol=1e-3, rtol=0)  # torchvision rounds: 0.2989
    mean = nn.functional.avg_pool2d(image, 5, stride=1)
    torch.testing.assert_close(blurred[:, :, 2:-2, 2:-2], mean, atol=5e-3, rtol=0)


def test_scores_of_the_grey_branch_come_first_and_do_not_see_colors() -> None:
    net, image = TwoBranchPatchGAN(4), torch.rand(1, 3, 32, 32)
    tint = torch.tensor([0.587, -0.299, 0.0])[:, None, None]  # changes red and green, and no grey
    for before, after in zip(net(image), net(image + tint * torch.rand(1, 1, 32, 32)), strict=True):
        torch.testing.assert_close(after[:, 0], before[:, 0], atol=1e-4, rtol=0)
        assert not torch.allclose(after[:, 1], before[:, 1], atol=1e-4)


def test_every_map_trains_every_layer_below_it() -> None:
    net = TwoBranchPatchGAN(2)
    maps = net(torch.rand(1, 3, 32, 32))

    def reached(scores: Tensor) -> list[bool]:
        net.zero_grad()
        scores.square().sum().backward(retain_graph=True)
        return [stage[0].weight.grad is not None and bool(stage[0].weight.grad.any()) for stage in net.color]

    assert [sum(reached(scores)) for scores in maps] == [2, 3, 4, 5]


def test_fixed_filters_are_no_weights() -> None:
    assert not {"luma", "blur"} & set(TwoBranchPatchGAN(2).state_dict())


def test_settings_rebuild_it() -> None:
    net = EncoderDecoder(4, 1, 2, 1, 2)
    again = EncoderDecoder(**net.settings)
    assert again.settings == net.settings and list(net.settings.values()) == [4, 1, 2, 1, 2]
    again.load_state_dict(net.state_dict())


def test_bad_inputs_are_named() -> None:
    with pytest.raises(ValueError, match="image is 30 x 32, expected .* multiples of 4, from 8 up, for Encoder"):
        EncoderDecoder(4)(torch.zeros(1, 3, 30, 32))
    with pytest.raises(ValueError, match="layers is 0, expected 1 or more"):
        TwoBranchPatchGAN(4, 0)
    with pytest.raises(ValueError, match="image has 1 channels, expected 3"):
        TwoBranchPatchGAN(4)(torch.zeros(1, 1, 32, 32))
