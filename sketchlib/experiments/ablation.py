"""What each part of the paper's method is worth: the same training with one thing changed.

The paper counts two changes to its base, SE in the U-Net and an L1 term on pairs (abstract, sections 1 and 4), and
leaves open whether that base had a U-Net already. So `GRID` has every combination of three: U-Net, SE and L1. The
other tables vary one setting of the full method.

Everything that is not named stays as in the paper's method: its weights, its schedule, no jitter. So the corner of the
grid without any of the three is not the CycleGAN row of Table 1, which has its authors' settings. A row without the L1
term learns from unaligned faces, since nothing compares pairs then; `PAIRS` tells the two apart.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from sketchlib.methods import METHODS, CycleGAN, ImprovedCycleGAN, Row

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
    "improved": METHODS["improved"],
    "lambda-10": _changed("lambda_xy = 10", lambda_xy=10.0, lambda_yx=10.0),
    "lambda-100": _changed("lambda_xy = 100", lambda_xy=100.0, lambda_yx=100.0),
}
"""The weight of both supervised terms, eqs. (1) and (2), is 0, 2 (the paper's), 10 and 100."""

PAIRS: dict[str, Row] = {
    "unet-se": GRID["unet-se"],
    "aligned-no-l1": _changed("aligned, without L1", lambda_xy=0.0, lambda_yx=0.0),
    "improved": METHODS["improved"],
}
"""Pairs against term. In the middle row both images of a step show one face, and no loss compares them."""

SE_INIT: dict[str, Row] = {
    "unet-l1": GRID["unet-l1"],
    "improved": METHODS["improved"],
    "se-plain": _changed("SE, not centered", se_center=False),
    "se-normal": _changed("SE, not centered, from N(0, 0.02)", se_center=False, se_init="normal"),
    "se-r4": _changed("SE, r = 4", reduction=4),
}
"""How the SE block starts and what it reads; "se-normal" is a block put into CycleGAN's code. And how narrow it is."""

LITERAL: dict[str, Row] = {
    "improved": METHODS["improved"],
    "200-steps": _changed("200 steps", max_steps=200, milestones=()),
}
"""\"The number of iterations is 200\" (section 3.3.2), read as steps."""

ADVERSARIAL: dict[str, Row] = {
    "improved": METHODS["improved"],
    "log-loss": _changed("log loss", adversarial="log"),
    "saturating": _changed("saturating log loss", adversarial="saturating"),
}
"""Least squares (section 2.4.2) against the logarithms, as they are trained, and as eq. (3) prints them."""

IDENTITY: dict[str, Row] = {
    "improved": METHODS["improved"],
    "identity-5": _changed("identity weight 5", lambda_yc=5.0, lambda_xc=5.0),
}
"""The identity weight is 0.5 as printed, and 5 as the same 0.5 means in CycleGAN's code."""

SE_PLACE: dict[str, Row] = {
    "unet-l1": GRID["unet-l1"],
    "improved": METHODS["improved"],
    "unet-l1-1x1": _changed("no SE, bottleneck 1 x 1", se=False, bottleneck=1),
    "improved-1x1": METHODS["improved-1x1"],
}
"""SE at a bottleneck of 8 x 8 and of 1 x 1, and both U-Nets without it, so that depth and SE can be told apart."""

SCHEDULE: dict[str, Row] = {
    "improved": METHODS["improved"],
    "linear-decay": _changed("linear decay", decay="linear"),
}
"""MultiStepLR as the paper, and CycleGAN's linear decay."""

AS_CUT: dict[str, Any] = {"crop_share": 0.5}
"""As taesungp/contrastive-unpaired-translation trains its CycleGAN, the second half of the epochs on whole images.

data/unaligned_dataset.py there; the first author calls crops to the end a mismatch of scale (issue 139).
"""

CROPS: dict[str, Row] = {
    "cyclegan": METHODS["cyclegan"],
    "cyclegan-whole": Row("CycleGAN as in CUT", CycleGAN, {**METHODS["cyclegan"].settings, **AS_CUT}),
    "cyclegan-no-crop": Row("CycleGAN, whole faces", CycleGAN, {**METHODS["cyclegan"].settings, "jitter": False}),
}
"""What random crops cost CycleGAN. Faces are larger in them than when the test photos are drawn."""

STUDIES: dict[str, dict[str, Row]] = {
    "grid": GRID,
    "pairs": PAIRS,
    "se_init": SE_INIT,
    "lambda_xy": LAMBDA_XY,
    "literal": LITERAL,
    "adversarial": ADVERSARIAL,
    "identity": IDENTITY,
    "se_place": SE_PLACE,
    "schedule": SCHEDULE,
}
"""Each question with its rows. A row in two studies is trained once."""

ABLATION: dict[str, Row] = {name: row for study in STUDIES.values() for name, row in study.items()}
"""All rows of all studies, each once."""

CANDIDATES: dict[str, Row] = {
    f"chosen-{l1:g}-{identity:g}": _changed(
        f"lambda_xy = {l1:g}, identity weight {identity:g}",
        **{"lambda_xy": l1, "lambda_yx": l1, "lambda_yc": identity, "lambda_xc": identity},
    )
    for l1, identity in product((2.0, 10.0, 30.0, 100.0), (0.5, 5.0))
}
"""Weights of the paper's method that a validation part of the training pairs may choose from, for a row of ours."""

EXPERIMENTS: dict[str, Row] = {**METHODS, **ABLATION, **CANDIDATES, **CROPS}
"""All rows that can be asked for by name."""
