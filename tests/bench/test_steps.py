"""Each rewriting of the step gives the gradients of the plain one; and the peer's step is the same step."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from lightning.fabric import Fabric
from torch import Tensor

from sketchlib.bench.bench import AS_CYCLEGAN
from sketchlib.bench.peer import check_peer, peer_model
from sketchlib.bench.steps import REWRITINGS, images, rewritten, step
from sketchlib.methods import METHODS
from sketchlib.methods.cyclegan import CycleGAN
from sketchlib.training.config import TrainConfig

SMALL = {"size": 64, "channels": 4, "reduction": 4}


@pytest.fixture
def in_float64() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def gradients(method: CycleGAN) -> dict[str, Tensor]:
    """Of the generators, for the total of eq. (8), and of the discriminators, for their losses."""
    torch.manual_seed(0)
    # SE's running mean moves at every call, so with it one call and several are not the same step.
    method.build(TrainConfig(**SMALL, se_center=False), Fabric(accelerator="cpu", devices=1, precision="64-true"))
    kept = {}

    def keep(group: str, loss: Tensor) -> None:
        loss.backward()
        names = ("G", "F") if group == "generators" else ("D_X", "D_Y")
        for name in names:
            for key, weight in method.networks[name].named_parameters():
                kept[f"{name}.{key}"] = weight.grad.clone()

    method.update = keep  # type: ignore[method-assign]
    method.step(*(image.double() for image in images(2, SMALL["size"])))
    return kept


@pytest.mark.usefixtures("in_float64")
def test_the_gradients_of_one_call_are_those_of_the_plain_step() -> None:
    plain, ours = (gradients(REWRITINGS[each][0]()) for each in ("plain", "images in one call"))
    assert plain.keys() == ours.keys()
    for key, gradient in plain.items():
        torch.testing.assert_close(ours[key], gradient, rtol=1e-9, atol=1e-14)
    assert max(gradient.abs().max() for gradient in plain.values()) > 1e-3


@pytest.mark.usefixtures("in_float64")
@pytest.mark.parametrize("name", ["fused Adam", "images in one call"])
def test_the_weights_after_two_steps_are_those_of_the_plain_step(name: str) -> None:
    ends = []
    for each in ("plain", name):
        method = REWRITINGS[each][0]()
        torch.manual_seed(0)
        method.build(TrainConfig(**SMALL, se_center=False), Fabric(accelerator="cpu", devices=1, precision="64-true"))
        assert method.optimizers["generators"].defaults["fused"] is (True if each != "plain" else None)
        before = {key: weight.clone() for key, weight in method.networks["G"].state_dict().items()}
        for image in images(2, SMALL["size"]):
            method.step(image[:1].double(), image[1:].double())
        ends.append(method.networks["G"].state_dict())
    for key, weight in ends[0].items():
        torch.testing.assert_close(ends[1][key], weight, rtol=0, atol=1e-8)
    assert max((weight - before[key]).abs().max() for key, weight in ends[0].items()) > 1e-4


@pytest.mark.parametrize("name", [name for name in REWRITINGS if name != "compiled"])  # that takes a minute
def test_each_rewriting_takes_a_step(name: str) -> None:
    rewritten(name, "cpu", **SMALL)()


def test_a_step_of_a_row_is_that_of_its_method() -> None:
    told = step("improved", "quick", "32-true", "cpu", **SMALL)()
    assert set(told) >= {"supervised_xy", "total", "D_X"}  # type: ignore[call-overload]


def test_a_folder_that_is_no_peer_is_told(tmp_path: Path) -> None:
    expected = f"{tmp_path / 'models/cycle_gan_model.py'} is missing, expected a copy of"
    with pytest.raises(ValueError, match=expected):
        check_peer(tmp_path)


@pytest.fixture
def peer() -> Iterator[str]:
    folder = os.environ.get("SKETCHLIB_PEER")
    if not folder:
        pytest.skip("SKETCHLIB_PEER names no copy of contrastive-unpaired-translation.")
    before = set(sys.modules)
    yield folder
    sys.path.remove(folder)
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("models", "util"):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("generator", "name", "changes"),
    [
        ("unet", "improved", {**AS_CYCLEGAN, "bottleneck": 2}),
        ("resnet", "cyclegan", {}),
    ],
)
def test_the_peers_step_is_ours(peer: str, generator: str, name: str, changes: dict[str, float]) -> None:
    config = TrainConfig(**{**METHODS[name].settings, "size": 64, "channels": 4, **changes})
    method = METHODS[name].method()
    torch.manual_seed(0)
    method.build(config, Fabric(accelerator="cpu", devices=1))
    model = peer_model(peer, generator, 64, 4, "cpu")
    theirs = {"G": model.netG_A, "F": model.netG_B, "D_Y": model.netD_A, "D_X": model.netD_B}
    for key, net in theirs.items():
        for their, our in zip(net.parameters(), method.networks[key].parameters(), strict=True):
            their.data.copy_(our.data)
    photo, sketch = images(1, 64)
    for _ in range(3):  # the later losses feel the earlier updates, and rounding, which Adam blows up
        model.set_input({"A": photo, "B": sketch, "A_paths": "", "B_paths": ""})
        model.optimize_parameters()
        told = method.step(photo, sketch)
        assert told["total"].item() == pytest.approx(model.loss_G.item(), rel=2e-3)
        assert told["D_X"].item() == pytest.approx(model.loss_D_B.item(), rel=2e-3)
        assert told["D_Y"].item() == pytest.approx(model.loss_D_A.item(), rel=2e-3)
