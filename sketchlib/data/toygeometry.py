"""The curves and fields that a toy face's numbers mean: head, ears, neck, clothes, hair, relief.

Photo and sketch are both drawn from here, in the coordinates of toyparameters.py. Shapes are signed
distances in pixels, negative within.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property
from math import sqrt

import numpy as np

from sketchlib.data.toyparameters import HAIR_STYLES, FaceParameters
from sketchlib.data.toytexture import Array, Chance, bump, distance, noise1, noise2, ramp

EYE_Y, NOSE_Y, MOUTH_Y, EAR_Y = 0.625, 0.800, 0.890, 0.61

Box = tuple[float, float, float, float]
"""Left, right, top, bottom of a part of the picture. Marks are small, so each is drawn in one."""

ALL: Box = (-0.5, 0.5, 0.0, 1.25)
CLOTH: Box = (-0.5, 0.5, 1.02, 1.25)
FACE: Box = (-0.37, 0.37, 0.15, 1.14)
MIDDLE: Box = (-0.22, 0.22, 0.54, 1.03)  # nose and mouth
SPECTACLES: Box = (-0.40, 0.40, 0.50, 0.76)


def eye_box(p: FaceParameters, side: int) -> Box:
    """Around one eye and its brow; side -1 is left in the image, 1 right."""
    return (side * p.eye_gap - 0.135, side * p.eye_gap + 0.135, 0.49, 0.74)


class FaceGeometry:
    """The curves of one face on a grid of pixels.

    Args:
        p: the face.
        size: height and width in pixels.

    Attributes:
        x, y: coordinates, (1, W) and (H, 1).
        unit: how many pixels a pixel of the native 200-pixel width has become.
    """

    def __init__(self, p: FaceParameters, size: tuple[int, int]) -> None:
        height, width = size
        self.p, self.size, self.unit = p, size, width / 200.0
        self.x = ((np.arange(width) + 0.5) / width - 0.5)[None, :]
        self.y = ((np.arange(height) + 0.5) / height * 1.25)[:, None]
        self.pixel, self.step = 1.0 / width, 1.25 / height
        self.style = HAIR_STYLES[p.hair]
        self.nose_x, self.nose_y = 0.018 * p.turn, NOSE_Y + p.nose_length
        self.eye_x, self.mouth_x = 0.006 * p.turn, 0.012 * p.turn
        self.mouth_y = MOUTH_Y + 0.6 * p.nose_length + 0.35 * (p.length - 0.44)
        self.chin_y = EAR_Y + p.length

    def crop(self, box: Box) -> FaceGeometry:
        """The same face, seen only within a box. Fields already worked out are cut to it."""
        rows, columns = self.window(box)
        part = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                narrow = value[rows] if value.shape[0] > 1 else value
                setattr(part, name, narrow[:, columns] if value.shape[1] > 1 else narrow)
        part.size = (part.y.shape[0], part.x.shape[1])
        return part

    def window(self, box: Box) -> tuple[slice, slice]:
        """Rows and columns whose pixels lie in the box; at least two of each, as gradients need."""
        left, right, top, bottom = box
        spans = []
        for at, low, high in ((self.y[:, 0], top, bottom), (self.x[0], left, right)):
            first, last = int((at < low).sum()), int((at < high).sum())
            first = min(first, len(at) - 2)
            spans.append(slice(first, max(last, first + 2)))
        return spans[0], spans[1]

    # -- head -------------------------------------------------------------------------------------

    @cached_property
    def head(self) -> Array:
        """(H, W): 0 in the middle of the face, 1 on its outline, between circle and square."""
        p, below = self.p, self.y > EAR_Y
        down = (self.y - EAR_Y) / np.where(below, p.length, 0.40)
        r = np.minimum(down * down, 1.6)
        half = p.width * (1.0 - np.where(below, p.taper * r * (1.6 - 0.6 * np.minimum(r, 1.0)), 0.0))
        sideways = self.x / np.maximum(half, 0.05)
        q = np.minimum(sideways * sideways, 1.6)
        return q + r - np.where(below, p.jaw, 0.35) * q * r

    @cached_property
    def face_edge(self) -> Array:
        """Signed distance to the outline of the face in pixels, negative within."""
        return distance(self.head - 1.0)

    @cached_property
    def ears(self) -> Array:
        """Signed distance to the ears."""
        u = (np.abs(self.x) - self.p.width - 0.012) / 0.034
        v = (self.y - EAR_Y - 0.03 + 0.3 * (np.abs(self.x) - self.p.width)) / 0.092
        return distance(u * u + v * v - 1.0)

    @cached_property
    def neck_half(self) -> Array:
        """(H, 1): half the width of the neck."""
        low = ramp(self.y, 1.05, 1.24)
        return self.p.neck * self.p.width + 0.075 * low * low

    @cached_property
    def neck(self) -> Array:
        """Signed distance to the neck, which begins behind the chin."""
        return np.maximum(np.abs(self.x) - self.neck_half, 0.85 - self.y) / self.pixel

    @cached_property
    def neckline(self) -> Array:
        """(1, W): height where clothes begin: the shoulders, and between them the collar."""
        ax = np.abs(self.x)
        shoulder = (
            1.115 + self.p.shoulders + 0.36 * np.maximum(ax - 0.19, 0.0) + 0.5 * np.square(np.maximum(ax - 0.36, 0.0))
        )
        share = np.clip(ax / 0.21, 0.0, 1.0)
        depth = {"crew": 0.055, "vee": 0.15, "shirt": 0.11, "jacket": 0.13}[self.p.collar]
        if self.p.collar == "crew":
            return shoulder + depth * (1.0 - share * share)
        return shoulder + depth * (1.0 - share)

    @cached_property
    def cloth(self) -> Array:
        """Signed distance to the clothes, roughly."""
        return (self.neckline - self.y) / self.pixel * 0.8

    # -- hair -------------------------------------------------------------------------------------

    @cached_property
    def hair(self) -> Array:
        """Signed distance to the hair, roughly: within its outline, outside its opening."""
        p, s, chance = self.p, self.style, Chance(self.p.seed, 1)
        tufts, fine = chance.table(64), chance.table(256)
        lift = p.volume + s.lift
        top, wide, middle = 0.20 - lift, p.width + 0.025 + 0.7 * max(lift, 0.0), 0.48
        up = np.maximum(middle - self.y, 0.0) / (middle - top)
        low = np.maximum(self.y - middle, 0.0)
        half = wide + (0.10 * low - 0.06 * low * low if s.end > 0.9 else -0.10 * low)
        q, r = np.minimum(np.square(self.x / half), 1.6), np.minimum(up * up, 1.6)
        outer = distance(q + r - 0.25 * q * r - 1.0)
        ragged = noise1(fine, self.strand * 40.0) - 0.5
        outer = outer + 2.5 * self.unit * ragged
        if s.flow == "curl":
            outer = outer + 9.0 * self.unit * (noise2(chance, self.x, self.y, 18.0) - 0.5)
        if p.hair == "bun":
            bun = distance(np.square((self.x - 0.02 * p.part) / 0.10) + np.square((self.y - 0.15) / 0.085) - 1.0)
            outer = np.minimum(outer, bun)
        ends = self.y - s.end - p.hair_length - 0.04 * (noise1(tufts, self.x * 60.0) - 0.5)
        skin = np.minimum(np.minimum(self.face_edge, self.neck), self.cloth)
        free = np.maximum(self.opening(tufts), skin)
        return np.maximum(np.maximum(outer, ends / self.pixel), -free)

    def opening(self, tufts: Array) -> Array:
        """Signed distance to where hair leaves the face free."""
        p, s = self.p, self.style
        off = (self.x - 0.12 * p.part) / p.width
        line = s.line - p.forehead + s.arch * off * off + s.vee * np.abs(off)
        line = line + s.jag * (noise1(tufts, self.x * 45.0) - 0.3) + 0.3 * s.jag * noise1(tufts, self.x * 130.0)
        low = ramp(self.y, 0.80, 1.12)
        half = p.width * s.inner - (0.11 * low if s.end > 0.9 else 0.0)
        half = half + 0.012 * (noise1(tufts, self.y * 25.0 + 7.0) - 0.5)
        return np.maximum(np.abs(self.x) - half, line - self.y) / self.pixel

    @cached_property
    def strand(self) -> Array:
        """(H, W): the same along a strand, different from strand to strand, about -1..1."""
        dx, dy = self.x - 0.10 * self.p.part, self.y - (0.20 - self.p.volume)
        if self.style.flow == "down":
            up = np.minimum(dy - 0.30, 0.0) * 0.9
            return np.sqrt(dx * dx + up * up) * np.where(dx < 0.0, -2.2, 2.2)
        return dx / (np.abs(dx) + np.abs(dy + 0.06) + 0.05) + 0.35 * dx

    @cached_property
    def strand_length(self) -> Array:
        """(H, W): grows along a strand."""
        dx, dy = self.x - 0.10 * self.p.part, self.y - (0.20 - self.p.volume)
        return np.abs(dx) * (0.6 if self.style.flow == "down" else 1.0) + np.abs(dy)

    # -- relief -----------------------------------------------------------------------------------

    @cached_property
    def relief(self) -> Array:
        """(H, W): how far skin stands out towards the viewer."""
        p, x, y = self.p, self.x, self.y
        ax, nx = np.abs(x - self.eye_x), x - self.nose_x
        z = 0.24 * np.sqrt(np.maximum(1.03 - self.head, 0.0))
        ridge = ramp(y, 0.54, self.nose_y) * (1.0 - ramp(y, self.nose_y, self.nose_y + 0.03))
        z = z + 0.030 * bump(np.square(nx / (0.8 * p.nose_width))) * ridge
        z = z + 0.017 * bump(np.square(nx / 0.054) + np.square((y - self.nose_y + 0.006) / 0.048))
        wings = np.square((np.abs(nx) - 0.74 * p.nose_width) / 0.030) + np.square((y - self.nose_y) / 0.030)
        z = z + 0.009 * bump(wings)
        z = z - 0.018 * bump(np.square((ax - p.eye_gap + 0.012) / 0.085) + np.square((y - 0.612) / 0.055))
        z = z + 0.007 * bump(np.square((ax - p.eye_gap) / 0.075) + np.square((y - 0.628) / 0.032))
        z = z + 0.010 * bump(np.square((ax - 0.10) / 0.14) + np.square((y - 0.555) / 0.045))
        z = z + 0.014 * bump(np.square((ax - 0.185) / 0.11) + np.square((y - 0.725) / 0.095))
        mx = np.square((x - self.mouth_x) / (1.25 * p.mouth_width))
        z = z + 0.010 * bump(mx + np.square((y - self.mouth_y) / 0.065))
        z = z - 0.005 * bump(mx * 1.8 + np.square((y - self.mouth_y - 0.042 - 0.012 * p.lips) / 0.022))
        return z + 0.011 * bump(np.square((x - self.mouth_x) / 0.085) + np.square((y - self.chin_y + 0.06) / 0.065))

    @cached_property
    def lambert(self) -> Array:
        """(H, W): how much light skin gets, 0..1: the cosine between its normal and the light."""
        down, right = np.gradient(self.relief, self.step, self.pixel)
        aside, above, front = 0.75 * self.p.light, -0.42, 0.80
        norm = np.sqrt(down * down + right * right + 1.0)
        length = sqrt(aside * aside + above * above + front * front)
        return np.maximum(front - aside * right - above * down, 0.0) / (norm * length)

    @cached_property
    def hair_sheen(self) -> Array:
        """(H, W): runs through 0..1 across the band where hair shines."""
        start = 0.30 - 0.6 * self.p.volume
        return (self.y - start + 0.5 * np.square(self.x - 0.15 * self.p.light)) / 0.16
