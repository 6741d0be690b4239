"""A run on disk: `runs/<dataset>/<method>/seed<k>/`, from start, or where it stopped, to scores.

`config.json` (all of it), `history.csv`, `checkpoint.pt` (to resume), `samples/`, `scores.csv` (one row for each test
image), and last, when all else is there, `generator.safetensors` (to use).
"""

from __future__ import annotations

from pathlib import Path

from sketchlib.data.pairs import PairedFaces
from sketchlib.evaluation.ssim import score
from sketchlib.files import write_csv
from sketchlib.methods.improved import ImprovedCycleGAN, unet_settings
from sketchlib.training.checkpoint import save_generator
from sketchlib.training.config import TrainConfig
from sketchlib.training.loop import claim

FINAL = "generator.safetensors"


def run_folder(root: Path, pairs: PairedFaces, seed: int, method: str = "improved") -> Path:
    """Where a run lives below `root`."""
    return root / pairs.name / method / f"seed{seed}"


def finished(folder: Path) -> bool:
    """Whether the run in `folder` came to its end."""
    return (folder / FINAL).exists()


def run(
    train: PairedFaces, test: PairedFaces, config: TrainConfig, root: Path, *, device: str, precision: str
) -> tuple[Path, bool]:
    """Train, or go on training, then score the test faces.

    Returns:
        The folder, and whether anything was done: a finished run with these settings is left as it is.

    Raises:
        ValueError: if the folder holds a run with other settings or data.
    """
    folder = run_folder(root, train, config.seed)
    claim(folder, train, config)
    if finished(folder):
        return folder, False
    method = ImprovedCycleGAN()
    method.fit(train, config, run_dir=folder, device=device, precision=precision)
    photos, _ = test.tensors(config.size)
    scores = score(method.sketch(photos), test)
    write_csv(
        folder / "scores.csv", [{"id": id_, "ssim": round(s, 6)} for id_, s in zip(test.ids, scores, strict=True)]
    )
    save_generator(folder / FINAL, method.networks["G"], unet_settings(config))
    return folder, True
