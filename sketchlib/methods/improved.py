"""The method of Liao and Lin: CycleGAN with an SE U-Net, made supervised by an L1 term.

Two generators, G: X -> Y (photo to sketch) and F: Y -> X, and two discriminators, D_X for photos and D_Y for
sketches, trained in turn. `step` follows the order of the CycleGAN authors: generators first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn

from sketchlib import losses
from sketchlib.data.pairs import PairedFaces, one_channel
from sketchlib.nets import PatchGAN, UNetGenerator
from sketchlib.training.config import TrainConfig
from sketchlib.training.history import History
from sketchlib.training.image_pool import ImagePool
from sketchlib.training.loop import train


def unet_settings(config: TrainConfig) -> dict[str, Any]:
    """The arguments of `UNetGenerator` that `config` asks for."""
    return {
        "channels": config.channels,
        "halvings": config.halvings,
        "se": config.se,
        "reduction": config.reduction,
    }


class ImprovedCycleGAN:
    """`fit` trains, `sketch` draws. The networks are in `networks` under their names in the paper."""

    networks: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]

    def fit(
        self,
        pairs: PairedFaces,
        config: TrainConfig,
        *,
        on_step: Callable[[int, Mapping[str, Tensor]], None] | None = None,
        run_dir: Path | None = None,
        **options: Any,
    ) -> History:
        """Train on `pairs`. For `run_dir` and the other options see `sketchlib.training.loop.train`."""
        return train(self, pairs, config, on_step=on_step, run_dir=run_dir, **options)

    @torch.no_grad()
    def sketch(self, photos: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] -> (N, 1, H, W) in [-1, 1], one photo at a time, so memory does not grow with N."""
        G = self.networks["G"].eval()
        device = next(G.parameters()).device
        drawn = [one_channel(G(photo.to(device))) for photo in photos.split(1)]
        G.train()
        return torch.cat(drawn).to(photos.device)

    def build(self, config: TrainConfig, fabric: Fabric) -> None:
        """Four networks, two optimizers, two image pools."""
        settings = unet_settings(config)
        G, F = UNetGenerator(**settings), UNetGenerator(**settings)
        D_X, D_Y = PatchGAN(config.channels), PatchGAN(config.channels)
        self.config, self.fabric = config, fabric
        self.networks = {
            name: fabric.setup_module(net) for name, net in {"G": G, "F": F, "D_X": D_X, "D_Y": D_Y}.items()
        }
        self.optimizers = {
            "generators": fabric.setup_optimizers(self._adam("G", "F")),
            "discriminators": fabric.setup_optimizers(self._adam("D_X", "D_Y")),
        }
        self.pools = {"X": ImagePool(config.pool_size, config.seed), "Y": ImagePool(config.pool_size, config.seed + 1)}
        self.weights = {
            "adversarial_G": 1.0,
            "adversarial_F": 1.0,
            "supervised_xy": config.lambda_xy,
            "supervised_yx": config.lambda_yx,
            "cycle_x": config.lambda_cyc,
            "cycle_y": config.lambda_cyc,
            "identity_y": config.lambda_idt,
            "identity_x": config.lambda_idt,
        }

    def step(self, photo: Tensor, sketch: Tensor) -> dict[str, Tensor]:
        """One update of G and F, then one of D_X and D_Y.

        Args:
            photo: x, (N, 3, H, W) in [-1, 1].
            sketch: y, (N, 3, H, W) in [-1, 1], the same grey three times.

        Returns:
            Each term of eq. (8), unweighted, their weighted sum `total`, and the losses `D_X` and `D_Y`.
        """
        G, F, D_X, D_Y = (self.networks[name] for name in ("G", "F", "D_X", "D_Y"))

        # 1. The generators try to please the discriminators, which stand still meanwhile.
        _set_requires_grad([D_X, D_Y], False)
        fake_sketch, fake_photo = G(photo), F(sketch)
        terms = {
            "adversarial_G": losses.adversarial_generator(D_Y(fake_sketch)),
            "adversarial_F": losses.adversarial_generator(D_X(fake_photo)),
            "supervised_xy": losses.supervised_xy(fake_sketch, sketch),
            "supervised_yx": losses.supervised_yx(fake_photo, photo),
            "cycle_x": losses.cycle_x(F(fake_sketch), photo),
            "cycle_y": losses.cycle_y(G(fake_photo), sketch),
            "identity_y": losses.identity_y(G(sketch), sketch),
            "identity_x": losses.identity_x(F(photo), photo),
        }
        total = losses.total(terms, self.weights)
        self._update("generators", total)

        # 2. The discriminators learn to tell real images from generated ones, new and old.
        _set_requires_grad([D_X, D_Y], True)
        loss_X = losses.adversarial_discriminator(D_X(photo), D_X(self.pools["X"].query(fake_photo)))
        loss_Y = losses.adversarial_discriminator(D_Y(sketch), D_Y(self.pools["Y"].query(fake_sketch)))
        self._update("discriminators", loss_X + loss_Y)
        return {**terms, "total": total, "D_X": loss_X, "D_Y": loss_Y}

    def state(self) -> dict[str, Any]:
        """The image pools."""
        return {name: pool.state_dict() for name, pool in self.pools.items()}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on with the image pools of `state`."""
        for name, pool in self.pools.items():
            pool.load_state_dict(state[name])

    def _adam(self, *names: str) -> torch.optim.Adam:
        parameters = [weight for name in names for weight in self.networks[name].parameters()]
        return torch.optim.Adam(parameters, lr=self.config.lr, betas=self.config.betas)

    def _update(self, optimizer: str, loss: Tensor) -> None:
        self.optimizers[optimizer].zero_grad()
        self.fabric.backward(loss)
        self.optimizers[optimizer].step()


def _set_requires_grad(nets: Iterable[nn.Module], wanted: bool) -> None:
    for net in nets:
        net.requires_grad_(wanted)
