"""Finds the photos and sketches of CUHK Student among the files of a copy, whatever its layout.

Copies differ in folders, in names and in how an image is stored; what they share is the number in
the file name. A name is reduced to the pair's id (`F2-005-01-sz1.jpg` and `f-005-01.jpg` are both
of `f2-005-01`), and a photo is told from a sketch by `-sz1`, or else by the folder it lies in.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from sketchlib.data.archives import members
from sketchlib.data.pairs import NATIVE_SIZE

KINDS = ("photo", "sketch")
WIDTH_HEIGHT = (NATIVE_SIZE[1], NATIVE_SIZE[0])

_IMAGE = re.compile(r"\.(jpe?g|png|bmp|gif|tiff?|webp|p[gp]m)$", re.IGNORECASE)
_NAME = re.compile(r"([fm])([12]?)-(\d{3})-01([-_]sz1)?", re.IGNORECASE)
_SPLIT = re.compile(r"(?<![a-z])(train|test|val)", re.IGNORECASE)

Key = tuple[str, str]  # (id of the pair, "photo" or "sketch")


@dataclass(frozen=True)
class Found:
    """An image file of a copy. `size` is (width, height), None if the file cannot be read."""

    name: str
    key: Key
    size: tuple[int, int] | None
    pixels: np.ndarray | None  # (250, 200, 3) or (250, 200) uint8, at the native size only


@dataclass(frozen=True)
class Copy:
    """What lies in a copy: one image a key where that is clear, and whatever stands in the way."""

    path: Path
    images: dict[Key, Found]
    unreadable: tuple[Found, ...]
    wrong_size: tuple[Found, ...]  # no image of the native size beside them
    set_aside: tuple[Found, ...]  # of another size, beside one of the native size
    clashes: tuple[tuple[Found, Found], ...]  # two images of one key with different pixels
    skipped: tuple[str, ...]  # images whose names are not of CUHK Student

    def has(self, key: Key) -> bool:
        """Whether there is a file for this half of a pair, usable or not."""
        others = (*self.unreadable, *self.wrong_size, *(pair[0] for pair in self.clashes))
        return key in self.images or any(found.key == key for found in others)


def scan(path: str | Path, ids: Container[str]) -> Copy:
    """Read every image below `path` whose name is one of CUHK Student's.

    Args:
        path: a folder, a zip or a tar.
        ids: the canonical ids, such as "f2-005-01".

    Raises:
        FileNotFoundError: if there is nothing at `path`.
        ValueError: if it is neither folder nor archive, or no name in it is one of CUHK Student's.
    """
    root = Path(path).expanduser()
    skipped: dict[str, None] = {}

    def wanted(name: str) -> bool:
        if not _IMAGE.search(name) or _is_junk(name):
            return False
        if pair_id(name, ids) is None:
            skipped[name] = None
        return name not in skipped

    opened = [(name, *_open(data)) for name, data in members(root, wanted)]
    if not opened:
        raise ValueError(
            f"{root}: no image of CUHK Student found, only {len(skipped)} with other names, "
            "expected names such as f2-005-01.jpg (a photo) and f2-005-01-sz1.jpg (its sketch)."
        )
    marked = {str(PurePosixPath(name).parent) for name, *_ in opened if _is_marked(name)}
    by_key = defaultdict(list)
    for name, size, image in opened:
        key = (pair_id(name, ids), kind_of(name, marked))
        pixels = None if image is None else to_pixels(image, key[1])
        by_key[key].append(Found(name, key, size, pixels))
    return _choose(root, by_key, tuple(skipped))


def pair_id(name: str, ids: Container[str]) -> str | None:
    """`.../F2-005-01-sz1.jpg` or `.../f-005-01.jpg` -> "f2-005-01"; None for any other name.

    Some copies drop the 2 of training names. The number still tells: no test face shares one.
    """
    match = _NAME.fullmatch(PurePosixPath(name).stem)
    if match is None:
        return None
    letter, digit, number = match[1].lower(), match[2], match[3]
    candidates = [f"{letter}{digit}-{number}-01"] + [f"{letter}2-{number}-01"] * (not digit)
    return next((candidate for candidate in candidates if candidate in ids), None)


def kind_of(name: str, marked: Container[str] = ()) -> str:
    """Sketch if the name ends in -sz1 or the nearest telling folder says so, else photo.

    Args:
        marked: folders in which some names carry -sz1, so those without it are photos.
    """
    folder = PurePosixPath(name).parent
    if _is_marked(name):
        return "sketch"
    if str(folder) in marked:
        return "photo"
    for part in reversed(folder.parts):
        told = [kind for kind in KINDS if kind in part.lower()]
        if len(told) == 1:
            return told[0]
    return "photo"


def split_of(name: str) -> str | None:
    """The split that the nearest telling folder names, or None; validation counts as test."""
    for part in reversed(PurePosixPath(name).parent.parts):
        if told := _SPLIT.search(part):
            return "train" if told[1].lower() == "train" else "test"
    return None


def to_pixels(image: Image.Image, kind: str) -> np.ndarray:
    """Any mode -> uint8: (H, W, 3) for a photo, (H, W) for a sketch; transparent is white."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    elif image.mode.startswith("I"):  # 16 bits: 65535 is white
        image = Image.fromarray((np.asarray(image) / 257).round().clip(0, 255).astype(np.uint8))
    return np.array(image.convert("RGB" if kind == "photo" else "L"))


def _is_marked(name: str) -> bool:
    return PurePosixPath(name).stem.lower().endswith("sz1")


def _is_junk(name: str) -> bool:
    """What macOS and Windows leave behind: `._f-039-01.jpg`, `__MACOSX/`, hidden files."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _open(data: bytes) -> tuple[tuple[int, int] | None, Image.Image | None]:
    """The size from the header; the decoded image only where the size is the native one."""
    try:
        image = Image.open(io.BytesIO(data))
        if image.size != WIDTH_HEIGHT:
            return image.size, None
        image.load()
        return image.size, image
    except Exception:  # decoders raise many kinds; each means that this file cannot be read
        return None, None


def _choose(root: Path, by_key: dict[Key, list[Found]], skipped: Sequence[str]) -> Copy:
    images, unreadable, wrong_size, set_aside, clashes = {}, [], [], [], []
    for key, files in sorted(by_key.items()):
        unreadable += [found for found in files if found.size is None]
        native = [found for found in files if found.pixels is not None]
        others = [found for found in files if found.size and found.pixels is None]
        (set_aside if native else wrong_size).extend(others)
        different = [f for f in native[1:] if not np.array_equal(f.pixels, native[0].pixels)]
        if different:
            clashes.append((native[0], different[0]))
        elif native:
            images[key] = native[0]
    lists = (tuple(found) for found in (unreadable, wrong_size, set_aside, clashes, skipped))
    return Copy(root, images, *lists)
