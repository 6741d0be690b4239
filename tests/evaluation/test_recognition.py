"""Recognition among the references: NumPy's correlation as the oracle, and what must and must not be recognized."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from skimage.feature import hog
from torch import Tensor

from sketchlib.data.pairs import resize, to_float, to_uint8
from sketchlib.evaluation import blur, ranks, recognized, similarities

BOTH = pytest.mark.parametrize("by", ["pixels", "edges"])


@pytest.fixture(scope="module")
def references() -> Tensor:
    """Twelve images of smooth blots, 250 x 200 pixels."""
    coarse = torch.rand(12, 1, 10, 8, generator=torch.Generator().manual_seed(5))
    return to_uint8(resize(coarse * 2 - 1, (250, 200)))


@BOTH
def test_each_image_is_nearest_to_itself_also_blurred_paler_or_darker(references: Tensor, by: str) -> None:
    pale = (references.double() * 0.4 + 120).round().to(torch.uint8)
    for drawn in (references, blur(references, 2.0), pale):
        assert recognized(references, drawn, by).tolist() == [1.0] * 12


@BOTH
def test_other_peoples_sketches_are_not_recognized(references: Tensor, by: str) -> None:
    found = ranks(references, references.roll(1, dims=0), by)
    assert (found > 1).all() and (found <= 12).all()
    assert recognized(references, references.roll(1, dims=0), by).sum() == 0
    nobody = references.double().mean(dim=0, keepdim=True).round().to(torch.uint8).expand(12, -1, -1, -1)
    assert recognized(references, nobody, by).sum() == 1  # the mean face is nearest to one of them, as chance is


@BOTH
@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_page_is_everybody_and_comes_last(references: Tensor, by: str, level: int) -> None:
    page = torch.full_like(references, level)
    assert not similarities(references, page, by).any()
    assert ranks(references, page, by).tolist() == [12.0] * 12


def test_similarities_are_numpys_correlations(references: Tensor) -> None:
    drawn = references.flip(0)
    features = {
        "pixels": lambda images: to_uint8(resize(to_float(images), (50, 40))).flatten(1).numpy() / 255,
        "edges": lambda images: np.stack(
            [
                hog(image, orientations=8, pixels_per_cell=(10, 10), cells_per_block=(2, 2))
                for image in to_uint8(resize(to_float(images), (100, 80)))[:, 0].numpy() / 255
            ]
        ),
    }
    for by, of in features.items():
        table = similarities(references, drawn, by)
        np.testing.assert_allclose(table, np.corrcoef(of(drawn), of(references))[:12, 12:], atol=1e-12)


def test_the_rank_counts_those_that_are_as_near_or_nearer() -> None:
    ramp = torch.arange(0, 200, 5, dtype=torch.uint8).expand(50, 40)
    noise = torch.randint(0, 40, (3, 50, 40), generator=torch.Generator().manual_seed(0))
    images = torch.stack([ramp, (ramp + noise[0] // 8), (ramp + noise[1]), noise[2]]).to(torch.uint8).unsqueeze(1)
    drawn = images[[0, 0, 0, 0]]  # the ramp, four times: nearest to the first, then to the others in their order
    assert ranks(images, drawn).tolist() == [1, 2, 3, 4]
    twins = images[[0, 0, 2, 3]]
    assert ranks(twins, twins).tolist() == [2, 2, 1, 1]  # who has a twin cannot be told from it


@BOTH
def test_one_face_is_always_found_and_a_hundred_take_little_time(references: Tensor, by: str) -> None:
    assert recognized(references[:1], references[1:2], by).tolist() == [1.0]
    hundred = references.repeat(9, 1, 1, 1)[:100]
    begin = time.perf_counter()
    assert ranks(hundred, hundred, by).shape == (100,)
    assert time.perf_counter() - begin < 10


def test_what_does_not_fit_is_named(references: Tensor) -> None:
    with pytest.raises(ValueError, match="by is 'voice', expected one of 'pixels', 'edges'"):
        ranks(references, references, "voice")
    with pytest.raises(ValueError, match="expected two equal shapes"):
        ranks(references, references[:3])
