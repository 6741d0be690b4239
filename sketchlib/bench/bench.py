"""The tables of `sketchlib bench`, each a function that times its contenders in turn and returns rows."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from sketchlib.bench import steps, tasks
from sketchlib.bench.peer import peer_step
from sketchlib.bench.timing import Make, Measured, in_turn
from sketchlib.data import load_faces
from sketchlib.experiments.provenance import device_name, provenance
from sketchlib.files import write_json
from sketchlib.methods import METHODS
from sketchlib.training.device import pick_device

Rows = list[dict[str, Any]]

PRECISIONS = {"32 bits": "32-true", "16 bits (bf16)": "bf16-mixed"}
"""What the tables call Fabric's names."""
AS_CYCLEGAN = {"aligned": False, "se": False, "lambda_xy": 0.0, "lambda_yx": 0.0, "lambda_yc": 5.0, "lambda_xc": 5.0}
"""The changes that leave of the paper's method a CycleGAN with a U-Net, as the peer can be given one."""
WHAT = "Times on one machine, contenders in turn: medians and quartiles"
MATRIX = 2048
"""Side of the matrices whose product is the measure of the machine."""


def run_tables(
    tables: Sequence[str],
    out: Path,
    *,
    peer: Path | None,
    data: str,
    runs: int,
    device: str,
    compiled: bool,
    tell: Callable[[str], None],
) -> None:
    """Time `tables`, one after the other, and write each into `out` as soon as it is there.

    Args:
        peer: the authors' code, for the table "peer".
        data: "toy" or a copy of CUHK Student.
        tell: gets a line for each table.

    Raises:
        FileNotFoundError: if there is no such `data`.
        ValueError: for a device or data that cannot be, or an `out` that is not a file of this function or of another
            machine.
        RuntimeError: with the name of a contender that failed.
    """
    name_of_device = device_name(pick_device(device))
    if "others" in tables:
        load_faces(data)  # so that what is wrong with it is told before anything is timed
    kept = _read(out, name_of_device)
    words = ["--peer", "path/to/peer"] if peer else []  # paths are this machine's, so they are not told
    words += [] if data == "toy" else ["--data", "path/to/cuhk"]
    words += ["--compiled"] if compiled else []
    time_table: dict[str, Callable[[], Rows]] = {
        "machine": lambda: machine(device, runs),
        "peer": lambda: against_peer(str(peer), device, runs),
        "rewritings": lambda: rewritings(device, runs, compiled),
        "methods": lambda: methods(device, runs),
        "others": lambda: others(data, device, runs),
    }
    for name in tables:
        tell(f"{name} ...")
        rows = time_table[name]()
        origin = {"command": " ".join(["sketchlib", "bench", "--only", name, "--runs", str(runs), *words])}
        kept = [each for each in kept if each["table"] != name]
        kept += [{"table": name, **origin, **provenance(), "rows": rows}]
        write_json(out, _file(kept, name_of_device))


def _file(tables: Sequence[Mapping[str, Any]], device: str) -> dict[str, Any]:
    """What the file holds: each table by its name, where all are from, and in `rows` where each is from."""
    origins = [{key: value for key, value in each.items() if key not in ("rows", "versions")} for each in tables]
    return {
        "what": WHAT,
        "command": "sketchlib bench",
        **{key: ", ".join(sorted({str(each[key]) for each in tables})) for key in ("date", "revision")},
        "versions": tables[-1]["versions"],
        "device": device,
        "rows": origins,
        **{each["table"]: each["rows"] for each in tables},
    }


def _read(out: Path, device: str) -> list[dict[str, Any]]:
    """The tables that are in the file already, with their origins."""
    if not out.exists():
        return []
    try:
        values = json.loads(out.read_text(encoding="utf-8"))
        found = [{**each, "versions": values["versions"], "rows": values[each["table"]]} for each in values["rows"]]
        same = values["what"] == WHAT
        theirs = values["device"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{out} cannot be read, expected the numbers of a benchmark; choose another --out.") from error
    if not same or theirs != device:
        raise ValueError(f"{out} is of {theirs}, expected a benchmark of {device}; choose another --out.")
    return found


def against_peer(folder: str, device: str, runs: int) -> Rows:
    """A training step at 256 x 256 with 64 and 16 channels, by the authors of CycleGAN and by us."""
    rows: Rows = []
    for channels in (64, 16):
        for generator, name, changes in (("unet", "improved", AS_CYCLEGAN), ("resnet", "cyclegan", {})):
            contenders: dict[str, Make] = {"authors": partial(peer_step, folder, generator, 256, channels, device)}
            contenders |= {
                label: partial(steps.step, name, "paper", precision, device, channels=channels, **changes)
                for label, precision in PRECISIONS.items()
            }
            measured = in_turn(contenders, runs, count=True)
            theirs, ours = (measured[each].gflop for each in ("authors", "32 bits"))
            if abs(theirs / ours - 1) > 1e-3:
                raise ValueError(
                    f"{folder}: a step there takes {theirs:.3f} GFLOP, expected {ours:.3f}, as ours takes."
                )
            rows += [{"generator": generator, "channels": channels} | row for row in _rows(measured, "authors")]
    return rows


def rewritings(device: str, runs: int, compiled: bool) -> Rows:
    """A training step of the paper's method at its own size, and what each rewriting of it brings."""
    names = [name for name in steps.REWRITINGS if compiled or name != "compiled"]
    return _rows(in_turn({name: partial(steps.rewritten, name, device) for name in names}, runs), "plain")


def methods(device: str, runs: int) -> Rows:
    """A training step of each learned method at each scale, in both precisions."""
    rows: Rows = []
    for scale in ("quick", "cpu", "paper"):
        for name, row in METHODS.items():
            if not row.deterministic:
                contenders = {
                    label: partial(steps.step, name, scale, precision, device)
                    for label, precision in PRECISIONS.items()
                }
                measured = in_turn(contenders, runs, count=True)
                rows += [{"scale": scale, "method": row.label} | each for each in _rows(measured, "32 bits")]
    return rows


def others(data: str, device: str, runs: int) -> Rows:
    """Everything but training. ONNX Runtime is left out where it is not installed."""
    compared: dict[str, dict[str, Make]] = {
        "SSIM of the 100 test pairs": {
            "scikit-image, one by one": partial(tasks.ssim_by_loop, data),
            "PyTorch": partial(tasks.ssim_by_tensors, data, device),
        },
        "LLE, the 100 test photos": {"PyTorch": partial(tasks.lle, data, device)},
        "reading all pairs": {"sketchlib": partial(tasks.reading, data)},
        "batches of one epoch": {"sketchlib": partial(tasks.feeding, data)},
        "one photo, one core, 64 channels": {
            "PyTorch": partial(tasks.drawing, 64, 1, 1, "cpu"),
            "ONNX Runtime": partial(tasks.drawing_by_onnx, 64),
        },
        "one photo, one core, 16 channels": {
            "PyTorch": partial(tasks.drawing, 16, 1, 1, "cpu"),
            "ONNX Runtime": partial(tasks.drawing_by_onnx, 16),
        },
        "1,000 photos, 16 channels": {"PyTorch": partial(tasks.drawing, 16, 1000, None, device)},
    }
    rows: Rows = []
    for task, contenders in compared.items():
        if importlib.util.find_spec("onnxruntime") is None:
            contenders.pop("ONNX Runtime", None)
        first = next(iter(contenders))
        rows += [{"task": task} | row for row in _rows(in_turn(contenders, runs), first)]
    return rows


def machine(device: str, runs: int) -> Rows:
    """How fast this machine multiplies large matrices, to hold training steps against."""
    measured = in_turn({label: partial(product, label, device) for label in PRECISIONS}, runs, count=True)
    return _rows(measured, "32 bits")


def product(label: str, device: str) -> Callable[[], object]:
    """The product of two matrices."""
    dtype = torch.float32 if label == "32 bits" else torch.bfloat16
    a, b = torch.rand(2, MATRIX, MATRIX, device=pick_device(device)).to(dtype)
    return lambda: a @ b


def _rows(measured: Mapping[str, Measured], reference: str) -> Rows:
    """One for each contender. `times_faster` is the reference's median over its own."""
    return [
        {
            "contender": name,
            "milliseconds": round(1000 * each.seconds, 3),
            "low": round(1000 * each.low, 3),
            "high": round(1000 * each.high, 3),
            "runs": each.runs,
            "times_faster": round(measured[reference].seconds / each.seconds, 3),
            "gflop": round(each.gflop, 3) or None,
            "gflop_per_second": round(each.gflop / each.seconds, 1) or None,
            "peak_mb": round(each.peak_mb),
        }
        for name, each in measured.items()
    ]
