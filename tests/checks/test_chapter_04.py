"""What the checks of chapter 04 say to the mistakes, each written as a reader would write it."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from sketchlib import checks
from sketchlib.nets import UNetGenerator


def passes(name: str, capsys: pytest.CaptureFixture[str]) -> bool:
    return capsys.readouterr().out == f"{name}: right.\n"


# The warm-up: sides


def halved(side: int, num_downs: int, *, up: bool = False, image: bool = False, cut: int = 0) -> list[int]:
    found = [side] if image else []
    for _ in range(num_downs):
        side = math.ceil(side / 2) if up else math.floor(side / 2) - cut
        found.append(side)
    return found


def not_rounded(side: int, num_downs: int) -> list[float]:
    return [side / 2 ** (n + 1) for n in range(num_downs)]


def padded_once(side: int, num_downs: int) -> list[int]:
    found = []
    for _ in range(num_downs):
        side = int((side + 1 - 4) / 2 + 1)
        found.append(side)
    return found


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda side, num_downs: halved(side, num_downs, image=True), "begins with the side of the image itself"),
        (lambda side, num_downs: halved(side, num_downs, up=True), "rounded an odd side up"),
        (not_rounded, "did not round"),
        (lambda side, num_downs: halved(side, num_downs, cut=1), "A part of the equation is missing"),
        (padded_once, "padding once"),
        (lambda side, num_downs: halved(side, num_downs)[-1], "returns 7, expected a list of 5"),
    ],
)
def test_sides_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_04_sides(answer)


def test_sides_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_04_sides(halved)
    assert passes("check_04_sides", capsys)


# The way up


def from_below_first(maps, steps, to_image) -> Tensor:
    x = maps[-1]
    for number, step in enumerate(steps, start=2):
        x = torch.cat((step(x), maps[-number]), 1)
    return to_image(x)


def in_the_order_made(maps, steps, to_image) -> Tensor:
    x = maps[-1]
    for number, step in enumerate(steps):
        x = torch.cat((maps[number], step(x)), 1)
    return to_image(x)


def no_skips(maps, steps, to_image) -> Tensor:
    x = maps[-1]
    for step in steps:
        x = step(x)
    return to_image(x)


def added(maps, steps, to_image) -> Tensor:
    x = maps[-1]
    for number, step in enumerate(steps, start=2):
        x = step(x) + maps[-number]
    return to_image(x)


def joined_before(maps, steps, to_image) -> Tensor:
    x = maps[-1]
    for number, step in enumerate(steps, start=2):
        x = step(torch.cat((maps[-number], x), 1))
    return to_image(x)


def right_way(maps, steps, to_image) -> Tensor:
    x = maps[-1]
    for number, step in enumerate(steps, start=2):
        x = torch.cat((maps[-number], step(x)), 1)
    return to_image(x)


def no_image(maps, steps, to_image) -> Tensor:
    return right_way(maps, steps, nn.Identity())


def pops(maps, steps, to_image) -> Tensor:
    x = maps.pop()
    for step in steps:
        x = torch.cat((maps.pop(), step(x)), 1)
    return to_image(x)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (from_below_first, "wrong order: the skip comes first"),
        (in_the_order_made, "in the order in which they were made"),
        (no_skips, "no skips: that is an hourglass"),
        (added, "lays it beside"),
        (joined_before, "before the step instead of behind it"),
        (no_image, r"The last step is missing.* \(2, 4, 4, 4\), expected \(2, 1, 4, 4\)"),
        (pops, "changed its input in place"),
    ],
)
def test_way_up_names_the_mistake(answer, says: str) -> None:
    with pytest.raises(checks.CheckFailed, match=says):
        checks.check_04_way_up(answer)


def test_way_up_takes_any_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    checks.check_04_way_up(right_way)
    assert passes("check_04_way_up", capsys)


def test_the_oracle_of_the_way_up_draws_what_a_whole_network_draws() -> None:
    torch.manual_seed(0)
    net = UNetGenerator(channels=4, num_downs=3).eval()
    photo = torch.randn(1, 3, 16, 16)
    maps = net.encode(photo)
    torch.testing.assert_close(checks.check_04_way_up.right(maps, net.up, net.to_image), net(photo))
