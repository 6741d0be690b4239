"""What keeps a copy of CUHK Student from being used: a sentence a kind of trouble, naming files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sketchlib.data.cuhk_files import KINDS, WIDTH_HEIGHT, Copy, Found, Key
from sketchlib.data.cuhk_reference import reference


def problems(copy: Copy) -> Iterable[str]:
    """The sentences; none for a copy that can be used."""
    size = "{} x {}".format(*WIDTH_HEIGHT)
    if copy.unreadable:
        yield (
            f"{count(copy.unreadable, 'image')} cannot be read ({_named(copy.unreadable)}): "
            "without every image a score is another score."
        )
    scans = [f for f in copy.wrong_size if _is_scan(f)]
    if scans:
        yield (
            f"{count(scans, 'sketch')} {are(scans)} uncropped, {_sizes(scans)} instead of {size} "
            f"({_named(scans)}): such scans do not line up with the photos, so training on them or "
            "scoring against them means nothing, and the cropped sketches are needed."
        )
    resized = [f for f in copy.wrong_size if not _is_scan(f)]
    if resized:
        yield (
            f"{count(resized, 'image')} {are(resized)} {_sizes(resized)} instead of {size} "
            f"({_named(resized)}): an SSIM taken at another size is another number."
        )
    if copy.clashes:
        first, second = copy.clashes[0]
        yield (
            f"{count(copy.clashes, 'image')} {are(copy.clashes)} there twice with different pixels "
            f"(such as {first.name} and {second.name}): there seem to be two copies, so give the "
            "path of one of them."
        )
    yield from _missing(copy)


def _missing(copy: Copy) -> Iterable[str]:
    gone = {kind: [p for p in reference()["pairs"] if not copy.has((p, kind))] for kind in KINDS}
    both = [pair for pair in gone["photo"] if pair in gone["sketch"]]
    for kind, other in (("sketch", "photo"), ("photo", "sketch")):
        alone = [_name(copy, (p, other)) for p in gone[kind] if p not in both]
        if alone:
            verb = "has" if len(alone) == 1 else "have"
            yield (
                f"{count(alone, other)} {verb} no {kind} ({some(alone)}): a pair is trained on and "
                "scored only whole."
            )
    if both:
        yield (
            f"{len(both)} of {len(reference()['pairs'])} pairs {are(both)} missing altogether "
            f"({some(both)}): a score over fewer faces is another score."
        )


def _name(copy: Copy, key: Key) -> str:
    """The file name of a half that is there, or the pair's id where several files claim it."""
    return copy.images[key].name if key in copy.images else key[0]


def _is_scan(found: Found) -> bool:
    """A sketch much larger than the native size, and of neither its shape nor a square."""
    (width, height), (native_width, native_height) = found.size, WIDTH_HEIGHT
    large = width > 1.5 * native_width and height > 1.5 * native_height
    resized = width == height or width * native_height == height * native_width
    return found.key[1] == "sketch" and large and not resized


def _sizes(images: Iterable[Found]) -> str:
    counts = Counter("{} x {}".format(*found.size) for found in images)
    most = counts.most_common(1)[0][0]
    return most if len(counts) == 1 else f"{most} and other sizes"


def count(things: Sequence[Any], noun: str) -> str:
    """Such as "1 image" or "2 sketches"."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{len(things)} {noun if len(things) == 1 else plural}"


def are(things: Sequence[Any]) -> str:
    """The verb: is for one thing, are for several."""
    return "is" if len(things) == 1 else "are"


def _named(images: Iterable[Found]) -> str:
    return some(found.name for found in images)


def some(names: Iterable[str], limit: int = 3) -> str:
    """Such as "a, b, c and 7 more"."""
    names = list(names)
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + rest
