"""Steps of the four learned methods against the same steps written plainly, with PyTorch's own losses and optimizer.

Plainly: each network is called once for each image, as in the equations. The library draws what it can in one call.

In float64: in float32 Adam blows rounding up to a whole step wherever a gradient is zero but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import torch
from lightning.fabric import Fabric
from torch import Tensor, nn

from sketchlib.methods import METHODS
from sketchlib.methods.gan import GAN
from sketchlib.training.config import TrainConfig

SIDE, STEPS = 64, 3
Networks = dict[str, nn.Module]
PlainStep = Callable[[Networks, dict[str, torch.optim.Adam], Tensor, Tensor], dict[str, Tensor]]


@pytest.fixture(autouse=True)
def in_float64() -> Iterator[None]:
    """Fabric hands back what a network says in the default type."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def answer(scores: Tensor, value: float) -> Tensor:
    return torch.full_like(scores, value)


def plain_pix2pix(nets: Networks, adams: dict[str, torch.optim.Adam], x: Tensor, y: Tensor) -> dict[str, Tensor]:
    G, D, bce = nets["G"], nets["D"], nn.BCEWithLogitsLoss()
    fake = G(x)
    of_fake, of_real = D(torch.cat([x, fake.detach()], 1)), D(torch.cat([x, y], 1))
    loss_D = (bce(of_fake, answer(of_fake, 0)) + bce(of_real, answer(of_real, 1))) / 2
    step(adams, ["D"], loss_D)  # D first, and G against the D that has moved
    scores = D(torch.cat([x, fake], 1))
    adversarial, distance = bce(scores, answer(scores, 1)), nn.L1Loss()(fake, y)
    step(adams, ["G"], adversarial + 100 * distance)
    return {"adversarial_G": adversarial, "supervised_xy": distance, "total": adversarial + 100 * distance, "D": loss_D}


def plain_improved(nets: Networks, adams: dict[str, torch.optim.Adam], x: Tensor, y: Tensor) -> dict[str, Tensor]:
    l1 = nn.L1Loss()
    xy, yx = l1(nets["G"](x), y), l1(nets["F"](y), x)
    told = plain_cyclegan(nets, adams, x, y, identity=0.5, more=2 * xy + 2 * yx)
    return {**told, "supervised_xy": xy, "supervised_yx": yx}


def plain_cyclegan(
    nets: Networks,
    adams: dict[str, torch.optim.Adam],
    x: Tensor,
    y: Tensor,
    identity: float = 0.5 * 10,
    more: Tensor | float = 0.0,
) -> dict[str, Tensor]:
    G, F, D_X, D_Y = (nets[name] for name in ("G", "F", "D_X", "D_Y"))
    mse, l1 = nn.MSELoss(), nn.L1Loss()
    fake_y, fake_x = G(x), F(y)
    terms = {
        "adversarial_G": mse(D_Y(fake_y), answer(D_Y(fake_y), 1)),
        "adversarial_F": mse(D_X(fake_x), answer(D_X(fake_x), 1)),
        "cycle_x": l1(F(fake_y), x),
        "cycle_y": l1(G(fake_x), y),
        "identity_y": l1(G(y), y),
        "identity_x": l1(F(x), x),
    }
    total = terms["adversarial_G"] + terms["adversarial_F"] + 10 * (terms["cycle_x"] + terms["cycle_y"])
    total = total + identity * (terms["identity_x"] + terms["identity_y"]) + more
    step(adams, ["G", "F"], total)  # G and F first, against the D's that have not moved
    judged = {}
    for name, D, real, fake in (("D_X", D_X, x, fake_x), ("D_Y", D_Y, y, fake_y)):
        of_real, of_fake = D(real), D(fake.detach())  # the pool passes the first 50 images
        judged[name] = (mse(of_real, answer(of_real, 1)) + mse(of_fake, answer(of_fake, 0))) / 2
        step(adams, [name], judged[name])
    return {**terms, "total": total, **judged}


def plain_combogan(nets: Networks, adams: dict[str, torch.optim.Adam], x: Tensor, y: Tensor) -> dict[str, Tensor]:
    G, F, D_X, D_Y = (nets[name] for name in ("G", "F", "D_X", "D_Y"))
    smooth = nn.SmoothL1Loss()

    def judge(maps: tuple[Tensor, ...], value: float) -> Tensor:
        one, two, three, four = (nn.MSELoss()(scores, answer(scores, value)) for scores in maps)
        return (1 * one + 2 * two + 3 * three + 5 * four) / (11 * 4)

    fake_y, fake_x = G.decoder(G.encoder(x)), F.decoder(F.encoder(y))
    terms = {
        "adversarial_G": judge(D_Y(fake_y), 1),
        "adversarial_F": judge(D_X(fake_x), 1),
        "cycle_x": smooth(F.decoder(F.encoder(fake_y)), x),
        "cycle_y": smooth(G.decoder(G.encoder(fake_x)), y),
    }
    total = terms["adversarial_G"] + terms["adversarial_F"] + 10 * terms["cycle_x"] + 10 * terms["cycle_y"]
    step(adams, ["G", "F"], total)
    judged = {}
    for name, D, real, fake in (("D_X", D_X, x, fake_x), ("D_Y", D_Y, y, fake_y)):
        judged[name] = (judge(D(real), 1) + judge(D(fake.detach()), 0)) * 0.5
        step(adams, [name], judged[name])
    return {**terms, "total": total, **judged}


def step(adams: dict[str, torch.optim.Adam], names: list[str], loss: Tensor) -> None:
    for adam in adams.values():  # as G's loss reaches D too
        adam.zero_grad()
    loss.backward(retain_graph=True)
    for name in names:
        adams[name].step()


def built(name: str, config: TrainConfig) -> GAN:
    method = METHODS[name].method()
    torch.manual_seed(0)
    method.build(config, Fabric(accelerator="cpu", devices=1, precision="64-true"))
    return method


def images() -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(1)
    pairs = torch.rand(STEPS, 2, 1, 3, SIDE, SIDE, generator=generator) * 2 - 1
    return [(x, y) for x, y in pairs]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("pix2pix", plain_pix2pix),
        ("cyclegan", plain_cyclegan),
        ("combogan", plain_combogan),
        ("improved", plain_improved),
        ("improved-1x1", plain_improved),
    ],
)
def test_steps_are_those_of_the_plain_writing(name: str, plain: PlainStep) -> None:
    settings: dict[str, Any] = {**METHODS[name].settings, "size": SIDE, "channels": 4, "reduction": 4}
    settings["se_center"] = False  # its running mean moves at every call, and the plain writing has other calls
    method = built(name, TrainConfig(**settings))
    nets = {key: deepcopy(net.module) for key, net in method.networks.items()}
    adams = {key: torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for key, net in nets.items()}
    for number, (x, y) in enumerate(images()):
        torch.manual_seed(number)  # for the dropout of Pix2Pix
        ours = method.step(x, y)
        torch.manual_seed(number)
        theirs = plain(nets, adams, x, y)
        assert {k: v.item() for k, v in ours.items()} == pytest.approx({k: v.item() for k, v in theirs.items()}, 1e-9)
    moved = 0.0
    start = built(name, method.config)
    for key, net in nets.items():
        pairs = zip(method.networks[key].parameters(), net.parameters(), start.networks[key].parameters(), strict=True)
        for ours, theirs, before in pairs:
            torch.testing.assert_close(ours.data, theirs.data, rtol=0, atol=1e-8)
            moved = max(moved, (ours - before).abs().max().item())
    assert moved > 1e-4  # so the tolerance is far below what a step does


def test_the_pool_passes_fifty_images_and_then_gives_older_ones_back() -> None:
    method = built("cyclegan", TrainConfig(**{**METHODS["cyclegan"].settings, "size": 16, "channels": 1}))
    pool = method.pools["X"]
    shown = torch.arange(200.0).view(200, 1, 1, 1)
    got = torch.cat([pool.query(image) for image in shown.split(1)]).flatten()
    assert torch.equal(got[:50], shown[:50].flatten())
    older = got[50:] < shown[50:].flatten()
    assert 0.3 < older.float().mean() < 0.7
