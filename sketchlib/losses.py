"""The losses of Liao and Lin, one function for each of the equations (1) to (8).

X are photos x with distribution P(x), Y are sketches y with distribution Q(y), G: X -> Y, F: Y -> X. Every
expectation is a mean over the batch, and every norm ||.||_1 a mean over pixels and channels, as in the code of
CycleGAN: so a weight means the same at every image size. All images are (N, C, H, W) in [-1, 1]; all results are
scalars. What the paper prints otherwise is in "What the paper leaves open".
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def l1(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference. In [0, 2] for images in [-1, 1].

    Raises:
        ValueError: if the shapes differ. Broadcasting would compare the wrong pixels without a word.
    """
    if a.shape != b.shape:
        raise ValueError(f"l1 got {tuple(a.shape)} and {tuple(b.shape)}, expected two images of one shape.")
    return (a - b).abs().mean()


def supervised_xy(fake_sketch: Tensor, sketch: Tensor) -> Tensor:
    """Eq. (1): L_xy(G) = E[ ||G(x) - y||_1 ] over pairs (x, y). Needs the sketch of the same face."""
    return l1(fake_sketch, sketch)


def supervised_yx(fake_photo: Tensor, photo: Tensor) -> Tensor:
    """Eq. (2): L_yx(F) = E[ ||F(y) - x||_1 ] over pairs (x, y)."""
    return l1(fake_photo, photo)


def adversarial_generator(fake_scores: Tensor) -> Tensor:
    """Eq. (3), the generator's side, least squares: E[ (D(G(x)) - 1)^2 ].

    Args:
        fake_scores: what the discriminator of the target domain says of the generated images, any shape.
    """
    return (fake_scores - 1).square().mean()


def adversarial_discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Eq. (3), the discriminator's side: 1/2 E[ (D(y) - 1)^2 ] + 1/2 E[ D(G(x))^2 ].

    Least squares (Mao et al., ICCV 2017), as the paper's text says; the printed equation has logarithms, no
    real term, and D_X where D_Y belongs. The factor 1/2 is CycleGAN's and makes the value at balance, D = 1/2, one
    quarter. It was meant to slow D down; Adam's step does not depend on the scale of a loss, so here it does not.
    """
    return 0.5 * ((real_scores - 1).square().mean() + fake_scores.square().mean())


def cycle_y(reconstructed_sketch: Tensor, sketch: Tensor) -> Tensor:
    """Eq. (4): E_y~Q(y)[ ||G(F(y)) - y||_1 ]. From a sketch to a photo and back."""
    return l1(reconstructed_sketch, sketch)


def cycle_x(reconstructed_photo: Tensor, photo: Tensor) -> Tensor:
    """Eq. (5): E_x~P(x)[ ||F(G(x)) - x||_1 ]. From a photo to a sketch and back."""
    return l1(reconstructed_photo, photo)


def identity_y(same_sketch: Tensor, sketch: Tensor) -> Tensor:
    """Eq. (6): E_y~Q(y)[ ||G(y) - y||_1 ]. Given a sketch, G has nothing to do."""
    return l1(same_sketch, sketch)


def identity_x(same_photo: Tensor, photo: Tensor) -> Tensor:
    """Eq. (7): E_x~P(x)[ ||F(x) - x||_1 ]. Given a photo, F has nothing to do."""
    return l1(same_photo, photo)


def total(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    """Eq. (8): the weighted sum that G and F minimize together.

    The paper's equation also adds L_xx and L_yy, which it never defines; they are not here (weight 0).

    Args:
        terms: each term, unweighted, by name.
        weights: a weight for each of these names.

    Raises:
        ValueError: if a term has no weight, or a weight no term.
    """
    if terms.keys() != weights.keys():
        odd = ", ".join(sorted(terms.keys() ^ weights.keys()))
        raise ValueError(f"total got terms and weights that do not match, expected both or neither of: {odd}.")
    return torch.stack([weights[name] * term for name, term in terms.items()]).sum()
