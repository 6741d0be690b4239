"""A run on disk: `<root>/<dataset>/<method>/seed<k>/`, from start, or where it stopped, to scores.

`config.json` (all of it), `history.csv`, `checkpoint.pt` (to resume), `samples/`, `generator.safetensors` (to use),
`sketches.safetensors` (of the test photos, at the artist's size), `run.json` (where, how long, and what the SE blocks
do), and last, when all else is there, `scores.csv` (one row for each test image). LLE, which trains nothing, has no
history and no generator, and a network that only its reader knows has no generator file: its weights are in the
checkpoint.

When training is over, `checkpoint.pt` is written anew with the networks and the history alone. What only a further
step needs, optimizers and image pools, is most of it, and at the scale `paper` up to a gigabyte.
"""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from lightning.fabric import Fabric
from safetensors.torch import load_file, save_file
from torch import Tensor

from sketchlib.data.pairs import PairedFaces, resize, three_channels, to_float, to_uint8
from sketchlib.evaluation.ssim import ssim
from sketchlib.experiments.provenance import device_name, provenance
from sketchlib.files import write_atomically, write_csv, write_json
from sketchlib.methods import Method, Row
from sketchlib.methods.gan import GAN
from sketchlib.nets.se import activity
from sketchlib.training.checkpoint import GENERATORS, load_checkpoint, save_generator, trim_checkpoint
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import check_precision, pick_device
from sketchlib.training.loop import write_config

FINAL = "scores.csv"


def run_folder(root: Path, pairs: PairedFaces, name: str, seed: int) -> Path:
    """Where the run of the row `name` lives below `root`."""
    return root / pairs.name / name / f"seed{seed}"


def finished(folder: Path) -> bool:
    """Whether the run in `folder` came to its end."""
    return (folder / FINAL).exists()


def run(
    row: Row,
    train: PairedFaces,
    test: PairedFaces,
    config: TrainConfig,
    folder: Path,
    *,
    device: str = "auto",
    precision: str = "32-true",
    **options: Any,
) -> bool:
    """Train, or go on training, then draw and score the test faces.

    Args:
        device, precision, options: see `sketchlib.training.loop.train`.

    Returns:
        Whether anything was done. A finished run with these settings is left as it is.

    Raises:
        ValueError: for a device or a precision that cannot be, or a folder that holds a run with other settings or
            data.
    """
    device = pick_device(device)
    check_precision(precision)
    write_config(folder, train, config)
    if finished(folder):
        return False
    origin = _begin(folder, device, precision)
    method, started = row.method(), time.perf_counter()
    history = method.fit(train, config, run_dir=folder, device=device, precision=precision, **options)
    fitted = time.perf_counter()
    if (folder / "checkpoint.pt").exists():
        trim_checkpoint(folder / "checkpoint.pt")
    sketches = draw(method, test)
    drawn = time.perf_counter()
    if isinstance(method, GAN) and type(method.drawer) in GENERATORS.values():
        save_generator(folder / "generator.safetensors", method.drawer)
    save_sketches(folder, sketches)
    seconds = sum(history.column("seconds")) if len(history) else fitted - started  # those before a stop count too
    times = {"seconds": round(seconds, 1), "seconds_drawing": round(drawn - fitted, 1)}
    what = {**times, **origin, "device": device_name(_device(method)), **se_activity(method, test, config)}
    write_json(folder / "run.json", what)
    for stale in ("evaluation.csv", "hiding.csv"):  # of networks that were here before
        (folder / stale).unlink(missing_ok=True)
    scores = ssim(test.sketches, sketches)
    write_csv(folder / FINAL, [{"id": id_, "ssim": round(s, 6)} for id_, s in zip(test.ids, scores, strict=True)])
    return True


def se_activity(method: Method, test: PairedFaces, config: TrainConfig) -> dict[str, Any]:
    """`se`: what the SE blocks of G and F do over the test faces, see `sketchlib.nets.se.activity`; nothing without."""
    if not isinstance(method, GAN):
        return {}
    photos, sketches = test.tensors(config.size)
    images = {"G": photos, "F": three_channels(sketches)}
    device = next(method.drawer.parameters()).device
    nets = {name: method.networks[name] for name in images if name in method.networks}
    found = {name: activity(net, images[name].to(device)) for name, net in nets.items()}
    found = {name: {key: round(value, 6) for key, value in each.items()} for name, each in found.items() if each}
    return {"se": found} if found else {}


def draw(method: Method, test: PairedFaces) -> Tensor:
    """The sketches of the N >= 1 test photos at the artist's size: (N, 1, H, W), uint8."""
    sketches = method.sketch(to_float(test.photos)).cpu()
    return to_uint8(resize(sketches, tuple(test.sketches.shape[-2:])))


def save_sketches(folder: Path, sketches: Tensor) -> None:
    """Keep (N, 1, H, W) uint8 sketches in `folder`."""
    write_atomically(
        folder / "sketches.safetensors", lambda temporary: save_file({"sketches": sketches.contiguous()}, temporary)
    )


def has_sketches(folder: Path) -> bool:
    """Whether the sketches of a run are there; a record has none."""
    return (folder / "sketches.safetensors").exists()


def load_sketches(folder: Path) -> Tensor:
    """The (N, 1, H, W) uint8 sketches of a finished run.

    Raises:
        FileNotFoundError: if it is not finished.
    """
    return load_file(folder / "sketches.safetensors")["sketches"]


def load_method(row: Row, config: TrainConfig, folder: Path) -> GAN:
    """The trained method of a finished run, on the CPU, from its checkpoint.

    Raises:
        FileNotFoundError: if there is no checkpoint, as in a record, or of a method that trains nothing.
    """
    path = folder / "checkpoint.pt"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there, expected the networks of a finished run.")
    method = row.method()
    method.build(config, Fabric(accelerator="cpu", devices=1))
    for name, net in method.networks.items():
        net.load_state_dict(load_checkpoint(path)["networks"][name])
    return method


def load_scores(folder: Path) -> np.ndarray:
    """The (N,) SSIM of a finished run, house protocol, in the order of the test faces.

    Raises:
        FileNotFoundError: if it is not finished.
    """
    with (folder / FINAL).open(encoding="utf-8") as file:
        return np.array([float(row["ssim"]) for row in csv.DictReader(file)])


def load_run(folder: Path) -> dict[str, Any]:
    """`run.json` of a finished run: `seconds`, `device`, `versions` and the like, and `precision`.

    A run that was stopped and went on has `earlier`: the same of each time before, with what was known when it began.

    Raises:
        FileNotFoundError: if the run was never begun.
    """
    return {"precision": "32-true", **json.loads((folder / "run.json").read_text(encoding="utf-8"))}


def _begin(folder: Path, device: str, precision: str) -> dict[str, Any]:
    """Write down where a run works, before it does: the code may be changed under it, and it may be stopped."""
    now = {**provenance(), "device": device_name(device), "precision": precision}
    earlier: list[dict[str, Any]] = []
    if (folder / "run.json").exists() and (folder / "checkpoint.pt").exists():  # or nothing of before is left
        last = load_run(folder)
        earlier = last.pop("earlier", [])
        earlier += [before] if (before := {key: last[key] for key in now}) not in [now, *earlier] else []
    origin = {**now, "earlier": earlier} if earlier else now
    write_json(folder / "run.json", origin)
    return origin


def _device(method: Method) -> str:
    """Where the method works: "cpu" or "cuda". One without a network may say so itself, by a `torch.device`."""
    if isinstance(method, GAN):
        return next(method.drawer.parameters()).device.type
    return getattr(getattr(method, "device", None), "type", "cpu")
