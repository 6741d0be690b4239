"""LLE, the one row of Table 1 without a network: a drawing pieced together from patches of training sketches.

Liu, Tang, Jin, Lu and Ma, "A Nonlinear Approach for Face Sketch Synthesis and Recognition", CVPR 2005. The idea is
borrowed from locally linear embedding: what mixes a photo patch from a few others mixes its sketch from theirs.
For every patch of a new photo,

1. find the K training photo patches that look most like it, near the same place in the face (`nearest_patches`);
2. find the weights, of sum 1, with which these K come closest to the patch (`mixing_weights`);
3. mix the K sketch patches with the same weights; where patches overlap, average (`LLE.sketch`).

Photos are compared as grey values 0..255, whole numbers kept in floats. Their products and sums are whole numbers too,
below 2**24, up to which float32 is exact: no rounding decides which patch is nearest,
on any machine, but ties may be broken differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from sketchlib.data.pairs import PairedFaces, resize, to_uint8
from sketchlib.evaluation.floors import grey
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import pick_device
from sketchlib.training.history import History

BATCH = 128
"""Photos drawn at once. They share the copies of training patches; memory stays bounded for any number."""


class LLE:
    """`fit` keeps the training pairs, `sketch` does all the work."""

    def __init__(
        self, patch: int = 13, overlap: int = 9, neighbors: int = 5, search: int = 5, regularization: float = 1e-3
    ) -> None:
        """Choose the size of the pieces and where to look for them.

        Args:
            patch: side of a patch, in pixels.
            overlap: pixels that a patch shares with the next one.
            neighbors: K, the training patches that are mixed.
            search: how far from its own place, in pixels, a patch looks for neighbors in each training photo.
            regularization: see `mixing_weights`.

        Raises:
            ValueError: if a number is out of its range.
        """
        for name, value, least in (("neighbors", neighbors, 1), ("search", search, 0)):
            if value < least:
                raise ValueError(f"LLE's {name} is {value}, expected {least} or more.")
        if not 1 <= patch <= 16:  # 16 * 16 * 255**2 < 2**24
            raise ValueError(f"LLE's patch is {patch}, expected 1 to 16, so that distances stay exact in float32.")
        if not 0 <= overlap < patch:
            raise ValueError(f"LLE's overlap is {overlap}, expected 0 to {patch - 1}, less than a patch of {patch}.")
        if not regularization > 0:
            raise ValueError(f"LLE's regularization is {regularization}, expected a number above 0.")
        self.patch, self.stride, self.neighbors, self.search = patch, patch - overlap, neighbors, search
        self.regularization = regularization

    def fit(
        self,
        pairs: PairedFaces,
        config: TrainConfig | None = None,
        *,
        on_step: Callable[[int, Mapping[str, Tensor]], None] | None = None,
        device: str = "auto",
        **options: Any,
    ) -> History:
        """Keep the pairs, at their own size: there is nothing to train, so the history is empty.

        Args:
            pairs: the training pairs.
            config, on_step, options: what the other methods take; nothing here depends on them.
            device: "cpu", "cuda", or "auto": the GPU if there is one.

        Raises:
            ValueError: if the images are too small or too few for the settings, or the device is none of these.
        """
        self.device = torch.device(pick_device(device))
        self._check(pairs)
        self.photos = grey(pairs.photos)[:, 0].to(self.device, torch.float32)  # (M, H, W)
        self.sketches = pairs.sketches[:, 0].to(self.device, torch.float32)  # (M, H, W)
        return History()

    @torch.no_grad()
    def sketch(self, photos: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] -> (N, 1, H, W) in [-1, 1]; another size than the training photos' is resized."""
        return torch.cat([self._sketch(batch) for batch in photos.split(BATCH)])

    def _sketch(self, photos: Tensor) -> Tensor:
        """Step 3, which calls 1 and 2 for each patch."""
        p, size = self.patch, tuple(self.photos.shape[-2:])
        new = grey(to_uint8(resize(photos.cpu(), size)))[:, 0].to(self.device, torch.float32)  # (N, H, W)
        # The two pixels of a pair side by side in memory, because both are fetched for every neighbor.
        pairs = all_patches(torch.stack([self.photos, self.sketches], dim=-1), p)  # (M, H', W', 2, p, p)
        total, count = torch.zeros_like(new), torch.zeros_like(new[0])  # (N, H, W), (H, W)
        for y, x, found in nearest_patches(new, self.photos, p, self.stride, self.neighbors, self.search):
            here = (..., slice(y, y + p), slice(x, x + p))
            neighbors, drawn = pairs[found].unbind(2)  # (N, K, p, p) each
            weights = mixing_weights(new[here], neighbors, self.regularization)  # (N, K)
            total[here] += (weights[..., None, None] * drawn).sum(dim=1)  # (N, p, p)
            count[here] += 1
        whole = (total / count / 127.5 - 1).clamp(-1, 1).unsqueeze(1)  # (N, 1, H, W)
        return resize(whole, tuple(photos.shape[-2:])).to(photos.device)

    def _check(self, pairs: PairedFaces) -> None:
        """Every place, a corner too, must offer K candidates."""
        height, width = pairs.photos.shape[-2:]
        if min(height, width) < self.patch:
            raise ValueError(f"LLE's pairs are {height} x {width}, expected at least a patch, {self.patch}, a side.")
        down, right = (min(self.search, side - self.patch) + 1 for side in (height, width))
        at_corner = len(pairs) * down * right
        if at_corner < self.neighbors:
            offer = f"the patches that {len(pairs)} pairs offer at a corner"
            raise ValueError(f"LLE's neighbors is {self.neighbors}, expected at most {at_corner}, {offer}.")


def corners(length: int, patch: int, stride: int) -> list[int]:
    """Where patches start along a side of `length` pixels: every `stride`, and one flush with the end."""
    last = length - patch
    return [*range(0, last, stride), last]


def all_patches(images: Tensor, patch: int) -> Tensor:
    """(M, H, W, ...) -> (M, H', W', ..., patch, patch), the patch that starts at each pixel; a view, not a copy."""
    return images.unfold(1, patch, 1).unfold(2, patch, 1)


def nearest_patches(
    new: Tensor, training: Tensor, patch: int, stride: int, neighbors: int, search: int
) -> Iterator[tuple[int, int, tuple[Tensor, Tensor, Tensor]]]:
    """Step 1: for every patch of new photos the most similar training patches, by squared difference.

    Args:
        new: (N, H, W), whole numbers 0..255 in float32.
        training: (M, H, W), the same.

    Yields:
        A patch's first row y, its first column x, and where its K neighbors lie in `all_patches(training, patch)`,
        three index tensors of (N, K), for photo, row and column; nearest first.
    """
    # In memory the photo's number runs fastest, so that the copies below move runs of M values, not single ones.
    patches = all_patches(training.permute(1, 2, 0).contiguous().permute(2, 0, 1), patch)  # (M, H', W', p, p)
    norms = training.square().unfold(1, patch, 1).sum(-1).unfold(2, patch, 1).sum(-1)  # (M, H', W'), |q|^2
    memory = new.new_empty(patches[:, : 2 * search + 1].numel())  # kept for all rows: fresh memory is slow at first
    for y in corners(new.shape[1], patch, stride):
        rows = slice(max(0, y - search), y + search + 1)
        q_norms = norms[:, rows].permute(2, 1, 0).flatten(1).unsqueeze(1)  # (W', 1, rows M)
        # One matrix for each column of candidates, so that those near any x are one piece of memory.
        strip = patches[:, rows].permute(2, 3, 4, 1, 0)  # (W', p, p, rows, M)
        strip = memory[: strip.numel()].view(strip.shape).copy_(strip).flatten(1, 2).flatten(2)  # (W', p p, rows M)
        for x in corners(new.shape[2], patch, stride):
            columns = slice(max(0, x - search), x + search + 1)
            candidates = strip[columns]  # (columns, p p, rows M)
            p = new[:, y : y + patch, x : x + patch].flatten(1).expand(len(candidates), -1, -1)  # (columns, N, p p)
            # |p - q|^2 = |p|^2 - 2 p.q + |q|^2, and |p|^2 is the same for all q, so it may be left out.
            distances = torch.baddbmm(q_norms[columns], p, candidates, alpha=-2)  # (columns, N, rows M)
            column, rest = _smallest(distances, neighbors)
            row, photo = rest // len(training), rest % len(training)
            yield y, x, (photo, row + rows.start, column + columns.start)


def _smallest(values: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Where the k smallest of (A, N, B) lie for each n, smallest first: positions along A and along B, (N, k) each.

    They lie where the k smallest minima over A do, so only those k of the B need a closer look: most of the time saved.
    """
    chosen = values.amin(dim=0).topk(min(k, values.shape[2]), largest=False).indices  # (N, k)
    few = values.gather(2, chosen.expand(len(values), -1, -1))  # (A, N, k)
    order = few.transpose(0, 1).flatten(1).topk(k, largest=False).indices  # (N, k)
    return order // chosen.shape[1], chosen.gather(1, order % chosen.shape[1])


def mixing_weights(patch: Tensor, neighbors: Tensor, regularization: float) -> Tensor:
    """Step 2: the weights w of sum 1 that bring the mixture of the neighbors q_k closest to p.

    With the Gram matrix C_jk = (p - q_j).(p - q_k) the squared error is w^T C w, and its minimum solves C w = 1 up to a
    factor.
    Neighbors that look alike make C nearly singular and w huge, of both signs; a part of C's trace on the diagonal
    prevents it. `LLE` adds 1e-3 of it, the order that the authors of locally linear embedding, Roweis and Saul, advise.

    Args:
        patch: (N, h, w). neighbors: (N, K, h, w).
        regularization: the part of the trace, above 0.

    Returns:
        (N, K); 1 / K each, where all neighbors equal the patch.
    """
    off = (patch.unsqueeze(1) - neighbors).flatten(2)  # (N, K, h w)
    gram = off @ off.mT  # (N, K, K)
    diagonal = gram.diagonal(dim1=1, dim2=2)  # (N, K), a view: what is added to it is added to C
    # Of whole numbers, so the trace is 0 or at least 1; 0 is taken as 1, or there were nothing to solve.
    diagonal += regularization * diagonal.sum(dim=1, keepdim=True).clamp(min=1.0)
    weights = torch.linalg.solve(gram, torch.ones_like(gram[..., 0]))  # (N, K)
    return weights / weights.sum(dim=1, keepdim=True)
