"""Train the program of a method's own authors from end to end on our pairs, and score its sketches by our protocol.

A row of Table 1 is as good as its authors' code only if that code, trained on the same pairs at the same scale, scores
the same. This runs two such programs on a CPU, from a checkout of theirs that you have:

    python tests/peers/end_to_end.py cut path/to/contrastive-unpaired-translation path/to/cuhk OUT --seed 0
    python tests/peers/end_to_end.py combogan path/to/ComboGAN path/to/cuhk OUT --seed 0

`--as-cyclegan` takes back what contrastive-unpaired-translation adds to CycleGAN: whole faces in the second half of the
epochs, and Xavier's start. About 40 minutes at the default scale, on one core. OUT/peers.jsonl gets a line for each
run, and what is there already is not run again. Nothing of their code is here; what is replaced while it runs is what a
CPU and today's PyTorch need: web pages, DataParallel, and two lines that stop their CycleGAN as it was committed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import runpy
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from sketchlib.data import load_faces
from sketchlib.data.pairs import PairedFaces, three_channels, to_float
from sketchlib.evaluation.ssim import score
from sketchlib.training.config import TrainConfig

FOLDERS = {"cut": ("{split}A", "{split}B"), "combogan": ("{split}0", "{split}1")}
"""Where each program looks for photos and for sketches."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", choices=FOLDERS)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("data", help="a copy of CUHK Student")
    parser.add_argument("out", type=Path)
    for name, default in (("seed", 0), ("size", 128), ("channels", 16), ("half", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--as-cyclegan", action="store_true")
    asked = parser.parse_args()
    line = {key: value for key, value in vars(asked).items() if key not in ("checkout", "data", "out")}
    log = asked.out / "peers.jsonl"
    if log.exists() and any(line.items() <= json.loads(each).items() for each in log.read_text().splitlines()):
        print(f"{line} is done")
        return
    faces = load_faces(asked.data)
    write_images(faces, asked.out / "data" / asked.program, FOLDERS[asked.program])
    sketches = train_and_test(asked, faces[1])
    done = {**line, "ssim": round(float(score(sketches, faces[1]).mean()), 4), "drawn": list(sketches.shape[-2:])}
    with log.open("a") as file:
        file.write(json.dumps(done) + "\n")
    print(done)


def write_images(faces: tuple[PairedFaces, PairedFaces], folder: Path, names: tuple[str, str]) -> None:
    """Photos and sketches of both splits as PNG files."""
    for pairs in faces:
        for name, images in zip(names, (pairs.photos, three_channels(pairs.sketches)), strict=True):
            where = folder / name.format(split=pairs.split)
            where.mkdir(parents=True, exist_ok=True)
            for id_, image in zip(pairs.ids, images, strict=True):
                Image.fromarray(image.permute(1, 2, 0).numpy()).save(where / f"{id_}.png")


def train_and_test(asked: argparse.Namespace, test: PairedFaces) -> torch.Tensor:
    """What their program draws of the test photos: (N, 1, h, w) in [-1, 1]."""
    load = TrainConfig(size=asked.size, jitter=True).load_size
    name = f"{asked.program}-{asked.size}-{asked.channels}-{asked.half}-{asked.seed}-{int(asked.as_cyclegan)}"
    out = asked.out.resolve()
    shared = f"--dataroot {out}/data/{asked.program} --checkpoints_dir {out}/checkpoints --name {name} "
    shared += f"--ngf {asked.channels} "
    shared += f"--ndf {asked.channels} --gpu_ids -1"
    epochs, both = asked.half, 2 * asked.half
    if asked.program == "cut":
        init = "normal" if asked.as_cyclegan else "xavier"
        shared += f" --model cycle_gan --crop_size {asked.size} --no_antialias --no_antialias_up --num_threads 0"
        shared += f" --init_type {init}"
        train = f"--load_size {load} --n_epochs {epochs} --n_epochs_decay {epochs} --display_id 0 --no_html"
        train += f" --save_epoch_freq {both}"
        draw = f"--load_size {asked.size} --num_test {len(test)} --results_dir {out}/results --phase test"
        pattern = out / "results" / name / "test_latest" / "images" / "fake_B" / "{}.png"
    else:
        shared += f" --n_domains 2 --loadSize {load} --fineSize {asked.size} --nThreads 0"
        train = f"--niter {epochs} --niter_decay {epochs} --no_html --save_epoch_freq {both}"
        draw = f"--serial_test --which_epoch {both} --results_dir {out}/results --phase test"
        pattern = out / "results" / name / f"test_{both}" / "images" / "{}_fake_1.png"
    for script, more in (("train.py", train), ("test.py", draw)):
        words = [sys.executable, __file__, "--inside", script, str(asked.seed), str(int(asked.as_cyclegan))]
        command = [*words, *shared.split(), *more.split()]
        subprocess.run(command, cwd=asked.checkout, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    images = [np.array(Image.open(str(pattern).format(id_)).convert("RGB")) for id_ in test.ids]
    drawn = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)  # (N, 3, h, w)
    return to_float(drawn).mean(dim=1, keepdim=True)


class Nothing:
    """Stands for a package that only draws web pages."""

    def __init__(self, *args: object, **kwargs: object) -> None: ...

    def __getattr__(self, name: str) -> Nothing:
        return Nothing()

    def __call__(self, *args: object, **kwargs: object) -> Nothing:
        return self

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *error: object) -> None: ...


class Alone:
    """In place of DataParallel: the network itself."""

    def __new__(cls, net: torch.nn.Module, gpu_ids: list[int]) -> torch.nn.Module:
        return net


class ImagesOnly:
    """Their page of results, without the page."""

    def __init__(self, web_dir: str, title: str, *args: object, **kwargs: object) -> None:
        self.folder = os.path.join(web_dir, "images")
        os.makedirs(self.folder, exist_ok=True)

    def get_image_dir(self) -> str:
        return self.folder

    def add_header(self, *args: object, **kwargs: object) -> None: ...

    add_images = save = add_header


def inside(script: str, seed: int, as_cyclegan: bool) -> None:
    """Run their `script` in this process, in their folder, with what is in `sys.argv`."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for name in ("dominate", "dominate.tags", "visdom", "apex"):
        module = types.ModuleType(name)
        module.__all__ = ["meta", "h3", "table", "tr", "td", "p", "a", "img", "br"]
        for each in (*module.__all__, "document", "Visdom", "amp"):
            setattr(module, each, Nothing)
        sys.modules[name] = module
    import scipy.ndimage

    sys.modules["scipy.ndimage.filters"] = scipy.ndimage  # its name before SciPy 1.8
    sys.path.insert(0, os.getcwd())
    import util.html

    util.html.HTML = ImagesOnly
    if os.path.exists("models/cycle_gan_model.py"):
        mend_cut(as_cyclegan)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    runpy.run_path(script, run_name="__main__")


def mend_cut(as_cyclegan: bool) -> None:
    """Their CycleGAN calls for an argument and an option that it does not have."""
    import data
    import models.cycle_gan_model as theirs

    first = theirs.CycleGANModel.__init__

    def init(self: object, opt: argparse.Namespace) -> None:
        opt.amp = False
        first(self, opt)

    theirs.CycleGANModel.__init__ = init
    theirs.CycleGANModel.data_dependent_initialize = lambda self, batch: None
    torch.nn.DataParallel = Alone
    if as_cyclegan:  # a data set that never learns which epoch it is goes on cropping
        data.CustomDatasetDataLoader.set_epoch = lambda self, epoch: None


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        _, _, script, seed, as_cyclegan, *rest = sys.argv
        sys.argv = [script, *rest]
        inside(script, int(seed), as_cyclegan == "1")
    else:
        main()
