"""Every hyperparameter of a run, with the place it comes from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sketchlib.nets.unet import halvings_between

PROFILES: dict[str, dict[str, Any]] = {
    # The paper's settings. A GPU finishes them in minutes to an hour; two CPU cores in a day.
    "full": {},
    # Two CPU cores in about a minute: half the side, a quarter of the channels, one in 25 of the epochs.
    "quick": {
        "size": 128,
        "channels": 16,
        "epochs": 8,
        "batch_size": 4,
        "lr": 1e-3,
        "milestones": (5, 7),
    },
}
"""Named starting points for `TrainConfig.profile`."""


@dataclass(frozen=True)
class TrainConfig:
    """One run of the paper's method. "Paper" below is Liao and Lin; "our choice" is where it says nothing."""

    # Images
    size: int = 256  #: Pixels a side that networks read. Our choice, what CycleGAN and Pix2Pix use.
    flip: bool = True  #: Mirror a pair with probability 1/2. Our choice; the paper names no augmentation.
    jitter: bool = False  #: Enlarge by 286/256 and crop back at random. Our choice; Pix2Pix and CycleGAN do it.
    aligned: bool = True  #: Photo and sketch of a step show the same face. Eqs. (1) and (2) need it.

    # Networks
    channels: int = 64  #: Channels after the first layer of G, F, D_X, D_Y. Our choice, as CycleGAN and Pix2Pix.
    generator: str = "unet"  #: Network of G and F. Paper; "resnet" is CycleGAN's, for the ablation.
    minimum: int = 8  #: Side of G's smallest map, where SE sits. 1 is the paper read literally; 8 has places to pool.
    se: bool = True  #: Squeeze-and-Excitation at the minimum. Paper, section on the generator.
    reduction: int = 16  #: r of SE. Our choice, the default of Hu et al.; the paper gives none.

    # Losses, eq. (8)
    lambda_xy: float = 10.0  #: Supervised L1 of G, eq. (1). Our choice, as heavy as the cycle; chapter 9 varies it.
    lambda_yx: float = 10.0  #: Supervised L1 of F, eq. (2). Our choice, the same.
    lambda_cyc: float = 10.0  #: Cycle consistency, eqs. (4) and (5). As CycleGAN.
    lambda_idt: float = 0.5  #: Identity, eqs. (6) and (7). Paper; read as absolute, not times lambda_cyc.

    # Optimization
    epochs: int = 200  #: The paper's "iterations is 200", read as epochs, since 200 steps would be under 3 epochs.
    batch_size: int = 1  #: Our choice, as CycleGAN.
    lr: float = 2e-4  #: Adam's step size. Our choice, as CycleGAN and Pix2Pix.
    betas: tuple[float, float] = (0.5, 0.999)  #: Adam's two memories. Our choice, as CycleGAN and Pix2Pix.
    decay: str = "steps"  #: "steps" shrinks lr at the milestones, as the paper; "linear" to 0 in the second half.
    milestones: tuple[int, ...] = (100, 150)  #: Epochs after which lr shrinks. The paper names none.
    gamma: float = 0.1  #: lr shrinks to this fraction at each milestone. PyTorch's default.
    pool_size: int = 50  #: Generated images that D may be shown again. Our choice, as CycleGAN. 0 is off.

    # The run
    seed: int = 0  #: Weights, order, flips and pool all follow from it.
    checkpoint_every: int = 1  #: Epochs between two checkpoints, the most that a stopped run repeats.
    samples_every: int = 10  #: Epochs between two grids of sample sketches. 0 is none.

    def __post_init__(self) -> None:
        if self.minimum < 1 or self.size < 16:
            raise ValueError(
                f"TrainConfig has size {self.size} and minimum {self.minimum}, expected size >= 16 and minimum >= 1."
            )
        halvings_between(self.size, self.minimum)
        for name, known in (("generator", ("unet", "resnet")), ("decay", ("steps", "linear"))):
            if getattr(self, name) not in known:
                raise ValueError(f"TrainConfig.{name} is {getattr(self, name)!r}, expected {' or '.join(known)}.")
        for name in ("channels", "reduction", "epochs", "batch_size", "lr", "gamma", "checkpoint_every"):
            if getattr(self, name) <= 0:
                raise ValueError(f"TrainConfig.{name} is {getattr(self, name)}, expected a number above 0.")
        for name in ("lambda_xy", "lambda_yx", "lambda_cyc", "lambda_idt", "pool_size", "samples_every"):
            if getattr(self, name) < 0:
                raise ValueError(f"TrainConfig.{name} is {getattr(self, name)}, expected 0 or more.")
        if self.lambda_xy + self.lambda_yx > 0 and not self.aligned:
            raise ValueError("TrainConfig.aligned is False, expected True: lambda_xy and lambda_yx compare pairs.")

    @classmethod
    def profile(cls, name: str, **changes: Any) -> TrainConfig:
        """The settings called `name` ("quick" or "full"), with some fields changed.

        Raises:
            ValueError: for a name that is not there or a field that is not there.
        """
        if name not in PROFILES:
            raise ValueError(f"profile is {name!r}, expected one of {', '.join(sorted(PROFILES))}.")
        unknown = changes.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(
                f"TrainConfig has no field {', '.join(sorted(unknown))}; see the library reference for those it has."
            )
        return replace(cls(**PROFILES[name]), **changes)

    @property
    def load_size(self) -> int:
        """Pixels a side before the random crop, 286 for 256 as Pix2Pix and CycleGAN, or `size` without `jitter`."""
        return round(self.size * 286 / 256) if self.jitter else self.size

    @property
    def halvings(self) -> int:
        """Steps down of the U-Net, from `size` to `minimum`."""
        return halvings_between(self.size, self.minimum)

    def to_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainConfig:
        """The inverse of `to_dict`."""
        return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
