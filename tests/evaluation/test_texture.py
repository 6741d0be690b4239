"""Spectrum and sharpness of waves, noise and blurs, whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from scipy.signal import periodogram
from torch import Tensor

from sketchlib.evaluation import blur, detail, power_spectrum, sharpness
from sketchlib.evaluation.texture import _power

HEIGHT, WIDTH = 160, 128


def image(values: np.ndarray) -> Tensor:
    """Values in grey levels -> (1, 1, H, W), uint8."""
    return torch.from_numpy(np.round(values)).to(torch.uint8).view(1, 1, *values.shape)


def wave(frequency: float, amplitude: float) -> np.ndarray:
    """Along x, in grey levels around 128."""
    return np.tile(128 + amplitude * np.cos(2 * np.pi * frequency * np.arange(WIDTH)), (HEIGHT, 1))


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    return np.random.default_rng(0).normal(128, 20, (HEIGHT, WIDTH))


def test_a_wave_is_in_the_ring_of_its_frequency() -> None:
    for frequency in (0.05, 0.13, 0.31, 0.47):
        middles, power = power_spectrum(image(wave(frequency, 60)))
        assert power.shape == (1, 25) and middles.shape == (25,)
        assert abs(middles[power[0].argmax()] - frequency) <= 0.01 + 1e-12
    np.testing.assert_allclose(middles, np.arange(0.01, 0.5, 0.02))


def test_white_noise_has_its_variance_in_every_ring(noise: np.ndarray) -> None:
    _, power = power_spectrum(torch.cat([image(noise), image(np.rot90(noise, 2))]))
    assert power.shape == (2, 25)
    np.testing.assert_allclose(power[:, 4:], (20 / 255) ** 2, rtol=0.25)
    assert power[0, 1:].mean() == pytest.approx((20 / 255) ** 2, rel=0.03)


def test_the_power_of_waves_along_x_is_scipys_periodogram() -> None:
    # Every row is the same, so the mean over the plane of frequencies is the mean over SciPy's frequencies of one row.
    values = np.round(wave(0.11, 50) + 20 * np.cos(2 * np.pi * 0.27 * np.arange(WIDTH)))
    _, power = periodogram(values[0] / 255, window=np.hanning(WIDTH), detrend="constant", scaling="density")
    _, plane = _power(image(values))
    assert plane.mean() == pytest.approx(power.sum() / WIDTH, rel=1e-6)  # SciPy folds negative frequencies over


def test_half_the_amplitude_of_the_fine_wave_is_a_quarter_of_the_detail() -> None:
    coarse, fine = wave(1 / 32, 60), wave(1 / 4, 40) - 128
    ratio = detail(image(coarse + fine), image(coarse + fine / 2))
    assert ratio == pytest.approx([0.25], rel=0.01)
    assert detail(image(coarse + fine), image(coarse)) == pytest.approx([0.0], abs=0.01)


def test_a_gaussian_blur_takes_what_its_transfer_function_says(noise: np.ndarray) -> None:
    sigma = 1.2
    middles, (sharp, soft) = power_spectrum(
        torch.cat([image(noise), image(gaussian_filter(noise, sigma, mode="wrap"))])
    )
    known = np.exp(-2 * (np.pi * sigma * middles) ** 2) ** 2
    seen = known > 0.02  # below, the rounding to 8 bits is what is left
    np.testing.assert_allclose((soft / sharp)[seen], known[seen], rtol=0.15)
    assert seen.sum() > 8


def test_sharpness_is_the_slope_of_a_ramp() -> None:
    ramp = np.tile(np.arange(0, WIDTH, dtype=float), (HEIGHT, 1))
    assert sharpness(image(ramp), image(2 * ramp)) == pytest.approx([2.0])
    assert sharpness(image(ramp), image(np.full((HEIGHT, WIDTH), 9.0))) == pytest.approx([0.0])
    slanted = (np.arange(HEIGHT)[:, np.newaxis] * 3 + np.arange(WIDTH) * 4) / 5
    assert sharpness(image(ramp), image(np.clip(slanted, 0, 255))) == pytest.approx([1.0], rel=0.1)  # 3, 4 and 5


@pytest.mark.parametrize("measure", [detail, sharpness])
def test_equal_images_have_one_blur_less_and_noise_more(measure, noise: np.ndarray) -> None:
    drawing = image(gaussian_filter(noise, 1.0))
    assert measure(drawing, drawing) == pytest.approx([1.0])
    found = [float(measure(drawing, blur(drawing, sigma))[0]) for sigma in (0.0, 0.7, 1.5, 3.0)]
    assert found == sorted(found, reverse=True) and found[-1] < 0.5
    assert measure(drawing, image(noise)) > 1
    together = measure(torch.cat([drawing, image(noise)]), torch.cat([image(noise), drawing]))
    assert together.shape == (2,) and together[0] == pytest.approx(1 / together[1])


@pytest.mark.parametrize("measure", [detail, sharpness])
def test_a_reference_without_anything_is_named(measure, noise: np.ndarray) -> None:
    page = torch.full((2, 1, HEIGHT, WIDTH), 77, dtype=torch.uint8)
    page[0] = image(noise)[0]
    sentence = f"Reference 1 is one grey all over, expected a drawing to relate {measure.__name__} to"
    with pytest.raises(ValueError, match=sentence):
        measure(page, page)
    assert measure(page[:1], page[1:]) == pytest.approx([0.0], abs=1e-12)


def test_too_many_rings_are_named() -> None:
    with pytest.raises(ValueError, match=r"power_spectrum got bins=25, expected fewer for images of \(12, 10\)"):
        power_spectrum(torch.zeros(1, 1, 12, 10, dtype=torch.uint8))
