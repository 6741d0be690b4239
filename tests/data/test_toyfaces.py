"""The toy faces: the same on every machine, made of their parameters, as hard as real ones."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from sketchlib.data import toyfaces
from sketchlib.data.pairs import NATIVE_SIZE, PairedFaces, resize, to_float
from sketchlib.data.toyfaces import HAIR_STYLES, FaceParameters, draw_face, random_face, toy_faces
from sketchlib.data.toygeometry import MIDDLE, FaceGeometry
from sketchlib.data.toytexture import Chance, hatch, noise2

SMALL = (75, 60)


@pytest.fixture(scope="module")
def few() -> tuple[PairedFaces, PairedFaces]:
    return toy_faces(n_train=24, n_test=20)


def sha256(params: FaceParameters) -> str:
    photo, sketch = draw_face(params)
    return hashlib.sha256(photo.tobytes() + sketch.tobytes()).hexdigest()


def test_pixels_are_the_same_on_every_machine() -> None:
    expected = "7505e0fdcf8dd4751609361a98bc5804bc1cef5abea41f2f187bd09618f98ec8"
    assert sha256(random_face(0, 103)) == expected


def test_pairs_are_native_named_and_split(few) -> None:
    train, test = few
    assert (train.name, train.split, len(train)) == ("toy", "train", 24)
    assert (test.name, test.split, len(test)) == ("toy", "test", 20)
    assert train.photos.shape == (24, 3, *NATIVE_SIZE) and train.photos.dtype == torch.uint8
    assert test.sketches.shape == (20, 1, *NATIVE_SIZE) and test.sketches.dtype == torch.uint8
    assert train.ids[0] == "toy-000" and test.ids == tuple(f"toy-{i:03d}" for i in range(24, 44))


def test_a_person_does_not_depend_on_how_many_there_are(few) -> None:
    train, test = toy_faces(n_train=2, n_test=1)
    assert torch.equal(train.photos, few[0].photos[:2])
    assert torch.equal(test.sketches, few[0].sketches[2:3])


def test_seeds_are_different_crowds() -> None:
    assert random_face(0, 5) == random_face(0, 5)
    people = {random_face(seed, i) for seed in range(3) for i in range(100)}
    assert len(people) == 300


def test_people_differ_by_more_than_texture(few) -> None:
    """Another person changes the photo far more than another drawing of the same person does."""
    one = random_face(0, 3)
    again, _ = draw_face(replace(one, seed=one.seed + 1), SMALL)
    same, _ = draw_face(one, SMALL)
    others = [draw_face(random_face(0, i), SMALL)[0] for i in range(4, 14)]
    texture = np.abs(again.astype(int) - same).mean()
    assert min(np.abs(other.astype(int) - same).mean() for other in others) > 2 * texture


def test_a_smaller_face_is_the_same_face() -> None:
    params = random_face(0, 3)
    for large, small in zip(draw_face(params), draw_face(params, (125, 100)), strict=True):
        shrunk = resize(to_float(torch.from_numpy(large)[None]), (125, 100))[0]
        assert (shrunk - to_float(torch.from_numpy(small))).abs().mean() < 0.06


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (40, 90)])
def test_any_size_draws(size) -> None:
    photo, sketch = draw_face(FaceParameters(glasses="square", beard="full"), size)
    assert photo.shape == (3, *size) and sketch.shape == (1, *size)
    assert photo.dtype == sketch.dtype == np.uint8


CHANGES = {
    "seed": 7,
    "hair": "curly",
    "glasses": "round",
    "beard": "full",
    "collar": "shirt",
    "hair_color": (180.0, 140.0, 90.0),
    "iris": (120.0, 160.0, 200.0),
    "cloth": (220.0, 220.0, 220.0),
    "background": (200.0, 60.0, 60.0),
}


@pytest.mark.parametrize("field", [field.name for field in fields(FaceParameters)])
def test_each_parameter_shows_in_photo_and_sketch(field) -> None:
    """The background alone stays out of the sketch: the artist leaves it out."""
    default = FaceParameters()
    value = CHANGES.get(field)
    if value is None:
        value = getattr(default, field) * 1.15 + 0.02
    before, after = (draw_face(face, (125, 100)) for face in (default, replace(default, **{field: value})))
    photo, sketch = (not np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert photo
    assert sketch == (field != "background")


@pytest.mark.parametrize("hair", HAIR_STYLES)
def test_every_style_of_hair_shows_skin_and_hair(hair) -> None:
    """Black hair is dark above the face, and the cheek below is not."""
    photo, sketch = draw_face(FaceParameters(hair=hair, skin=0.0, hair_color=(20.0, 20.0, 20.0)))
    crown = slice(30, 48), slice(45, 60)
    if hair != "receding":
        assert photo[:, 34:44, 95:105].mean() < 80 and sketch[0, 30:60, 60:140].mean() < 190
    assert photo[:, 155:165, 65:75].mean() > 140 and photo[:, *crown].std() > 0


def test_sketch_is_drawn_on_paper(few) -> None:
    """Corners, where photos have their background, are nearly white; below there is ink."""
    _, test = few
    corners = test.sketches[:, 0, :20, :12].float()
    assert corners.min() > 215 and corners.std() > 1
    assert (test.sketches.float() < 128).float().mean() > 0.05


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": (8, 200)}, r"size is \(8, 200\), expected height and width of at least 16"),
        ({"n_train": 0}, "n_train is 0 and n_test 100, expected at least 1 each"),
    ],
)
def test_bad_input_is_one_sentence(arguments, message) -> None:
    with pytest.raises(ValueError, match=message):
        toy_faces(**arguments)


@pytest.mark.parametrize("field", ["hair", "glasses", "beard", "collar"])
def test_an_unknown_name_is_one_sentence(field) -> None:
    with pytest.raises(ValueError, match=f"FaceParameters.{field} is 'hat', expected one of "):
        FaceParameters(**{field: "hat"})


def test_contact_sheet_has_sketches_below_photos() -> None:
    people = [random_face(0, i) for i in range(3)]
    sheet = toyfaces.toy_contact_sheet(people, columns=2, size=SMALL)
    assert sheet.shape == (4 * 75, 2 * 60, 3)
    photo, sketch = draw_face(people[1], SMALL)
    assert np.array_equal(sheet[:75, 60:], photo.transpose(1, 2, 0))
    assert np.array_equal(sheet[75:150, 60:, 1], sketch[0])
    assert (sheet[150:, 60:] == 255).all()


def test_part_of_a_face_is_cut_from_the_whole() -> None:
    face = FaceGeometry(random_face(0, 1), NATIVE_SIZE)
    whole = face.lambert
    rows, columns = face.window(MIDDLE)
    part = face.crop(MIDDLE)
    assert np.array_equal(part.lambert, whole[rows, columns])
    assert part.size == part.lambert.shape
    fresh = FaceGeometry(random_face(0, 1), NATIVE_SIZE).crop(MIDDLE)
    assert np.array_equal(fresh.head, face.head[rows, columns])


def test_noise_of_a_part_is_part_of_the_noise() -> None:
    x, y = np.linspace(-0.49, 0.49, 50)[None, :], np.linspace(0.01, 1.24, 60)[:, None]
    whole = noise2(Chance(5), x, y, 11.0)
    assert np.array_equal(noise2(Chance(5), x[:, 10:20], y[30:], 11.0), whole[30:, 10:20])
    assert whole.min() >= 0.0 and whole.max() < 1.0


def test_chance_reads_the_same_bits_as_numpy() -> None:
    expected = np.random.Generator(np.random.PCG64(np.random.SeedSequence((3, 4)))).random(6)
    assert np.array_equal(Chance(3, 4).table(2, 3).ravel(), expected)


def test_hatching_darkens_with_the_tone_it_is_given() -> None:
    y, x = np.mgrid[0:100, 0:100].astype(float)
    ink = [hatch(Chance(1), x / 4, y / 20, np.full((100, 100), tone)) for tone in (0, 0.2, 0.5, 1)]
    means = [part.mean() for part in ink]
    assert means[0] == 0.0 and means == sorted(means) and means[3] > 0.6
    assert all(part.min() >= 0.0 and part.max() <= 1.0 for part in ink)


REAL_FLOORS = {"random": 0.444, "white": 0.498, "mean": 0.528, "grey": 0.534, "shifted": 0.773}


def test_trivial_answers_score_as_on_real_faces(few) -> None:
    """Within 0.1 of what they score on CUHK Student, in the same order, by scikit-image."""
    train, test = few
    references = test.sketches[:, 0].numpy()
    red, green, blue = (test.photos[:, c].double().numpy() for c in range(3))
    answers = {
        "random": train.sketches[: len(test), 0].numpy(),
        "white": np.full_like(references, 255),
        "mean": train.sketches.double().mean(0).round().byte().numpy().repeat(len(test), 0),
        "grey": np.rint(0.299 * red + 0.587 * green + 0.114 * blue).astype(np.uint8),
        "shifted": np.roll(references, 1, axis=2),
    }
    ssim = {
        name: np.mean(
            [
                structural_similarity(
                    reference,
                    answer,
                    gaussian_weights=True,
                    sigma=1.5,
                    use_sample_covariance=False,
                    data_range=255,
                )
                for reference, answer in zip(references, images, strict=True)
            ]
        )
        for name, images in answers.items()
    }
    assert ssim == pytest.approx(REAL_FLOORS, abs=0.1)
    assert sorted(ssim, key=ssim.get) == list(REAL_FLOORS)
