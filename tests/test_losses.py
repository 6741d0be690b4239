"""Each equation against a value worked out by hand."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from sketchlib import losses

ZEROS = torch.zeros(2, 3, 4, 4)


@pytest.mark.parametrize(
    "loss",
    [
        losses.supervised_xy,
        losses.supervised_yx,
        losses.cycle_x,
        losses.cycle_y,
        losses.identity_x,
        losses.identity_y,
    ],
)
def test_l1_losses_by_hand(loss) -> None:
    image = ZEROS.clone()
    image[0, 0, 0, :2] = torch.tensor([0.75, -0.75])  # 2 of 96 values differ, by 0.75 each
    assert loss(image, ZEROS).item() == pytest.approx(1.5 / 96)
    assert loss(ZEROS, image).item() == pytest.approx(1.5 / 96)
    assert loss(image, image).item() == 0
    a, b = torch.randn(2, 3, 8, 8), torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(loss(a, b), functional.l1_loss(a, b))


def test_l1_refuses_to_broadcast() -> None:
    with pytest.raises(ValueError, match="expected two images of one shape"):
        losses.l1(ZEROS, ZEROS[:, :1])


def test_adversarial_by_hand() -> None:
    real, fake = torch.tensor([1.0, 0.5]), torch.tensor([0.0, 0.5])
    assert losses.adversarial_generator(fake).item() == pytest.approx((1 + 0.25) / 2)
    # 1/2 mean(0, 0.25) + 1/2 mean(0, 0.25)
    assert losses.adversarial_discriminator(real, fake).item() == pytest.approx(0.125)
    assert losses.adversarial_discriminator(torch.ones(3), torch.zeros(3)).item() == 0


def test_the_best_answer_of_a_discriminator_is_the_closed_form_of_mao_et_al() -> None:
    # Where real images have density p and fakes q, least squares is least at D = p / (p + q).
    p, q = 0.7, 0.2
    d = torch.tensor(0.1, requires_grad=True)
    for _ in range(200):
        loss = p * losses.adversarial_discriminator(d, torch.zeros(())) + q * losses.adversarial_discriminator(
            torch.ones(()), d
        )
        (gradient,) = torch.autograd.grad(loss, d)
        d = (d - 0.5 * gradient).detach().requires_grad_()
    assert d.item() == pytest.approx(p / (p + q), abs=1e-5)


def test_gradients_by_finite_differences() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(2, 1, 3, 3, dtype=torch.double, requires_grad=True), torch.randn(2, 1, 3, 3).double()
    assert torch.autograd.gradcheck(losses.l1, (a, b))
    assert torch.autograd.gradcheck(losses.adversarial_generator, (a,))
    assert torch.autograd.gradcheck(losses.adversarial_discriminator, (a, b))


def test_total_by_hand() -> None:
    terms = {"cycle_x": torch.tensor(2.0), "adversarial_G": torch.tensor(0.5)}
    assert losses.total(terms, {"cycle_x": 10.0, "adversarial_G": 1.0}).item() == pytest.approx(20.5)


def test_total_names_what_has_no_partner() -> None:
    with pytest.raises(ValueError, match="expected both or neither of: cycle_y, identity_x"):
        losses.total({"cycle_y": torch.tensor(1.0)}, {"identity_x": 1.0})
