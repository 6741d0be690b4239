"""The methods of the comparison, all behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from torch import Tensor

from sketchlib.data.pairs import PairedFaces
from sketchlib.methods.improved import ImprovedCycleGAN
from sketchlib.training.config import TrainConfig
from sketchlib.training.history import History


class Method(Protocol):
    """Learns from pairs, then draws."""

    def fit(
        self,
        pairs: PairedFaces,
        config: TrainConfig,
        *,
        on_step: Callable[[int, Mapping[str, Tensor]], None] | None = None,
    ) -> History:
        """Learn from the training pairs."""

    def sketch(self, photos: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] -> (N, 1, H, W) in [-1, 1]."""


__all__ = ["ImprovedCycleGAN", "Method"]
