"""`sketchlib train` and `sketchlib pretrain`."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Annotated, Any

import typer

Data = Annotated[str, typer.Option(help='"toy", or a copy of CUHK Student: a folder, a zip or a tar.')]

PRETRAINED = {"channels": 16, "epochs": 40, "milestones": (28, 36)}
"""The settings of the small pairs that ship with the package, on top of the full profile and `SIZE`."""


def train_command(
    data: Data = "toy",
    profile: Annotated[str, typer.Option(help='Where settings start: "full" (the paper\'s) or "quick".')] = "full",
    size: Annotated[int | None, typer.Option(help="Pixels a side that the networks read.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Times through the training pairs.")] = None,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    setting: Annotated[
        list[str] | None, typer.Option("--set", "-s", help="Any other field of TrainConfig, as lambda_xy=2.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="The folder of all runs.")] = Path("runs"),
    device: Annotated[str, typer.Option(help='"auto", "cpu" or "cuda".')] = "auto",
    precision: Annotated[str, typer.Option(help='Arithmetic, as Lightning Fabric names it: "bf16-mixed".')] = "32-true",
) -> None:
    """Train the paper's method, or go on where it was stopped, and score the test faces by SSIM."""
    from sketchlib.data import load_faces
    from sketchlib.evaluation.ssim import mean_and_error
    from sketchlib.experiments.runs import load_scores, run, run_folder
    from sketchlib.methods import METHODS
    from sketchlib.training.config import TrainConfig

    try:
        given = {"size": size, "epochs": epochs, "seed": seed, **_settings(setting or [])}
        config = TrainConfig.profile(profile, **{key: value for key, value in given.items() if value is not None})
        train, test = load_faces(data)
        folder = run_folder(runs, train, "improved", config.seed)
        worked = run(METHODS["improved"], train, test, config, folder, device=device, precision=precision)
    except (OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not worked:
        typer.echo(f"{folder} is a finished run with these settings; it is left as it is.")
    mean, error = mean_and_error(load_scores(folder))
    typer.echo(f"SSIM {mean:.4f} +- {error:.4f} over {len(test)} test faces; the run is in {folder}")


def pretrain_command(
    out: Annotated[Path | None, typer.Option(help="The folder for the weights; the package's own if none.")] = None,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    supervised: Annotated[bool, typer.Option(help="With eqs. (1) and (2), or without them on unaligned faces.")] = True,
) -> None:
    """Make a small pair of generators that the chapters show before they train: about 10 minutes on 2 cores."""
    import torch

    from sketchlib.data import load_faces
    from sketchlib.evaluation.ssim import mean_and_error, score
    from sketchlib.experiments.ablation import NO_L1
    from sketchlib.experiments.runs import se_activity
    from sketchlib.files import write_json
    from sketchlib.methods.improved import ImprovedCycleGAN
    from sketchlib.pretrained import FOLDER, SIZE, pair_name
    from sketchlib.training.checkpoint import save_generator
    from sketchlib.training.config import TrainConfig

    out, name = out or FOLDER, pair_name(supervised)
    settings = {**PRETRAINED, **({} if supervised else NO_L1)}
    config = TrainConfig.profile("full", seed=seed, size=SIZE, **settings)
    train, test = load_faces("toy")
    method = ImprovedCycleGAN()
    method.fit(train, config)
    for net in ("G", "F"):
        save_generator(out / f"{name}_{net}.safetensors", method.networks[net])
    photos, _ = test.tensors(config.size)
    mean, error = mean_and_error(score(method.sketch(photos), test))
    write_json(
        out / f"{name}.json",
        {
            "what": "G and F trained on the toy faces, SSIM of G on the 100 test faces in the house protocol",
            "command": "sketchlib pretrain" + ("" if supervised else " --no-supervised"),
            "ssim": round(mean, 4),
            "standard_error": round(error, 4),
            **se_activity(method, test, config),
            "data_fingerprint": train.fingerprint,
            "versions": {"python": platform.python_version(), "torch": torch.__version__},
            "config": config.to_dict(),
        },
    )
    typer.echo(f"SSIM {mean:.4f} +- {error:.4f}; the pair is in {out}")


def _settings(pairs: list[str]) -> dict[str, Any]:
    """["lambda_xy=2", "se=false"] -> {"lambda_xy": 2, "se": False}."""
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        try:
            parsed = json.loads(value) if equals else None
        except json.JSONDecodeError:
            parsed = None
        if parsed is None:
            raise ValueError(f"--set got {pair!r}, expected name=value with a number, true, false or a list.")
        settings[name] = tuple(parsed) if isinstance(parsed, list) else parsed
    return settings
