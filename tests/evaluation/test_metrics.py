"""The metrics beside SSIM, and that nothing is downloaded unasked."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import numpy as np
import piq
import pytest
import torch
from scipy.linalg import sqrtm
from scipy.ndimage import convolve1d
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch import Tensor, nn

import sketchlib
from sketchlib.evaluation import METRICS, available_metrics, detail, fid, measure, recognized, scoot, sharpness
from sketchlib.evaluation.ssim import structure

OURS = ("structure", "scoot", "rank1", "rank1_edges", "sharpness", "detail")
"""Those that need no further package."""


@pytest.fixture(scope="module")
def images() -> tuple[Tensor, Tensor]:
    """Four pairs, 192 x 176: sides that halve evenly four times."""
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(4, 1, 24, 22, generator=generator) * 200
    clean = nn.functional.interpolate(coarse, scale_factor=8, mode="bilinear")
    noise = torch.rand(clean.shape, generator=generator) * 55
    return clean.to(torch.uint8), (clean + noise).to(torch.uint8)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of weights, and a download that fails the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail("something was downloaded")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", refuse)
    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    (tmp_path / "checkpoints").mkdir()
    return tmp_path / "checkpoints"


def test_psnr_is_scikit_images(images: tuple[Tensor, Tensor]) -> None:
    theirs = [
        peak_signal_noise_ratio(a, b, data_range=255)
        for a, b in zip(*(stack[:, 0].numpy() for stack in images), strict=True)
    ]
    np.testing.assert_allclose(measure("psnr", *images), theirs, rtol=1e-4)


def contrast_and_structure(x: np.ndarray, y: np.ndarray) -> float:
    """The second factor of SSIM alone, averaged, with an 11-pixel Gaussian window, where it fits into the image."""
    window = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))

    def smooth(image: np.ndarray) -> np.ndarray:
        for axis in (0, 1):
            image = convolve1d(image, window / window.sum(), axis=axis)
        return image[5:-5, 5:-5]

    mu_x, mu_y = smooth(x), smooth(y)
    var_x, var_y, cov = smooth(x * x) - mu_x**2, smooth(y * y) - mu_y**2, smooth(x * y) - mu_x * mu_y
    return float(((2 * cov + 0.03**2) / (var_x + var_y + 0.03**2)).mean())


def test_ms_ssim_is_the_formula_of_wang_et_al(images: tuple[Tensor, Tensor]) -> None:
    x, y = (stack[0, 0].double().numpy() / 255 for stack in images)
    factors = []
    for _ in range(4):
        factors.append(contrast_and_structure(x, y))
        x, y = (image.reshape(len(image) // 2, 2, -1, 2).mean(axis=(1, 3)) for image in (x, y))
    factors.append(
        structural_similarity(x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1)
    )
    by_hand = np.prod(np.power(factors, (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)))
    assert measure("ms_ssim", *images)[0] == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("name", ["ms_ssim", "fsim"])
def test_similarities_are_one_for_equal_images_and_fall_with_noise(images: tuple[Tensor, Tensor], name: str) -> None:
    clean, noisy = images
    same = measure(name, clean, clean)
    assert same.shape == (4,)
    assert same.dtype == np.float64
    np.testing.assert_allclose(same, 1.0, atol=1e-5)
    assert (measure(name, clean, noisy) < 0.99).all()


def test_batches_do_not_mix_images(images: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch) -> None:
    together = measure("fsim", *images)
    monkeypatch.setattr("sketchlib.evaluation.by_piq.BATCH", 3)
    np.testing.assert_allclose(measure("fsim", *images), together, rtol=1e-5)


def test_equal_images_have_a_finite_psnr(images: tuple[Tensor, Tensor]) -> None:
    np.testing.assert_allclose(measure("psnr", images[0], images[0]), 80.0, atol=1e-3)


def test_small_images_are_named() -> None:
    small = torch.zeros(1, 1, 160, 200, dtype=torch.uint8)
    with pytest.raises(ValueError, match=r"images are \(160, 200\), expected 161 pixels or more"):
        measure("ms_ssim", small, small)
    assert measure("ms_ssim", *[torch.zeros(1, 1, 161, 161, dtype=torch.uint8)] * 2) == pytest.approx([1.0])


def test_without_weights_two_are_left_out_with_a_sentence(no_network: Path) -> None:
    names, reasons = available_metrics()
    assert names == ("psnr", "ms_ssim", "fsim", *OURS)
    assert set(reasons) == {"lpips", "fid"}
    assert "vgg16-397923af.pth and lpips_weights.pt" in reasons["lpips"]
    assert all(reason.endswith(".") and reason.count("\n") == 0 for reason in reasons.values())


def test_what_is_missing_is_not_fetched_unasked(no_network: Path, images: tuple[Tensor, Tensor]) -> None:
    with pytest.raises(RuntimeError, match=r"LPIPS \(VGG\) needs weights that are not on this machine"):
        measure("lpips", *images)
    with pytest.raises(RuntimeError, match="FID needs weights"):
        fid(*images)
    assert available_metrics(download=True) == (tuple(METRICS), {})


def test_weights_that_are_there_are_found(no_network: Path) -> None:
    (no_network / "lpips_weights.pt").touch()
    assert "lpips" in available_metrics()[1]  # one of two
    (no_network / "vgg16-397923af.pth").touch()
    assert available_metrics()[0] == ("psnr", "ms_ssim", "fsim", *OURS, "lpips")


def test_the_files_looked_for_are_those_that_piq_loads() -> None:
    from piq.feature_extractors.fid_inception import FID_WEIGHTS_URL
    from torchvision.models import VGG16_Weights

    urls = (VGG16_Weights.IMAGENET1K_V1.url, piq.LPIPS._weights_url)
    assert METRICS["lpips"].weights == tuple(url.rsplit("/", 1)[1] for url in urls)
    assert METRICS["fid"].weights == (FID_WEIGHTS_URL.rsplit("/", 1)[1],)


def test_lpips_gets_three_channels_from_zero_to_one(
    no_network: Path, images: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Difference:
        """In place of the network, whose weights are a download."""

        def __init__(self, reduction: str) -> None:
            assert reduction == "none"

        def __call__(self, x: Tensor, y: Tensor) -> Tensor:
            assert x.shape[1:] == y.shape[1:] == (3, 192, 176)
            assert x.min() >= 0 and x.max() <= 1
            return (x - y).mean(dim=(1, 2, 3))

    monkeypatch.setattr(piq, "LPIPS", Difference)
    by_hand = (images[1].double() - images[0].double()).mean(dim=(1, 2, 3)) / 255
    np.testing.assert_allclose(measure("lpips", *images, download=True), by_hand.numpy(), rtol=1e-4)


def test_fid_is_the_distance_of_two_gaussians(
    no_network: Path, images: tuple[Tensor, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    class FourMeans(nn.Module):
        """In place of Inception-v3: four features of an image."""

        def forward(self, x: Tensor) -> list[Tensor]:
            assert x.shape[1] == 3
            return [nn.functional.adaptive_avg_pool2d(x[:, :1], 2)]

    monkeypatch.setattr("piq.feature_extractors.InceptionV3", FourMeans)
    x, y = (nn.functional.adaptive_avg_pool2d(stack.double() / 255, 2).flatten(1).numpy() for stack in reversed(images))
    s_x, s_y = np.cov(x.T), np.cov(y.T)
    by_hand = ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(s_x + s_y - 2 * sqrtm(s_x @ s_y).real)
    assert fid(*images, download=True) == pytest.approx(by_hand, rel=1e-3)
    with pytest.raises(ValueError, match="fid got a set of 1 images, expected two or more"):
        fid(images[0][:1], images[1], download=True)


def test_unknown_and_wrong_kinds_are_named(images: tuple[Tensor, Tensor]) -> None:
    with pytest.raises(ValueError, match="metric is 'beauty', expected one of psnr, ms_ssim, fsim, structure, scoot"):
        measure("beauty", *images)
    with pytest.raises(ValueError, match=r"expected one with a number for each image: call fid\(\)"):
        measure("fid", *images, download=True)
    with pytest.raises(ValueError, match="sketch is .* of torch.float32"):
        measure("psnr", images[0], images[1].float())


def test_without_piq_only_the_librarys_own_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "piq" else found(name, *rest))
    names, reasons = available_metrics()
    assert names == OURS
    assert set(reasons) == set(METRICS) - set(OURS)
    assert all('pip install "sketchlib[metrics]"' in reason for reason in reasons.values())


def test_the_librarys_own_are_what_their_modules_compute(images: tuple[Tensor, Tensor]) -> None:
    by_hand = {
        "structure": structure(*images),
        "scoot": scoot(*images),
        "rank1": recognized(*images, by="pixels"),
        "rank1_edges": recognized(*images, by="edges"),
        "sharpness": sharpness(*images),
        "detail": detail(*images),
    }
    assert tuple(by_hand) == OURS
    for name, expected in by_hand.items():
        found = measure(name, *images)
        assert found.shape == (4,) and found.dtype == np.float64
        np.testing.assert_array_equal(found, expected)
        with pytest.raises(ValueError, match="expected two equal shapes"):
            measure(name, images[0], images[1][:1])


def test_costs_put_the_better_first() -> None:
    def order(name: str, values: list[float]) -> list[float]:
        return sorted(values, key=METRICS[name].cost)

    assert order("scoot", [0.2, 0.9, 0.5]) == [0.9, 0.5, 0.2]
    assert order("lpips", [0.2, 0.9, 0.5]) == [0.2, 0.5, 0.9]
    assert order("sharpness", [0.0, 0.4, 3.0, 0.9, 1.0]) == [1.0, 0.9, 0.4, 3.0, 0.0]
    assert METRICS["detail"].cost(2.0) == pytest.approx(METRICS["detail"].cost(0.5))


def test_piq_is_imported_only_inside_functions() -> None:
    for file in Path(sketchlib.__file__).parent.rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert "piq" not in [module.split(".")[0] for module in modules], file
