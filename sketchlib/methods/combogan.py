"""ComboGAN: for many domains, one encoder and one decoder each, so that n domains need n networks and not n(n - 1).

Anoosheh, Agustsson, Timofte and Van Gool, "ComboGAN: Unrestrained Scalability for Image Domain Translation", CVPR
Workshops 2018, with the defaults of the authors' code (AAnoosheh/ComboGAN).

A translation from one domain to another is the decoder of the second after the encoder of the first. With two domains,
as here, that is G = dec_Y after enc_X and F = dec_X after enc_Y: each encoder and each decoder serves in one generator
only, so nothing is shared, and what is left is a CycleGAN with other layers, other discriminators and no identity term.

What is ours about the images is as in `sketchlib.methods.cyclegan`, and one thing more: the learning rate falls as in
CycleGAN, in epoch e of the second hundred to 1 - (e - 100) / 101; the authors' falls one epoch later, to
1 - (e - 1 - 100) / 100.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import smooth_l1_loss

from sketchlib.methods.cyclegan import CycleGAN, Translations
from sketchlib.nets import EncoderDecoder, TwoBranchPatchGAN

AUTHORS: dict[str, Any] = {
    "aligned": False,  # data/unaligned_dataset.py
    "jitter": True,  # options/base_options.py: resize_and_crop, loadSize 286, fineSize 256
    "keep_shape": True,  # data/base_dataset.py: the shorter side becomes loadSize; photos are drawn at that size
    "flip": True,  # the same
    "lambda_xy": 0.0,  # no pairs
    "lambda_yx": 0.0,
    "lambda_cyc": 10.0,  # options/train_options.py: lambda_cycle
    "lambda_cxc": 10.0,
    "lambda_yc": 0.0,  # the same: lambda_identity; lambda_latent and lambda_forward are 0 too
    "lambda_xc": 0.0,
    "adversarial": "least_squares",  # models/networks.py: GANLoss
    "pool_size": 50,  # the same
    "batch_size": 1,  # options/base_options.py
    "lr": 2e-4,  # options/train_options.py
    "betas": (0.5, 0.999),  # the same
    "decay": "linear",  # the same: niter and niter_decay, 50 epochs for each domain
    "generator": "resnet",  # options/base_options.py: 9 blocks, 4 of them in the encoder
    "se": False,
}
"""The settings that the authors' code has by default, with the file, as changes to `TrainConfig`."""

MAP_WEIGHTS = (1, 2, 3, 5)
"""How much each score map of a discriminator counts, the shallowest first; models/networks.py, GANLoss."""


class ComboGAN(CycleGAN):
    """As CycleGAN, with an encoder and a decoder in each generator and two branches in each discriminator."""

    def generator(self) -> nn.Module:
        """A decoder after an encoder."""
        return EncoderDecoder(self.config.channels)

    def discriminator(self) -> nn.Module:
        """Two branches, one for the image in grey and one for the image blurred."""
        return TwoBranchPatchGAN(self.config.channels)

    def loss_weights(self) -> dict[str, float]:
        """What each term counts in the total."""
        cyc, cxc = self.config.lambda_cyc, self.config.lambda_cxc
        return {"adversarial_G": 1.0, "adversarial_F": 1.0, "cycle_y": cyc, "cycle_x": cxc}

    def translate(self, photo: Tensor, sketch: Tensor) -> Translations:
        """As in CycleGAN, without what an identity term would compare. Images are (N, 3, H, W) in [-1, 1]."""
        G, F = self.networks["G"], self.networks["F"]
        fake_sketch, fake_photo = G(photo), F(sketch)
        return Translations(fake_sketch, fake_photo, back_photo=F(fake_sketch), back_sketch=G(fake_photo))

    def terms(self, photo: Tensor, sketch: Tensor, images: Translations) -> dict[str, Tensor]:
        """Adversarial terms and a cycle measured by the smooth L1 distance. Images are (N, 3, H, W) in [-1, 1]."""
        D_X, D_Y = self.networks["D_X"], self.networks["D_Y"]
        return {
            "adversarial_G": self.adversarial_generator(D_Y(images.fake_sketch)),
            "adversarial_F": self.adversarial_generator(D_X(images.fake_photo)),
            "cycle_y": smooth_l1_loss(images.back_sketch, sketch),
            "cycle_x": smooth_l1_loss(images.back_photo, photo),
        }

    def adversarial_generator(self, fake_scores: list[Tensor]) -> Tensor:
        """Least squares in each score map, weighted."""
        return _weighted([super(ComboGAN, self).adversarial_generator(scores) for scores in fake_scores])

    def adversarial_discriminator(self, real_scores: list[Tensor], fake_scores: list[Tensor]) -> Tensor:
        """The same, for the discriminator."""
        maps = zip(real_scores, fake_scores, strict=True)
        return _weighted([super(ComboGAN, self).adversarial_discriminator(real, fake) for real, fake in maps])


def _weighted(each_map: list[Tensor]) -> Tensor:
    """The authors' sum over the score maps: divided by the sum of the weights, and by the number of maps besides."""
    weighted = sum(weight * loss for weight, loss in zip(MAP_WEIGHTS, each_map, strict=True))
    return weighted / (sum(MAP_WEIGHTS) * len(MAP_WEIGHTS))
