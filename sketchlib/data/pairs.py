"""Photo/sketch pairs, and the few conversions between how they are stored and what networks read.

Images are stored as they are scored: 250 x 200 pixels of 8 bits. Networks read floats in [-1, 1], square,
with three channels on both sides, because the identity loss (eqs. 6 and 7) asks G to take a sketch too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor
from torchvision.transforms.functional import InterpolationMode
from torchvision.transforms.functional import resize as _resize

NATIVE_SIZE = (250, 200)
"""Height and width of every stored image, in pixels. Scores are taken at this size."""


@dataclass(frozen=True)
class PairedFaces:
    """Photos and the sketches of the same faces, in the same order.

    Attributes:
        photos: (N, 3, H, W), uint8, RGB.
        sketches: (N, 1, H, W), uint8, grey. Scores are taken against these.
        ids: one name a pair, unique.
        split: "train" or "test".
        name: the data set, such as "toy" or "cuhk-student".

    Raises:
        ValueError: if shapes, types or lengths do not fit together.
    """

    photos: Tensor
    sketches: Tensor
    ids: tuple[str, ...]
    split: str
    name: str

    def __post_init__(self) -> None:
        n, height, width = len(self.ids), *self.photos.shape[-2:]
        for field, images, channels in (("photos", self.photos, 3), ("sketches", self.sketches, 1)):
            expected = (n, channels, height, width)
            if images.dtype != torch.uint8 or tuple(images.shape) != expected:
                raise ValueError(
                    f"PairedFaces.{field} is {tuple(images.shape)} of {images.dtype}, "
                    f"expected {expected} of torch.uint8."
                )
        if len(set(self.ids)) != n:
            raise ValueError("PairedFaces.ids has a name twice, expected one name for each pair.")
        if self.split not in ("train", "test"):
            raise ValueError(f"PairedFaces.split is {self.split!r}, expected 'train' or 'test'.")

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: slice | Sequence[int]) -> PairedFaces:
        """Keep some of the pairs, given by a slice or by positions."""
        rows = range(len(self))[index] if isinstance(index, slice) else index
        picked = torch.as_tensor(list(rows), dtype=torch.long)
        return replace(
            self,
            photos=self.photos[picked],
            sketches=self.sketches[picked],
            ids=tuple(self.ids[i] for i in rows),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over ids and pixels. Two runs with the same fingerprint saw the same data."""
        digest = hashlib.sha256("\n".join(self.ids).encode())
        for images in (self.photos, self.sketches):
            digest.update(str(tuple(images.shape)).encode())
            digest.update(images.contiguous().numpy().tobytes())
        return digest.hexdigest()

    def tensors(self, size: int | tuple[int, int]) -> tuple[Tensor, Tensor]:
        """What a network reads: photos (N, 3, height, width) and sketches (N, 1, height, width) in [-1, 1].

        Args:
            size: (height, width), or the side of a square. The 250 x 200 image is squeezed into it, not cropped, so a
                score can be taken on all of it.
        """
        shape = (size, size) if isinstance(size, int) else size
        return tuple(resize(to_float(images), shape) for images in (self.photos, self.sketches))


def hold_out(pairs: PairedFaces, every: int = 5) -> tuple[PairedFaces, PairedFaces]:
    """Split training pairs for choosing settings: (train, validation), so that no test face has a say.

    Every fifth pair, the first among them, is held out: 18 of 88. Pairs are in the order of their ids, so each kind of
    id gives its share. The data set's name gets "-validation" behind it, which keeps runs apart from those on all.

    Raises:
        ValueError: if nothing would be left in one of the two.
    """
    if every < 2 or len(pairs) < 2:
        raise ValueError(f"hold_out got every = {every} and {len(pairs)} pairs, expected 2 or more of both.")
    name = f"{pairs.name}-validation"
    kept = [i for i in range(len(pairs)) if i % every]
    return replace(pairs[kept], name=name), replace(pairs[::every], name=name, split="test")


def to_float(images: Tensor) -> Tensor:
    """uint8 in 0..255 -> float32 in [-1, 1], same shape."""
    return images.to(torch.float32) / 127.5 - 1.0


def to_uint8(images: Tensor) -> Tensor:
    """float in [-1, 1] -> uint8 in 0..255, same shape: clamped and rounded to nearest."""
    return ((images.clamp(-1.0, 1.0) + 1.0) * 127.5).round().to(torch.uint8)


def resize(images: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, C, H, W) float -> (N, C, height, width) of `size`: bilinear, with antialiasing when it shrinks."""
    if tuple(images.shape[-2:]) == tuple(size):
        return images
    return _resize(images, list(size), InterpolationMode.BILINEAR, antialias=True)


def three_channels(sketch: Tensor) -> Tensor:
    """(N, 1, H, W) -> (N, 3, H, W): the same grey three times, as the networks take it."""
    return sketch.expand(-1, 3, -1, -1)


def one_channel(image: Tensor) -> Tensor:
    """(N, 3, H, W) -> (N, 1, H, W): the mean of the channels, how a network's sketch is read."""
    return image.mean(dim=1, keepdim=True)


def paired_flip(photos: Tensor, sketches: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mirror each pair left-right with probability 1/2, photo and sketch always together."""
    return _flip((photos, sketches), generator)


def paired_crop(
    photos: Tensor, sketches: Tensor, size: int | None, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Cut a square of `size` pixels a side at random, the same from photo and sketch; None leaves them whole."""
    return _crop((photos, sketches), size, generator)


def aligned_batches(
    photos: Tensor,
    sketches: Tensor,
    batch_size: int,
    generator: torch.Generator,
    *,
    flip: bool = True,
    crop: int | None = None,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch in random order; photo and sketch of a batch show the same face.

    Args:
        photos: (N, 3, H, W); sketches: (N, 1, H, W), on any device.
        generator: a CPU generator; all random numbers here are its, so its state is the loader's state.
        flip: mirror each pair with probability 1/2.
        crop: cut squares of this side from each pair, at random.
    """
    for rows in torch.randperm(len(photos), generator=generator).split(batch_size):
        yield _augment((photos[rows], sketches[rows]), generator, flip, crop)


def unaligned_batches(
    photos: Tensor,
    sketches: Tensor,
    batch_size: int,
    generator: torch.Generator,
    *,
    flip: bool = True,
    crop: int | None = None,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch of photos, each beside the sketch of some face: what CycleGAN learns from.

    Photos and sketches are shuffled, mirrored and cropped independently. Arguments as `aligned_batches`.
    """
    order = torch.randperm(len(sketches), generator=generator)
    for rows in torch.randperm(len(photos), generator=generator).split(batch_size):
        others, order = order[: len(rows)], order[len(rows) :]
        (photo,) = _augment((photos[rows],), generator, flip, crop)
        (sketch,) = _augment((sketches[others],), generator, flip, crop)
        yield photo, sketch


def _augment(
    images: tuple[Tensor, ...], generator: torch.Generator, flip: bool, crop: int | None
) -> tuple[Tensor, ...]:
    """The same flips and crops for all of `images`, (N, C, H, W) each."""
    if flip:
        images = _flip(images, generator)
    return _crop(images, crop, generator)


def _flip(images: tuple[Tensor, ...], generator: torch.Generator) -> tuple[Tensor, ...]:
    flip = torch.rand(len(images[0]), generator=generator) < 0.5
    chosen = flip.view(-1, 1, 1, 1).to(images[0].device)  # (N, 1, 1, 1)
    return tuple(torch.where(chosen, each.flip(-1), each) for each in images)


def _crop(images: tuple[Tensor, ...], size: int | None, generator: torch.Generator) -> tuple[Tensor, ...]:
    n, height, width = len(images[0]), *images[0].shape[-2:]
    if size is None or (height, width) == (size, size):
        return images
    tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
    lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()

    def cut(each: Tensor) -> Tensor:  # (N, C, H, W) -> (N, C, size, size)
        places = zip(each, tops, lefts, strict=True)
        return torch.stack([image[:, top : top + size, left : left + size] for image, top, left in places])

    return tuple(cut(each) for each in images)
