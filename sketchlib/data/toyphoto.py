"""The photo of a toy face: colors lit from one side, with a little texture and a camera's noise."""

from __future__ import annotations

import numpy as np

from sketchlib.data import toyfeatures as features
from sketchlib.data.toygeometry import (
    ALL,
    CLOTH,
    FACE,
    MIDDLE,
    SPECTACLES,
    Box,
    FaceGeometry,
    eye_box,
)
from sketchlib.data.toyparameters import RGB
from sketchlib.data.toytexture import Array, Chance, bump, inside, noise1, noise2, ramp, stroke

_LIGHT_SKIN, _MIDDLE_SKIN, _DARK_SKIN = (
    (238.0, 202.0, 178.0),
    (206.0, 154.0, 118.0),
    (112.0, 72.0, 52.0),
)


def draw_photo(face: FaceGeometry) -> Array:
    """(3, H, W), about 0..255, not yet rounded. Painted from back to front."""
    image = _background(face)
    _neck_and_ears(image, face)
    parts = [(_clothes, CLOTH), (_skin, FACE), (_lips, MIDDLE)]
    parts += [(_eye, eye_box(face.p, side)) for side in (-1, 1)]
    for paint_part, box in [*parts, (_beard, FACE), (_hair, ALL), (_glasses, SPECTACLES)]:
        paint_part(*_within(image, face, box))
    return image + 5.0 * (noise2(Chance(face.p.seed, 2), face.x, face.y, 200.0) - 0.5)


def _within(image: Array, face: FaceGeometry, box: Box) -> tuple[Array, FaceGeometry]:
    """The part of the image in a box, to be painted in place, and the part of the face."""
    rows, columns = face.window(box)
    return image[:, rows, columns], face.crop(box)


def skin_color(tone: float) -> RGB:
    """The color of skin in full light, from 0 (light) to 1 (dark)."""
    if tone < 0.5:
        return _between(_LIGHT_SKIN, _MIDDLE_SKIN, 2.0 * tone)
    return _between(_MIDDLE_SKIN, _DARK_SKIN, 2.0 * tone - 1.0)


def _between(a: RGB, b: RGB, share: float) -> RGB:
    return tuple(u + (v - u) * share for u, v in zip(a, b, strict=True))


def _shaded(color: RGB, shade: Array) -> Array:
    """A color, darker or lighter from pixel to pixel: (H, W) -> (3, H, W)."""
    return np.array(color)[:, None, None] * shade


def _paint(image: Array, cover: Array, color: RGB | Array) -> None:
    """Lay a color, or an image (3, H, W), over the image as far as `cover`, (H, W), says."""
    if isinstance(color, tuple):
        color = np.array(color)[:, None, None]  # (3, 1, 1)
    image += cover * (color - image)


def _background(face: FaceGeometry) -> Array:
    fall = 1.02 - 0.10 * np.square(face.x + 0.4 * face.p.light) - 0.05 * np.square(face.y - 0.5)
    halo = 0.93 + 0.07 * ramp(face.head, 1.0, 1.7)
    return _shaded(face.p.background, fall * halo)


def _neck_and_ears(image: Array, face: FaceGeometry) -> None:
    skin, soft = skin_color(face.p.skin), 1.2 * face.unit
    away = ramp(-face.p.light * face.x, -0.25, 0.45)
    below_chin = 1.0 - 0.42 * (1.0 - ramp(face.head, 1.0, 1.75))
    _paint(image, inside(face.neck, soft), _shaded(skin, 0.88 * below_chin * (1.0 - 0.25 * away)))
    hollow = bump(np.square(face.ears / face.unit / 5.0 + 1.0))
    _paint(image, inside(face.ears, soft), _shaded(skin, 0.86 - 0.10 * hollow))


def _clothes(image: Array, face: FaceGeometry) -> None:
    folds = 0.88 + 0.22 * noise2(Chance(face.p.seed, 3), face.x, face.y, 8.0)
    light = (1.0 - 0.22 * ramp(-face.p.light * face.x, -0.3, 0.5)) * folds
    within = inside(face.cloth, 1.3 * face.unit)
    _paint(image, within, _shaded(face.p.cloth, light))
    for off, width, tone in features.seams(face):
        _paint(
            image,
            stroke(off, width * face.unit, 1.3 * face.unit) * within,
            _shaded(face.p.cloth, light * tone),
        )


def _skin(image: Array, face: FaceGeometry) -> None:
    """Skin in its light, with blush, shine, creases, and the shadow of the hair."""
    p, ax, nose = face.p, np.abs(face.x), face.x - face.nose_x
    blotch = 0.97 + 0.06 * noise2(Chance(p.seed, 4), face.x, face.y, 20.0)
    under_hair = 1.0 - 0.28 * (1.0 - ramp(face.hair / face.unit, 0.0, 9.0))
    skin = _shaded(skin_color(p.skin), (0.46 + 0.62 * face.lambert) * blotch * under_hair)
    blush = bump(np.square((ax - 0.165) / 0.10) + np.square((face.y - 0.775) / 0.09))
    blush = blush + 0.8 * bump(np.square(nose / 0.065) + np.square((face.y - face.nose_y) / 0.055))
    skin *= 1.0 - np.array([0.0, 0.11, 0.12])[:, None, None] * blush
    shine = bump(np.square((nose - 0.012 * p.light) / 0.016) + np.square((face.y - face.nose_y + 0.035) / 0.06))
    shine = shine + 0.7 * bump(np.square((face.x - 0.06 * p.light) / 0.13) + np.square((face.y - 0.48) / 0.06))
    skin += (26.0 - 8.0 * p.skin) * shine
    part, crop = _within(skin, face, MIDDLE)
    part *= 1.0 - np.minimum(_creases(crop), 0.75) * np.array([0.80, 0.95, 1.0])[:, None, None]
    _paint(image, inside(face.face_edge, 1.2 * face.unit), skin)


def _creases(face: FaceGeometry) -> Array:
    """(H, W): how dark nostrils, wings and sides of the nose, folds and the lip's hollow are."""
    p, y, nose, ny = face.p, face.y, face.x - face.nose_x, face.nose_y
    an, mouth = np.abs(nose), np.square((face.x - face.mouth_x) / (0.8 * p.mouth_width))
    dark = 0.62 * bump(np.square((an - 0.5 * p.nose_width) / 0.023) + np.square((y - ny - 0.018) / 0.012))
    dark = dark + 0.30 * bump(np.square((an - 0.98 * p.nose_width) / 0.012) + np.square((y - ny - 0.002) / 0.026))
    dark = dark + 0.22 * bump(np.square(nose / (0.8 * p.nose_width)) + np.square((y - ny - 0.026) / 0.016))
    away = np.where(nose * p.light < 0.0, 0.16, 0.05)
    dark = dark + away * bump(np.square((an - 0.036) / 0.026)) * ramp(y, 0.60, 0.66) * (1.0 - ramp(y, ny - 0.035, ny))
    fold, span = features.fold(face)
    dark = dark + (0.03 + 0.20 * p.age) * bump(np.square(fold / 0.014)) * span
    return dark + 0.20 * bump(mouth + np.square((y - face.mouth_y - 0.046 - 0.018 * p.lips) / 0.016))


def _lips(image: Array, face: FaceGeometry) -> None:
    u, meet, upper, lower = features.mouth(face)
    edge = np.maximum(np.maximum(upper - face.y, face.y - lower), (np.abs(u) - 1.0) * 0.05) / face.pixel
    color = _between(skin_color(face.p.skin), (168.0, 74.0, 74.0), 0.55)
    shade = np.where(face.y < meet, 0.82, 0.96 + 0.10 * bump(np.square((face.y - meet - 0.016) / 0.012)))
    _paint(image, 0.9 * inside(edge, 2.8 * face.unit), _shaded(color, shade))
    ends = 1.0 - ramp(np.abs(u), 0.90, 1.06)
    line = stroke((face.y - meet) / face.pixel, 1.6 * face.unit, 1.4 * face.unit)
    _paint(image, 0.75 * line * ends, (74.0, 34.0, 34.0))


def _eye(image: Array, face: FaceGeometry) -> None:
    p, unit, scale = face.p, face.unit, face.p.eye_width / face.pixel
    side = 1 if face.x[0, face.size[1] // 2] > face.eye_x else -1
    u, v = features.eye(face, side)
    top, bottom = features.lids(face, u)
    ball = inside(np.maximum(top - v, v - bottom) * scale, 1.1 * unit)
    skin = skin_color(p.skin)
    _paint(
        image,
        0.22 * bump(np.square(u / 1.7) + np.square((v + 0.25) / 1.15)),
        _between(skin, (0.0, 0.0, 0.0), 0.55),
    )
    bags = bump(np.square(u / 1.15) + np.square((v - bottom - 0.35) / 0.28))
    _paint(image, (0.03 + 0.18 * p.age) * bags, _between(skin, (40.0, 10.0, 10.0), 0.6))
    white = np.clip(0.90 - 0.25 * np.square(u) - 0.30 * ramp(top - v, -0.35, 0.0), 0.3, 1.0)
    _paint(image, ball, _shaded((238.0, 230.0, 224.0), white))
    radius = np.sqrt(np.square(u) + np.square(v + 0.06))
    _paint(image, ball * inside((radius - 0.44) * scale, 1.1 * unit), p.iris)
    _paint(image, ball * stroke((radius - 0.42) * scale, unit), (24.0, 18.0, 16.0))
    _paint(image, ball * inside((radius - 0.20) * scale, 1.1 * unit), (12.0, 10.0, 10.0))
    glint = np.sqrt(np.square(u - 0.15 * side * p.light) + np.square(v + 0.20))
    _paint(image, ball * inside((glint - 0.10) * scale, 1.1 * unit), (250.0, 250.0, 250.0))
    within = 1.0 - ramp(np.abs(u), 0.95, 1.15)
    lashes = stroke((v - top) * scale, (1.5 + 1.1 * ramp(u, -0.8, 0.8)) * unit, 1.1 * unit)
    _paint(image, 0.88 * lashes * within, (34.0, 24.0, 22.0))
    _paint(image, 0.35 * within * stroke((v - bottom) * scale, unit, 1.1 * unit), (84.0, 50.0, 44.0))
    crease = stroke((v - 1.25 * top + 0.20) * scale, 1.2 * unit, 1.1 * unit)
    _paint(image, 0.40 * crease * (1.0 - ramp(np.abs(u), 0.8, 1.1)), (96.0, 60.0, 50.0))
    u, off, thick = features.brow(face, side)
    cover = inside((np.abs(off) - thick) / face.pixel, 3.0 * unit) * (thick > 0.0)
    hairs = 0.70 + 0.45 * noise1(Chance(p.seed, 5).table(64), u * 14.0 + off * 50.0)
    cover = np.clip(cover * hairs * (0.55 + 0.35 * p.brow_weight), 0.0, 1.0)
    _paint(image, cover, _between(p.hair_color, (30.0, 22.0, 18.0), 0.4))


def _beard(image: Array, face: FaceGeometry) -> None:
    if face.p.beard == "none":
        return
    chance = Chance(face.p.seed, 6)
    hairs = 0.5 * noise2(chance, face.x, face.y, 150.0) + 0.5 * noise2(chance, face.x, face.y, 40.0)
    density = (0.42 if face.p.beard == "stubble" else 0.95) * features.beard(face)
    _paint(image, density * (0.65 + 0.35 * hairs), _shaded(face.p.hair_color, 0.7 + 0.6 * hairs))


def _hair(image: Array, face: FaceGeometry) -> None:
    p, chance = face.p, Chance(face.p.seed, 7)
    if face.style.flow == "curl":
        texture = 0.62 * noise2(chance, face.x, face.y, 56.0) + 0.5 * noise2(chance, face.x, face.y, 27.0)
    else:
        texture = 0.55 * noise1(chance.table(512), face.strand * 110.0)
        texture = texture + 0.55 * noise1(chance.table(128), face.strand * 28.0)
    sheen = bump(np.square((face.hair_sheen - 0.5) / 0.5)) * (0.6 + 0.8 * texture)
    light = 1.0 - 0.30 * ramp(-p.light * face.x, -0.1, 0.35)
    edge = 1.0 - 0.35 * (1.0 - ramp(-face.hair / face.unit, 0.0, 8.0))
    color = _shaded(p.hair_color, (0.55 + 0.55 * texture) * light * edge) + 34.0 * sheen * light
    _paint(image, inside(face.hair, 1.6 * face.unit), color)


def _glasses(image: Array, face: FaceGeometry) -> None:
    if face.p.glasses == "none":
        return
    width = (2.6 if face.p.glasses == "square" else 1.7) * face.unit
    frame = stroke(features.bridge(face), width)
    for side in (-1, 1):
        rim = features.rim(face, side)
        _paint(image, 0.07 * inside(rim), (235.0, 240.0, 245.0))
        frame = np.maximum(frame, stroke(rim, width))
    _paint(image, 0.9 * frame * (1.0 - inside(face.hair)), (38.0, 34.0, 36.0))
