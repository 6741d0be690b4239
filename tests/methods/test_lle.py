"""LLE: each of its three steps against numpy or SciPy, the whole against loops, and its score on the real faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from torch import Tensor

from sketchlib.data import load_faces
from sketchlib.data.pairs import PairedFaces, resize, to_float, to_uint8
from sketchlib.evaluation.floors import grey
from sketchlib.evaluation.ssim import ssim
from sketchlib.methods import lle
from sketchlib.methods.lle import LLE, corners, mixing_weights, nearest_patches

SMALL = {"patch": 5, "overlap": 3, "neighbors": 3, "search": 2}


def noise(*shape: int, seed: int = 0, low: int = 0) -> Tensor:
    return torch.randint(low, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


def noise_faces(n: int, height: int, width: int, seed: int = 0) -> PairedFaces:
    photos, sketches = noise(n, 3, height, width, seed=seed), noise(n, 1, height, width, seed=seed + 1)
    return PairedFaces(photos, sketches, tuple(str(i) for i in range(n)), "train", "noise")


def fitted(pairs: PairedFaces, **settings: int) -> LLE:
    method = LLE(**settings)
    method.fit(pairs, device="cpu")
    return method


def numpy_candidates(
    patch: np.ndarray, training: np.ndarray, y: int, x: int, search: int
) -> list[tuple[int, int, int, int]]:
    """(squared distance, photo, row, column) of each candidate, nearest first, one at a time."""
    (height, width), (h, w) = training.shape[1:], patch.shape
    found = []
    for m in range(len(training)):
        for row in range(max(0, y - search), min(height - h, y + search) + 1):
            for column in range(max(0, x - search), min(width - w, x + search) + 1):
                other = training[m, row : row + h, column : column + w].astype(np.int64)
                found.append((int(((patch.astype(np.int64) - other) ** 2).sum()), m, row, column))
    return sorted(found)


def numpy_weights(patch: np.ndarray, neighbors: np.ndarray, regularization: float) -> np.ndarray:
    """min |p - w q|^2 + r |w|^2 subject to sum w = 1, by its Lagrangian, a linear system of one size more."""
    off = (patch - neighbors).reshape(len(neighbors), -1).astype(np.float64)
    k, gram = len(off), off @ off.T
    system = np.ones((k + 1, k + 1))
    system[:k, :k], system[k, k] = 2 * (gram + regularization * np.trace(gram) * np.eye(k)), 0
    return np.linalg.solve(system, np.r_[np.zeros(k), 1])[:k]


@pytest.mark.parametrize(("length", "patch", "stride"), [(250, 13, 4), (200, 13, 4), (21, 5, 2), (5, 5, 1), (9, 4, 7)])
def test_patches_cover_every_pixel_and_none_reaches_beyond(length: int, patch: int, stride: int) -> None:
    starts = corners(length, patch, stride)
    covered = np.zeros(length, dtype=bool)
    for start in starts:
        assert start + patch <= length
        covered[start : start + patch] = True
    assert len(set(starts)) == len(starts)
    assert covered.all() == (stride <= patch)


# The second has the largest numbers that LLE may meet: bright patches of the greatest side.
@pytest.mark.parametrize(("patch", "low"), [(5, 0), (16, 200)])
@pytest.mark.parametrize(("photos", "neighbors", "search"), [(6, 4, 2), (2, 30, 3), (3, 1, 0)])
def test_neighbors_are_those_of_brute_force(patch: int, low: int, photos: int, neighbors: int, search: int) -> None:
    training, new = noise(photos, 23, 20, seed=1, low=low), noise(2, 23, 20, seed=2, low=low)
    places = set()
    for y, x, found in nearest_patches(new.float(), training.float(), patch, 3, neighbors, search):
        places.add((y, x))
        for i in range(len(new)):
            expected = numpy_candidates(new[i, y : y + patch, x : x + patch].numpy(), training.numpy(), y, x, search)
            by_place = {candidate[1:]: candidate[0] for candidate in expected}
            ours = list(zip(*(index[i].tolist() for index in found), strict=True))
            assert len(set(ours)) == neighbors
            assert [by_place[place] for place in ours] == [distance for distance, *_ in expected[:neighbors]]
    assert places == {(y, x) for y in corners(23, patch, 3) for x in corners(20, patch, 3)}


def test_weights_are_those_that_scipy_finds() -> None:
    patch, neighbors = noise(4, 5, 5, seed=3).float(), noise(4, 5, 5, 5, seed=4).float()
    ours = mixing_weights(patch, neighbors, 1e-3).numpy()
    np.testing.assert_allclose(ours.sum(axis=1), 1, rtol=1e-6)
    for p, q, w in zip(patch.numpy() / 255, neighbors.numpy() / 255, ours, strict=True):
        ridge = 1e-3 * ((p - q) ** 2).sum()  # the trace of the Gram matrix

        def error(v: np.ndarray, p: np.ndarray = p, q: np.ndarray = q, ridge: float = ridge) -> float:
            return ((p - np.tensordot(v, q, 1)) ** 2).sum() + ridge * (v**2).sum()

        best = minimize(
            error,
            np.full(5, 0.2),
            method="SLSQP",
            constraints={"type": "eq", "fun": lambda v: v.sum() - 1},
            options={"ftol": 1e-14},
        )
        assert best.success
        np.testing.assert_allclose(w, best.x, atol=1e-4)


def test_weights_solve_the_lagrangian_at_any_regularization() -> None:
    patch, neighbors = noise(6, 13, 13, seed=5).float(), noise(6, 5, 13, 13, seed=6).float()
    for regularization in (1e-4, 1e-2, 1.0):
        ours = mixing_weights(patch, neighbors, regularization).numpy()
        for p, q, w in zip(patch.numpy(), neighbors.numpy(), ours, strict=True):
            np.testing.assert_allclose(w, numpy_weights(p, q, regularization), atol=1e-5)


def test_weights_find_the_mixture_that_a_patch_is_made_of() -> None:
    neighbors = noise(1, 5, 13, 13, seed=7).float()
    made_of = torch.tensor([0.4, 0.3, -0.2, 0.1, 0.4])
    patch = torch.einsum("k,nkij->nij", made_of, neighbors)
    torch.testing.assert_close(mixing_weights(patch, neighbors, 1e-7)[0], made_of, atol=1e-3, rtol=0)


def test_weights_of_equal_neighbors_are_equal() -> None:
    flat = torch.full((2, 5, 13, 13), 90.0)
    for patch in (flat[:, 0], flat[:, 0] + 7, noise(2, 13, 13).float()):
        torch.testing.assert_close(mixing_weights(patch, flat, 1e-3), torch.full((2, 5), 0.2))


def test_the_whole_is_that_of_loops_in_numpy() -> None:
    pairs, photos = noise_faces(4, 14, 12), noise(2, 3, 14, 12, seed=9)
    patch, k, search = 5, 3, 2  # SMALL's
    training, new, sketches = grey(pairs.photos)[:, 0].numpy(), grey(photos)[:, 0].numpy(), pairs.sketches[:, 0].numpy()
    total, count = np.zeros((2, 14, 12)), np.zeros((2, 14, 12))
    for i in range(2):
        for y in (0, 2, 4, 6, 8, 9):  # the last is flush with the border
            for x in (0, 2, 4, 6, 7):
                p = new[i, y : y + patch, x : x + patch]
                places = [place for _, *place in numpy_candidates(p, training, y, x, search)[:k]]
                q = np.stack([training[m, r : r + patch, c : c + patch] for m, r, c in places])
                drawn = np.stack([sketches[m, r : r + patch, c : c + patch] for m, r, c in places])
                w = numpy_weights(p.astype(float), q.astype(float), 1e-3)
                total[i, y : y + patch, x : x + patch] += np.tensordot(w, drawn, 1)
                count[i, y : y + patch, x : x + patch] += 1
    expected = np.clip(total / count, 0, 255)
    ours = (fitted(pairs, **SMALL).sketch(to_float(photos))[:, 0].double().numpy() + 1) * 127.5
    np.testing.assert_allclose(ours, expected, atol=0.02)


def test_a_training_photo_gets_its_own_sketch_back() -> None:
    pairs = noise_faces(5, 23, 20)
    method = fitted(pairs, patch=5, overlap=2, neighbors=1, search=2)
    assert torch.equal(to_uint8(method.sketch(to_float(pairs.photos))), pairs.sketches)


def test_a_moved_training_photo_is_found_as_far_as_the_search_goes() -> None:
    pairs = noise_faces(5, 23, 20)
    moved = to_float(pairs.photos.roll((2, -1), dims=(-2, -1)))
    expected = pairs.sketches.roll((2, -1), dims=(-2, -1))
    inside = (..., slice(7, -5), slice(5, -6))  # patches that hold no pixel that came in at the other side
    for search, same in ((2, True), (1, False)):
        ours = to_uint8(fitted(pairs, patch=5, overlap=2, neighbors=1, search=search).sketch(moved))
        assert torch.equal(ours[inside], expected[inside]) == same


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_photos_of_flat_training_photos_give_a_flat_sketch(value: int) -> None:
    photos = torch.full((3, 3, 14, 12), value, dtype=torch.uint8)
    pairs = PairedFaces(photos, torch.full((3, 1, 14, 12), 200, dtype=torch.uint8), tuple("abc"), "train", "flat")
    for new in (photos, 255 - photos, noise(3, 3, 14, 12)):
        ours = fitted(pairs, **SMALL).sketch(to_float(new))
        torch.testing.assert_close(ours, to_float(pairs.sketches), atol=1e-5, rtol=0)


def test_a_photo_is_drawn_alike_alone_and_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    method, photos = fitted(noise_faces(4, 21, 18), **SMALL), to_float(noise(5, 3, 21, 18, seed=9))
    together = method.sketch(photos)
    assert together.shape == (5, 1, 21, 18) and together.dtype == torch.float32 and together.abs().max() <= 1
    torch.testing.assert_close(torch.cat([method.sketch(photo) for photo in photos.split(1)]), together)
    monkeypatch.setattr(lle, "BATCH", 2)
    torch.testing.assert_close(method.sketch(photos), together)


@pytest.mark.parametrize("size", [(32, 32), (15, 40)])
def test_photos_of_another_size_are_resized_and_back(size: tuple[int, int]) -> None:
    method, photos = fitted(noise_faces(4, 21, 18), **SMALL), to_float(noise(2, 3, *size, seed=9))
    ours = method.sketch(photos)
    assert ours.shape == (2, 1, *size)
    assert torch.equal(ours, resize(method.sketch(resize(photos, (21, 18))), size))


def test_fit_takes_what_other_methods_take_and_trains_nothing(tmp_path: Path) -> None:
    history = LLE(**SMALL).fit(noise_faces(4, 21, 18), None, on_step=print, run_dir=tmp_path, precision="32-true")
    assert history.rows == [] and list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_gpu_draws_the_same() -> None:
    pairs, photos = noise_faces(4, 21, 18), to_float(noise(2, 3, 21, 18, seed=9))
    method = LLE(**SMALL)
    method.fit(pairs, device="cuda")
    assert method.photos.is_cuda
    torch.testing.assert_close(method.sketch(photos), fitted(pairs, **SMALL).sketch(photos), atol=1e-4, rtol=0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"patch": 0}, "LLE's patch is 0, expected 1 to 16"),
        ({"patch": 17}, "LLE's patch is 17, expected 1 to 16"),
        ({"overlap": 13}, "LLE's overlap is 13, expected 0 to 12"),
        ({"overlap": -1}, "LLE's overlap is -1, expected 0 to 12"),
        ({"neighbors": 0}, "LLE's neighbors is 0, expected 1 or more"),
        ({"search": -1}, "LLE's search is -1, expected 0 or more"),
        ({"regularization": 0.0}, "LLE's regularization is 0.0, expected a number above 0"),
        ({"regularization": float("nan")}, "LLE's regularization is nan, expected a number above 0"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LLE(**settings)


def test_pairs_and_devices_that_cannot_do_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="LLE's pairs are 21 x 12, expected at least a patch, 13, a side"):
        LLE().fit(noise_faces(4, 21, 12))
    with pytest.raises(ValueError, match="LLE's neighbors is 5, expected at most 4, the patches that 4 pairs offer"):
        LLE(search=0).fit(noise_faces(4, 21, 18))
    with pytest.raises(ValueError, match="device is 'tpu', expected 'auto', 'cpu' or 'cuda'"):
        LLE().fit(noise_faces(4, 21, 18), device="tpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="device is 'cuda', expected 'cpu' or 'auto': PyTorch finds no GPU"):
        LLE().fit(noise_faces(4, 21, 18), device="cuda")
    method = LLE()
    method.fit(noise_faces(4, 21, 18), device="auto")
    assert method.sketches.device.type == "cpu"


@pytest.mark.timeout(900)
def test_score_on_the_real_faces(cuhk_path: Path) -> None:
    train, test = load_faces(cuhk_path)
    method = LLE()
    method.fit(train)
    scores = ssim(test.sketches, to_uint8(method.sketch(to_float(test.photos))))
    assert scores.mean() == pytest.approx(0.616, abs=0.003)  # as others measured it, before this code was written
