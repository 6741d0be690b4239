"""What else is timed: LLE, SSIM, drawing, loading. Each function prepares a task and returns it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from sketchlib.bench.steps import images
from sketchlib.data import load_faces
from sketchlib.data.pairs import aligned_batches, to_float
from sketchlib.evaluation.fast_ssim import fast_ssim
from sketchlib.evaluation.ssim import ssim
from sketchlib.methods.improved import ImprovedCycleGAN
from sketchlib.methods.lle import LLE
from sketchlib.nets import UNetGenerator
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import pick_device

Task = Callable[[], object]


def lle(data: str, device: str) -> Task:
    """All test photos by LLE."""
    train, test = load_faces(data)
    method = LLE()
    method.fit(train, device=device)
    photos = to_float(test.photos)
    return lambda: method.sketch(photos)


def ssim_by_loop(data: str) -> Task:
    """SSIM of all test pairs by scikit-image, one after the other."""
    sketches, others = _compared(data)
    return lambda: ssim(sketches, others)


def ssim_by_tensors(data: str, device: str) -> Task:
    """The same by PyTorch."""
    sketches, others = (each.to(pick_device(device)) for each in _compared(data))
    return lambda: fast_ssim(sketches, others)


def _compared(data: str) -> tuple[Tensor, Tensor]:
    """The artist's sketches of the test faces, and of other test faces."""
    _, test = load_faces(data)
    return test.sketches, test.sketches.roll(1, dims=0)


def drawing(channels: int, photos: int, threads: int | None, device: str) -> Task:
    """`photos` photos of 256 x 256, one after the other, by a generator that is not trained.

    Args:
        threads: how many the CPU may use; all if None.
    """
    if threads:
        torch.set_num_threads(threads)
    method = ImprovedCycleGAN()
    method.config = TrainConfig()
    method.networks = {"G": UNetGenerator(channels).to(pick_device(device))}
    many = images(1, 256)[0].expand(photos, -1, -1, -1)
    return lambda: method.sketch(many)


def drawing_by_onnx(channels: int) -> Task:
    """One photo of 256 x 256 by such a generator, exported, on one core."""
    from sketchlib.drawing import onnx_drawer
    from sketchlib.export import export_onnx

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generator.onnx"
        export_onnx(UNetGenerator(channels), path, 256, "a benchmark")
        draw = onnx_drawer(path)
    photo = images(1, 256)[0].numpy()
    return lambda: draw(photo)


def reading(data: str) -> Task:
    """Read all pairs, from the files of a copy of CUHK Student or, for the toy faces, from the cache."""
    return lambda: load_faces(data)


def feeding(data: str) -> Task:
    """One epoch of batches of one pair, at the paper's size."""
    train, _ = load_faces(data)
    photos, sketches = train.tensors(256)
    order = torch.Generator().manual_seed(0)

    def feed() -> int:
        return sum(len(photo) for photo, _ in aligned_batches(photos, sketches, 1, order, crop=256))

    return feed
