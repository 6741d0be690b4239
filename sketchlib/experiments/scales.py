"""How large an experiment is: one size, one width, one number of epochs for all methods of a table."""

from __future__ import annotations

from typing import Any

from sketchlib.methods import ComboGAN, Row
from sketchlib.training.config import PROFILES, TrainConfig

SCALES: dict[str, dict[str, Any]] = {
    # Two CPU cores, all five methods on the toy faces in less than five minutes.
    "quick": PROFILES["quick"],
    # Two CPU cores, all five methods in less than two hours.
    "cpu": PROFILES["cpu"],
    # What the paper and the authors of the others train: 256 x 256, 64 channels, 200 epochs, batch 1. For a GPU.
    # A checkpoint has up to 1.4 GB, so not every epoch is worth one.
    "paper": {**PROFILES["full"], "checkpoint_every": 10},
}
"""Changes to `TrainConfig` that all rows of a table share."""

EXCEPTIONS: dict[str, dict[Any, dict[str, Any]]] = {
    # At 2e-3 ComboGAN collapses with some seeds, to drawings below every floor. At 1.5e-3 it did not.
    "quick": {ComboGAN: {"lr": 1.5e-3}},
}
"""For a scale and a method, what it cannot share."""


def config_for(row: Row, scale: str, seed: int) -> TrainConfig:
    """The settings of one run: the paper's, then the row's own, then those of the scale and its exceptions.

    Raises:
        ValueError: for a scale that is not there.
    """
    if scale not in SCALES:
        raise ValueError(f"scale is {scale!r}, expected one of {', '.join(SCALES)}.")
    exception = EXCEPTIONS.get(scale, {}).get(row.method, {})
    return TrainConfig(**{**row.settings, **SCALES[scale], **exception, "seed": seed})
