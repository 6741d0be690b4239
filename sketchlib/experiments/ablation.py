"""What each part of the paper's method is worth: the same training with one thing changed.

The paper makes three changes to CycleGAN at once: a U-Net in place of the ResNet, Squeeze-and-Excitation, and an L1
term on pairs. `GRID` has every combination. The other tables vary one setting of the full method.

Everything that is not named stays as in the paper's method: identity weight 0.5, its schedule, no jitter. So the
corner of the grid without any of the three is not the CycleGAN row of Table 1, which has its authors' settings. A
row without the L1 term learns from unaligned faces, since nothing compares pairs then.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from sketchlib.methods import METHODS, ImprovedCycleGAN, Row

NO_L1: dict[str, Any] = {"lambda_xy": 0.0, "lambda_yx": 0.0, "aligned": False}


def grid_name(unet: bool, se: bool, l1: bool) -> str:
    """The name of one corner of the grid; that with all three parts is the paper's method, "improved"."""
    if unet and se and l1:
        return "improved"
    return ("unet" if unet else "resnet") + ("-se" if se else "") + ("-l1" if l1 else "")


def _corner(unet: bool, se: bool, l1: bool) -> Row:
    if unet and se and l1:
        return METHODS["improved"]
    label = ", ".join(["U-Net" if unet else "ResNet", *(["SE"] if se else []), *(["L1"] if l1 else [])])
    settings = {"generator": "unet" if unet else "resnet", "se": se, **({} if l1 else NO_L1)}
    return Row(label, ImprovedCycleGAN, settings)


def _changed(label: str, **settings: Any) -> Row:
    return Row(label, ImprovedCycleGAN, settings)


CORNERS = list(product((False, True), repeat=3))
"""(unet, se, l1) of the eight corners, from none to all."""

GRID: dict[str, Row] = {grid_name(*parts): _corner(*parts) for parts in CORNERS}
"""The 2 x 2 x 2 grid of U-Net, SE and L1 around CycleGAN."""

LAMBDA_XY: dict[str, Row] = {
    "unet-se": GRID["unet-se"],
    "lambda-2": _changed("lambda_xy = 2", lambda_xy=2.0, lambda_yx=2.0),
    "improved": METHODS["improved"],
    "lambda-100": _changed("lambda_xy = 100", lambda_xy=100.0, lambda_yx=100.0),
}
"""The weight of both supervised terms, eqs. (1) and (2), is 0, 2, 10 and 100."""

IDENTITY: dict[str, Row] = {
    "improved": METHODS["improved"],
    "identity-5": _changed("identity weight 5", lambda_idt=5.0),
}
"""The identity weight is 0.5 as printed, and 5 as the same 0.5 means in CycleGAN's code."""

SE_PLACE: dict[str, Row] = {
    "unet-l1": GRID["unet-l1"],
    "improved": METHODS["improved"],
    "unet-l1-1x1": _changed("no SE, minimum 1 x 1", se=False, minimum=1),
    "improved-1x1": METHODS["improved-1x1"],
}
"""SE at a minimum of 8 x 8 and of 1 x 1, and both U-Nets without it, so that depth and SE can be told apart."""

SCHEDULE: dict[str, Row] = {
    "improved": METHODS["improved"],
    "linear-decay": _changed("linear decay", decay="linear"),
}
"""MultiStepLR as the paper, and CycleGAN's linear decay."""

STUDIES: dict[str, dict[str, Row]] = {
    "grid": GRID,
    "lambda_xy": LAMBDA_XY,
    "identity": IDENTITY,
    "se_place": SE_PLACE,
    "schedule": SCHEDULE,
}
"""Each question with its rows. A row in two studies is trained once."""

ABLATION: dict[str, Row] = {name: row for study in STUDIES.values() for name, row in study.items()}
"""All rows of all studies, each once."""
