"""Pix2Pix: one generator, one discriminator that sees photo and sketch together, and a heavy L1 term.

Isola, Zhu, Zhou and Efros, "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017, with the
defaults of the authors' code (pytorch-CycleGAN-and-pix2pix).

One thing is ours, for all methods alike: images are resized bilinearly and not bicubically.
"""

from __future__ import annotations

from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from sketchlib import losses
from sketchlib.methods.gan import GAN
from sketchlib.nets import PatchGAN, UNetGenerator
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import seeded
from sketchlib.training.streams import stream

AUTHORS: dict[str, Any] = {
    "aligned": True,  # data/aligned_dataset.py
    "jitter": True,  # options/base_options.py: preprocess resize_and_crop, load_size 286, crop_size 256
    "flip": True,  # options/base_options.py: no_flip is off
    "lambda_xy": 100.0,  # models/pix2pix_model.py: lambda_L1; section 3.3 of the paper
    "lambda_yx": 0.0,  # there is no way back: no F, no cycle, no identity
    "lambda_cyc": 0.0,
    "lambda_cxc": 0.0,
    "lambda_yc": 0.0,
    "lambda_xc": 0.0,
    "adversarial": "log",  # options/train_options.py: gan_mode vanilla; section 3.1
    "pool_size": 0,  # models/pix2pix_model.py
    "batch_size": 1,  # options/base_options.py; section 3.3
    "lr": 2e-4,  # options/train_options.py; section 3.3
    "betas": (0.5, 0.999),  # the same
    "decay": "linear",  # options/train_options.py: lr_policy
    "bottleneck": 1,  # models/networks.py: unet_256 halves eight times
    "se": False,
}
"""The settings that the authors' code has by default, with the file, as changes to `TrainConfig`."""

DROPOUT = 0.5
"""Three blocks of G have it in unet_256, two in unet_128, one in a net for 64 pixels (models/networks.py).

It stays on when G draws, where it takes the place of noise (section 3.3).
"""


class Pix2Pix(GAN):
    """G: X -> Y draws sketches, D tells real sketches from drawn ones, beside their photos."""

    def build(self, config: TrainConfig, fabric: Fabric) -> None:
        """Two networks, two optimizers, no image pool."""
        self.config, self.fabric = config, fabric
        self.set_up(
            {
                "G": lambda: UNetGenerator(config.channels, config.num_downs, se=False, norm="batch", dropout=DROPOUT),
                "D": lambda: PatchGAN(config.channels, in_channels=6, norm="batch"),
            },
            {"generator": ["G"], "discriminator": ["D"]},
            pools="",
        )

    def step(self, photo: Tensor, sketch: Tensor) -> dict[str, Tensor]:
        """One update of D, then one of G, in the order of the authors.

        Args:
            photo: x, (N, 3, H, W) in [-1, 1].
            sketch: y, (N, 3, H, W) in [-1, 1], the same grey three times.

        Returns:
            The terms of G, unweighted, their weighted sum `total`, and the loss `D`.
        """
        G, D = self.networks["G"], self.networks["D"]
        fake_sketch = G(photo)

        # 1. D learns to tell (photo, artist's sketch) from (photo, drawn sketch).
        self.freeze("D", frozen=False)
        loss_D = 0.5 * (_says(D, photo, sketch, real=True) + _says(D, photo, fake_sketch.detach(), real=False))
        self.update("discriminator", loss_D)

        # 2. G learns to be taken for real by D, and to be close to the artist.
        self.freeze("D")
        terms = {
            "adversarial_G": _says(D, photo, fake_sketch, real=True),
            "supervised_xy": losses.supervised_xy(fake_sketch, sketch),
        }
        total = losses.total(terms, {"adversarial_G": 1.0, "supervised_xy": self.config.lambda_xy})
        self.update("generator", total)
        return {**terms, "total": total, "D": loss_D}

    def sketch(self, photos: Tensor) -> Tensor:
        """As `GAN.sketch`, with dropout on, as the authors test. The same seed gives the same sketches."""
        with seeded(stream(self.config.seed, "drawing"), next(self.drawer.parameters()).device):
            return super().sketch(photos)


def _says(D: nn.Module, photo: Tensor, sketch: Tensor, *, real: bool) -> Tensor:
    """Cross-entropy between D's scores of the pairs, (N, 1, h, w), and the answer `real`."""
    scores = D(torch.cat([photo, sketch], dim=1))  # (N, 6, H, W) -> (N, 1, h, w)
    return binary_cross_entropy_with_logits(scores, torch.full_like(scores, float(real)))
