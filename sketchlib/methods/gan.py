"""What the four adversarial methods share: how they are trained, how they draw, which pools they keep.

What sets them apart, their networks and their step, is in a module each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from torch import Tensor, nn

from sketchlib.data.pairs import PairedFaces, one_channel, resize
from sketchlib.training.config import TrainConfig
from sketchlib.training.device import seeded
from sketchlib.training.history import History
from sketchlib.training.image_pool import ImagePool
from sketchlib.training.loop import train
from sketchlib.training.streams import stream


class GAN:
    """`fit` trains, `sketch` draws. The networks are in `networks` under their names in the papers.

    A method adds `build`, which fills the three dictionaries, and `step`; see `sketchlib.training.loop.Trainable`.
    """

    networks: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]
    pools: dict[str, ImagePool]
    config: TrainConfig
    fabric: Fabric

    def fit(
        self,
        pairs: PairedFaces,
        config: TrainConfig,
        *,
        on_step: Callable[[int, Mapping[str, Tensor]], None] | None = None,
        run_dir: Path | None = None,
        **options: Any,
    ) -> History:
        """Train on `pairs`. For `run_dir`, the other options and what is raised see `sketchlib.training.loop.train`."""
        return train(self, pairs, config, on_step=on_step, run_dir=run_dir, **options)

    @property
    def drawer(self) -> nn.Module:
        """The network G that draws sketches, (N, 3, H, W) -> (N, 3, H, W), both in [-1, 1]."""
        return self.networks["G"]

    @torch.no_grad()
    def sketch(self, photos: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] -> (N, 1, H, W) in [-1, 1], one photo at a time, so memory does not grow with N.

        N is 1 or more. Photos of another size than the network was trained at are resized to it, and their sketches
        back. There is no `eval()` here: the norms always take the statistics of the image itself, and Pix2Pix keeps its
        dropout on.
        """
        drawer, shape = self.drawer, self.config.draw_shape(*photos.shape[-2:])
        device = next(drawer.parameters()).device
        small = (resize(photo.to(device), shape) for photo in photos.split(1))  # (1, 3, h, w) each
        drawn = [resize(one_channel(drawer(photo)), tuple(photos.shape[-2:])) for photo in small]
        return torch.cat(drawn).to(photos.device)

    def state(self) -> dict[str, Any]:
        """The image pools."""
        return {name: pool.state_dict() for name, pool in self.pools.items()}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on with the image pools of `state`."""
        for name, pool in self.pools.items():
            pool.load_state_dict(self.fabric.to_device(state[name]))

    def set_up(
        self, networks: Mapping[str, Callable[[], nn.Module]], optimized: Mapping[str, Iterable[str]], pools: str
    ) -> None:
        """Make networks, optimizers and image pools, and put them on their device.

        Args:
            networks: what makes each network; its start follows from the seed and its name alone.
            optimized: groups of networks, by name; each group gets an Adam.
            pools: a letter for each pool.
        """
        config = self.config
        self.networks = {name: self.fabric.setup_module(self._started(name, make)) for name, make in networks.items()}
        self.optimizers = {
            group: self.fabric.setup_optimizers(
                self.adam(weight for name in names for weight in self.networks[name].parameters())
            )
            for group, names in optimized.items()
        }
        self.pools = {name: ImagePool(config.pool_size, stream(config.seed, f"pool_{name}")) for name in pools}

    def _started(self, name: str, make: Callable[[], nn.Module]) -> nn.Module:
        with seeded(stream(self.config.seed, name), torch.device("cpu")):
            return make()

    def adam(self, weights: Iterable[nn.Parameter]) -> torch.optim.Adam:
        """An optimizer for these weights. Fused: one pass over the memory for all that Adam does with a weight."""
        return torch.optim.Adam(weights, lr=self.config.lr, betas=self.config.betas, fused=True)

    def update(self, group: str, loss: Tensor) -> None:
        """One step of Adam for the networks of `group`."""
        self.optimizers[group].zero_grad()
        self.fabric.backward(loss)
        self.optimizers[group].step()

    def freeze(self, *names: str, frozen: bool = True) -> None:
        """Let these networks stand still: no gradient of their weights is computed."""
        for name in names:
            self.networks[name].requires_grad_(not frozen)

    def batched(self, name: str, *images: Tensor) -> tuple[Any, ...]:
        """What a network says of each of several batches, drawn in one call with all of them together.

        The same numbers but for rounding as one call for each, as long as the network treats each image of a batch by
        itself: instance norm does, batch norm does not. Fewer and larger operations are what makes it faster.

        Args:
            name: a network of `networks` that gives a tensor or a tuple of tensors, with N first.
            images: (N, C, H, W) each; N may differ.
        """
        out, lengths = self.networks[name](torch.cat(images)), [len(each) for each in images]
        if isinstance(out, Tensor):
            return out.split(lengths)
        return tuple(zip(*(tensor.split(lengths) for tensor in out), strict=True))
