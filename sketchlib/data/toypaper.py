"""Paper and pencil for the toy sketches: what a stroke leaves behind, and how paper takes it."""

from __future__ import annotations

from copy import copy

import numpy as np

from sketchlib.data.toygeometry import Box, FaceGeometry
from sketchlib.data.toytexture import Array, Chance, noise2, ramp, stroke


class Sheet:
    """A sheet that one face is drawn on.

    Args:
        face: as the artist sees it. Its seed decides how the hand wobbles and presses.

    Attributes:
        clear: (H, W), the share of light that what was drawn so far lets through, 1 on bare paper.
        shadow: (1, W), 0 on the side towards the light to 1 on the other.
    """

    def __init__(self, face: FaceGeometry) -> None:
        seed = face.p.seed
        self.face, self.clear = face, np.ones(face.size)
        self.wobble = (noise2(Chance(seed, 11), face.x, face.y, 11.0) - 0.5) * 2.2 * face.unit
        self.pressure = 0.55 + 0.7 * noise2(Chance(seed, 12), face.x, face.y, 13.0)
        self.shadow = ramp(-face.p.light * face.x, -0.22, 0.30)

    def crop(self, box: Box) -> Sheet:
        """A part of the sheet; what is drawn on it is drawn on the whole."""
        rows, columns = self.face.window(box)
        part = copy(self)
        part.face, part.shadow = self.face.crop(box), self.shadow[:, columns]
        for name in ("clear", "wobble", "pressure"):
            setattr(part, name, getattr(self, name)[rows, columns])
        return part

    def tone(self, ink: Array) -> None:
        """Darken by a share of 0..1 of the light that is still there."""
        self.clear *= 1.0 - np.clip(ink, 0.0, 0.97)

    def line(self, off: Array, width: Array | float, dark: Array | float) -> None:
        """A line where `off`, in pixels, is 0: it wobbles, and is pressed harder here and there.

        Args:
            width: in pixels of the native size.
            dark: 0..1, at ordinary pressure.
        """
        unit = self.face.unit
        cover = stroke(off + 0.5 * self.wobble, width * self.pressure * unit + 0.2, 1.3 * unit)
        self.tone(cover * dark * self.pressure)

    def erase(self, cover: Array) -> None:
        """Back to bare paper, as far as `cover` says."""
        self.clear += cover * (1.0 - self.clear)

    def scan(self) -> Array:
        """The drawing as scanned: (H, W), about 0..255. Rough paper takes graphite unevenly."""
        face, chance = self.face, Chance(self.face.p.seed, 13)
        grain = noise2(chance, face.x, face.y, 200.0)
        tooth = noise2(chance, face.x, face.y, 90.0)
        ink = _softened(1.0 - self.clear)
        ink = np.clip(ink * (1.40 - 0.80 * grain * (1.2 - 0.6 * ink)), 0.0, 1.0)
        return 252.0 - 9.0 * grain - 8.0 * tooth - 205.0 * ink


def _softened(ink: Array) -> Array:
    """Weights 1 4 1 in both directions: the point of a pencil is round."""
    padded = np.pad(ink, 1, mode="edge")
    rows = (padded[:-2] + 4.0 * padded[1:-1] + padded[2:]) / 6.0
    return (rows[:, :-2] + 4.0 * rows[:, 1:-1] + rows[:, 2:]) / 6.0
