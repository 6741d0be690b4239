"""To look at a loss as training does: its value, and what its gradient tells each network.

Two losses can be equal in value and teach different networks; checks of loss terms compare the gradients too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor


def loss_and_gradients(loss: Any, inputs: Mapping[str, Tensor]) -> Any:
    """A loss and its gradients, by readable names; what is no tensor comes back as it is.

    Args:
        loss: what a reader's function returned. Of more than one number, the sum is differentiated.
        inputs: what to differentiate with respect to, by name. Where the loss does not depend on one, it has zeros.

    Returns:
        {"the loss": ..., "the gradient in <name>": ...}.
    """
    if not isinstance(loss, Tensor):
        return loss
    gradients: tuple[Tensor | None, ...] = (None,) * len(inputs)
    if loss.requires_grad:
        gradients = torch.autograd.grad(loss.sum(), list(inputs.values()), allow_unused=True)
    found = {
        f"the gradient in {name}": torch.zeros_like(value) if gradient is None else gradient
        for (name, value), gradient in zip(inputs.items(), gradients, strict=True)
    }
    return {"the loss": loss.detach(), **found}
