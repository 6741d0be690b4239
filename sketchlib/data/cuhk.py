"""CUHK Student, the real faces: 188 photo/sketch pairs, one artist, 88 to train on and 100 to test.

Wang and Tang, "Face Photo-Sketch Synthesis and Recognition", IEEE TPAMI 31(11), 2009. The images
are for non-commercial research and are not part of this project: get a copy from `OFFICIAL_PAGE`,
or from Kaggle with `fetch`, and give its path to `load_cuhk`.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten

import numpy as np
import torch

from sketchlib.data.cuhk_files import Copy, scan
from sketchlib.data.cuhk_verify import Report, examine, reference
from sketchlib.data.pairs import PairedFaces

OFFICIAL_PAGE = "http://mmlab.ie.cuhk.edu.hk/archive/facesketch.html"
KAGGLE_DATASET = "arbazkhan971/cuhk-face-sketch-database-cufs"
KAGGLE_PAGE = f"https://www.kaggle.com/datasets/{KAGGLE_DATASET}"


def verify(path: str | Path) -> Report:
    """Look at a copy of CUHK Student and say what it is; `str` of the report is for people.

    Args:
        path: a folder at any depth above the images, or a zip or a tar of one.

    Raises:
        FileNotFoundError: if there is nothing at `path`.
        ValueError: if nothing in it is of CUHK Student.
    """
    return examine(scan(path, reference()["pairs"]))


def load_cuhk(path: str | Path) -> tuple[PairedFaces, PairedFaces]:
    """Read a copy of CUHK Student in the official split: (train, test), 88 and 100 pairs.

    Pairs are in the order of their ids. `name` is "cuhk-student", or "cuhk-student-retouched" for a
    copy whose black wedges are painted over, so that runs on the two never mix.

    Args:
        path: a folder at any depth above the images, or a zip or a tar of one.

    Raises:
        FileNotFoundError: if there is nothing at `path`.
        ValueError: if nothing in it is of CUHK Student, or images are missing, unreadable, of
            another size than 200 x 250, or there twice and different. The message names the files.
    """
    copy = scan(path, reference()["pairs"])
    report = examine(copy)
    if not report.usable:
        raise ValueError(f"{copy.path} cannot be used as CUHK Student: {' '.join(report.problems)}")
    name = "cuhk-student-retouched" if report.retouched else "cuhk-student"
    return _faces(copy, "train", name), _faces(copy, "test", name)


def _faces(copy: Copy, split: str, name: str) -> PairedFaces:
    ids = sorted(pair for pair, entry in reference()["pairs"].items() if entry["split"] == split)
    photos = np.stack([copy.images[pair, "photo"].pixels for pair in ids])
    sketches = np.stack([copy.images[pair, "sketch"].pixels for pair in ids])
    return PairedFaces(
        photos=torch.from_numpy(photos).permute(0, 3, 1, 2).contiguous(),  # (N, 3, 250, 200)
        sketches=torch.from_numpy(sketches)[:, None],  # (N, 1, 250, 200)
        ids=tuple(ids),
        split=split,
        name=name,
    )


def fetch() -> Path:
    """Download the Kaggle data set, or find it in kagglehub's cache, and return its folder.

    It is a copy somebody put there, so run `verify` on it. kagglehub may ask for a Kaggle account.

    Raises:
        RuntimeError: if kagglehub is not installed or the download fails; it says what to do.
    """
    by_hand = f"download it by hand from {KAGGLE_PAGE} or {OFFICIAL_PAGE}"
    try:
        import kagglehub
    except ImportError:
        raise RuntimeError(
            f"Fetching CUHK Student needs kagglehub: run `pip install kagglehub`, or {by_hand}."
        ) from None
    try:
        return Path(kagglehub.dataset_download(KAGGLE_DATASET))
    except Exception as error:  # no network, no account, no such data set: kagglehub has many kinds
        reason = shorten(str(error), 120, placeholder=" ...")
        raise RuntimeError(
            f"CUHK Student could not be fetched from Kaggle ({type(error).__name__}: {reason}): "
            f"check the network and the Kaggle account, or {by_hand}."
        ) from error
