"""Feature hiding: what each disturbance does to an image, and what it does to a message of known strength."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch import Tensor

from sketchlib.data.pairs import PairedFaces, to_float, to_uint8
from sketchlib.evaluation.hiding import (
    DISTURBANCES,
    GREY_LEVEL,
    blurred,
    grey,
    hiding,
    jpeg,
    noise,
    reconstruction_errors,
    rounded,
)


@pytest.fixture
def images() -> Tensor:
    """(3, 3, 32, 24) in [-1, 1], smooth as photos are, in floats that no file of 8 bits holds."""
    small = torch.rand(3, 3, 6, 5, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return torch.nn.functional.interpolate(small, (32, 24), mode="bicubic").clamp(-1, 1)


def test_noise_has_the_standard_deviation_of_its_grey_levels_in_every_channel() -> None:
    added = noise(torch.zeros(4, 3, 64, 64), levels=2.0)
    each = added.std(dim=(2, 3)) / GREY_LEVEL
    assert torch.allclose(each, torch.full_like(each, 2.0), rtol=0.05)
    assert torch.corrcoef(added[0].flatten(1)).triu(1).abs().max() < 0.05


def test_an_image_has_the_same_noise_alone_and_among_others(images: Tensor) -> None:
    assert torch.equal(noise(images, 1.0)[:2], noise(images[:2], 1.0))
    assert not torch.equal(noise(images, 1.0), noise(images, 1.0, seed=1))


def test_rounding_is_off_by_half_a_grey_level_at_most_and_does_nothing_the_second_time(images: Tensor) -> None:
    assert 0.4 < (rounded(images) - images).abs().max() / GREY_LEVEL <= 0.5 + 1e-4
    assert torch.equal(rounded(rounded(images)), rounded(images))


@pytest.mark.filterwarnings("ignore:.*are deprecated since torchvision:DeprecationWarning")
@pytest.mark.parametrize("quality", [95, 75])
def test_jpeg_is_that_of_torchvision(images: Tensor, quality: int) -> None:
    """For as long as torchvision has one."""
    files = pytest.importorskip("torchvision.io.image")
    if not hasattr(files, "encode_jpeg"):
        pytest.skip("this torchvision has no JPEG any more")
    theirs = torch.stack([files.decode_jpeg(files.encode_jpeg(image, quality)) for image in to_uint8(images)])
    apart = (jpeg(images, quality) - to_float(theirs)).abs() / GREY_LEVEL
    assert apart.max() < 2.1
    assert (jpeg(images, quality) - images).abs().mean() / GREY_LEVEL > 0.5


def test_blur_is_that_of_scipy(images: Tensor) -> None:
    theirs = gaussian_filter(images.double().numpy(), sigma=1.0, axes=(2, 3), mode="mirror", truncate=3.0)
    np.testing.assert_allclose(blurred(images, 1.0).numpy(), theirs, atol=1e-5)


def test_grey_leaves_a_grey_image_as_it_is_and_makes_channels_equal(images: Tensor) -> None:
    assert torch.allclose(grey(images[:, :1].expand(-1, 3, -1, -1)), images[:, :1])
    assert torch.equal(grey(images)[:, 0], grey(images)[:, 2])


def test_who_reads_no_sketch_loses_nothing(images: Tensor) -> None:
    found = hiding(lambda sketch: torch.full_like(sketch, 0.3), images, images)
    assert list(found) == list(DISTURBANCES)
    for ratios in found.values():
        assert ratios.shape == (3,)
        np.testing.assert_allclose(ratios, 1.0)


def forger(strength: float) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
    """G hides x in a grey page, and F reads it, too bright by a tenth so that there is an error to begin with."""
    return lambda x: strength * x, lambda y: y / strength + 0.1


def test_noise_costs_a_hidden_message_what_the_folded_normal_distribution_says() -> None:
    photos = torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(1)) * 2 - 1
    G, F = forger(strength=0.02)
    found = hiding(F, G(photos), photos)["noise of 1 level"]
    sigma, shift = GREY_LEVEL / 0.02, 0.1
    expected = sigma * math.sqrt(2 / math.pi) * math.exp(-((shift / sigma) ** 2) / 2)
    expected += shift * math.erf(shift / sigma / math.sqrt(2))
    np.testing.assert_allclose(found, expected / 0.1, rtol=0.02)


def test_the_fainter_the_message_the_larger_the_rise(images: Tensor) -> None:
    found = []
    for strength in (0.5, 0.02, 0.002):
        G, F = forger(strength)
        found.append(hiding(F, G(images), images)["8 bits"].mean())
    assert found[0] < 1.05 < found[1] < found[2]


def test_a_message_in_the_colors_dies_in_grey_alone(images: Tensor) -> None:
    """G draws one grey picture for all and puts the photo's red into the difference of two channels."""

    def F(sketch: Tensor) -> Tensor:
        return ((sketch[:, :1] - sketch[:, 1:2]) / 2).expand(-1, 3, -1, -1)

    red, photos = images[:, :1], images[:, :1].expand(-1, 3, -1, -1) * 0.9
    found = hiding(F, torch.cat([red, -red, torch.zeros_like(red)], dim=1), photos)
    np.testing.assert_allclose(found["8 bits"], 1.0, atol=0.05)
    assert found["grey"].min() > 3


def test_errors_begin_with_the_undisturbed_one(images: Tensor) -> None:
    found = reconstruction_errors(torch.neg, images, images, {"grey": grey})
    assert list(found) == ["none", "grey"]
    np.testing.assert_allclose(found["none"], 2 * images.abs().mean(dim=(1, 2, 3)).numpy(), rtol=1e-5)


def test_the_number_of_images_at_once_changes_nothing(noise_pairs: PairedFaces) -> None:
    photos, _ = noise_pairs.tensors(32)
    together = hiding(torch.neg, photos, photos)["8 bits"]
    alone = [hiding(torch.neg, photo, photo)["8 bits"].item() for photo in photos.split(1)]
    np.testing.assert_allclose(together, alone)


def test_bad_input_is_told(images: Tensor) -> None:
    with pytest.raises(ValueError, match=r"sketches and photos are \(3, 1, 32, 24\) and .*, expected one shape"):
        hiding(torch.neg, images[:, :1], images)
    with pytest.raises(ValueError, match=r"sketches and photos are torch.uint8 .*, expected floats"):
        hiding(torch.neg, to_uint8(images), images)
    with pytest.raises(ValueError, match=r"F gave \(3, 1, 32, 24\), expected \(3, 3, 32, 24\)"):
        hiding(lambda sketch: sketch[:, :1], images, images)
    with pytest.raises(ValueError, match=r"crop gave \(3, 3, 16, 24\), expected"):
        hiding(torch.neg, images, images, {"crop": lambda drawn: drawn[:, :, :16]})
    with pytest.raises(ValueError, match=r"image 0 has the error 0, expected some error"):
        hiding(lambda sketch: sketch, images, images)
