"""Protocols of SSIM: each against scikit-image called by hand, and what a wrong range does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.exposure import rescale_intensity
from skimage.metrics import structural_similarity

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation import HOUSE, HOUSE_PROTOCOL, PROTOCOLS, Protocol, evaluate, ssim
from sketchlib.evaluation.protocols import smoothed, stretched


@pytest.fixture(scope="module")
def native() -> PairedFaces:
    """Two pairs of 250 x 200 pixels: noise on a slope, and the same noise weaker."""
    generator = torch.Generator().manual_seed(3)
    slope = torch.linspace(40, 200, 200).expand(2, 1, 250, 200)
    noise = torch.randint(0, 50, (2, 1, 250, 200), generator=generator)
    sketches = (slope + noise).to(torch.uint8)
    photos = (slope + noise // 3).to(torch.uint8).expand(-1, 3, -1, -1).contiguous()
    return PairedFaces(photos, sketches, ("a", "b"), "test", "noise")


def by_hand(native: PairedFaces, change, **settings) -> list[float]:
    """scikit-image on arrays that `change` made of the 250 x 200 uint8 arrays."""
    return [
        structural_similarity(change(a), change(b), **settings)
        for a, b in zip(native.sketches[:, 0].numpy(), native.photos[:, 0].numpy(), strict=True)
    ]


def white_margins(image: np.ndarray) -> np.ndarray:
    return np.pad(image, ((3, 3), (28, 28)), constant_values=255)


GAUSS = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}


@pytest.mark.parametrize(
    ("name", "change", "settings"),
    [
        ("house", lambda x: x, GAUSS | {"data_range": 255}),
        ("uniform 7 x 7", lambda x: x, {}),
        ("sample covariance", lambda x: x, {"gaussian_weights": True, "data_range": 255}),
        ("padded to 256", white_margins, GAUSS | {"data_range": 255}),
        ("face only", lambda x: x[50:200, 40:160], GAUSS | {"data_range": 255}),
        ("three channels", lambda x: np.stack([x] * 3, axis=-1), GAUSS | {"data_range": 255, "channel_axis": -1}),
        ("0 to 1, range 1", lambda x: x / 255, GAUSS | {"data_range": 1}),
        ("0 to 1, range 2", lambda x: x / 255, GAUSS | {"data_range": 2}),
        ("0 to 1, range 255", lambda x: x / 255, GAUSS | {"data_range": 255}),
        ("-1 to 1, range 2", lambda x: x / 127.5 - 1, GAUSS | {"data_range": 2}),
    ],
)
def test_a_protocol_is_scikit_images_call(native: PairedFaces, name: str, change, settings: dict) -> None:
    ours = PROTOCOLS[name].ssim(native.sketches, native.photos[:, :1])
    np.testing.assert_allclose(ours, by_hand(native, change, **settings), rtol=1e-12)


@pytest.mark.parametrize("side", [128, 256])
def test_resizing_is_pillows_to_a_grey_level(native: PairedFaces, side: int) -> None:
    protocol = PROTOCOLS[f"resized to {side}"]
    theirs = [
        np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR), dtype=int)
        for image in native.sketches[:, 0].numpy()
    ]
    ours = protocol.prepare(native.sketches)
    assert ours.dtype == np.uint8
    assert ours.shape == (2, side, side)
    assert np.abs(ours.astype(int) - theirs).max() <= 1


def bilateral(image: np.ndarray) -> np.ndarray:
    """The definition of Tomasi and Manduchi, in a window of 7 x 7, border pixels mirrored."""
    padded = np.pad(image.astype(float), 3, mode="reflect")
    total, weights = np.zeros(image.shape), np.zeros(image.shape)
    for y in range(-3, 4):
        for x in range(-3, 4):
            moved = padded[3 + y : 3 + y + image.shape[0], 3 + x : 3 + x + image.shape[1]]
            weight = np.exp(-(x**2 + y**2) / (2 * 75**2) - (moved - image) ** 2 / (2 * 75**2))
            total, weights = total + weight * moved, weights + weight
    return total / weights


def test_only_the_drawing_is_smoothed(native: PairedFaces) -> None:
    theirs = [
        structural_similarity(a, np.round(bilateral(b)).astype(np.uint8), **GAUSS, data_range=255)
        for a, b in zip(native.sketches[:, 0].numpy(), native.photos[:, 0].numpy(), strict=True)
    ]
    ours = PROTOCOLS["drawing smoothed"].ssim(native.sketches, native.photos[:, :1])
    np.testing.assert_allclose(ours, theirs, atol=2e-4)
    image = native.photos[:1, :1]
    assert np.abs(smoothed(image)[0, 0].numpy() - bilateral(image[0, 0].numpy())).max() < 0.6  # rounded to 8 bits
    np.testing.assert_array_equal(PROTOCOLS["drawing smoothed"].prepare(image), HOUSE_PROTOCOL.prepare(image))


def test_smoothing_flatters_a_drawing_that_has_grain_of_its_own(native: PairedFaces) -> None:
    grain = torch.randint(-25, 26, native.sketches.shape, generator=torch.Generator().manual_seed(9))
    slope = torch.linspace(40, 200, 200).expand(2, 1, 250, 200)
    drawn = (slope + 25 + grain).to(torch.uint8)  # as much grain as the reference has, elsewhere
    house, smooth = (PROTOCOLS[name].ssim(native.sketches, drawn) for name in ("house", "drawing smoothed"))
    assert (smooth > house).all()


@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_page_of_one_grey_is_neither_smoothed_nor_stretched(level: int) -> None:
    page = torch.full((2, 1, 30, 20), level, dtype=torch.uint8)
    assert torch.equal(smoothed(page), page) and torch.equal(stretched(page), page)


def test_each_image_is_stretched_to_its_own_range(native: PairedFaces) -> None:
    def stretch(image: np.ndarray) -> np.ndarray:
        return rescale_intensity(image.astype(float), out_range=(0.0, 255.0)).round().astype(np.uint8)

    ours = PROTOCOLS["stretched"].ssim(native.sketches, native.photos[:, :1])
    np.testing.assert_allclose(ours, by_hand(native, stretch, **GAUSS, data_range=255), rtol=1e-12)
    pale = torch.stack([native.sketches[0] // 4 + 100, native.sketches[1] // 2])
    found = stretched(pale)
    assert found.amin(dim=(1, 2, 3)).tolist() == [0, 0] and found.amax(dim=(1, 2, 3)).tolist() == [255, 255]
    assert (PROTOCOLS["stretched"].ssim(native.sketches, pale) > HOUSE_PROTOCOL.ssim(native.sketches, pale)).all()


def test_every_protocol_is_tested_above_and_the_house_comes_first() -> None:
    assert next(iter(PROTOCOLS)) == "house"
    assert PROTOCOLS["house"] is HOUSE_PROTOCOL
    assert HOUSE_PROTOCOL.arguments == HOUSE
    assert len(PROTOCOLS) == 10 + 2 + 2


def test_the_house_protocol_is_the_ssim_of_the_book(native: PairedFaces) -> None:
    grey = native.photos[:, :1]
    np.testing.assert_allclose(HOUSE_PROTOCOL.ssim(native.sketches, grey), ssim(native.sketches, grey), rtol=1e-12)


def test_what_changes_nothing_and_what_flatters(native: PairedFaces) -> None:
    means = {name: p.ssim(native.sketches, native.photos[:, :1]).mean() for name, p in PROTOCOLS.items()}
    for name in ("three channels", "0 to 1, range 1"):
        assert means[name] == pytest.approx(means["house"], rel=1e-6)
    assert means["house"] < means["0 to 1, range 2"] < means["0 to 1, range 255"]
    assert means["0 to 1, range 255"] > 0.97
    assert means["padded to 256"] > means["house"]  # margins that are equal by construction


def test_unsound_are_those_whose_range_is_not_that_of_the_values() -> None:
    unsound = {name for name, protocol in PROTOCOLS.items() if not protocol.sound}
    assert unsound == {"0 to 1, range 2", "0 to 1, range 255", "-1 to 1, range 2"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("window", "round", "Protocol.window is 'round', expected one of 'gaussian', 'uniform'"),
        ("values", "0..2", "Protocol.values is '0..2', expected one of '0..255', '0..1', '-1..1'"),
        ("color", "cmyk", "Protocol.color is 'cmyk'"),
        ("size", (256,), "Protocol.size is .*, expected None or a height and a width"),
        ("crop", (0, 5), "Protocol.crop is .0, 5., expected None"),
        ("side", 8, "Protocol.side is 8, expected an odd number"),
        ("data_range", 0.0, "Protocol.data_range is 0.0, expected a number above 0"),
    ],
)
def test_a_bad_field_is_named(field: str, value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(HOUSE_PROTOCOL, **{field: value})


def test_an_image_that_does_not_fit_is_named(native: PairedFaces) -> None:
    with pytest.raises(
        ValueError, match=r"Protocol.pad is \(100, 256\), expected no less than the image, \(250, 200\)"
    ):
        Protocol("small page", pad=(100, 256)).prepare(native.sketches)
    with pytest.raises(ValueError, match=r"Protocol.crop is \(300, 100\), expected no more than the image"):
        Protocol("large face", crop=(300, 100)).prepare(native.sketches)


def test_an_odd_margin_loses_no_pixel(native: PairedFaces) -> None:
    padded = Protocol("odd", pad=(253, 205)).prepare(native.sketches)
    assert padded.shape == (2, 253, 205)
    np.testing.assert_array_equal(padded[:, 1:251, 2:202], native.sketches[:, 0].numpy())
    assert padded[0, 0].min() == 255
    assert padded[0, :, -1].min() == 255


def test_evaluate_is_one_row_for_each_image_and_protocol(native: PairedFaces) -> None:
    chosen = (HOUSE_PROTOCOL, PROTOCOLS["padded to 256"])
    rows = evaluate(native.photos[:, :1], native, method="grey photo", seed=4, protocols=chosen)
    assert [(row["id"], row["protocol"]) for row in rows] == [
        (id_, name) for name in ("house", "padded to 256") for id_ in ("a", "b")
    ]
    assert {(row["method"], row["seed"]) for row in rows} == {("grey photo", 4)}
    assert list(rows[0]) == ["method", "seed", "id", "protocol", "ssim"]
    np.testing.assert_allclose([row["ssim"] for row in rows[:2]], ssim(native.sketches, native.photos[:, :1]))
    assert evaluate(native.photos[:, :1], native, method="grey photo", seed=4) == rows[:2]


def test_evaluate_adds_a_column_for_each_other_metric(native: PairedFaces) -> None:
    rows = evaluate(native.photos[:, :1], native, method="grey photo", seed=0, metrics=("psnr",))
    errors = (native.photos[:, 0].double() - native.sketches[:, 0].double()).square().mean(dim=(1, 2)) / 255**2
    np.testing.assert_allclose([row["psnr"] for row in rows], -10 * np.log10(errors.numpy()), rtol=1e-5)


def test_evaluate_names_what_does_not_fit(native: PairedFaces) -> None:
    grey = native.photos[:, :1]
    with pytest.raises(ValueError, match="expected two equal shapes"):
        evaluate(grey[:1], native, method="m", seed=0)
    for name in ("fid", "beauty"):
        with pytest.raises(ValueError, match=f"metrics has '{name}', expected names out of psnr, ms_ssim, fsim,"):
            evaluate(grey, native, method="m", seed=0, metrics=(name,))
