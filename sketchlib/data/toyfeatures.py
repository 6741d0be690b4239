"""The features of a toy face, each in its own coordinates: eyes, mouth, beard, glasses, seams."""

from __future__ import annotations

import numpy as np

from sketchlib.data.toygeometry import EYE_Y, FaceGeometry
from sketchlib.data.toytexture import Array, bump, distance, inside, ramp


def eye(face: FaceGeometry, side: int) -> tuple[Array, Array]:
    """Coordinates of one eye (side -1 left in the image, 1 right), in half widths of the eye.

    u runs from -1 at the inner corner to 1 at the outer one, v downwards.
    """
    u = (face.x - face.eye_x - side * face.p.eye_gap) * side / face.p.eye_width
    return u, (face.y - EYE_Y) / face.p.eye_width + face.p.eye_tilt * u


def lids(face: FaceGeometry, u: Array) -> tuple[Array, Array]:
    """Heights of the upper and the lower lid over u, in half widths of the eye."""
    arch = np.maximum(1.0 - u * u, -0.5)
    return -0.95 * face.p.eye_open * arch * (1.12 - 0.18 * u), 0.50 * face.p.eye_open * arch * (1.0 + 0.2 * u)


def brow(face: FaceGeometry, side: int) -> tuple[Array, Array, Array]:
    """One eyebrow: u as in `eye`, and in widths the offset from its middle, half its thickness."""
    p, (u, _) = face.p, eye(face, side)
    middle = EYE_Y - p.brow_height - 0.018 * p.brow_arch * (1.0 - np.square(u - 0.35) / 1.2)
    thick = (0.006 + 0.010 * p.brow_weight) * np.clip(1.25 - 0.55 * u, 0.0, 1.3)
    thick = thick * np.clip((u + 1.35) * 2.5, 0.0, 1.0) * np.clip((1.55 - u) * 1.5, 0.0, 1.0)
    return u, face.y - middle - 0.5 * p.eye_tilt * p.eye_width * -u, thick


def mouth(face: FaceGeometry) -> tuple[Array, Array, Array, Array]:
    """u from -1 to 1 between the corners; over it, the heights where lips meet, top, bottom."""
    p = face.p
    u = (face.x - face.mouth_x) / p.mouth_width
    uu = np.minimum(u * u, 1.4)
    meet = face.mouth_y - (0.006 + 0.014 * p.smile) * (uu - 0.4) + 0.004 * bump(np.square(u / 0.35)) * (1.0 - uu)
    fall = 1.0 - uu
    upper = meet - (0.016 + 0.016 * p.lips) * fall * (1.0 - 0.22 * bump(np.square(u / 0.25)))
    return u, meet, upper, meet + (0.019 + 0.022 * p.lips) * fall * (1.1 - 0.1 * fall)


def rim(face: FaceGeometry, side: int) -> Array:
    """Signed distance to the rim of one lens."""
    round_one = face.p.glasses == "round"
    q = np.square((face.x - face.eye_x - side * (face.p.eye_gap + 0.004)) / (0.088 if round_one else 0.100))
    r = np.square((face.y - EYE_Y - 0.012) / (0.080 if round_one else 0.062))
    return distance(q + r - (0.0 if round_one else 0.55) * np.minimum(q, 1.5) * np.minimum(r, 1.5) - 1.0)


def bridge(face: FaceGeometry) -> Array:
    """Distance to the middle line of the frame's bridge and arms, large elsewhere."""
    ax = np.abs(face.x - face.eye_x)
    half = 0.092 if face.p.glasses == "round" else 0.104
    lift = EYE_Y - np.where(ax < face.p.eye_gap, 0.008 - 1.5 * ax * ax, 0.012)
    gap = (ax > face.p.eye_gap - half + 0.008) & (ax < face.p.eye_gap + half - 0.004)
    off = np.where(gap | (ax > face.p.width + 0.01), 9.0, np.abs(face.y - lift))
    return off / face.pixel


def fold(face: FaceGeometry) -> tuple[Array, Array]:
    """The folds from nose to mouth: sideways distance from them, and their strength, (H, 1)."""
    down = (face.y - face.nose_y) / 0.11
    off = np.abs(face.x - face.mouth_x) - (face.p.nose_width + 0.012 + 0.048 * down)
    start = ramp(face.y, face.nose_y - 0.03, face.nose_y + 0.01)
    return off, start * (1.0 - ramp(face.y, face.mouth_y - 0.005, face.mouth_y + 0.04))


def beard(face: FaceGeometry) -> Array:
    """(H, W): how densely a beard grows, 0..1."""
    p, y, ax = face.p, face.y, np.abs(face.x - face.mouth_x)
    u, meet, upper, lower = mouth(face)
    droop = 0.25 * np.maximum(ax - 0.02, 0.0)
    lip = ramp(y, face.nose_y + 0.026 + droop, face.nose_y + 0.044 + droop) * (1.0 - ramp(ax, 0.085, 0.125))
    if p.beard == "moustache":
        return lip * (1.0 - ramp(y, meet - 0.010 + droop, meet + 0.004 + droop))
    cheek = y - (face.mouth_y + 0.030 - 0.9 * np.maximum(ax - 0.10, 0.0))
    jaw = ramp(cheek, -0.02, 0.03)
    lips = inside(np.maximum(upper - y, y - lower) / face.pixel, 2.0 * face.unit) * (np.abs(u) < 1.0)
    return np.maximum(lip, jaw) * (1.0 - lips) * (1.0 - ramp(face.face_edge / face.unit, -1.0, 2.5))


def seams(face: FaceGeometry) -> list[tuple[Array, float, float]]:
    """Lines on clothes: distance to each in pixels, its width in native pixels, and its tone."""
    ax, y, collar = np.abs(face.x), face.y, face.p.collar
    rim = (y - face.neckline - 0.022) / face.pixel * 0.8
    if collar == "crew":
        return [(np.where(ax < 0.21, rim, 99.0), 1.5, 0.7)]
    if collar == "vee":
        return [(np.where(ax < 0.22, rim, 99.0), 1.5, 0.7)]
    flap = (ax - 0.13 - 0.45 * (y - 1.16)) / face.pixel * 0.9
    flap = np.where(ax < 0.24, flap, 99.0)
    middle = np.where(y > 1.225, (face.x - 0.004) / face.pixel, 99.0)
    if collar == "shirt":
        return [(flap, 1.6, 0.62), (middle, 1.5, 0.7)]
    return [(flap, 1.6, 0.5), (middle, 2.0, 0.5), (flap - 14.0 * face.unit, 1.6, 0.5)]
