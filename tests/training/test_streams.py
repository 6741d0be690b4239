"""Streams of random numbers: independent, and the same with a part of the method on or off."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from lightning.fabric import Fabric

from sketchlib.methods import METHODS, CycleGAN, ImprovedCycleGAN
from sketchlib.training.config import TrainConfig
from sketchlib.training.streams import STREAMS, stream

SMALL = {"size": 32, "channels": 4, "reduction": 4}


def built(kind: type[CycleGAN], **changes: object) -> CycleGAN:
    method = kind()
    method.build(TrainConfig(**{**SMALL, **changes}), Fabric(accelerator="cpu", devices=1))
    return method


def test_a_stream_is_the_child_that_numpy_spawns() -> None:
    children = np.random.SeedSequence(3).spawn(len(STREAMS))
    for name, child in zip(STREAMS, children, strict=True):
        assert stream(3, name) == int(child.generate_state(1, np.uint64)[0])


def test_no_stream_of_one_seed_is_a_stream_of_another() -> None:
    seeds = {stream(seed, name) for seed in range(50) for name in STREAMS}
    assert len(seeds) == 50 * len(STREAMS)


def test_the_pools_of_neighboring_seeds_draw_different_numbers() -> None:
    """Pool Y of seed 0 was pool X of seed 1."""
    numbers = set()
    for seed in (0, 1):
        for pool in built(CycleGAN, **{**METHODS["cyclegan"].settings, **SMALL, "seed": seed}).pools.values():
            numbers.add(tuple(torch.rand(4, generator=pool.generator).tolist()))
    assert len(numbers) == 4


@pytest.mark.parametrize("change", [{"se": False}, {"lambda_xy": 0.0, "lambda_yx": 0.0, "aligned": False}])
@pytest.mark.parametrize("generator", ["unet", "resnet"])
def test_a_part_taken_away_leaves_all_other_weights_their_start(generator: str, change: dict) -> None:
    whole = built(ImprovedCycleGAN, generator=generator)
    part = built(ImprovedCycleGAN, generator=generator, **change)
    for name, net in part.networks.items():
        start = whole.networks[name].state_dict()
        for key, weight in net.state_dict().items():
            assert torch.equal(weight, start[key]), (name, key)


def test_the_discriminators_start_alike_whatever_the_generator() -> None:
    unet, resnet = built(ImprovedCycleGAN), built(ImprovedCycleGAN, generator="resnet")
    for name in ("D_X", "D_Y"):
        assert all(map(torch.equal, unet.networks[name].parameters(), resnet.networks[name].parameters()))
    first_X, first_Y = (next(unet.networks[name].parameters()) for name in ("D_X", "D_Y"))
    assert not torch.equal(first_X, first_Y)


@pytest.mark.parametrize(("seed", "name", "sentence"), [(-1, "G", "seed is -1"), (0, "H", "stream is 'H'")])
def test_bad_streams_are_one_sentence(seed: int, name: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        stream(seed, name)
