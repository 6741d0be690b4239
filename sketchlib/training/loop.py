"""One loop trains every method: it owns epochs, learning rates, checkpoints and files, and no loss.

What a step computes is the method's; see `Trainable`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, MultiStepLR
from torchvision.utils import make_grid, save_image

from sketchlib.data.pairs import PairedFaces, aligned_batches, three_channels, unaligned_batches
from sketchlib.files import write_csv, write_json
from sketchlib.training.checkpoint import load_checkpoint, save_checkpoint
from sketchlib.training.config import EARLIER, TrainConfig
from sketchlib.training.device import check_precision, flush_denormals, pick_device, seeded
from sketchlib.training.history import History, Progress, RunningMean
from sketchlib.training.streams import stream

SAMPLES = 6
"""Faces in a sample grid, the first of the training split."""


class Trainable(Protocol):
    """What `train` needs of a method. `sketchlib.methods.gan.GAN` has all of it but `build` and `step`."""

    networks: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]

    def build(self, config: TrainConfig, fabric: Fabric) -> None:
        """Make networks and optimizers on the device of `fabric`."""

    def step(self, photo: Tensor, sketch: Tensor) -> dict[str, Tensor]:
        """Update all networks once. (N, 3, H, W) each. Returns each loss, unweighted, and the `total`."""

    def sketch(self, photos: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] -> (N, 1, H, W) in [-1, 1], for the grids of samples."""

    def state(self) -> dict[str, Any]:
        """What else a resumed run needs, such as image pools."""

    def load_state(self, state: dict[str, Any]) -> None:
        """The inverse of `state`."""


def train(
    method: Trainable,
    pairs: PairedFaces,
    config: TrainConfig,
    *,
    run_dir: Path | None = None,
    device: str = "auto",
    precision: str = "32-true",
    on_step: Callable[[int, Mapping[str, Tensor]], None] | None = None,
    on_epoch: Callable[[int, Trainable], None] | None = None,
    progress: bool = True,
) -> History:
    """Train `method` on `pairs`. The same seed on the same CPU gives the same weights.

    Args:
        run_dir: where `config.json`, `history.csv`, `checkpoint.pt` and `samples/` go; nowhere if None. A run that
            was stopped there goes on from its last checkpoint, and on a CPU ends as it would have undisturbed. A GPU
            does not add in the same order twice, so there it ends close by.
        device: "cpu", "cuda" or "auto": the GPU if there is one.
        precision: one of `sketchlib.training.device.PRECISIONS`.
        on_step: called after each step with its number, from 1, and its losses.
        on_epoch: called after each epoch with its number, from 1, and the method.

    Raises:
        ValueError: for a device or a precision that cannot be, or if `run_dir` holds a run with another configuration
            or other data.
    """
    accelerator = pick_device(device)
    check_precision(precision)
    if run_dir is not None:
        write_config(run_dir, pairs, config)
    flush_denormals()
    fabric = Fabric(accelerator=accelerator, devices=1, precision=precision)
    with seeded(stream(config.seed, "training"), fabric.device):
        method.build(config, fabric)
        loop = _Loop(method, pairs, config, fabric, run_dir)
        try:
            loop.run(on_step, on_epoch, progress)
        finally:
            for name, net in method.networks.items():  # Fabric's wrapper has done its work
                method.networks[name] = getattr(net, "module", net)
    return loop.history


def write_config(run_dir: Path, pairs: PairedFaces, config: TrainConfig) -> None:
    """Write `config.json`, or check that the one that is there is of this very run.

    Raises:
        ValueError: if it is of another one.
    """
    check_config(run_dir, pairs, config)
    if not (run_dir / "config.json").exists():
        write_json(run_dir / "config.json", _identity(pairs, config))


def check_config(run_dir: Path, pairs: PairedFaces, config: TrainConfig) -> None:
    """As `write_config`, and write nothing.

    Raises:
        ValueError: if `config.json` is of another run, or damaged.
    """
    path, ours = run_dir / "config.json", _identity(pairs, config)
    if not path.exists():
        return
    try:
        theirs = {**EARLIER, **json.loads(path.read_text(encoding="utf-8"))}
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} cannot be read, expected the settings of a run; remove it or its folder.") from error
    keys = sorted((ours.keys() | theirs.keys()) - {"checkpoint_every", "samples_every"})  # they change no result
    odd = [f"{key} {theirs.get(key)!r}" for key in keys if ours.get(key) != theirs.get(key)]
    if odd:
        raise ValueError(
            f"{path} is of another run ({', '.join(odd)} there), expected the same settings; choose another folder."
        )


def _identity(pairs: PairedFaces, config: TrainConfig) -> dict[str, Any]:
    """All that two runs must share to be the same run."""
    return {**config.to_dict(), "data": pairs.name, "data_fingerprint": pairs.fingerprint}


def _scheduler(optimizer: torch.optim.Optimizer, config: TrainConfig) -> LRScheduler:
    """Shrinks the learning rate after each epoch."""
    if config.decay == "steps":
        return MultiStepLR(optimizer, list(config.milestones), config.gamma)
    constant = config.epochs // 2  # CycleGAN: constant for 100 epochs, then down to what would be 0 after the last
    return LambdaLR(optimizer, lambda done: 1 - max(0, done + 1 - constant) / (config.epochs - constant + 1))


class _Loop:
    """The state of one call of `train`."""

    def __init__(
        self, method: Trainable, pairs: PairedFaces, config: TrainConfig, fabric: Fabric, run_dir: Path | None
    ) -> None:
        self.method, self.config, self.fabric, self.run_dir = method, config, fabric, run_dir
        self.photos, self.sketches = self.images(pairs, config.load_shape(*pairs.photos.shape[-2:]))
        self.whole = self.images(pairs, (config.size, config.size)) if config.crop_share < 1 else None
        self.order = torch.Generator().manual_seed(stream(config.seed, "order"))
        self.schedulers = {name: _scheduler(optimizer, config) for name, optimizer in method.optimizers.items()}
        self.history = History()
        self.steps_per_epoch = -(-len(pairs) // config.batch_size)
        self.steps = config.max_steps or config.epochs * self.steps_per_epoch
        self.epochs = min(config.epochs, -(-self.steps // self.steps_per_epoch))
        if run_dir is not None and (run_dir / "checkpoint.pt").exists():
            self.load(load_checkpoint(run_dir / "checkpoint.pt"))

    def run(self, on_step: Callable | None, on_epoch: Callable | None, shown: bool) -> None:
        progress = Progress(self.epochs, len(self.history), self.steps_per_epoch, shown)
        batches = aligned_batches if self.config.aligned else unaligned_batches
        for epoch in range(len(self.history) + 1, self.epochs + 1):
            started, means, before = time.perf_counter(), RunningMean(), (epoch - 1) * self.steps_per_epoch
            cropped = self.whole is None or epoch <= self.config.crop_share * self.config.epochs
            epoch_batches = batches(
                *((self.photos, self.sketches) if cropped else self.whole),
                self.config.batch_size,
                self.order,
                flip=self.config.flip,
                crop=self.config.size,
            )
            for number, (photo, sketch) in enumerate(islice(epoch_batches, self.steps - before), start=before + 1):
                losses = self.method.step(photo, sketch)
                means.add(losses)
                progress.step()
                if on_step:
                    on_step(number, losses)
            self.finish_epoch(epoch, means.means(), time.perf_counter() - started)
            progress.epoch(self.history.rows[-1])
            if on_epoch:
                on_epoch(epoch, self.method)
        progress.close()

    def images(self, pairs: PairedFaces, shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Photos and sketches, (N, 3, height, width) each, on the device."""
        photos, sketches = pairs.tensors(shape)
        return self.fabric.to_device(photos), self.fabric.to_device(three_channels(sketches).contiguous())

    def finish_epoch(self, epoch: int, losses: dict[str, float], seconds: float) -> None:
        lr = next(iter(self.schedulers.values())).get_last_lr()[0]
        self.history.rows.append({"epoch": epoch, "lr": lr, **losses, "seconds": round(seconds, 3)})
        for scheduler in self.schedulers.values():
            scheduler.step()
        if self.run_dir is None:
            return
        last = epoch == self.epochs
        if self.config.samples_every and (last or epoch % self.config.samples_every == 0):
            self.write_samples(self.run_dir / "samples" / f"epoch_{epoch:03}.png")
        if last or epoch % self.config.checkpoint_every == 0:
            write_csv(self.run_dir / "history.csv", self.history.rows)  # first, or a kill here would lose its last row
            save_checkpoint(self.run_dir / "checkpoint.pt", self.state())

    def write_samples(self, path: Path) -> None:
        """Photos, the artist's sketches and ours, in three rows."""
        photos, sketches = self.photos[:SAMPLES], self.sketches[:SAMPLES]
        ours = three_channels(self.method.sketch(photos))
        grid = make_grid(torch.cat([photos, sketches, ours]), nrow=len(photos), normalize=True, value_range=(-1, 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        save_image(grid, path)

    def state(self) -> dict[str, Any]:
        method, device = self.method, self.fabric.device
        return {
            "networks": {name: net.state_dict() for name, net in method.networks.items()},
            "optimizers": {name: optimizer.state_dict() for name, optimizer in method.optimizers.items()},
            "schedulers": {name: scheduler.state_dict() for name, scheduler in self.schedulers.items()},
            "method": method.state(),
            "order": self.order.get_state(),
            "random": torch.get_rng_state(),
            "random_gpu": [torch.cuda.get_rng_state(device)] if device.type == "cuda" else [],
            "history": self.history.rows,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from `state`, read onto the CPU: Adam keeps its count of steps there, or a GPU waits at each weight."""
        method = self.method
        for name, net in method.networks.items():
            net.load_state_dict(state["networks"][name])
        self.history.rows = list(state["history"])
        if "optimizers" not in state:  # trimmed, since no step is left
            return
        for name, optimizer in method.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        for name, scheduler in self.schedulers.items():
            scheduler.load_state_dict(state["schedulers"][name])
        method.load_state(state["method"])
        self.order.set_state(state["order"])
        torch.set_rng_state(state["random"])
        if self.fabric.device.type == "cuda" and state["random_gpu"]:  # a run begun on a CPU has none
            torch.cuda.set_rng_state(state["random_gpu"][0], self.fabric.device)
