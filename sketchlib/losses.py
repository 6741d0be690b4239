"""The losses of Liao and Lin, one function for each of the equations (1) to (8).

X are photos x with distribution P(x), Y are sketches y with distribution Q(y), G: X -> Y, F: Y -> X. Every
expectation is a mean over the batch, and every norm ||.||_1 a mean over pixels and channels, as in the code of
CycleGAN: so a weight means the same at every image size. All images are (N, C, H, W) in [-1, 1]; all results are
scalars, and unweighted: the weights that eqs. (1), (2) and (4) to (7) print inside the terms are applied in `total`.
What the paper prints otherwise is in "What the paper leaves open".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid


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
        fake_scores: the target domain's discriminator on the generated images, any shape.
    """
    return (fake_scores - 1).square().mean()


def adversarial_discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Eq. (3), the discriminator's side: 1/2 E[ (D(y) - 1)^2 ] + 1/2 E[ D(G(x))^2 ].

    Least squares (Mao et al., ICCV 2017), as section 2.4.2 says. Eq. (3) as printed has logarithms, no term with a
    real image, and D_X(G(x)) in its first term where line 1 and section 2.1 have D_Y. The factor 1/2 is CycleGAN's and
    makes the value at balance, D = 1/2, one quarter. It was meant to slow D down; Adam's step does not depend on the
    scale of a loss, so here it does not.
    """
    return 0.5 * ((real_scores - 1).square().mean() + fake_scores.square().mean())


def log_generator(fake_scores: Tensor) -> Tensor:
    """-E[ log D(G(x)) ], with D = sigmoid(scores): Goodfellow et al. (2014), section 3, the form that is trained."""
    return -logsigmoid(fake_scores).mean()


def saturating_generator(fake_scores: Tensor) -> Tensor:
    """E[ log(1 - D(G(x))) ], with D = sigmoid(scores): the logarithm that eq. (3) prints.

    Its gradient goes to 0 where D rejects the image, which is where a generator starts.
    """
    return logsigmoid(-fake_scores).mean()


def log_discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """-1/2 E[ log D(y) ] - 1/2 E[ log(1 - D(G(x))) ], with D = sigmoid(scores): binary cross-entropy, halved."""
    return -0.5 * (logsigmoid(real_scores).mean() + logsigmoid(-fake_scores).mean())


class Adversarial(NamedTuple):
    """The two sides of an adversarial loss, each from scores to a scalar."""

    generator: Callable[[Tensor], Tensor]
    discriminator: Callable[[Tensor, Tensor], Tensor]


ADVERSARIAL: dict[str, Adversarial] = {
    "least_squares": Adversarial(adversarial_generator, adversarial_discriminator),
    "log": Adversarial(log_generator, log_discriminator),
    "saturating": Adversarial(saturating_generator, log_discriminator),
}
"""What `TrainConfig.adversarial` can be, least squares and two readings of the logarithms in eq. (3)."""


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
    """Eq. (8): what G and F minimize together, the sum of all terms, each times its weight.

    The paper prints a plain sum, because its terms have their weights inside. It also adds L_xx and L_yy, which it
    defines nowhere; they are not here (weight 0).

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
