"""What the checks of chapter 10 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import pytest
import torch
from torch.optim.lr_scheduler import MultiStepLR

from sketchlib import checks


def drops_the_rest(faces, batch_size, epochs):
    return int(faces / batch_size) * epochs


def over_the_end_of_an_epoch(faces, batch_size, epochs):
    return -(-faces * epochs // batch_size)


def counts_faces(faces, batch_size, epochs):
    return sum(faces for _ in range(epochs))


def one_epoch(faces, batch_size, epochs):
    return len(range(0, faces, batch_size))


def not_whole(faces, batch_size, epochs):
    return faces / batch_size * epochs


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (drops_the_rest, "drops the last batch of an epoch when it is not full"),
        (over_the_end_of_an_epoch, "does not reach over the end of an epoch"),
        (counts_faces, "counted faces, not steps"),
        (one_epoch, "the steps of one epoch"),
        (not_whole, "A number of steps is a whole one"),
    ],
)
def test_steps_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_10_steps(answer)


def test_steps_takes_any_right_answer() -> None:
    checks.check_10_steps(lambda faces, batch_size, epochs: epochs * len(torch.arange(faces).split(batch_size)))


def late(epoch, lr, milestones, gamma):
    for milestone in milestones:
        if milestone < epoch:
            lr = lr * gamma
    return lr


def early(epoch, lr, milestones, gamma):
    for milestone in milestones:
        if epoch > milestone - 2:
            lr = lr * gamma
    return lr


def once(epoch, lr, milestones, gamma):
    return lr if epoch < milestones[0] else gamma * lr


def only_then(epoch, lr, milestones, gamma):
    if epoch in milestones:
        lr *= gamma
    return lr


def a_product(epoch, lr, milestones, gamma):
    behind = len([m for m in milestones if m <= epoch])
    return lr if behind == 0 else lr * behind * gamma


def divides(epoch, lr, milestones, gamma):
    for milestone in milestones:
        if epoch >= milestone:
            lr /= gamma
    return lr


def the_factor(epoch, lr, milestones, gamma):
    factor = 1.0
    for milestone in milestones:
        factor *= gamma if epoch >= milestone else 1.0
    return factor


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (late, "one epoch too late"),
        (early, "one epoch too early"),
        (once, "at the first milestone only"),
        (only_then, "large again after it"),
        (a_product, "gamma to that power"),
        (divides, "Your rate grows"),
        (the_factor, "That is the factor"),
    ],
)
def test_schedule_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_10_schedule(answer)


def test_schedule_takes_any_right_answer() -> None:
    def answer(epoch, lr, milestones, gamma):
        for milestone in milestones:
            if epoch >= milestone:
                lr *= gamma
        return lr

    checks.check_10_schedule(answer)


def test_the_oracle_of_the_schedule_is_the_whole_of_pytorchs() -> None:
    """Started anew for each epoch, it gives what one scheduler gives in a row."""
    sgd = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = MultiStepLR(sgd, [2, 5], 0.3)
    for epoch in range(8):
        assert checks.check_10_schedule.right(epoch, 0.5, [2, 5], 0.3) == scheduler.get_last_lr()[0]
        sgd.step()
        scheduler.step()


def fool(D, fake):
    return ((D(fake) - torch.ones(())) ** 2).mean()


def judge(D, real, fake):
    return (((D(real) - 1) ** 2).mean() + (D(fake) ** 2).mean()) / 2


def right(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    loss = fool(D, fake)
    adam_G.zero_grad()
    loss.backward()
    adam_G.step()
    adam_D.zero_grad()
    judge(D, sketch, fake.detach()).backward()
    adam_D.step()


def judge_not_cleared(G, D, adam_G, adam_D, photo, sketch):
    adam_G.zero_grad()
    fake = G(photo)
    fool(D, fake).backward()
    adam_G.step()
    judge(D, sketch, fake.detach()).backward()
    adam_D.step()
    G.zero_grad()


def nothing_cleared(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    fool(D, fake).backward()
    adam_G.step()
    judge(D, sketch, fake.detach()).backward()
    adam_D.step()


def through_the_generator(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    adam_G.zero_grad()
    fool(D, fake).backward()
    adam_G.step()
    adam_D.zero_grad()
    judge(D, sketch, fake).backward()
    adam_D.step()


def through_a_kept_graph(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    adam_G.zero_grad()
    fool(D, fake).backward(retain_graph=True)
    adam_G.step()
    adam_D.zero_grad()
    judge(D, sketch, fake).backward()
    adam_D.step()


def judge_first(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    adam_D.zero_grad()
    judge(D, sketch, fake.detach()).backward()
    adam_D.step()
    adam_G.zero_grad()
    fool(D, fake).backward()
    adam_G.step()


def drawn_again(G, D, adam_G, adam_D, photo, sketch):
    adam_G.zero_grad()
    fool(D, G(photo)).backward()
    adam_G.step()
    adam_D.zero_grad()
    with torch.no_grad():
        fake = G(photo)
    judge(D, sketch, fake).backward()
    adam_D.step()


def no_half(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    adam_G.zero_grad()
    fool(D, fake).backward()
    adam_G.step()
    adam_D.zero_grad()
    (2 * judge(D, sketch, fake.detach())).backward()
    adam_D.step()


def nothing_real(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    adam_G.zero_grad()
    fool(D, fake).backward()
    adam_G.step()
    adam_D.zero_grad()
    (0.5 * D(fake.detach()).pow(2).mean()).backward()
    adam_D.step()


def targets_swapped(G, D, adam_G, adam_D, photo, sketch):
    fake = G(photo)
    adam_G.zero_grad()
    fool(D, fake).backward()
    adam_G.step()
    adam_D.zero_grad()
    judge(D, fake.detach(), sketch).backward()
    adam_D.step()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (judge_not_cleared, "gradients in D are not only its own"),
        (nothing_cleared, "never clear the gradients"),
        (through_the_generator, r"Give D fake.detach\(\)"),
        (through_a_kept_graph, r"Give D fake.detach\(\)"),
        (judge_first, "You moved D before G"),
        (drawn_again, "drew a second time"),
        (no_half, "D moves twice as far"),
        (nothing_real, "sees no real sketch"),
        (targets_swapped, "targets are the wrong way round"),
    ],
)
def test_update_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_10_update(answer)


def test_update_takes_any_right_answer() -> None:
    checks.check_10_update(right)


def test_another_error_of_an_update_comes_through() -> None:
    def answer(G, D, adam_G, adam_D, photo, sketch):
        D(photo @ torch.ones(2, 2))

    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        checks.check_10_update(answer)
