"""What happened in training, one row an epoch, and how people are told."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm


@dataclass
class History:
    """One row an epoch: `epoch` (from 1), `lr`, the mean of every loss over the epoch, unweighted, and `seconds`."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[float]:
        """One quantity over the epochs.

        Raises:
            KeyError: if no row has it; the message lists those there are.
        """
        if self.rows and name not in self.rows[0]:
            raise KeyError(f"history has no column {name!r}, expected one of {', '.join(self.rows[0])}")
        return [row[name] for row in self.rows]


class RunningMean:
    """Means of named scalars, summed where they are: reading a GPU's number at every step would make it wait."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: dict[str, Tensor] = {}

    def add(self, values: Mapping[str, Tensor]) -> None:
        self.count += 1
        for name, value in values.items():
            value = value.detach().to(torch.float64)
            self.sums[name] = self.sums[name] + value if name in self.sums else value

    def means(self) -> dict[str, float]:
        return {name: total.item() / self.count for name, total in self.sums.items()}


class Progress:
    """A bar where a person watches a terminal, a line per epoch anywhere else (notebooks, papermill, logs)."""

    def __init__(self, epochs: int, done: int, steps: int, shown: bool = True) -> None:
        self.epochs = epochs
        self.lines = shown and not sys.stderr.isatty()
        self.bar = tqdm(
            total=epochs * steps, initial=done * steps, unit="step", disable=not shown or self.lines, leave=False
        )

    def step(self) -> None:
        self.bar.update()

    def epoch(self, row: Mapping[str, Any]) -> None:
        text = f"epoch {row['epoch']:>3}/{self.epochs}  total {row['total']:.3f}  {row['seconds']:.1f} s"
        self.bar.set_description(text, refresh=False)
        if self.lines:
            print(text, flush=True)

    def close(self) -> None:
        self.bar.close()
