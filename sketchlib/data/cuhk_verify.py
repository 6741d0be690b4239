"""Says how a copy of CUHK Student differs from the reference copy, and what that does to scores.

Every finding is one sentence that ends in what it means for scores: that is why one asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sketchlib.data.cuhk_files import KINDS, Copy, Key, split_of
from sketchlib.data.cuhk_problems import problems, some
from sketchlib.data.cuhk_reference import measure, reference

RETOUCHED_SSIM_GAIN = 0.0165
"""About how much more SSIM the same generated sketches score against the retouched copy.

They are no better for it. Black wedges and handwriting, which no method can foresee from the photo,
are simply no longer in the sketches they are compared with.
"""

WEDGE_LEFT = 0.5
"""A copy is called retouched when less than this share of the reference's wedges is left."""

GREY_TOLERANCE = 8.0
"""Largest difference in the mean grey of the face at which two images may be the same picture."""


@dataclass(frozen=True)
class Report:
    """What `verify` found. Each finding, and each problem, is one sentence.

    Attributes:
        copy: where the copy lies.
        train, test: complete pairs of each official split.
        differing: names of the files whose pixels are not those of the reference copy.
        retouched: whether the black wedges are painted over.
        findings: what is particular about the copy, and what it means for scores.
        problems: what stops it from being used, naming the files; empty for a usable copy.
    """

    copy: str
    train: int
    test: int
    differing: tuple[str, ...]
    retouched: bool
    findings: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def pairs(self) -> int:
        return self.train + self.test

    @property
    def usable(self) -> bool:
        return not self.problems

    def __str__(self) -> str:
        what = "a usable copy" if self.usable else "not a usable copy"
        head = (
            f"{self.copy}: {what} of CUHK Student, with {self.pairs} complete pairs "
            f"({self.train} for training, {self.test} for testing)."
        )
        return "\n".join([head, *(f"- {line}" for line in (*self.problems, *self.findings))])


def examine(copy: Copy) -> Report:
    """Compare a copy with the reference. Never fails: what is wrong is a problem of the report."""
    pairs, troubles = reference()["pairs"], tuple(problems(copy))
    whole = [pair for pair in pairs if all((pair, kind) in copy.images for kind in KINDS)]
    measured = {key: measure(found.pixels) for key, found in copy.images.items()}
    expected = {key: pairs[key[0]][key[1]] for key in measured}
    differing = [key for key in measured if measured[key]["sha256"] != expected[key]["sha256"]]
    off = {key: abs(measured[key]["grey"] - expected[key]["grey"]) for key in differing}
    others = [key for key in differing if off[key] > GREY_TOLERANCE]
    strangers = len(others) > len(measured) / 2
    retouched = not strangers and _wedges_are_gone(measured, expected)
    splits = Counter(pairs[pair]["split"] for pair in whole)
    return Report(
        copy=str(copy.path),
        train=splits["train"],
        test=splits["test"],
        differing=tuple(copy.images[key].name for key in differing),
        retouched=retouched,
        findings=(
            *_on_pixels(copy, differing, others, strangers, usable=not troubles),
            *([_RETOUCHED] if retouched else []),
            *_on_split(copy, whole),
            *_on_files(copy),
        ),
        problems=troubles,
    )


def _wedges_are_gone(measured: dict[Key, dict], expected: dict[Key, dict]) -> bool:
    """Whether most of the black in the upper corners of the photos, or of the sketches, is gone."""
    for kind in KINDS:
        keys = [key for key in measured if key[1] == kind]
        before = sum(expected[key]["wedge"] for key in keys)
        if before and sum(measured[key]["wedge"] for key in keys) < WEDGE_LEFT * before:
            return True
    return False


_RETOUCHED = (
    "The black wedges at the edges are painted over, as in the retouched copy that is widespread: "
    f"the same generated sketches score an SSIM about {RETOUCHED_SSIM_GAIN} higher against that "
    "one, so scores from here do not compare with scores on the original images."
)


def _on_pixels(
    copy: Copy, differing: Sequence[Key], others: Sequence[Key], strangers: bool, *, usable: bool
) -> Iterable[str]:
    if not copy.images:
        return
    if not differing:
        what, so = (
            ("All", "so scores compare with the book's")
            if usable
            else ("The other", "so scores will compare with the book's once the rest is mended")
        )
        yield f"{what} {len(copy.images)} images equal the reference copy pixel for pixel, {so}."
        return
    sketches = sum(kind == "sketch" for _, kind in differing)
    yield (
        f"{len(differing)} of {len(copy.images)} images differ from the reference copy "
        f"({len(differing) - sketches} photos and {sketches} sketches: "
        f"{some(copy.images[key].name for key in differing)}): scores compare with the book's only "
        "roughly."
    )
    if strangers:
        yield (
            "Most images do not even show the pictures of CUHK Student, only their names do: "
            "scores from here compare with nothing that is published."
        )
    elif others:
        names = some(copy.images[key].name for key in others)
        yield (
            f"{len(others)} of these seem to show another picture than their name says ({names}): "
            "a wrong sketch beside a photo lowers scores."
        )


def _on_split(copy: Copy, whole: Sequence[str]) -> Iterable[str]:
    """A sentence where the folders name a split that is not the official one."""
    told = {pair: split_of(copy.images[pair, "photo"].name) for pair in whole}
    official = {pair: reference()["pairs"][pair]["split"] for pair in whole}
    if any(told[pair] not in (None, official[pair]) for pair in whole):
        sizes = Counter(told.values())
        yield (
            f"Its folders split the pairs {sizes['train']}/{sizes['test']}, which is not the "
            "official split: the 88/100 of the file names are used instead, so scores do not "
            "compare with ones taken on that other split."
        )


def _on_files(copy: Copy) -> Iterable[str]:
    if copy.set_aside:
        yield (
            f"{len(copy.set_aside)} images of another size lie beside cropped ones and are left "
            f"aside ({some(f.name for f in copy.set_aside)}): scores are not affected."
        )
    if copy.skipped:
        yield (
            f"{len(copy.skipped)} images are skipped because their names are not of CUHK Student "
            f"({some(copy.skipped)}): scores are not affected."
        )
