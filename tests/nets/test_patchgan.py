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
