"""A toy face as numbers: what each means, and how a crowd of people comes from a seed.

Lengths are in widths of the image: x runs from -0.5 to 0.5, y from 0 at the top to 1.25 at the
bottom, and the eyes lie at y = 0.625, as in the CUHK Student photos.
"""

from __future__ import annotations

from dataclasses import dataclass

from sketchlib.data.toytexture import Chance

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class FaceParameters:
    """Everything that makes one toy face. The defaults are an unremarkable one.

    Lengths are in widths of the image; colors are red, green, blue in 0..255. A comment gives the
    range that random faces have; a little beyond it still draws.

    Raises:
        ValueError: if `hair`, `glasses`, `beard` or `collar` is no name in `CHOICES`.
    """

    seed: int = 0  # chance in hair, skin and strokes: another drawing of the same person
    width: float = 0.295  # half the width of the face at the ears, 0.26..0.33
    length: float = 0.44  # from the ears down to the chin, 0.39..0.49
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
    eye_width: float = 0.063  # half its width, 0.055..0.070
    eye_open: float = 0.42  # height over half width, 0.28..0.6
    eye_tilt: float = 0.05  # -0.15..0.2: outer corner up
    iris: RGB = (70.0, 48.0, 34.0)
    brow_height: float = 0.062  # above the eye, 0.05..0.08
    brow_weight: float = 0.6  # 0..1: thin and light .. thick and dark
    brow_arch: float = 0.4  # 0..1
    nose_width: float = 0.070  # half its width at the wings, 0.055..0.085
    nose_length: float = 0.0  # -0.02..0.02: shorter or longer
    mouth_width: float = 0.105  # half its width, 0.085..0.125
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

    def __post_init__(self) -> None:
        for field, names in CHOICES.items():
            if getattr(self, field) not in names:
                raise ValueError(
                    f"FaceParameters.{field} is {getattr(self, field)!r}, expected one of {', '.join(names)}."
                )


@dataclass(frozen=True)
class HairStyle:
    """How a style of hair lies: heights and lengths in widths of the image."""

    line: float  # height of the hairline at the parting
    arch: float  # how fast the hairline falls to the sides, as a curve ...
    vee: float  # ... and as a straight line
    jag: float  # how ragged its tufts are
    end: float  # height where hair ends beside the face
    inner: float  # share of the face's half width that hair leaves free
    lift: float  # volume added to the face's own
    flow: str  # strands run "out" from the crown, or "down" in shells around the face


HAIR_STYLES = {
    "crop": HairStyle(0.335, 0.10, 0.0, 0.018, 0.64, 0.95, -0.012, "out"),
    "side": HairStyle(0.31, 0.055, 0.10, 0.025, 0.66, 0.94, 0.012, "out"),
    "fringe": HairStyle(0.49, -0.02, 0.0, 0.07, 0.72, 0.91, 0.02, "out"),
    "curtain": HairStyle(0.28, 0.05, 0.20, 0.03, 0.74, 0.92, 0.015, "down"),
    "long": HairStyle(0.27, 0.12, 0.14, 0.012, 1.40, 0.89, 0.02, "down"),
    "bob": HairStyle(0.40, 0.10, 0.0, 0.04, 1.03, 0.90, 0.03, "down"),
    "curly": HairStyle(0.35, 0.08, 0.0, 0.035, 0.84, 0.93, 0.055, "curl"),
    "bun": HairStyle(0.31, 0.14, 0.0, 0.006, 0.60, 0.96, -0.012, "out"),
    "receding": HairStyle(0.235, 0.02, 0.0, 0.008, 0.66, 0.93, -0.02, "out"),
}


CHOICES: dict[str, tuple[str, ...]] = {
    "hair": tuple(HAIR_STYLES),
    "glasses": ("none", "round", "square"),
    "beard": ("none", "stubble", "moustache", "full"),
    "collar": ("crew", "vee", "shirt", "jacket"),
}
"""The names that a parameter with names may take."""

_HAIR_COLORS: dict[str, RGB] = {
    "black": (34.0, 29.0, 28.0),
    "dark": (52.0, 37.0, 29.0),
    "brown": (92.0, 62.0, 41.0),
    "fair": (176.0, 138.0, 88.0),
    "red": (134.0, 70.0, 40.0),
    "grey": (148.0, 146.0, 144.0),
}
_IRISES: dict[str, RGB] = {
    "brown": (70.0, 46.0, 32.0),
    "dark": (44.0, 30.0, 24.0),
    "blue": (92.0, 128.0, 158.0),
    "green": (98.0, 116.0, 82.0),
}
_CLOTHES: dict[str, RGB] = {
    "navy": (44.0, 52.0, 84.0),
    "white": (222.0, 222.0, 218.0),
    "red": (150.0, 52.0, 50.0),
    "black": (40.0, 40.0, 44.0),
    "green": (72.0, 104.0, 84.0),
    "sand": (196.0, 178.0, 146.0),
    "blue": (92.0, 130.0, 178.0),
}
_BACKGROUNDS: dict[str, RGB] = {
    "blue": (112.0, 176.0, 222.0),
    "grey": (178.0, 182.0, 186.0),
    "teal": (120.0, 178.0, 178.0),
    "cream": (214.0, 206.0, 188.0),
}
_HAIR_WEIGHTS = {
    "crop": 1.5,
    "side": 2.0,
    "fringe": 1.0,
    "curtain": 1.0,
    "long": 1.3,
    "bob": 1.0,
    "curly": 1.0,
    "bun": 0.7,
    "receding": 0.5,
}
_MEN = {"long": 0.08, "bob": 0.0, "bun": 0.05, "receding": 1.0, "crop": 0.85, "side": 0.85}
"""What share of those who wear a style get a man's face. The other styles: 0.6."""


def random_face(seed: int, index: int) -> FaceParameters:
    """Person number `index` of the crowd that `seed` stands for; neither may be negative."""
    chance = Chance(seed, index)
    hair = chance.pick(_HAIR_WEIGHTS)
    man = chance.uniform() < _MEN.get(hair, 0.6)
    age = chance.uniform() * chance.uniform()
    age = 0.4 + 0.6 * age if hair == "receding" else age
    skin = min(max(chance.around(0.35, 0.5), 0.0), 1.0)
    return FaceParameters(
        seed=1_000_003 * seed + index,
        width=chance.around(0.300 if man else 0.288, 0.045),
        length=chance.around(0.450 if man else 0.430, 0.05),
        jaw=chance.around(0.40 if man else 0.2, 0.32),
        taper=chance.around(0.21 if man else 0.27, 0.12),
        turn=chance.around(0.0, 1.0),
        skin=skin,
        age=age,
        hair=hair,
        volume=chance.around(0.04, 0.035),
        part=chance.around(0.0, 1.6),
        hair_length=chance.around(0.0, 0.07),
        forehead=chance.around(0.0, 0.05),
        eye_gap=chance.around(0.125, 0.010),
        eye_width=chance.around(0.0635, 0.008),
        eye_open=chance.around(0.44, 0.16),
        eye_tilt=chance.around(0.04, 0.15),
        brow_height=chance.around(0.064, 0.014),
        brow_weight=chance.around(0.65 if man else 0.35, 0.4),
        brow_arch=chance.around(0.3 if man else 0.65, 0.4),
        nose_width=chance.around(0.074 if man else 0.065, 0.014),
        nose_length=chance.around(0.0, 0.025),
        mouth_width=chance.around(0.108 if man else 0.102, 0.02),
        lips=chance.around(0.4 if man else 0.65, 0.4),
        smile=chance.around(0.2, 1.0),
        neck=chance.around(0.67 if man else 0.6, 0.08),
        shoulders=chance.around(0.01, 0.06),
        glasses=chance.pick({"none": 5.0, "round": 0.8, "square": 1.0}),
        beard=_random_beard(chance) if man else "none",
        collar=chance.pick({"crew": 2.0, "vee": 1.0, "shirt": 1.5, "jacket": 1.0}),
        cloth=_CLOTHES[chance.pick(dict.fromkeys(_CLOTHES, 1.0))],
        light=chance.around(0.0, 1.5),
        background=_BACKGROUNDS[chance.pick({"blue": 3.0, "grey": 1.0, "teal": 1.0, "cream": 0.6})],
        **_random_coloring(chance, skin, age),
    )


def _random_beard(chance: Chance) -> str:
    return chance.pick({"none": 4.0, "stubble": 1.0, "moustache": 0.7, "full": 0.8})


def _random_coloring(chance: Chance, skin: float, age: float) -> dict[str, RGB]:
    """Colors of hair and iris that go with the skin."""
    hairs = {"black": 3.0, "dark": 3.0, "brown": 0.3, "grey": 2.0 if age > 0.6 else 0.0}
    if skin < 0.55:
        hairs |= {"brown": 2.0, "fair": 1.0, "red": 0.5}
    name, tint = chance.pick(hairs), chance.uniform(0.88, 1.12)
    red, green, blue = _HAIR_COLORS[name]
    irises = {"brown": 3.0, "dark": 3.0}
    if skin < 0.55 and name != "black":
        irises = {"brown": 2.0, "blue": 2.0, "green": 1.0}
    return {
        "hair_color": (tint * red, tint * green, tint * blue),
        "iris": _IRISES[chance.pick(irises)],
    }
