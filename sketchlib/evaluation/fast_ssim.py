"""SSIM on PyTorch's tensors, on whatever device they are: for looking on while training.

The same formula as `sketchlib.evaluation.ssim`, whose scikit-image stays what scores are reported by. A test holds
the two together, to 1e-5.

SSIM compares means, variances and the covariance under a window of 11 x 11 pixels. Each is a mean under the window of
x, y, x^2 + y^2 or x y; so four images are blurred, first along the rows and then along the columns.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d

from sketchlib.evaluation.ssim import check_images

RADIUS = 5
SIGMA = 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # of Wang et al., for images of 0..255
MIDDLE = 127.5
"""Taken off all grey values first, since small numbers leave float32 more digits for their differences."""
PAIRS = 4
"""Pairs blurred at once. Their 16 images are the channels of one convolution, a number that suits wide registers."""


@torch.no_grad()
def fast_ssim(reference: Tensor, sketch: Tensor) -> Tensor:
    """SSIM of each pair of images in the house protocol.

    Args:
        reference: (N, 1, H, W), uint8, with H and W of 11 or more.
        sketch: the same, on the same device.

    Returns:
        (N,), float32, on that device.

    Raises:
        ValueError: if the shapes differ or an image is not uint8 with one channel, or is smaller than the window.
    """
    check_images(reference, sketch)
    if min(reference.shape[-2:]) <= 2 * RADIUS:
        size = " x ".join(map(str, reference.shape[-2:]))
        raise ValueError(f"The images are {size}, expected {2 * RADIUS + 1} or more a side, the window of SSIM.")
    window = _window(reference.device)
    pairs = zip(reference.squeeze(1).split(PAIRS), sketch.squeeze(1).split(PAIRS), strict=True)
    return torch.cat([_ssim(*_blurred(x, y, window)) for x, y in pairs])


def _window(device: torch.device) -> Tensor:
    """The Gaussian's weights along a line, (11,), of sum 1."""
    offsets = torch.arange(-RADIUS, RADIUS + 1, dtype=torch.float64)
    weights = torch.exp(-offsets.square() / (2 * SIGMA**2))
    return (weights / weights.sum()).float().to(device)


def _blurred(x: Tensor, y: Tensor, window: Tensor) -> tuple[Tensor, ...]:
    """(n, H, W) each -> the window's means of x, y, x^2 + y^2 and x y, (n, H - 10, W - 10) each, `MIDDLE` taken off."""
    images = torch.empty(4, *x.shape, device=x.device)
    torch.sub(x, MIDDLE, out=images[0])
    torch.sub(y, MIDDLE, out=images[1])
    torch.mul(images[0], images[0], out=images[2]).addcmul_(images[1], images[1])
    torch.mul(images[0], images[1], out=images[3])
    stack = images.flatten(0, 1).unsqueeze(0)  # (1, 4 n, H, W)
    channels = stack.shape[1]
    for line in (window.view(1, 1, 1, -1), window.view(1, 1, -1, 1)):
        stack = conv2d(stack, line.expand(channels, -1, -1, -1), groups=channels)
    return stack[0].chunk(4)


def _ssim(mean_x: Tensor, mean_y: Tensor, mean_squares: Tensor, mean_product: Tensor) -> Tensor:
    """Eq. (13) of Wang et al., averaged over places: (n, h, w) each -> (n,). Works in place where it can.

    With m = `MIDDLE`, the true means are mean_x + m and mean_y + m, and their product is p + m (mean_x + mean_y) + m^2
    with p = mean_x mean_y. Variances and covariance do not feel m.
    """
    product = mean_x * mean_y
    squares = mean_x.square().addcmul_(mean_y, mean_y)
    shift = torch.add(mean_x, mean_y).mul_(2 * MIDDLE).add_(2 * MIDDLE**2 + C1)
    luminance = torch.add(shift, product, alpha=2).div_(shift.add_(squares))
    variances = mean_squares.sub_(squares)  # var x + var y
    structure = mean_product.sub_(product).mul_(2).add_(C2).div_(variances.add_(C2))
    return luminance.mul_(structure).mean(dim=(1, 2))
