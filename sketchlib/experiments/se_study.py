"""Why SE's hidden units die where the U-Net has no norm, and what keeps them alive: one training for each way.

A hidden unit computes relu(w z + b). Over faces, w z + b has a mean, common to all, and a spread, what tells faces
apart. Where the mean is several times the spread, the unit is above 0 for every face or for none, and for none means
no gradient. `study` follows both, and what moved the mean: the weights w, b or the squeezed z, that is the encoder.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn

from sketchlib.data import load_faces
from sketchlib.data.pairs import PairedFaces, hold_out, three_channels
from sketchlib.evaluation.ssim import ssim
from sketchlib.experiments.provenance import provenance
from sketchlib.experiments.runs import draw
from sketchlib.experiments.scales import SCALES
from sketchlib.files import write_json
from sketchlib.methods import ImprovedCycleGAN
from sketchlib.nets import UNetGenerator
from sketchlib.nets.se import SqueezeExcitation, activity
from sketchlib.training.config import TrainConfig

Change = Callable[[SqueezeExcitation], object]
EVERY = 10
"""Steps between two looks at what moved the hidden units."""


def _reading(read: Callable[[Tensor], Tensor], block: SqueezeExcitation) -> None:
    """The squeeze of `block` becomes `read`: (N, C, H, W) -> (N, C)."""
    block.squeeze = MethodType(lambda _, x: read(x), block)


def _pytorch(block: SqueezeExcitation) -> None:
    block.reduce.reset_parameters()
    block.expand.reset_parameters()


WAYS: dict[str, tuple[dict[str, Any], Change]] = {
    "normal": ({"se_init": "normal", "se_center": False}, lambda block: None),
    "he": ({"se_init": "he", "se_center": False}, lambda block: None),
    "pytorch": ({"se_center": False}, _pytorch),
    "he, b1 = 0.5": ({"se_center": False}, lambda block: nn.init.constant_(block.reduce.bias, 0.5)),
    "he, z to unit variance over channels": (
        {"se_center": False},
        partial(_reading, lambda x: nn.functional.layer_norm(x.mean(dim=(2, 3)), x.shape[1:2])),
    ),
    "he, z of relu(x)": ({"se_center": False}, partial(_reading, lambda x: torch.relu(x).mean(dim=(2, 3)))),
    "he, SE not trained": ({"se_center": False}, lambda block: block.requires_grad_(False)),
    "normal, centered": ({"se_init": "normal", "se_center": True}, lambda block: None),
    "he, centered": ({"se_init": "he", "se_center": True}, lambda block: None),
}
"""Each way to start SE and to read z, as the settings and what is changed in the block after its start."""


class _Studied(ImprovedCycleGAN):
    def __init__(self, change: Change) -> None:
        self.change = change

    def generator(self) -> nn.Module:
        net = super().generator()
        self.change(net.se)
        return net


class _Path:
    """How far the hidden units' common part has gone, by the weights and by z, summed over looks."""

    def __init__(self, images: Tensor) -> None:
        self.images, self.by_weights, self.by_encoder = images, 0.0, 0.0
        self.before: tuple[Tensor, Tensor, Tensor] | None = None

    @torch.no_grad()
    def look(self, net: UNetGenerator) -> None:
        z = net.se.squeeze(net.contract(self.images)[-1]).mean(dim=0)  # (C,)
        w, b = net.se.reduce.weight.clone(), net.se.reduce.bias.clone()
        if self.before is not None:
            w0, b0, z0 = self.before
            self.by_weights += float((w @ z0 + b - w0 @ z0 - b0).abs().mean())
            self.by_encoder += float((w @ (z - z0)).abs().mean())
        self.before = w, b, z


@torch.no_grad()
def look(net: UNetGenerator, images: Tensor) -> dict[str, float]:
    """`activity` over images (N, 3, H, W), and the root mean square over hidden units of two parts of w z + b.

    `common` is its mean over images, `own` its standard deviation over them.
    """
    before_relu = torch.cat([net.se.reduce(net.se.squeeze(net.contract(image)[-1])) for image in images.split(1)])
    parts = {"common": before_relu.mean(dim=0), "own": before_relu.std(dim=0)}  # (C // r,) each
    return activity(net, images) | {name: float(part.square().mean().sqrt()) for name, part in parts.items()}


def study_one(way: str, pairs: PairedFaces, config: TrainConfig) -> dict[str, Any]:
    """Train with one of `WAYS` on all but every fifth pair; what SE does then, and the mean SSIM of those held out.

    Returns:
        `ssim`, and for G over photos and F over sketches of all `pairs` what `look` gives, `live` after each epoch, and
        `by_weights` and `by_encoder`, how far w z + b of the mean face went by the one and by the other.
    """
    settings, change = WAYS[way]
    config = TrainConfig.from_dict(config.to_dict() | settings)
    train, validation = hold_out(pairs)
    photos, sketches = pairs.tensors(config.size)
    images = {"G": photos, "F": three_channels(sketches)}
    method, paths = _Studied(change), {name: _Path(each[::8]) for name, each in images.items()}
    live: dict[str, list[float]] = {name: [] for name in images}

    def nets() -> Iterator[tuple[str, UNetGenerator]]:
        return ((name, getattr(method.networks[name], "module", method.networks[name])) for name in images)

    def on_step(step: int, _: object) -> None:
        for name, net in nets() if step == 1 or step % EVERY == 0 else ():
            paths[name].look(net)

    def on_epoch(*_: object) -> None:
        for name, net in nets():
            live[name].append(round(activity(net, images[name])["live_units"], 4))

    method.fit(train, config, on_step=on_step, on_epoch=on_epoch, device="cpu", progress=False)
    found: dict[str, Any] = {"ssim": round(float(ssim(validation.sketches, draw(method, validation)).mean()), 5)}
    for name, net in nets():
        numbers = look(net, images[name]) | {
            "by_weights": paths[name].by_weights,
            "by_encoder": paths[name].by_encoder,
        }
        found[name] = {key: round(value, 5) for key, value in numbers.items()} | {"live": live[name]}
    return found


def study(
    pairs: PairedFaces,
    ways: Sequence[str] = tuple(WAYS),
    seeds: int = 1,
    scale: str = "quick",
    tell: Callable[[str], None] = print,
    **changes: Any,
) -> dict[str, Any]:
    """`study_one` for each way and seed. `changes` are further settings, such as `reduction=4` or `bottleneck=1`."""
    rows = []
    for seed in range(seeds):
        for way in ways:
            config = TrainConfig(**{**SCALES[scale], **changes, "seed": seed})
            rows.append({"way": way, "seed": seed, **study_one(way, pairs, config)})
            tell(f"{way}, seed {seed}: {rows[-1]['G']['live_units']:.2f} of G's hidden units live")
    shared = {key: value for key, value in config.to_dict().items() if key not in ("seed", "se_init", "se_center")}
    settings = {"scale": scale, "config": shared, "data": pairs.name, "data_fingerprint": pairs.fingerprint}
    return {**provenance(), **settings, "rows": rows}


def main() -> None:
    """`python -m sketchlib.experiments.se_study --data path/to/cuhk --set reduction=4 --out se_study.json`."""
    parser = ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", default="toy")
    parser.add_argument("--ways", default=";".join(WAYS), help='with ";" between them')
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--scale", default="quick", choices=sorted(SCALES))
    parser.add_argument("--set", action="append", default=[], help="a number of TrainConfig, as reduction=4")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    changes = {name: int(value) for name, value in (each.split("=") for each in given.set)}
    train, _ = load_faces(given.data)
    found = study(train, given.ways.split(";"), given.seeds, given.scale, **changes)
    command = (
        f"python -m sketchlib.experiments.se_study --data path/to/cuhk --seeds {given.seeds} --scale {given.scale}"
    )
    command += "".join(f" --set {each}" for each in given.set)
    write_json(
        given.out, {"what": "SE's hidden units and gates, by its start and what it reads", "command": command, **found}
    )


if __name__ == "__main__":
    main()
