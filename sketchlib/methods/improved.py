"""The method of Liao and Lin: CycleGAN with an SE U-Net, made supervised by an L1 term.

Two generators, G: X -> Y (photo to sketch) and F: Y -> X, and two discriminators, D_X for photos and D_Y for
sketches, trained in turn as in CycleGAN. The paper counts two changes: an SE block at the bottleneck of the U-Net, and
two terms that compare each generated image with the real one of its pair. Whether the base already had a U-Net it
leaves open, so here each of three parts can be taken back in `TrainConfig`, by `generator`, `se` and
`lambda_xy = lambda_yx = 0`; without them a step is CycleGAN's.
"""

from __future__ import annotations

from torch import Tensor, nn

from sketchlib import losses
from sketchlib.methods.cyclegan import CycleGAN, Translations
from sketchlib.nets import ResNetGenerator, UNetGenerator


class ImprovedCycleGAN(CycleGAN):
    """`fit` trains, `sketch` draws. `step` is CycleGAN's, with the terms below."""

    def generator(self) -> nn.Module:
        """What `config` asks for: the U-Net, or CycleGAN's network for the ablation, with SE or without."""
        config = self.config
        block = {name: getattr(config, name) for name in ("se", "reduction", "se_init", "se_center")}
        if config.generator == "resnet":
            return ResNetGenerator(config.channels, **block)
        return UNetGenerator(config.channels, config.num_downs, **block)

    def loss_weights(self) -> dict[str, float]:
        """The weights of eq. (8)."""
        return super().loss_weights() | {
            "supervised_xy": self.config.lambda_xy,
            "supervised_yx": self.config.lambda_yx,
        }

    def terms(self, photo: Tensor, sketch: Tensor, images: Translations) -> dict[str, Tensor]:
        """Each term of eq. (8), unweighted. Images are (N, 3, H, W) in [-1, 1].

        With unaligned faces the supervised terms are only told: `TrainConfig` sees to it that they weigh nothing.
        """
        return super().terms(photo, sketch, images) | {
            "supervised_xy": losses.supervised_xy(images.fake_sketch, sketch),
            "supervised_yx": losses.supervised_yx(images.fake_photo, photo),
        }
