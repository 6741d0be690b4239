"""A discriminator also sees generated images of earlier steps, not only the newest.

Shrivastava et al., CVPR 2017, section 2.3; CycleGAN keeps 50 images.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class ImagePool:
    """Keeps up to `size` generated images. `size` 0 passes every image through.

    Args:
        size: how many images are kept.
        seed: of the pool's own random numbers, so that a resumed run draws what an undisturbed one draws.
    """

    def __init__(self, size: int, seed: int = 0) -> None:
        self.size = size
        self.images: list[Tensor] = []
        self.generator = torch.Generator().manual_seed(seed)

    def query(self, images: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W): each image, or with probability 1/2 an older one whose place it takes.

        While the pool fills, images pass through and are kept. Nothing that comes back carries a gradient.
        """
        return torch.stack([self._swap(image) for image in images.detach()])

    def _swap(self, image: Tensor) -> Tensor:
        if self.size == 0:
            return image
        if len(self.images) < self.size:
            self.images.append(image.clone())
            return image
        if torch.rand((), generator=self.generator) < 0.5:
            return image
        at = int(torch.randint(self.size, (), generator=self.generator))
        older, self.images[at] = self.images[at], image.clone()
        return older

    def state_dict(self) -> dict[str, Any]:
        """All that the next `query` depends on."""
        return {"images": list(self.images), "generator": self.generator.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.images = list(state["images"])
        self.generator.set_state(state["generator"].cpu())  # the images may have been moved to a GPU, and it with them
