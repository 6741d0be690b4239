"""The same training step by the authors of CycleGAN, from a copy of their code that the reader has.

Their repository contrastive-unpaired-translation holds CycleGAN as pytorch-CycleGAN-and-pix2pix has it, networks and
all. Nothing of it is here: it is imported from the folder that `--peer` names.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from sketchlib.bench.steps import images
from sketchlib.training.device import pick_device

NEEDED = ("models/cycle_gan_model.py", "models/networks.py", "util/image_pool.py")


def check_peer(folder: Path) -> None:
    """Refuse a folder that is not the authors' code.

    Raises:
        ValueError: naming the first file that is missing.
    """
    for name in NEEDED:
        if not (folder / name).is_file():
            raise ValueError(f"{folder / name} is missing, expected a copy of contrastive-unpaired-translation there.")


def peer_step(folder: str, generator: str, size: int, channels: int, device: str) -> Callable[[], object]:
    """One training step of their CycleGANModel on the images that ours gets. Arguments and errors as `peer_model`."""
    model = peer_model(folder, generator, size, channels, device)
    photo, sketch = images(1, size)
    batch = {"A": photo.to(model.device), "B": sketch.to(model.device), "A_paths": "", "B_paths": ""}

    def step() -> None:
        model.set_input(batch)
        model.optimize_parameters()

    return step


def peer_model(folder: str, generator: str, size: int, channels: int, device: str) -> Any:
    """Their CycleGANModel. Its folder stays in `sys.path`: it is meant for a process that has no other use.

    Args:
        folder: their code.
        generator: "resnet", their nine blocks, or "unet", their U-Net with 5 halvings and instance norm; they offer it
            with 7 and 8.
        size: side of the images.
        channels: in the first layer of all networks.
        device: "cpu", "cuda" or "auto".

    Raises:
        ValueError: as `check_peer`.
    """
    check_peer(Path(folder))
    sys.path.insert(0, folder)
    with contextlib.redirect_stdout(io.StringIO()):  # they print that Apex is missing, which they need for 16 bits
        module = importlib.import_module("models.cycle_gan_model")
    networks = importlib.import_module("models.networks")
    if generator == "unet":
        networks.define_G = partial(_unet, networks)
    return module.CycleGANModel(_options(size, channels, pick_device(device)))


def _unet(networks: ModuleType, input_nc: int, output_nc: int, ngf: int, *others: Any, **named: Any) -> Any:
    """Stands in for their `define_G`, whose U-Nets reach 1 or 2 pixels a side, not 8."""
    net = networks.UnetGenerator(input_nc, output_nc, 5, ngf, norm_layer=networks.get_norm_layer("instance"))
    return networks.init_net(net, gpu_ids=others[-1])


def _options(size: int, channels: int, device: str) -> Namespace:
    """Their defaults for CycleGAN, as far as the model reads them."""
    return Namespace(
        isTrain=True,
        gpu_ids=[0] if device == "cuda" else [],
        checkpoints_dir=".",
        name="peer",
        preprocess="resize_and_crop",
        direction="AtoB",
        input_nc=3,
        output_nc=3,
        ngf=channels,
        ndf=channels,
        netG="resnet_9blocks",
        netD="basic",
        n_layers_D=3,
        normG="instance",
        normD="instance",
        no_dropout=True,
        no_antialias=True,  # as in pytorch-CycleGAN-and-pix2pix
        no_antialias_up=True,
        init_type="normal",
        init_gain=0.02,
        gan_mode="lsgan",
        pool_size=50,
        lr=2e-4,
        beta1=0.5,
        lambda_A=10.0,
        lambda_B=10.0,
        lambda_identity=0.5,
        crop_size=size,
        amp=False,
    )
