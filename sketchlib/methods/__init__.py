"""The methods of the comparison, all behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor

from sketchlib.data.pairs import PairedFaces
from sketchlib.methods import combogan, cyclegan, pix2pix
from sketchlib.methods.combogan import ComboGAN
from sketchlib.methods.cyclegan import CycleGAN
from sketchlib.methods.improved import ImprovedCycleGAN
from sketchlib.methods.lle import LLE
from sketchlib.methods.pix2pix import Pix2Pix
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
        **options: Any,
    ) -> History:
        """Learn from the training pairs.

        Args:
            config: what to learn with. A method that learns nothing may leave it aside.
            on_step: called after each step with its number, from 1, and its losses.
            options: `run_dir`, `device`, `precision`, `progress` and `on_epoch` of `sketchlib.training.loop.train`,
                for those that train. The others take them too and leave them aside.

        Raises:
            ValueError: in one sentence, for pairs, settings or options that the method cannot work with.
        """

    def sketch(self, photos: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] -> (N, 1, H, W) in [-1, 1], for N >= 1 and any H and W."""


@dataclass(frozen=True)
class Row:
    """A row of a table: a method, and the settings that make it this row.

    Attributes:
        label: what readers see.
        method: makes the method, not yet fitted.
        settings: changes to `TrainConfig`, on top of the paper's and below those of a scale.
        deterministic: whether two seeds give the same result.
    """

    label: str
    method: Callable[[], Method]
    settings: Mapping[str, Any] = field(default_factory=dict)
    deterministic: bool = False


METHODS: dict[str, Row] = {
    "lle": Row("LLE", LLE, deterministic=True),
    "pix2pix": Row("Pix2Pix", Pix2Pix, pix2pix.AUTHORS),
    "cyclegan": Row("CycleGAN", CycleGAN, cyclegan.AUTHORS),
    "combogan": Row("ComboGAN", ComboGAN, combogan.AUTHORS),
    "improved": Row("Improved CycleGAN, SE at 8 x 8", ImprovedCycleGAN),
    "improved-1x1": Row("Improved CycleGAN, SE at 1 x 1", ImprovedCycleGAN, {"bottleneck": 1}),
}
"""The rows of Table 1, in the paper's order. A further method is one more line here."""

__all__ = ["LLE", "METHODS", "ComboGAN", "CycleGAN", "ImprovedCycleGAN", "Method", "Pix2Pix", "Row"]
