"""CycleGAN: two generators that undo each other, learned without pairs.

Zhu, Park, Isola and Efros, "Unpaired Image-to-Image Translation Using Cycle-Consistent Adversarial Networks",
ICCV 2017, with the defaults of the authors' code (pytorch-CycleGAN-and-pix2pix).

Two things about the images are ours, as in all methods here. They are resized bilinearly and not bicubically. And the
sketch beside a photo comes from a permutation of all, so that an epoch shows each once; the authors draw it anew for
each photo, with replacement.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lightning.fabric import Fabric
from torch import Tensor, nn

from sketchlib import losses
from sketchlib.methods.gan import GAN
from sketchlib.nets import PatchGAN, ResNetGenerator
from sketchlib.training.config import TrainConfig

AUTHORS: dict[str, Any] = {
    "aligned": False,  # data/unaligned_dataset.py: the sketch of a step shows another face
    "jitter": True,  # options/base_options.py: preprocess resize_and_crop, load_size 286, crop_size 256
    "flip": True,  # options/base_options.py: no_flip is off
    "lambda_xy": 0.0,  # no pairs, so nothing to compare with
    "lambda_yx": 0.0,
    "lambda_cyc": 10.0,  # models/cycle_gan_model.py: lambda_B, lambda_A; section 4 of the paper
    "lambda_cxc": 10.0,
    "lambda_yc": 5.0,  # the same: lambda_identity 0.5, multiplied there by lambda_B and lambda_A = 10
    "lambda_xc": 5.0,
    "adversarial": "least_squares",  # models/cycle_gan_model.py and options: gan_mode lsgan
    "pool_size": 50,  # options/train_options.py; section 4
    "batch_size": 1,  # options/base_options.py; section 4
    "lr": 2e-4,  # options/train_options.py; section 4
    "betas": (0.5, 0.999),  # the same
    "decay": "linear",  # the same: lr_policy; section 4: constant for 100 epochs, to zero over the next 100
    "generator": "resnet",  # options/base_options.py: netG resnet_9blocks
    "se": False,
}
"""The settings that the authors' code has by default, with the file, as changes to `TrainConfig`."""


class Translations(NamedTuple):
    """What G and F make of a photo x and a sketch y, (N, 3, H, W) each, in [-1, 1]."""

    fake_sketch: Tensor  #: G(x)
    fake_photo: Tensor  #: F(y)
    back_photo: Tensor  #: F(G(x))
    back_sketch: Tensor  #: G(F(y))
    same_sketch: Tensor | None = None  #: G(y), where there is an identity term
    same_photo: Tensor | None = None  #: F(x), the same


class CycleGAN(GAN):
    """G: X -> Y draws sketches, F: Y -> X makes photos; D_X and D_Y tell real photos and sketches from generated."""

    def generator(self) -> nn.Module:
        """Nine residual blocks between two halvings and two doublings."""
        return ResNetGenerator(self.config.channels)

    def discriminator(self) -> nn.Module:
        """One score for each patch of 70 x 70 pixels."""
        return PatchGAN(self.config.channels)

    def build(self, config: TrainConfig, fabric: Fabric) -> None:
        """Four networks, two optimizers, two image pools."""
        self.config, self.fabric = config, fabric
        self.set_up(
            {"G": self.generator, "F": self.generator, "D_X": self.discriminator, "D_Y": self.discriminator},
            {"generators": ["G", "F"], "discriminators": ["D_X", "D_Y"]},
            pools="XY",
        )
        self.weights = self.loss_weights()

    def loss_weights(self) -> dict[str, float]:
        """What each term counts in the total."""
        config = self.config
        return {
            "adversarial_G": 1.0,
            "adversarial_F": 1.0,
            "cycle_y": config.lambda_cyc,
            "cycle_x": config.lambda_cxc,
            "identity_y": config.lambda_yc,
            "identity_x": config.lambda_xc,
        }

    def translate(self, photo: Tensor, sketch: Tensor) -> Translations:
        """All that the losses compare. Images are (N, 3, H, W) in [-1, 1].

        G and F draw their two batches in one call each; only the way back has to wait for the way there.
        """
        G, F = self.networks["G"], self.networks["F"]
        fake_sketch, same_sketch = self.batched("G", photo, sketch)
        fake_photo, same_photo = self.batched("F", sketch, photo)
        return Translations(fake_sketch, fake_photo, F(fake_sketch), G(fake_photo), same_sketch, same_photo)

    def terms(self, photo: Tensor, sketch: Tensor, images: Translations) -> dict[str, Tensor]:
        """What the generators minimize, term by term, unweighted. Images are (N, 3, H, W) in [-1, 1]."""
        D_X, D_Y = self.networks["D_X"], self.networks["D_Y"]
        return {
            "adversarial_G": self.adversarial_generator(D_Y(images.fake_sketch)),
            "adversarial_F": self.adversarial_generator(D_X(images.fake_photo)),
            "cycle_y": losses.cycle_y(images.back_sketch, sketch),
            "cycle_x": losses.cycle_x(images.back_photo, photo),
            "identity_y": losses.identity_y(images.same_sketch, sketch),
            "identity_x": losses.identity_x(images.same_photo, photo),
        }

    def adversarial_generator(self, fake_scores: Tensor) -> Tensor:
        """Eq. (3), the generator's side, as `config.adversarial` says."""
        return losses.ADVERSARIAL[self.config.adversarial].generator(fake_scores)

    def adversarial_discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Eq. (3), the discriminator's side."""
        return losses.ADVERSARIAL[self.config.adversarial].discriminator(real_scores, fake_scores)

    def step(self, photo: Tensor, sketch: Tensor) -> dict[str, Tensor]:
        """One update of G and F, then one of D_X and D_Y, in the order of the CycleGAN authors.

        Args:
            photo: x, (N, 3, H, W) in [-1, 1].
            sketch: y, (N, 3, H, W) in [-1, 1], the same grey three times.

        Returns:
            Each of `terms`, their weighted sum `total`, and the losses `D_X` and `D_Y`.
        """
        # 1. The generators learn, with the discriminators frozen.
        self.freeze("D_X", "D_Y")
        images = self.translate(photo, sketch)
        terms = self.terms(photo, sketch, images)
        total = losses.total(terms, self.weights)
        self.update("generators", total)

        # 2. The discriminators learn to tell real images from generated ones, new and old.
        self.freeze("D_X", "D_Y", frozen=False)
        old_photo, old_sketch = self.pools["X"].query(images.fake_photo), self.pools["Y"].query(images.fake_sketch)
        loss_X = self.adversarial_discriminator(*self.batched("D_X", photo, old_photo))
        loss_Y = self.adversarial_discriminator(*self.batched("D_Y", sketch, old_sketch))
        self.update("discriminators", loss_X + loss_Y)
        return {**terms, "total": total, "D_X": loss_X, "D_Y": loss_Y}
