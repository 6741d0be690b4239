"""Where a number comes from: code, versions, machine, data."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

PACKAGES = ("torch", "torchvision", "scikit-image", "scipy", "numpy")
"""Those whose version can move a score."""


def provenance() -> dict[str, Any]:
    """`date` (UTC), `revision` of the code and `versions`, as JSON can hold them."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "revision": revision(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }


def revision(folder: Path = Path(__file__).parent) -> str | None:
    """The git commit of the code in `folder`, with "+" behind it if a file of it was changed since.

    None where the code is not in a repository, as when it was installed by pip: then it may lie in the repository of
    somebody else, below an environment of theirs, but is none of its files.
    """
    commit = _git(folder, "rev-parse", "--short=12", "HEAD")
    if commit is None or not _git(folder, "ls-files", "."):
        return None
    return commit + ("+" if _git(folder, "status", "--porcelain", "--untracked-files=no", ":/sketchlib") else "")


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def device_name(device: str) -> str:
    """The name of the processor and its threads, or of the GPU, for "cpu" or "cuda"."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    threads = torch.get_num_threads()
    return f"{_processor()}, {threads} thread{'s' if threads > 1 else ''}"


def _processor() -> str:
    """The model's name where Linux tells it; platform.processor() is often empty there."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
