"""What the page Performance and chapter 10 say of the measured times, held against the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(__file__).parents[1] / "book" / "results"
BENCH: dict[str, Any] = json.loads((RESULTS / "bench-cpu.json").read_text(encoding="utf-8"))
SCORES: dict[str, Any] = json.loads((RESULTS / "fast_score_cpu.json").read_text(encoding="utf-8"))


def row(table: str, **fields: Any) -> dict[str, Any]:
    [found] = [each for each in BENCH[table] if all(each[key] == value for key, value in fields.items())]
    return found


def test_the_authors_step_runs_about_as_fast_as_a_product_of_matrices() -> None:
    product = {each["contender"]: each["gflop_per_second"] for each in BENCH["machine"]}
    theirs = {
        generator: row("peer", generator=generator, channels=64, contender="authors")["gflop_per_second"]
        for generator in ("unet", "resnet")
    }
    assert 0.85 < theirs["unet"] / product["32 bits"] < 1 < theirs["resnet"] / product["32 bits"] < 1.15
    assert 1.7 < product["16 bits (bf16)"] / product["32 bits"] < 2.5  # "about twice"
    for speed in theirs.values():
        assert 2 < product["16 bits (bf16)"] / speed < 3  # "two to three times as fast"


@pytest.mark.parametrize("generator", ["unet", "resnet"])
@pytest.mark.parametrize("channels", [64, 16])
def test_in_32_bits_little_is_gained_and_in_16_bits_more(generator: str, channels: int) -> None:
    gained = {
        label: row("peer", generator=generator, channels=channels, contender=label)["times_faster"]
        for label in ("32 bits", "16 bits (bf16)")
    }
    assert 0.95 < gained["32 bits"] < 1.25
    assert gained["16 bits (bf16)"] > 1.3 * gained["32 bits"]


def test_both_sides_do_the_same_arithmetic() -> None:
    for generator in ("unet", "resnet"):
        for channels in (64, 16):
            pair = (generator, channels)
            counts = {each["gflop"] for each in BENCH["peer"] if (each["generator"], each["channels"]) == pair}
            assert len(counts) == 1


def test_the_bars_of_chapter_10_are_as_it_says() -> None:
    times = {each["contender"]: each["milliseconds"] for each in BENCH["rewritings"]}
    plain, bf16 = times["plain"], times["16 bits (bf16)"]
    assert plain > times["fused Adam"] > times["images in one call"] > 0.85 * plain  # "close together"
    assert bf16 < 0.7 * plain  # "stands out"
    assert times["channels last"] > 1.05 * bf16
    assert times["compiled"] > 0.97 * bf16  # "give little or less"


def test_16_bits_bring_nothing_at_quick_and_much_at_paper() -> None:
    quick = [each for each in BENCH["methods"] if each["scale"] == "quick" and each["contender"] == "16 bits (bf16)"]
    paper = [each for each in BENCH["methods"] if each["scale"] == "paper" and each["contender"] == "16 bits (bf16)"]
    assert max(each["times_faster"] for each in quick) < 1.1  # "bring nothing"
    assert min(each["times_faster"] for each in paper) > 1.45  # "half as much again or more"


def test_the_score_stays() -> None:
    plain, *others = SCORES["rows"]
    assert plain["seeds"] == 3
    for each in others:
        assert abs(each["ssim"] - plain["ssim"]) < 2 * max(plain["seed_spread"], each["seed_spread"] or 0)
