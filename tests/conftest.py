"""What several tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import torch

from sketchlib.data.pairs import PairedFaces


def pytest_configure() -> None:
    """Ctrl-C is heard, here and in what tests start. A shell's background jobs are started deaf to it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def noise_pairs() -> PairedFaces:
    """Six pairs of noise, 50 x 40 pixels: quick to train on, and nothing to learn."""
    generator = torch.Generator().manual_seed(0)

    def images(channels: int) -> torch.Tensor:
        return torch.randint(0, 256, (6, channels, 50, 40), dtype=torch.uint8, generator=generator)

    return PairedFaces(images(3), images(1), tuple("abcdef"), "train", "noise")


@pytest.fixture(scope="session")
def cuhk_path() -> Path:
    """A copy of CUHK Student, where the environment variable SKETCHLIB_CUHK names one."""
    path = os.environ.get("SKETCHLIB_CUHK")
    if not path:
        pytest.skip("SKETCHLIB_CUHK names no copy of CUHK Student")
    return Path(path)
