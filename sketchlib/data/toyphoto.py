"""The photo of a toy face: flat colors, lit from one side, with a little texture and camera noise."""

from __future__ import annotations

import numpy as np

from sketchlib.data.toygeometry import EYE_Y, RGB, FaceGeometry
from sketchlib.data.toytexture import Array, Chance, bump, inside, noise1, noise2, ramp, stroke

_LIGHT_SKIN, _MIDDLE_SKIN, _DARK_SKIN = (238.0, 202.0, 178.0), (206.0, 154.0, 118.0), (112.0, 72.0, 52.0)


def _between(a: RGB, b: RGB, share: float) -> RGB:
    return tuple(u + (v - u) * share for u, v in zip(a, b, strict=True))


def skin_color(tone: float) -> RGB:
    """The color of skin in full light, from 0 (light) to 1 (dark)."""
    if tone < 0.5:
        return _between(_LIGHT_SKIN, _MIDDLE_SKIN, 2.0 * tone)
    return _between(_MIDDLE_SKIN, _DARK_SKIN, 2.0 * tone - 1.0)


def _paint(image: Array, cover: Array, color: RGB | Array) -> None:
    """Lay a color over the image, (3, H, W), as far as `cover`, (H, W), says."""
    if not isinstance(color, np.ndarray):
        color = np.array(color)[:, None, None]  # (3, 1, 1)
    image += cover * (color - image)


def _colored(color: RGB, shade: Array) -> Array:
    return np.array(color)[:, None, None] * shade  # (3, H, W)


def draw_photo(face: FaceGeometry) -> Array:
    """(3, H, W), about 0..255, not yet rounded."""
    p, size = face.p, face.size
    chance = Chance(p.seed, 2)
    soft = 1.2 * face.unit
    image = _background(face)
    skin = _skin(face, chance)
    side = ramp(-p.light * face.x, -0.25, 0.45)
    below = (1.0 - 0.42 * (1.0 - ramp(face.head, 1.0, 1.75))) * (1.0 - 0.25 * side)
    _paint(image, inside(face.neck, soft), _colored(skin_color(p.skin), below * 0.88))
    _cloth(image, face, chance)
    ears = _colored(skin_color(p.skin), (0.86 - 0.10 * bump(np.square(face.ears / face.unit / 5.0 + 1.0))))
    _paint(image, inside(face.ears, soft), ears)
    _paint(image, inside(face.face_edge, soft), skin)
    _mouth(image, face)
    for which in (-1, 1):
        _eye(image, face, which)
    _beard(image, face, chance)
    _hair(image, face, chance)
    if p.glasses != "none":
        _glasses(image, face)
    grain = (noise2(chance, size, (250, 200)) - 0.5) * 5.0
    return image + grain


def _background(face: FaceGeometry) -> Array:
    fall = 1.02 - 0.10 * np.square(face.x + 0.4 * face.p.light) - 0.05 * np.square(face.y - 0.5)
    halo = 0.93 + 0.07 * ramp(face.head, 1.0, 1.7)
    return _colored(face.p.background, fall * halo)


def _skin(face: FaceGeometry, chance: Chance) -> Array:
    """(3, H, W): the face's skin with light, blush, creases, brow hair and the shadow of the hair."""
    p = face.p
    light = 0.46 + 0.62 * face.lambert
    blotch = 0.97 + 0.06 * noise2(chance, face.size, (25, 20))
    under_hair = 1.0 - 0.28 * (1.0 - ramp(face.hair / face.unit, 0.0, 9.0))
    skin = _colored(skin_color(p.skin), light * blotch * under_hair)
    ax = np.abs(face.x)
    blush = bump(np.square((ax - 0.165) / 0.10) + np.square((face.y - 0.745) / 0.085))
    blush = blush + 0.8 * bump(np.square((face.x - face.nose_x) / 0.05) + np.square((face.y - face.nose_y) / 0.05))
    skin *= 1.0 - np.array([0.0, 0.11, 0.12])[:, None, None] * blush
    shine = bump(np.square((face.x - face.nose_x - 0.012 * p.light) / 0.016) + np.square((face.y - 0.735) / 0.05))
    shine = shine + 0.7 * bump(np.square((face.x - 0.06 * p.light) / 0.13) + np.square((face.y - 0.48) / 0.06))
    skin += (26.0 - 8.0 * p.skin) * shine
    dark = np.minimum(_creases(face), 0.75)
    skin *= 1.0 - dark * np.array([0.80, 0.95, 1.0])[:, None, None]
    return skin


def _creases(face: FaceGeometry) -> Array:
    """(H, W): darkness of nostrils, wings of the nose, folds and the shadow below the lip."""
    p, y, nx = face.p, face.y, face.x - face.nose_x
    an, ny = np.abs(nx), face.nose_y
    dark = 0.62 * bump(np.square((an - 0.5 * p.nose_width) / 0.019) + np.square((y - ny - 0.016) / 0.011))
    dark = dark + 0.30 * bump(np.square((an - 0.98 * p.nose_width) / 0.012) + np.square((y - ny - 0.002) / 0.026))
    dark = dark + 0.22 * bump(np.square(nx / (0.8 * p.nose_width)) + np.square((y - ny - 0.026) / 0.016))
    lit = np.where(nx * p.light < 0.0, 0.16, 0.05)
    dark = dark + lit * bump(np.square((an - 0.032) / 0.022)) * ramp(y, 0.60, 0.66) * (1.0 - ramp(y, 0.73, 0.765))
    dark = dark + (0.05 + 0.22 * p.age) * bump(np.square(face.fold / 0.012)) * face.fold_span
    lip = np.square((face.x - face.mouth_x) / (0.8 * p.mouth_width))
    dark = dark + 0.20 * bump(lip + np.square((y - face.mouth_y - 0.046 - 0.018 * p.lips) / 0.016))
    bags = np.square((np.abs(face.x - face.eye_x) - p.eye_gap) / 0.07) + np.square((y - EYE_Y - 0.045) / 0.014)
    return dark + (0.04 + 0.16 * p.age) * bump(bags)


def _mouth(image: Array, face: FaceGeometry) -> None:
    p, soft = face.p, 1.4 * face.unit
    u, meet, upper, lower = face.mouth()
    edge = np.maximum(np.maximum(upper - face.y, face.y - lower), (np.abs(u) - 1.0) * 0.05) / face.pixel
    lips = _between(skin_color(p.skin), (168.0, 74.0, 74.0), 0.62)
    shade = np.where(face.y < meet, 0.80, 0.96 + 0.10 * bump(np.square((face.y - meet - 0.016) / 0.012)))
    _paint(image, 0.9 * inside(edge, 2.0 * soft), _colored(lips, shade))
    line = stroke((face.y - meet) / face.pixel, 1.6 * face.unit, soft) * (1.0 - ramp(np.abs(u), 0.92, 1.08))
    _paint(image, 0.75 * line, (74.0, 34.0, 34.0))


def _eye(image: Array, face: FaceGeometry, which: int) -> None:
    p, soft = face.p, 1.1 * face.unit
    scale = p.eye_width / face.pixel
    u, v = face.eye(which)
    top, bottom = face.lids(u)
    edge = np.maximum(top - v, v - bottom) * scale
    ball = inside(edge, soft)
    socket = bump(np.square(u / 1.7) + np.square((v + 0.25) / 1.15))
    _paint(image, 0.22 * socket, _colored(skin_color(p.skin), np.full(face.size, 0.45)))
    white = 0.90 - 0.25 * np.square(u) - 0.30 * ramp(top - v, -0.35, 0.0)
    _paint(image, ball, _colored((238.0, 230.0, 224.0), np.clip(white, 0.3, 1.0)))
    radius = np.sqrt(np.square(u) + np.square(v + 0.06))
    _paint(image, ball * inside((radius - 0.44) * scale, soft), p.iris)
    _paint(image, ball * stroke((radius - 0.42) * scale, 1.0 * face.unit), (24.0, 18.0, 16.0))
    _paint(image, ball * inside((radius - 0.20) * scale, soft), (12.0, 10.0, 10.0))
    glint = np.sqrt(np.square(u - which * 0.5 * p.light * 0.3) + np.square(v + 0.20))
    _paint(image, ball * inside((glint - 0.10) * scale, soft), (250.0, 250.0, 250.0))
    within = 1.0 - ramp(np.abs(u), 0.95, 1.15)
    lash = stroke((v - top) * scale, (1.5 + 1.1 * ramp(u, -0.8, 0.8)) * face.unit, soft) * within
    _paint(image, 0.88 * lash, (34.0, 24.0, 22.0))
    _paint(image, 0.35 * stroke((v - bottom) * scale, 1.0 * face.unit, soft) * within, (84.0, 50.0, 44.0))
    crease = stroke((v - 1.25 * top + 0.20) * scale, 1.2 * face.unit, soft) * (1.0 - ramp(np.abs(u), 0.8, 1.1))
    _paint(image, 0.40 * crease, (96.0, 60.0, 50.0))
    u, off, thick = face.brow(which)
    tone = inside((np.abs(off) - thick) / face.pixel, 3.0 * face.unit) * (thick > 0.0)
    table = Chance(p.seed, 4).table(64)
    hairs = 0.70 + 0.45 * noise1(table, u * 14.0 + off / face.pixel * 0.25 / face.unit)
    _paint(image, np.clip(tone * hairs * (0.55 + 0.35 * p.brow_weight), 0.0, 1.0), _between(p.hair_color, (30, 22, 18), 0.4))


def _beard(image: Array, face: FaceGeometry, chance: Chance) -> None:
    if face.p.beard == "none":
        return
    strands = noise2(chance, face.size, (90, 140))
    u, _, upper, lower = face.mouth()
    lips = inside(np.maximum(upper - face.y, face.y - lower) / face.pixel, face.unit) * (np.abs(u) < 1.0)
    density = {"stubble": 0.38, "moustache": 0.9, "full": 0.9}[face.p.beard] * face.beard * (1.0 - lips)
    _paint(image, density * (0.55 + 0.45 * strands), _colored(face.p.hair_color, 0.7 + 0.6 * strands))


def _hair(image: Array, face: FaceGeometry, chance: Chance) -> None:
    p, style = face.p, face.style
    fine, coarse = chance.table(512), chance.table(128)
    if style.flow == "curl":
        texture = 0.62 * noise2(chance, face.size, (70, 56)) + 0.5 * noise2(chance, face.size, (34, 27))
    else:
        texture = 0.55 * noise1(fine, face.strand * 110.0) + 0.55 * noise1(coarse, face.strand * 28.0)
    sheen = bump(np.square((face.hair_sheen - 0.5) / 0.5)) * (0.6 + 0.8 * texture)
    lit = 1.0 - 0.30 * ramp(-p.light * face.x, -0.1, 0.35)
    edge = 1.0 - 0.35 * (1.0 - ramp(-face.hair / face.unit, 0.0, 8.0))
    shade = (0.55 + 0.55 * texture) * lit * edge
    color = _colored(p.hair_color, shade) + 34.0 * sheen * lit
    _paint(image, inside(face.hair, 1.6 * face.unit), color)


def _cloth(image: Array, face: FaceGeometry, chance: Chance) -> None:
    p, soft = face.p, 1.3 * face.unit
    folds = 0.88 + 0.22 * noise2(chance, face.size, (7, 9))
    light = (1.0 - 0.22 * ramp(-p.light * face.x, -0.3, 0.5)) * folds
    _paint(image, inside(face.cloth, soft), _colored(p.cloth, light))
    for edge, width, tone in face.seams:
        _paint(image, stroke(edge, width * face.unit, soft) * inside(face.cloth, soft), _colored(p.cloth, light * tone))


def _glasses(image: Array, face: FaceGeometry) -> None:
    wide = (2.6 if face.p.glasses == "square" else 1.7) * face.unit
    frame = stroke(face.bridge, wide)
    for which in (-1, 1):
        rim = face.rim(which)
        _paint(image, 0.07 * inside(rim), (235.0, 240.0, 245.0))
        frame = np.maximum(frame, stroke(rim, wide))
    _paint(image, 0.9 * frame * (1.0 - inside(face.hair)), (38.0, 34.0, 36.0))
