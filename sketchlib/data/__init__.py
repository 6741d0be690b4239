"""Where pairs come from: procedural toy faces, or a copy of CUHK Student."""

from __future__ import annotations

from pathlib import Path

from sketchlib.data.cache import drawn_once
from sketchlib.data.cuhk import OFFICIAL_PAGE, load_cuhk
from sketchlib.data.pairs import NATIVE_SIZE, PairedFaces

__all__ = ["NATIVE_SIZE", "PairedFaces", "load_cuhk", "load_faces"]


def load_faces(dataset: str | Path = "toy") -> tuple[PairedFaces, PairedFaces]:
    """The faces to learn from and to be scored on: (train, test), 88 and 100 pairs.

    Args:
        dataset: "toy" for the toy faces, the same on every machine, or the path of a copy of CUHK
            Student: a folder, a zip or a tar. A folder named toy is given as "./toy".

    Raises:
        FileNotFoundError: if there is nothing at that path.
        ValueError: if it is no usable copy of CUHK Student.
    """
    if dataset == "toy":
        from sketchlib.data.toyfaces import toy_faces

        return drawn_once(toy_faces)
    if not Path(dataset).expanduser().exists():
        raise FileNotFoundError(
            f'dataset is "{dataset}", expected "toy" or the path of a copy of CUHK Student, which '
            f"is to be had from {OFFICIAL_PAGE}"
        )
    return load_cuhk(dataset)
