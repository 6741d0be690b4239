"""The patch discriminator: its count, its shapes and what one score sees."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sketchlib.nets import PatchGAN, receptive_field


def test_parameter_count_is_that_of_the_cyclegan_authors() -> None:
    assert sum(p.numel() for p in PatchGAN().parameters()) == 2_764_737  # 2.765 M in their log


@pytest.mark.parametrize(("size", "scores"), [(256, 30), (128, 14), (64, 6)])
def test_shapes(size: int, scores: int) -> None:
    assert PatchGAN(8)(torch.zeros(2, 3, size, size)).shape == (2, 1, scores, scores)


@pytest.mark.parametrize(("layers", "side"), [(1, 16), (2, 34), (3, 70), (4, 142)])
def test_one_score_sees_the_square_that_its_gradient_reaches(layers: int, side: int) -> None:
    net = PatchGAN(4, layers)
    assert receptive_field(net) == side
    # Instance norm reads the whole image, so it is taken out: what remains is what the convolutions see.
    convolutions = nn.Sequential(*(m for m in net.blocks if not isinstance(m, nn.InstanceNorm2d)))
    image = torch.randn(1, 3, 256, 256, requires_grad=True)
    scores = convolutions(image)
    middle = scores.shape[-1] // 2
    scores[0, 0, middle, middle].backward()
    touched = image.grad[0].abs().sum(dim=0).nonzero()
    height, width = (touched.max(dim=0).values - touched.min(dim=0).values + 1).tolist()
    assert (height, width) == (side, side)


def test_scores_are_not_squashed() -> None:
    net = PatchGAN(8)
    net.blocks[-1].bias.data.fill_(5.0)
    assert net(torch.zeros(1, 3, 64, 64)).mean() > 1


def test_layers_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="layers is 0, expected 1 or more"):
        PatchGAN(8, 0)


def test_an_unknown_norm_is_refused() -> None:
    with pytest.raises(ValueError, match="PatchGAN.norm is 'layer', expected one of"):
        PatchGAN(8, norm="layer")


# Numbers below: junyanz/pytorch-CycleGAN-and-pix2pix, models/networks.py, NLayerDiscriminator.


def test_pix2pix_judges_six_channels_with_batch_norm(convolutions) -> None:
    net = PatchGAN(in_channels=6, norm="batch")
    assert sum(p.numel() for p in net.parameters()) == 2_768_705  # 2.769 M in their log
    assert convolutions(net) == [
        (64, 6, 4, 4, 2, 64),
        (128, 64, 4, 4, 2, 0),
        (256, 128, 4, 4, 2, 0),
        (512, 256, 4, 4, 1, 0),
        (1, 512, 4, 4, 1, 1),
    ]


def test_every_layer_is_that_of_cyclegan(convolutions) -> None:
    assert convolutions(PatchGAN()) == [
        (64, 3, 4, 4, 2, 64),
        (128, 64, 4, 4, 2, 128),
        (256, 128, 4, 4, 2, 256),
        (512, 256, 4, 4, 1, 512),
        (1, 512, 4, 4, 1, 1),
    ]


def test_with_the_same_weights_it_scores_as_theirs(probe, facts) -> None:
    batch = probe(PatchGAN(4, in_channels=6, norm="batch"), 2, 6, 32, 32)
    theirs = [0.316545, 0.188914, 0.1885726, -0.0249039, 0.4546483, 0.4821055]
    assert facts(batch) == pytest.approx(theirs, abs=1e-6)
    instance = probe(PatchGAN(4), 2, 3, 32, 32)
    theirs = [0.1271906, 0.0748659, 0.1435531, 0.0026938, 0.2203827, 0.2115904]
    assert facts(instance) == pytest.approx(theirs, abs=1e-6)


def test_batch_norm_reads_the_batch_in_training_and_after() -> None:
    net, x = PatchGAN(8, norm="batch"), torch.randn(2, 3, 32, 32)
    assert torch.equal(net.train()(x), net.eval()(x))
    assert not torch.allclose(net(x)[:1], net(x[:1]))
