"""The four adversarial methods: their networks, their settings, how they draw, and that a stop loses nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.fabric import Fabric
from torch import Tensor, nn

from sketchlib.data.pairs import PairedFaces
from sketchlib.experiments.scales import SCALES, config_for
from sketchlib.methods import METHODS, CycleGAN, ImprovedCycleGAN, combogan, cyclegan, pix2pix
from sketchlib.methods.gan import GAN
from sketchlib.training.config import TrainConfig

TINY: dict[str, Any] = {"size": 32, "channels": 4, "reduction": 4, "epochs": 2, "batch_size": 2, "pool_size": 3}
TRAINED = [name for name in METHODS if name != "lle"]


def tiny(name: str, **changes: Any) -> TrainConfig:
    """A row's own settings, made small."""
    return TrainConfig(**{**METHODS[name].settings, **TINY, **changes})


def built(name: str, config: TrainConfig) -> GAN:
    method = METHODS[name].method()
    torch.manual_seed(0)
    method.build(config, Fabric(accelerator="cpu", devices=1))
    return method


def fit(name: str, pairs: PairedFaces, config: TrainConfig, **options: Any) -> GAN:
    method = METHODS[name].method()
    method.fit(pairs, config, device="cpu", progress=False, **options)
    return method


def weights(method: GAN) -> dict[str, Tensor]:
    return {f"{name}.{key}": w for name, net in method.networks.items() for key, w in net.state_dict().items()}


def assert_same(a: GAN, b: GAN) -> None:
    ours, theirs = weights(a), weights(b)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


def size(net: nn.Module) -> int:
    return sum(weight.numel() for weight in net.parameters())


@pytest.mark.parametrize(
    ("name", "sizes"),
    [  # counted in the authors' code, at its defaults
        ("pix2pix", {"G": 54_413_955, "D": 2_768_705}),
        ("cyclegan", {"G": 11_378_179, "F": 11_378_179, "D_X": 2_764_737, "D_Y": 2_764_737}),
        ("combogan", dict.fromkeys("GF", 5_099_143 + 6_565_770) | dict.fromkeys(("D_X", "D_Y"), 13_931_410)),
    ],
)
def test_at_the_papers_scale_the_networks_have_the_authors_sizes(name: str, sizes: dict[str, int]) -> None:
    method = built(name, config_for(METHODS[name], "paper", 0))
    assert {key: size(net) for key, net in method.networks.items()} == sizes


@pytest.mark.parametrize("name", ["pix2pix", "cyclegan", "combogan"])
def test_every_setting_of_the_authors_is_kept_at_the_papers_scale(name: str) -> None:
    authors = {"pix2pix": pix2pix, "cyclegan": cyclegan, "combogan": combogan}[name].AUTHORS
    assert METHODS[name].settings == authors
    config = config_for(METHODS[name], "paper", 7)
    assert {key: getattr(config, key) for key in authors} == authors
    assert (config.epochs, config.size, config.load_size, config.channels, config.seed) == (200, 256, 286, 64, 7)


def test_the_papers_own_rows_are_the_full_profile_and_differ_in_the_minimum_alone() -> None:
    literal = config_for(METHODS["improved-1x1"], "paper", 0)
    full = TrainConfig.profile("full", checkpoint_every=SCALES["paper"]["checkpoint_every"])  # files, not results
    assert config_for(METHODS["improved"], "paper", 0) == full == replace(literal, bottleneck=8)
    assert literal.bottleneck == 1


def test_without_its_three_parts_the_papers_method_is_cyclegan(noise_pairs: PairedFaces) -> None:
    config = tiny("cyclegan", epochs=1, flip=False)
    seen: dict[type, list[dict[str, float]]] = {CycleGAN: [], ImprovedCycleGAN: []}
    methods = []
    for kind, steps in seen.items():
        method = kind()
        note = lambda _, losses, steps=steps: steps.append({key: loss.item() for key, loss in losses.items()})  # noqa: E731
        method.fit(noise_pairs[:4], config, on_step=note, device="cpu", progress=False)
        methods.append(method)
    assert_same(*methods)
    assert len(seen[CycleGAN]) == 2
    for theirs, ours in zip(*seen.values(), strict=True):
        assert ours.keys() - theirs.keys() == {"supervised_xy", "supervised_yx"}
        assert {key: ours[key] for key in theirs} == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("name", TRAINED)
def test_sketch_takes_any_size(name: str) -> None:
    method = built(name, tiny(name, bottleneck=8))
    for height, width in ((32, 32), (50, 41), (17, 90)):
        photos = torch.rand(2, 3, height, width) * 2 - 1
        sketches = method.sketch(photos)
        assert sketches.shape == (2, 1, height, width) and sketches.abs().max() <= 1
        assert not sketches.requires_grad


@pytest.mark.parametrize("name", [name for name in TRAINED if name != "pix2pix"])
def test_a_photo_is_drawn_the_same_whoever_is_beside_it(name: str) -> None:
    method = built(name, tiny(name))
    photos = torch.rand(3, 3, 40, 32) * 2 - 1
    assert torch.equal(method.sketch(photos)[1:2], method.sketch(photos[1:2]))


def test_pix2pix_draws_with_dropout_and_a_seed_of_its_own() -> None:
    method = built("pix2pix", tiny("pix2pix", size=64))  # at 32 there would be none
    photos = torch.rand(2, 3, 40, 32) * 2 - 1
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    first = method.sketch(photos)
    assert torch.equal(torch.rand(3), expected)  # the caller's random numbers are left alone
    assert torch.equal(method.sketch(photos), first)
    method.config = replace(method.config, seed=1)
    assert not torch.equal(method.sketch(photos), first)  # the same weights, other noise
    drops = [layer for layer in method.networks["G"].modules() if isinstance(layer, nn.Dropout)]
    assert drops and all(layer.training and layer.p == 0.5 for layer in drops)


@pytest.mark.parametrize("name", ["pix2pix", "cyclegan", "combogan", "improved"])
def test_a_stopped_run_ends_with_the_weights_of_an_undisturbed_one(
    name: str, noise_pairs: PairedFaces, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    def stop(step: int, losses: object) -> None:
        if step == 5:  # in the middle of epoch 2; the pools are full
            raise Stop

    config = tiny(name)
    whole = fit(name, noise_pairs, config)
    with pytest.raises(Stop):
        fit(name, noise_pairs, config, run_dir=tmp_path, on_step=stop)
    again = fit(name, noise_pairs, config, run_dir=tmp_path)
    assert_same(whole, again)
    photos = torch.rand(2, 3, 32, 32) * 2 - 1
    assert torch.equal(whole.sketch(photos), again.sketch(photos))
