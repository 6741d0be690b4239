"""SSIM in the house protocol, and what it gives for no skill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity

from sketchlib.data.pairs import PairedFaces, to_float
from sketchlib.evaluation import blur, floors, mean_and_error, score, ssim, ssim_map
from sketchlib.evaluation.floors import grey
from sketchlib.evaluation.ssim import structure


def test_ssim_is_scikit_images_mean(noise_pairs: PairedFaces) -> None:
    a, b = noise_pairs.sketches, noise_pairs.sketches.flip(0)
    theirs = [
        structural_similarity(x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
        for x, y in zip(a[:, 0].numpy(), b[:, 0].numpy(), strict=True)
    ]
    np.testing.assert_allclose(ssim(a, b), theirs, rtol=1e-12)
    np.testing.assert_allclose(ssim_map(a, b).mean(axis=(1, 2)), theirs, rtol=1e-12)


def test_ssim_is_the_formula_of_wang_et_al(noise_pairs: PairedFaces) -> None:
    x, y = (image[0].double().numpy() for image in (noise_pairs.sketches[0], noise_pairs.sketches[1]))

    def smooth(image: np.ndarray) -> np.ndarray:
        return gaussian_filter(image, 1.5, radius=5)

    mu_x, mu_y = smooth(x), smooth(y)
    var_x, var_y, cov = smooth(x * x) - mu_x**2, smooth(y * y) - mu_y**2, smooth(x * y) - mu_x * mu_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    by_hand = (2 * mu_x * mu_y + c1) * (2 * cov + c2) / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
    ours = ssim_map(noise_pairs.sketches[:1], noise_pairs.sketches[1:2])[0]
    np.testing.assert_allclose(ours, by_hand[5:-5, 5:-5], rtol=1e-9)


def test_only_the_same_image_scores_one(noise_pairs: PairedFaces) -> None:
    np.testing.assert_allclose(ssim(noise_pairs.sketches, noise_pairs.sketches), 1.0)
    assert (ssim(noise_pairs.sketches, noise_pairs.sketches.flip(-1)) < 0.5).all()


def test_score_compares_at_the_artists_size(noise_pairs: PairedFaces) -> None:
    np.testing.assert_allclose(score(to_float(noise_pairs.sketches), noise_pairs), 1.0)
    small = noise_pairs.tensors(16)[1]
    assert score(small, noise_pairs).shape == (6,)


@pytest.mark.parametrize(
    ("sketch", "sentence"),
    [
        (torch.zeros(6, 1, 50, 40), "sketch is .* of torch.float32"),
        (torch.zeros(6, 3, 50, 40, dtype=torch.uint8), "sketch is .6, 3"),
        (torch.zeros(6, 1, 25, 20, dtype=torch.uint8), "expected two equal shapes"),
    ],
)
def test_wrong_images_are_named(noise_pairs: PairedFaces, sketch: torch.Tensor, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ssim(noise_pairs.sketches, sketch)


def test_mean_and_error_by_hand() -> None:
    assert mean_and_error(np.array([1.0, 2.0, 3.0, 6.0])) == (3.0, pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 3) / 2))


def test_grey_is_pillows(noise_pairs: PairedFaces) -> None:
    pixels = noise_pairs.photos[0].permute(1, 2, 0).numpy()
    theirs = np.asarray(Image.fromarray(pixels).convert("L"), dtype=int)
    assert np.abs(grey(noise_pairs.photos[:1])[0, 0].numpy().astype(int) - theirs).max() <= 1


def test_blur_is_scipys_gaussian(noise_pairs: PairedFaces) -> None:
    image = noise_pairs.sketches[:1]
    theirs = gaussian_filter(image[0, 0].double().numpy(), 1.0, radius=3, mode="mirror")
    assert np.abs(blur(image, 1.0)[0, 0].double().numpy() - theirs).max() <= 1
    assert blur(image, 0) is image


def test_the_nearest_photos_sketch_is_found() -> None:
    # Three grey photos of values 10, 100, 200; a test photo of 110 is nearest to the second.
    def flat(values: list[int], channels: int) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, channels, 20, 20).contiguous()

    train = PairedFaces(flat([10, 100, 200], 3), flat([0, 50, 250], 1), ("a", "b", "c"), "train", "flat")
    test = PairedFaces(flat([110], 3), flat([50], 1), ("d",), "test", "flat")
    assert floors(train, test)["sketch of the nearest training photo"] == pytest.approx([1.0])


def test_floors_of_the_real_data(cuhk_path: Path) -> None:
    from sketchlib.data import load_faces

    means = {name: values.mean() for name, values in floors(*load_faces(cuhk_path)).items()}
    known = {"white page": 0.498, "mean training sketch": 0.528, "grey input photo": 0.534}
    known |= {"sketch of the nearest training photo": 0.500, "reference shifted by one pixel": 0.773}
    for name, value in known.items():
        assert means[name] == pytest.approx(value, abs=0.0006), name
    assert means["random training sketch"] == pytest.approx(0.444, abs=0.004)  # depends on the draw


def test_structure_is_what_luminance_and_contrast_leave_of_ssim() -> None:
    """With C3 = C2 / 2 the three factors of Wang et al. multiply to SSIM; two of them are taken out by hand."""
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randint(0, 256, (2, 3, 1, 40, 30), dtype=torch.uint8, generator=generator)
    b = (a.float() * 0.5 + b.float() * 0.5).to(torch.uint8)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

    def mean(image: np.ndarray) -> np.ndarray:
        return skimage.filters.gaussian(image, 1.5, truncate=3.5, mode="mirror")[5:-5, 5:-5]

    for i, found in enumerate(structure(a, b)):
        x, y = a[i, 0].numpy().astype(float), b[i, 0].numpy().astype(float)
        mx, my = mean(x), mean(y)
        sx, sy = np.sqrt(mean(x * x) - mx**2), np.sqrt(mean(y * y) - my**2)
        luminance = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
        contrast = (2 * sx * sy + c2) / (sx**2 + sy**2 + c2)
        assert found == pytest.approx((ssim_map(a, b)[i] / luminance / contrast).mean(), abs=1e-9)


def test_structure_sees_neither_tone_nor_contrast() -> None:
    a = torch.randint(60, 200, (1, 1, 40, 30), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    assert structure(a, a)[0] == pytest.approx(1)
    assert structure(a, a // 2 + 60)[0] > 0.98 > ssim(a, a // 2 + 60)[0]
    assert structure(a, 255 - a)[0] < -0.9
