"""Scores that were never drawn: rows as runs would give them, with effects that are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from sketchlib.evaluation.protocols import PROTOCOLS

IMAGES = 12
FACES = np.random.default_rng(0).uniform(-0.05, 0.05, IMAGES)
"""What an image is easier than others, for all methods."""


def scored(means: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Rows as `evaluate_run` gives them, for a mean of each seed of each method. Protocol k adds k / 100."""
    return [
        {"method": name, "seed": seed, "id": f"{i}", "protocol": protocol, "ssim": mean + FACES[i] + k / 100, "psnr": p}
        for name, each in means.items()
        for seed, mean in enumerate(each)
        for k, protocol in enumerate(PROTOCOLS)
        for i, p in enumerate([20.0 + mean] * IMAGES if k == 0 else [""] * IMAGES)
    ]
