"""A toy face as numbers, and the curves and fields that they stand for.

Photo and sketch are both drawn from here. Lengths are in widths of the image: x runs from -0.5 to 0.5, y from
0 at the top to 1.25 at the bottom, eyes lie at y = 0.625, as in the CUHK Student photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np

from sketchlib.data.toytexture import Array, Chance, bump, distance, noise1, noise2, ramp

EYE_Y, NOSE_Y, MOUTH_Y, EAR_Y = 0.625, 0.765, 0.845, 0.60
RGB = tuple[float, float, float]


@dataclass(frozen=True)
class FaceParameters:
    """Everything that makes one toy face. The defaults are an unremarkable face; change one number at a time.

    Lengths are in widths of the image; "0..1" are shares; colors are red, green, blue in 0..255.
    """

    seed: int = 0  # chance in hair, skin and pencil strokes: another seed, another drawing of the same person
    width: float = 0.285  # half the width of the face at the ears, 0.26..0.32
    length: float = 0.36  # from the ears down to the chin, 0.32..0.40
    jaw: float = 0.35  # 0 a round jaw, 0.7 a square one
    taper: float = 0.22  # how much the face narrows towards the chin, 0.1..0.35
    turn: float = 0.0  # -1..1: the nose points a little left or right
    skin: float = 0.3  # 0 light .. 1 dark
    age: float = 0.2  # 0..1: folds beside the mouth and under the eyes
    hair: str = "side"  # one of HAIR_STYLES
    hair_color: RGB = (52.0, 38.0, 30.0)
    volume: float = 0.04  # how far the hair stands off the skull, 0.02..0.08
    part: float = 0.3  # -1..1: where hair is parted
    hair_length: float = 0.0  # -0.06..0.06: shorter or longer than the style's
    forehead: float = 0.0  # -0.05..0.05: a lower or higher hairline
    eye_gap: float = 0.125  # from the middle to the center of an eye, 0.115..0.135
    eye_width: float = 0.055  # half its width, 0.045..0.062
    eye_open: float = 0.42  # height over half width, 0.28..0.6
    eye_tilt: float = 0.05  # -0.15..0.2: outer corner up
    iris: RGB = (70.0, 48.0, 34.0)
    brow_height: float = 0.062  # above the eye, 0.05..0.08
    brow_weight: float = 0.6  # 0..1: thin and light .. thick and dark
    brow_arch: float = 0.4  # 0..1
    nose_width: float = 0.052  # half its width at the wings, 0.042..0.065
    nose_length: float = 0.0  # -0.02..0.02: shorter or longer
    mouth_width: float = 0.095  # half its width, 0.075..0.115
    lips: float = 0.5  # 0..1: thin .. full
    smile: float = 0.0  # -1..1: corners down .. up
    neck: float = 0.64  # its width over the face's, 0.55..0.75
    shoulders: float = 0.0  # -0.04..0.04: higher or lower than usual
    glasses: str = "none"  # "none", "round" or "square"
    beard: str = "none"  # "none", "stubble", "moustache" or "full"
    collar: str = "crew"  # "crew", "vee", "shirt" or "jacket"
    cloth: RGB = (60.0, 70.0, 110.0)
    light: float = -0.5  # -1 from the left .. 1 from the right
    background: RGB = (110.0, 170.0, 215.0)


@dataclass(frozen=True)
class HairStyle:
    """How a style of hair lies: heights as in the module docstring, the rest in widths of the image."""

    line: float  # height of the hairline at the parting
    arch: float  # how fast the hairline falls to the sides, as a curve ...
    vee: float  # ... and as a straight line
    jag: float  # how ragged its tufts are
    end: float  # height where hair ends beside the face
    inner: float  # share of the face's half width that hair leaves free
    lift: float  # volume added to the face's own
    flow: str  # strands run "out" from the crown, or "down" in shells around the face


HAIR_STYLES = {
    "crop": HairStyle(0.335, 0.10, 0.0, 0.018, 0.62, 0.95, -0.012, "out"),
    "side": HairStyle(0.31, 0.055, 0.10, 0.025, 0.66, 0.94, 0.012, "out"),
    "fringe": HairStyle(0.49, -0.02, 0.0, 0.07, 0.72, 0.91, 0.02, "out"),
    "curtain": HairStyle(0.28, 0.05, 0.20, 0.03, 0.74, 0.92, 0.015, "down"),
    "long": HairStyle(0.27, 0.12, 0.14, 0.012, 1.40, 0.89, 0.02, "down"),
    "bob": HairStyle(0.40, 0.10, 0.0, 0.04, 0.97, 0.90, 0.03, "down"),
    "curly": HairStyle(0.35, 0.08, 0.0, 0.035, 0.78, 0.93, 0.055, "curl"),
    "bun": HairStyle(0.31, 0.14, 0.0, 0.006, 0.60, 0.96, -0.012, "out"),
    "receding": HairStyle(0.235, 0.02, 0.0, 0.008, 0.66, 0.93, -0.02, "out"),
}


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
        self.pixel = 1.0 / width
        self.style = HAIR_STYLES[p.hair]
        self.nose_x, self.nose_y = 0.018 * p.turn, NOSE_Y + p.nose_length
        self.eye_x, self.mouth_x = 0.006 * p.turn, 0.012 * p.turn
        self.mouth_y = MOUTH_Y + 0.6 * p.nose_length + 0.25 * (p.length - 0.36)
        self.chin_y = EAR_Y + p.length

    # -- head ---------------------------------------------------------------------------------------------

    @cached_property
    def head(self) -> Array:
        """(H, W): 0 at the middle of the face, 1 on its outline; between a circle and a square (a squircle)."""
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
        v = (self.y - EAR_Y - 0.03 + 0.3 * (np.abs(self.x) - self.p.width)) / 0.078
        return distance(u * u + v * v - 1.0)

    @cached_property
    def neck_half(self) -> Array:
        """(H, 1): half the width of the neck."""
        low = ramp(self.y, 0.98, 1.16)
        return self.p.neck * self.p.width + 0.075 * low * low

    @cached_property
    def neck(self) -> Array:
        """Signed distance to the neck, which begins behind the chin."""
        return np.maximum(np.abs(self.x) - self.neck_half, 0.75 - self.y) / self.pixel

    @cached_property
    def neckline(self) -> Array:
        """(1, W): height where clothes begin: the shoulders, and between them the collar."""
        ax = np.abs(self.x)
        shoulder = 1.055 + self.p.shoulders + 0.36 * np.maximum(ax - 0.19, 0.0) + 0.5 * np.square(np.maximum(ax - 0.36, 0.0))
        share = np.clip(ax / 0.21, 0.0, 1.0)
        depth = {"crew": 0.055, "vee": 0.15, "shirt": 0.11, "jacket": 0.13}[self.p.collar]
        if self.p.collar == "crew":
            return shoulder + depth * (1.0 - share * share)
        return shoulder + depth * (1.0 - share)

    @cached_property
    def cloth(self) -> Array:
        """Signed distance to the clothes, roughly."""
        return (self.neckline - self.y) / self.pixel * 0.8

    # -- hair ---------------------------------------------------------------------------------------------

    @cached_property
    def hair(self) -> Array:
        """Signed distance to the hair, roughly: within its outer shape, outside its opening for the face."""
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
            outer = outer + 9.0 * self.unit * (noise2(chance, self.size, (22, 18)) - 0.5)
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
        low = ramp(self.y, 0.72, 1.05)
        half = p.width * s.inner - (0.11 * low if s.end > 0.9 else 0.0)
        half = half + 0.012 * (noise1(tufts, self.y * 25.0 + 7.0) - 0.5)
        return np.maximum(np.abs(self.x) - half, line - self.y) / self.pixel

    @cached_property
    def strand(self) -> Array:
        """(H, W): the same along a strand of hair, and different from strand to strand, in about -1..1."""
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

    # -- relief -------------------------------------------------------------------------------------------

    @cached_property
    def relief(self) -> Array:
        """(H, W): how far skin stands out towards the viewer."""
        p, x, y = self.p, self.x, self.y
        ax, nx = np.abs(x - self.eye_x), x - self.nose_x
        z = 0.24 * np.sqrt(np.maximum(1.03 - self.head, 0.0))
        ridge = ramp(y, 0.54, self.nose_y) * (1.0 - ramp(y, self.nose_y, self.nose_y + 0.03))
        z = z + 0.030 * bump(np.square(nx / (1.1 * p.nose_width))) * ridge
        z = z + 0.017 * bump(np.square(nx / 0.046) + np.square((y - self.nose_y + 0.008) / 0.042))
        wings = np.square((np.abs(nx) - 0.74 * p.nose_width) / 0.024) + np.square((y - self.nose_y) / 0.026)
        z = z + 0.009 * bump(wings)
        z = z - 0.018 * bump(np.square((ax - p.eye_gap + 0.012) / 0.085) + np.square((y - 0.612) / 0.055))
        z = z + 0.007 * bump(np.square((ax - p.eye_gap) / 0.075) + np.square((y - 0.628) / 0.032))
        z = z + 0.010 * bump(np.square((ax - 0.10) / 0.14) + np.square((y - 0.555) / 0.045))
        z = z + 0.014 * bump(np.square((ax - 0.185) / 0.11) + np.square((y - 0.70) / 0.085))
        mx = np.square((x - self.mouth_x) / (1.25 * p.mouth_width))
        z = z + 0.010 * bump(mx + np.square((y - self.mouth_y) / 0.065))
        z = z - 0.005 * bump(mx * 1.8 + np.square((y - self.mouth_y - 0.042 - 0.012 * p.lips) / 0.022))
        z = z + 0.011 * bump(np.square((x - self.mouth_x) / 0.085) + np.square((y - self.chin_y + 0.055) / 0.055))
        return z - (0.002 + 0.005 * p.age) * bump(np.square(self.fold / 0.018)) * self.fold_span

    @cached_property
    def fold(self) -> Array:
        """Sideways distance from the folds that run from the nose to beside the mouth."""
        down = (self.y - self.nose_y) / 0.11
        return np.abs(self.x - self.mouth_x) - (self.p.nose_width + 0.012 + 0.048 * down)

    @cached_property
    def fold_span(self) -> Array:
        """(H, 1): how strong the folds are at each height."""
        return ramp(self.y, self.nose_y - 0.03, self.nose_y + 0.01) * (
            1.0 - ramp(self.y, self.mouth_y - 0.005, self.mouth_y + 0.04)
        )

    @cached_property
    def lambert(self) -> Array:
        """(H, W): how much light skin gets, about 0.2..1: the cosine between its normal and the light."""
        down, right = np.gradient(self.relief, 1.25 / self.size[0], self.pixel)
        aside, above, front = 0.75 * self.p.light, -0.42, 0.80
        norm = np.sqrt(down * down + right * right + 1.0)
        length = sqrt(aside * aside + above * above + front * front)
        return np.maximum(front - aside * right - above * down, 0.0) / (norm * length)

    # -- eyes, brows, mouth: local coordinates ------------------------------------------------------------

    def eye(self, side: int) -> tuple[Array, Array]:
        """Coordinates of one eye (side -1 left in the image, 1 right), in half widths of the eye.

        u runs from -1 at the inner corner to 1 at the outer one, v downwards.
        """
        u = (self.x - self.eye_x - side * self.p.eye_gap) * side / self.p.eye_width
        return u, (self.y - EYE_Y) / self.p.eye_width + self.p.eye_tilt * u

    def lids(self, u: Array) -> tuple[Array, Array]:
        """Heights of the upper and the lower lid over u, in half widths of the eye."""
        arch = np.maximum(1.0 - u * u, -0.5)
        return -0.95 * self.p.eye_open * arch * (1.12 - 0.18 * u), 0.50 * self.p.eye_open * arch * (1.0 + 0.2 * u)

    def brow(self, side: int) -> tuple[Array, Array, Array]:
        """One eyebrow: u as in `eye`, the offset from its middle line, and half its thickness, in widths."""
        p, (u, _) = self.p, self.eye(side)
        middle = EYE_Y - p.brow_height - 0.018 * p.brow_arch * (1.0 - np.square(u - 0.35) / 1.2)
        thick = (0.006 + 0.010 * p.brow_weight) * np.clip(1.25 - 0.55 * u, 0.0, 1.3)
        thick = thick * np.clip((u + 1.35) * 2.5, 0.0, 1.0) * np.clip((1.55 - u) * 1.5, 0.0, 1.0)
        return u, self.y - middle - 0.5 * p.eye_tilt * p.eye_width * -u, thick

    def mouth(self) -> tuple[Array, Array, Array, Array]:
        """u from -1 to 1 between the corners, and heights over u: where lips meet, upper and lower border."""
        p = self.p
        u = (self.x - self.mouth_x) / p.mouth_width
        uu = np.minimum(u * u, 1.4)
        meet = self.mouth_y - (0.004 + 0.014 * p.smile) * (uu - 0.4) + 0.004 * bump(np.square(u / 0.35)) * (1.0 - uu)
        fall = 1.0 - uu
        upper = meet - (0.014 + 0.014 * p.lips) * fall * (1.0 - 0.22 * bump(np.square(u / 0.25)))
        return u, meet, upper, meet + (0.017 + 0.020 * p.lips) * fall * (1.1 - 0.1 * fall)

    def rim(self, side: int) -> Array:
        """Signed distance to the rim of one lens."""
        round_one = self.p.glasses == "round"
        q = np.square((self.x - self.eye_x - side * (self.p.eye_gap + 0.004)) / (0.088 if round_one else 0.100))
        r = np.square((self.y - EYE_Y - 0.012) / (0.080 if round_one else 0.062))
        return distance(q + r - (0.0 if round_one else 0.55) * np.minimum(q, 1.5) * np.minimum(r, 1.5) - 1.0)

    @cached_property
    def bridge(self) -> Array:
        """Distance to the middle line of the frame's bridge and arms, large elsewhere."""
        ax = np.abs(self.x - self.eye_x)
        half = 0.092 if self.p.glasses == "round" else 0.104
        lift = EYE_Y - np.where(ax < self.p.eye_gap, 0.008 - 1.5 * ax * ax, 0.012)
        gap = (ax > self.p.eye_gap - half + 0.008) & (ax < self.p.eye_gap + half - 0.004)
        off = np.where(gap | (ax > self.p.width + 0.01), 9.0, np.abs(self.y - lift))
        return off / self.pixel

    @cached_property
    def beard(self) -> Array:
        """(H, W): how densely a beard grows, 0..1."""
        p, ax = self.p, np.abs(self.x - self.mouth_x)
        if p.beard == "none":
            return np.zeros(self.size)
        above = self.mouth_y - 0.034 - 0.10 * np.maximum(ax - 0.03, 0.0)
        lip = ramp(self.y, above - 0.012, above + 0.01) * (1.0 - ramp(ax, 0.085, 0.115))
        if p.beard == "moustache":
            return lip * (1.0 - ramp(self.y, self.mouth_y - 0.012, self.mouth_y + 0.012))
        cheek = self.y - (self.mouth_y + 0.035 - 1.1 * np.maximum(ax - 0.12, 0.0))
        jaw = ramp(cheek, -0.02, 0.03) * (1.0 - ramp(self.y, self.chin_y + 0.03, self.chin_y + 0.06))
        return np.maximum(lip, jaw) * (1.0 - ramp(self.face_edge, -1.0, 2.0)) * (self.y > 0.62)

    @cached_property
    def hair_sheen(self) -> Array:
        """(H, W): runs through 0..1 across the band where hair shines."""
        start = 0.30 - 0.6 * self.p.volume
        return (self.y - start + 0.5 * np.square(self.x - 0.15 * self.p.light)) / 0.16

    @cached_property
    def seams(self) -> list[tuple[Array, float, float]]:
        """Lines on the clothes: distance to the line in pixels, its width in native pixels, and its tone."""
        ax, y, collar = np.abs(self.x), self.y, self.p.collar
        rim = (y - self.neckline - 0.022) / self.pixel * 0.8
        if collar == "crew":
            return [(np.where(ax < 0.21, rim, 99.0), 1.5, 0.7)]
        if collar == "vee":
            return [(np.where(ax < 0.22, rim, 99.0), 1.5, 0.7)]
        flap = (ax - 0.13 - 0.45 * (y - 1.10)) / self.pixel * 0.9
        flap = np.where(ax < 0.24, flap, 99.0)
        middle = np.where(y > 1.165, (self.x - 0.004) / self.pixel, 99.0)
        if collar == "shirt":
            return [(flap, 1.6, 0.62), (middle, 1.5, 0.7)]
        return [(flap, 1.6, 0.5), (middle, 2.0, 0.5), (flap - 14.0 * self.unit, 1.6, 0.5)]
