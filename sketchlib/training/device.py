"""The machine that a run works on: which device, which arithmetic, and whose random numbers."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch

PRECISIONS = ("32-true", "bf16-mixed", "16-mixed")
"""Lightning Fabric's names of the arithmetic that training can do.

"32-true" on a GPU means that convolutions may be taken in TF32, which keeps 10 of the 23 bits behind the point:
PyTorch's default for cuDNN. The other two compute in 16 bits where that is safe and keep the weights in 32.
"""


def pick_device(name: str) -> Literal["cpu", "cuda"]:
    """The device that is meant by "cpu", "cuda" or "auto", which is the GPU if there is one.

    Apple's GPU is never taken: it has no float64, in which losses are averaged.

    Raises:
        ValueError: for another name, or for "cuda" where PyTorch finds no GPU.
    """
    if name not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device is {name!r}, expected 'auto', 'cpu' or 'cuda'.")
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise ValueError("device is 'cuda', expected 'cpu' or 'auto': PyTorch finds no GPU on this machine.")
    return "cuda" if there and name != "cpu" else "cpu"


def check_precision(name: str) -> None:
    """Refuse what training cannot do.

    Raises:
        ValueError: for a name that is not in `PRECISIONS`. With "bf16-true", say, a network trained cannot draw.
    """
    if name not in PRECISIONS:
        raise ValueError(f"precision is {name!r}, expected one of {', '.join(PRECISIONS)}.")


def flush_denormals() -> None:
    """Count numbers below 1e-38 as 0, on the thread that calls and on those that work for it: they slow a CPU down.

    The second moments of Adam get there, where a weight has had no gradient for long; nothing is lost with them.

    The setting is each thread's own, and PyTorch's function sets it for the thread that calls. Threads made later
    inherit it. Those that OpenMP made before, for an earlier operation, do not; so they are ended here, and OpenMP
    makes new ones when it needs them. GNU's OpenMP does so, which PyTorch has on Linux. Elsewhere such threads may stay
    as they are, only slower.
    """
    torch.set_flush_denormal(True)
    if os.name != "posix":  # there is no way to ask for what this process has loaded
        return
    end_threads = getattr(ctypes.CDLL(None), "omp_pause_resource_all", None)  # OpenMP 5.0, section 3.6.2
    if end_threads:
        end_threads(_OMP_PAUSE_SOFT)


_OMP_PAUSE_SOFT = 1  # what OpenMP calls the gentler way of ending them: what the program set stays set


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Random numbers that follow from `seed`, on the CPU and on `device`. Afterwards all go on as they were."""
    gpus = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=gpus):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed every GPU too
        for gpu in gpus:
            with torch.cuda.device(gpu):
                torch.cuda.manual_seed(seed)
        yield
