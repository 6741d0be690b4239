"""The method of Liao and Lin: CycleGAN with an SE U-Net, made supervised by an L1 term.

Two generators, G: X -> Y (photo to sketch) and F: Y -> X, and two discriminators, D_X for photos and D_Y for
sketches, trained in turn as in CycleGAN. Three things are changed there: the generator is a U-Net, an SE block sits at
its smallest map, and two terms compare each generated image with the real one of its pair. Each of the three can be
taken back in `TrainConfig`, by `generator`, `se` and `lambda_xy = lambda_yx = 0`; without them a step is CycleGAN's.
"""

from __future__ import annotations

from torch import Tensor, nn

from sketchlib import losses
from sketchlib.methods.cyclegan import CycleGAN
from sketchlib.nets import ResNetGenerator, UNetGenerator


class ImprovedCycleGAN(CycleGAN):
    """`fit` trains, `sketch` draws. `step` is CycleGAN's, with the terms below."""

    def generator(self) -> nn.Module:
        """What `config` asks for: the U-Net, or CycleGAN's network for the ablation, with SE or without."""
        config = self.config
        if config.generator == "resnet":
            return ResNetGenerator(config.channels, se=config.se, reduction=config.reduction)
        return UNetGenerator(config.channels, config.halvings, config.se, config.reduction)

    def loss_weights(self) -> dict[str, float]:
        """The weights of eq. (8)."""
        config = self.config
        return {
            "adversarial_G": 1.0,
            "adversarial_F": 1.0,
            "supervised_xy": config.lambda_xy,
            "supervised_yx": config.lambda_yx,
            "cycle_x": config.lambda_cyc,
            "cycle_y": config.lambda_cyc,
            "identity_y": config.lambda_idt,
            "identity_x": config.lambda_idt,
        }

    def terms(self, photo: Tensor, sketch: Tensor, fake_photo: Tensor, fake_sketch: Tensor) -> dict[str, Tensor]:
        """Each term of eq. (8), unweighted. Images are (N, 3, H, W) in [-1, 1].

        With unaligned faces the supervised terms are only told: `TrainConfig` sees to it that they weigh nothing.
        """
        G, F, D_X, D_Y = (self.networks[name] for name in ("G", "F", "D_X", "D_Y"))
        return {
            "adversarial_G": losses.adversarial_generator(D_Y(fake_sketch)),
            "adversarial_F": losses.adversarial_generator(D_X(fake_photo)),
            "supervised_xy": losses.supervised_xy(fake_sketch, sketch),
            "supervised_yx": losses.supervised_yx(fake_photo, photo),
            "cycle_x": losses.cycle_x(F(fake_sketch), photo),
            "cycle_y": losses.cycle_y(G(fake_photo), sketch),
            "identity_y": losses.identity_y(G(sketch), sketch),
            "identity_x": losses.identity_x(F(photo), photo),
        }
