"""The pencil drawing of a toy face: lines and hatching, placed by its curves and its light.

Nothing here looks at the photo. An artist sees the person, moves everything a little, presses
harder where it is dark, leaves the background out, and lets the clothes fade away.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sketchlib.data import toyfeatures as features
from sketchlib.data.toygeometry import (
    ALL,
    CLOTH,
    FACE,
    MIDDLE,
    SPECTACLES,
    FaceGeometry,
    eye_box,
)
from sketchlib.data.toypaper import Sheet
from sketchlib.data.toyparameters import FaceParameters
from sketchlib.data.toytexture import Array, Chance, bump, hatch, inside, noise2, ramp, stroke


def seen_by_artist(p: FaceParameters) -> FaceParameters:
    """The face as the artist takes it down: every length a little off, eyes a little larger."""
    chance = Chance(p.seed, 10)
    return replace(
        p,
        width=p.width + chance.around(0.0, 0.008),
        length=p.length + chance.around(0.0, 0.010),
        jaw=p.jaw * chance.uniform(0.9, 1.2),
        turn=p.turn + chance.around(0.0, 0.3),
        volume=p.volume + chance.around(0.0, 0.012),
        eye_gap=p.eye_gap + chance.around(0.0, 0.005),
        eye_width=p.eye_width * chance.uniform(0.98, 1.08),
        eye_open=p.eye_open * chance.uniform(0.98, 1.15),
        brow_height=p.brow_height + chance.around(0.0, 0.006),
        nose_length=p.nose_length + chance.around(0.0, 0.010),
        mouth_width=p.mouth_width * chance.uniform(0.94, 1.08),
        smile=p.smile + chance.around(0.0, 0.25),
    )


def draw_sketch(true_face: FaceGeometry) -> Array:
    """(H, W), about 0..255, not yet rounded."""
    face = FaceGeometry(seen_by_artist(true_face.p), true_face.size)
    sheet = Sheet(face)
    _neck_and_ears(sheet)
    parts = [(_clothes, CLOTH), (_skin, FACE), (_nose_and_mouth, MIDDLE)]
    parts += [(_eye, eye_box(face.p, side)) for side in (-1, 1)]
    for draw_part, box in [*parts, (_beard, FACE), (_hair, ALL), (_glasses, SPECTACLES)]:
        draw_part(sheet.crop(box))
    return sheet.scan()


def _diagonal(face: FaceGeometry, slope: float, per_width: float) -> tuple[Array, Array]:
    """Across and along straight hatching: y falls by `slope` for each step to the right."""
    across = (face.y + slope * face.x) * per_width
    return across, (face.x - slope * face.y) * 9.0


def _clothes(sheet: Sheet) -> None:
    face, chance = sheet.face, Chance(sheet.face.p.seed, 14)
    within = inside(face.cloth)
    red, green, blue = face.p.cloth
    dark = 1.0 - (0.3 * red + 0.6 * green + 0.1 * blue) / 255.0
    fade = 1.0 - 0.75 * ramp(face.y + 0.25 * np.abs(face.x), 1.17, 1.38)
    tone = (0.10 + 0.42 * dark + 0.15 * sheet.shadow) * fade * within
    sheet.tone(0.8 * hatch(chance, *_diagonal(face, -0.9, 62.0), tone))
    sheet.line(face.cloth, 1.8, 0.75)
    for edge, width, _ in features.seams(face):
        sheet.line(edge, width, 0.7 * within)


def _neck_and_ears(sheet: Sheet) -> None:
    face, chance = sheet.face, Chance(sheet.face.p.seed, 15)
    skin = inside(face.neck) * (1.0 - inside(face.cloth))
    chin = 1.0 - ramp(face.head, 1.0, 1.55)
    tone = skin * (0.42 * chin + 0.22 * sheet.shadow + 0.10 * face.p.skin)
    sheet.tone(0.75 * hatch(chance, *_diagonal(face, 0.7, 66.0), tone))
    below = (face.y < face.neckline) & (face.y > 0.88)
    sheet.line(face.neck, 1.5, (0.5 + 0.3 * sheet.shadow) * below)
    sheet.erase(inside(face.ears))
    sheet.line(face.ears, 1.5, 0.7)
    sheet.line(face.ears + 4.0 * face.unit, 1.2, 0.45)
    sheet.tone(0.35 * hatch(chance, *_diagonal(face, 0.7, 66.0), 0.6 * inside(face.ears + 5.0 * face.unit)))


def _skin(sheet: Sheet) -> None:
    """The outline of the face, and hatching where it turns from the light."""
    face, chance = sheet.face, Chance(sheet.face.p.seed, 16)
    within = inside(face.face_edge)
    sheet.erase(within)
    dim = 1.0 - face.lambert
    tone = (0.55 * ramp(dim, 0.20, 0.95) + 0.10 * face.p.skin) * within
    sheet.tone(0.72 * hatch(chance, *_diagonal(face, 0.8, 60.0), tone))
    side = bump(np.square((np.abs(face.x) - 0.215) / 0.075)) * ramp(face.y, 0.62, 0.80) * within
    sheet.tone(
        0.6
        * hatch(
            chance,
            *_diagonal(face, 1.6 * (1.0 if face.p.light < 0 else -1.0), 70.0),
            side * (0.18 + 0.4 * sheet.shadow),
        )
    )
    jaw = ramp(face.y, 0.56, 0.66)
    sheet.line(face.face_edge, 1.5 + 0.9 * sheet.shadow, (0.55 + 0.3 * sheet.shadow) * jaw)
    sheet.line(face.face_edge - 1.4 * face.unit * sheet.pressure, 1.0, 0.3 * jaw)


def _nose_and_mouth(sheet: Sheet) -> None:
    face, p, chance = sheet.face, sheet.face.p, Chance(sheet.face.p.seed, 17)
    nx, y, ny = face.x - face.nose_x, face.y, face.nose_y
    an = np.abs(nx)
    nostril = bump(np.square((an - 0.5 * p.nose_width) / 0.025) + np.square((y - ny - 0.018) / 0.013))
    sheet.tone(0.95 * nostril * sheet.pressure)
    wing = np.sqrt(np.square((an - 0.66 * p.nose_width) / 0.36 / p.nose_width) + np.square((y - ny) / 0.030)) - 1.0
    outer = (an > 0.62 * p.nose_width) & (np.abs(y - ny) < 0.034)
    sheet.line(wing * 0.022 / face.pixel, 1.5, 0.7 * outer)
    tip = (y - ny - 0.028 + 4.0 * nx * nx) / face.pixel
    sheet.line(tip, 1.3, 0.6 * (an < 0.5 * p.nose_width))
    shaded = np.where(nx * p.light < 0.0, 0.55, 0.22) * bump(np.square((an - 0.038) / 0.028))
    shaded = shaded * ramp(y, 0.585, 0.65) * (1.0 - ramp(y, ny - 0.04, ny))
    under = 0.5 * bump(np.square(nx / (1.1 * p.nose_width)) + np.square((y - ny - 0.03) / 0.02))
    sheet.tone(0.75 * hatch(chance, *_diagonal(face, 2.2, 90.0), shaded + under))
    fold, span = features.fold(face)
    sheet.line(fold / face.pixel, 1.2, (0.12 + 0.5 * p.age) * span)
    u, meet, upper, lower = features.mouth(face)
    corner = 1.0 - ramp(np.abs(u), 0.98, 1.12)
    sheet.line((y - meet) / face.pixel, 2.0 + 0.8 * np.abs(u), 0.95 * corner)
    sheet.line((y - upper) / face.pixel, 1.2, 0.5 * corner)
    sheet.line((y - lower) / face.pixel, 1.3, 0.5 * corner * bump(np.square(u / 1.2)))
    lip = inside(np.maximum(upper - y, y - lower) / face.pixel) * (np.abs(u) < 1.0)
    tone = lip * np.where(y < meet, 0.62, 0.34 - 0.22 * bump(np.square((u - 0.3 * p.light) / 0.5)))
    sheet.tone(0.8 * hatch(chance, u * 16.0, (y - meet) * 20.0, tone))
    dip = bump(np.square(u / 0.75) + np.square((y - lower - 0.014) / 0.014))
    sheet.tone(0.6 * hatch(chance, *_diagonal(face, -0.2, 80.0), 0.5 * dip))


def _eye(sheet: Sheet) -> None:
    face, p, scale = sheet.face, sheet.face.p, sheet.face.p.eye_width / sheet.face.pixel
    side = 1 if face.x[0, face.size[1] // 2] > face.eye_x else -1
    chance = Chance(p.seed, 18, side + 1)
    u, v = features.eye(face, side)
    top, bottom = features.lids(face, u)
    ball = inside(np.maximum(top - v, v - bottom) * scale)
    socket = bump(np.square((u + 0.7) / 0.9) + np.square((v + 0.75) / 0.9)) * (1.0 - ball)
    sheet.tone(0.7 * hatch(chance, *_diagonal(face, 1.2 * side, 80.0), 0.55 * socket))
    sheet.erase(ball)
    radius = np.sqrt(np.square(u) + np.square(v + 0.06))
    light_eye = (p.iris[0] + p.iris[1] + p.iris[2]) / 765.0
    iris = ball * inside((radius - 0.45) * scale)
    sheet.tone(iris * (0.75 - 0.8 * light_eye))
    sheet.tone(0.9 * ball * stroke((radius - 0.43) * scale, 1.3 * face.unit))
    sheet.tone(0.95 * ball * inside((radius - 0.22) * scale))
    sheet.tone(0.5 * ball * (1.0 - ramp(v - top, 0.0, 0.35)))
    glint = np.sqrt(np.square(u - 0.16 * p.light * side) + np.square(v + 0.20))
    sheet.erase(ball * inside((glint - 0.11) * scale))
    within = 1.0 - ramp(np.abs(u), 1.0, 1.18)
    sheet.line((v - top) * scale, 2.2 + 1.0 * ramp(u, -0.8, 0.8), within)
    sheet.line((v - bottom) * scale, 1.2, 0.55 * within)
    sheet.line((v - 1.3 * top + 0.20) * scale, 1.3, 0.6 * (1.0 - ramp(np.abs(u), 0.85, 1.15)))
    bag = (v - bottom - 0.55 + 0.2 * np.square(u)) * scale
    sheet.line(bag, 1.2, (0.10 + 0.45 * p.age) * (1.0 - ramp(np.abs(u), 0.5, 0.9)))
    u, off, thick = features.brow(face, side)
    dense = inside((np.abs(off) - thick) / face.pixel, 3.0 * face.unit) * (thick > 0.0)
    tone = dense * (0.6 + 0.35 * p.brow_weight) * (0.55 + 0.45 * _hair_tone(p))
    sheet.tone(0.95 * hatch(chance, u * 11.0 + off / face.pixel * 0.35 / face.unit, off * 9.0 + u, 1.15 * tone))


def _hair_tone(p: FaceParameters) -> float:
    """How dark a pencil draws this hair, 0.42..1: black hair is black, fair hair half of that."""
    red, green, blue = p.hair_color
    return min(1.0, max(0.42, 1.12 - 1.5 * (0.3 * red + 0.6 * green + 0.1 * blue) / 255.0))


def _beard(sheet: Sheet) -> None:
    face, p, chance = sheet.face, sheet.face.p, Chance(sheet.face.p.seed, 19)
    if p.beard == "none":
        return
    tone = features.beard(face) * (0.35 if p.beard == "stubble" else 0.80 * _hair_tone(p))
    fan = face.x * 70.0 + face.x * face.y * 40.0
    sheet.tone(hatch(chance, fan, face.y * 22.0, tone))


def _hair(sheet: Sheet) -> None:
    face, p, chance = sheet.face, sheet.face.p, Chance(sheet.face.p.seed, 20)
    within = inside(face.hair + 0.6 * sheet.wobble, 2.0 * face.unit)
    sheet.erase(within)
    sheen = bump(np.square((face.hair_sheen - 0.5) / 0.55))
    edge = 1.0 - ramp(-face.hair / face.unit, 0.0, 12.0)
    tone = _hair_tone(p) * (0.74 - 0.42 * sheen + 0.20 * sheet.shadow + 0.16 * edge)
    tone = np.clip(tone, 0.0, 1.0) * within
    if face.style.flow == "curl":
        curls = noise2(chance, face.x, face.y, 34.0) * 5.0
        sheet.tone(hatch(chance, curls + face.strand * 9.0, face.strand_length * 12.0, tone))
        sheet.tone(0.7 * hatch(chance, curls * 1.7 - face.x * 30.0, face.y * 12.0, 0.7 * tone))
    else:
        across = face.strand + 0.012 * sheet.wobble / face.unit
        sheet.tone(hatch(chance, across * 44.0, face.strand_length * 5.0, tone))
        sheet.tone(0.7 * hatch(chance, across * 71.0 + 0.3, face.strand_length * 8.0 + 0.5, 0.75 * tone))
    sheet.line(face.hair, 1.5, 0.45 * _hair_tone(p) * (0.6 + 0.4 * sheet.shadow))


def _glasses(sheet: Sheet) -> None:
    face = sheet.face
    if face.p.glasses == "none":
        return
    wide = 2.8 if face.p.glasses == "square" else 2.0
    free = 1.0 - inside(face.hair)
    sheet.line(features.bridge(face), wide, 0.9 * free)
    for side in (-1, 1):
        sheet.line(features.rim(face, side), wide, 0.95 * free)
        sheet.line(features.rim(face, side) + 2.2 * face.unit, 0.8, 0.3 * free)
