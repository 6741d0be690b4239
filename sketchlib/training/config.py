"""Every hyperparameter of a run, with the place it comes from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sketchlib.losses import ADVERSARIAL
from sketchlib.nets.se import INITS
from sketchlib.nets.unet import count_downs

PROFILES: dict[str, dict[str, Any]] = {
    # The paper's settings. A GPU finishes them in minutes to an hour; two CPU cores in a day.
    "full": {},
    # Half the side, a quarter of the channels, 30 epochs: minutes on one CPU core.
    "cpu": {"size": 128, "channels": 16, "epochs": 30, "milestones": (15, 23)},
    # About a minute on one CPU core. So few steps of networks so narrow want a higher rate than the paper's.
    "quick": {"size": 128, "channels": 8, "epochs": 4, "milestones": (3,), "lr": 2e-3},
}
"""Named starting points for `TrainConfig.profile`."""

WEIGHTS = ("lambda_xy", "lambda_yx", "lambda_cyc", "lambda_cxc", "lambda_yc", "lambda_xc")
"""The weights of eqs. (1), (2) and (4) to (7), under the paper's names."""

EARLIER: dict[str, Any] = {"keep_shape": False, "crop_share": 1.0}
"""What runs did before a field was there, for settings files without it."""

KNOWN: dict[str, tuple[str, ...]] = {
    "generator": ("unet", "resnet"),
    "se_init": INITS,
    "adversarial": tuple(ADVERSARIAL),
    "decay": ("steps", "linear"),
}
"""What the fields that are names can be."""


@dataclass(frozen=True)
class TrainConfig:
    """One run of the paper's method.

    Behind each field stands where its value comes from: "Paper", with the section of Liao and Lin that states it, or
    "Our choice", with the reason, where the paper is silent.
    """

    # Images
    size: int = 256  #: Pixels a side that networks read. Our choice, what CycleGAN and Pix2Pix use.
    flip: bool = True  #: Mirror a pair with probability 1/2. Our choice; the paper names no augmentation.
    jitter: bool = False  #: Enlarge by 286/256 and crop back at random. Our choice; Pix2Pix and CycleGAN do it.
    crop_share: float = 1.0  #: Share of the epochs that crop, before whole images. Our choice; CUT has one half.
    keep_shape: bool = False  #: Enlarge and crop without squeezing to a square. Our choice; ComboGAN does it.
    aligned: bool = True  #: Photo and sketch of a step show one face. Paper, 2.4.1, since eqs. (1), (2) need pairs.

    # Networks
    channels: int = 64  #: Channels after the first layer of G, F, D_X, D_Y. Our choice, as CycleGAN and Pix2Pix.
    generator: str = "unet"  #: Network of G and F. Paper, 2.2; "resnet" is CycleGAN's, for the ablation.
    bottleneck: int = 8  #: Side of G's smallest map. Our choice; 1 is 2.2 read literally, 8 leaves places to pool.
    se: bool = True  #: Squeeze-and-Excitation at the bottleneck. Paper, 2.2.
    reduction: int = 16  #: r of SE. Our choice, the default of Hu et al.; the paper gives none.
    se_init: str = "he"  #: Start of SE's weights. Our choice, as Hu et al.; CycleGAN's code would give "normal".
    se_center: bool = True  #: SE reads a running mean less. Our choice, since without it most hidden units never fire.

    # Losses, eq. (8)
    adversarial: str = "least_squares"  #: Form of eq. (3). Paper, 2.4.2; "log" and "saturating" for comparison.
    lambda_xy: float = 2.0  #: Supervised L1 of G, eq. (1). Paper, 3.3.2.
    lambda_yx: float = 2.0  #: Supervised L1 of F, eq. (2). Paper, 3.3.2.
    lambda_cyc: float = 10.0  #: Cycle from y to x to y, eq. (4). Paper, 3.3.2.
    lambda_cxc: float = 10.0  #: Cycle from x to y to x, eq. (5). Paper, 3.3.2.
    lambda_yc: float = 0.5  #: Identity on y, eq. (6). Paper, 3.3.2; it multiplies (6) directly, as 2.4.4 prints it.
    lambda_xc: float = 0.5  #: Identity on x, eq. (7). Paper, 3.3.2; the same.

    # Optimization
    epochs: int = 200  #: Paper, 3.3.2, "iterations is 200", read as epochs, since 200 steps are under 3 epochs.
    max_steps: int | None = None  #: Stop after so many steps, if not None. Our choice, to try 200 steps literally.
    batch_size: int = 1  #: Pairs in a step. Paper, 3.3.2.
    lr: float = 2e-4  #: Adam's step size, for generators and discriminators. Paper, 3.3.2.
    betas: tuple[float, float] = (0.5, 0.999)  #: Adam's momenta. 0.5 is the paper's, 3.3.2; 0.999 is our choice.
    decay: str = "steps"  #: "steps" is MultiStepLR. Paper, 3.3.2; "linear", to 0 in the second half, is CycleGAN's.
    milestones: tuple[int, ...] = (100, 150)  #: Epochs after which lr shrinks. Our choice; the paper names none.
    gamma: float = 0.1  #: lr shrinks to this fraction at each milestone. Our choice, PyTorch's default.
    pool_size: int = 50  #: Generated images that D may be shown again. Our choice, as CycleGAN. 0 is off.

    # The run
    seed: int = 0  #: Weights, order, flips and pools follow from it. Our choice; the paper names none.
    checkpoint_every: int = 1  #: Epochs between two checkpoints, the most that a stopped run repeats. Our choice.
    samples_every: int = 10  #: Epochs between two grids of sample sketches. Our choice; 0 is none.

    def __post_init__(self) -> None:
        if self.bottleneck < 1 or self.size < 16:
            raise ValueError(
                f"TrainConfig has size {self.size} and bottleneck {self.bottleneck}, "
                "expected size >= 16 and bottleneck >= 1."
            )
        count_downs(self.size, self.bottleneck)
        for name, known in KNOWN.items():
            if getattr(self, name) not in known:
                raise ValueError(f"TrainConfig.{name} is {getattr(self, name)!r}, expected {' or '.join(known)}.")
        for name in ("channels", "reduction", "epochs", "batch_size", "lr", "gamma", "checkpoint_every"):
            if getattr(self, name) <= 0:
                raise ValueError(f"TrainConfig.{name} is {getattr(self, name)}, expected a number above 0.")
        for name in (*WEIGHTS, "pool_size", "samples_every", "seed"):
            if getattr(self, name) < 0:
                raise ValueError(f"TrainConfig.{name} is {getattr(self, name)}, expected 0 or more.")
        if not 0 <= self.crop_share <= 1:
            raise ValueError(f"TrainConfig.crop_share is {self.crop_share}, expected 0 to 1.")
        if self.max_steps is not None and self.max_steps < 1:
            raise ValueError(f"TrainConfig.max_steps is {self.max_steps}, expected 1 or more, or None.")
        if self.lambda_xy + self.lambda_yx > 0 and not self.aligned:
            raise ValueError("TrainConfig.aligned is False, expected True: lambda_xy and lambda_yx compare pairs.")

    @classmethod
    def profile(cls, name: str, **changes: Any) -> TrainConfig:
        """The settings called `name` ("full", "cpu" or "quick"), with some fields changed.

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

    def load_shape(self, height: int, width: int) -> tuple[int, int]:
        """Height and width that an image of (height, width) is resized to before the random crop."""
        if not self.keep_shape:
            return self.load_size, self.load_size
        shorter = min(height, width)
        return height * self.load_size // shorter, width * self.load_size // shorter

    def draw_shape(self, height: int, width: int) -> tuple[int, int]:
        """Height and width at which a photo of (height, width) is given to the generator, which takes multiples."""
        if not self.keep_shape:
            return self.size, self.size
        multiple = 4 if self.generator == "resnet" else 2**self.num_downs
        rows, columns = (-(-side // multiple) * multiple for side in self.load_shape(height, width))
        return rows, columns

    @property
    def num_downs(self) -> int:
        """Steps down of the U-Net, from `size` to `bottleneck`."""
        return count_downs(self.size, self.bottleneck)

    def to_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainConfig:
        """The inverse of `to_dict`."""
        return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
