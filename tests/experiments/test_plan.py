"""What is to do, in which order, and how long it takes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from torch import Tensor

from sketchlib.data.pairs import PairedFaces
from sketchlib.experiments import plan as module
from sketchlib.experiments.plan import estimate, plan, remaining
from sketchlib.experiments.runs import run
from sketchlib.experiments.scales import SCALES, config_for
from sketchlib.files import write_csv
from sketchlib.methods import METHODS, Row
from sketchlib.training.config import TrainConfig
from sketchlib.training.history import History

from .tiny import Guess, faces, files, job

ROWS = {name: METHODS[name] for name in ("lle", "pix2pix", "improved")}


def test_seed_after_seed_and_a_row_without_chance_once(tmp_path: Path) -> None:
    train, _ = faces()
    jobs = plan(ROWS, 3, "quick", train, tmp_path)
    assert [(each.name, each.seed) for each in jobs] == [
        ("lle", 0),
        *(("pix2pix", 0), ("improved", 0)),
        *(("pix2pix", 1), ("improved", 1)),
        *(("pix2pix", 2), ("improved", 2)),
    ]
    for each in jobs:
        assert each.config == config_for(ROWS[each.name], "quick", each.seed) and each.config.seed == each.seed
        assert each.folder == tmp_path / "noise" / each.name / f"seed{each.seed}"
    assert not any(tmp_path.iterdir())  # a plan writes nothing


def test_finished_runs_of_further_seeds_belong_to_the_table(tmp_path: Path) -> None:
    train, _ = faces()
    for each in plan(ROWS, 3, "quick", train, tmp_path):
        if (each.name, each.seed) in {("lle", 0), ("improved", 0), ("improved", 2)}:
            write_csv(each.folder / "scores.csv", [{"id": "a", "ssim": 0.5}])
    (tmp_path / "noise" / "pix2pix" / "seed1").mkdir(parents=True)  # begun, and not finished
    jobs = plan(ROWS, 1, "quick", train, tmp_path)
    assert [(each.name, each.seed) for each in jobs] == [("lle", 0), ("pix2pix", 0), ("improved", 0), ("improved", 2)]


@pytest.mark.parametrize("scale", SCALES)
def test_a_scale_is_the_same_for_all_rows(scale: str) -> None:
    configs = {name: config_for(row, scale, 0) for name, row in METHODS.items()}
    shared = ("size", "channels", "epochs", "batch_size", "betas", "reduction")
    assert len({tuple(getattr(config, field) for field in shared) for config in configs.values()}) == 1
    odd = {"quick": {"combogan"}}.get(scale, set())  # at the rate of the others it collapses
    assert len({config.lr for name, config in configs.items() if name not in odd}) == 1
    assert all(configs[name].lr < configs["improved"].lr for name in odd)


@pytest.mark.parametrize(
    ("seeds", "scale", "sentence"),
    [
        (0, "quick", "seeds is 0, expected 1 or more."),
        (1, "huge", "scale is 'huge', expected one of quick, cpu, paper."),
    ],
)
def test_a_bad_input_is_one_sentence(seeds: int, scale: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError) as caught:
        plan(ROWS, seeds, scale, faces()[0], tmp_path)
    assert str(caught.value) == sentence


def test_a_folder_of_another_run_is_told_before_any_work(tmp_path: Path) -> None:
    train, test = faces()
    first = job(tmp_path, "improved", Row("", Guess), seed=1)  # other settings than the scale's
    run(first.row, train, test, first.config, first.folder)
    before = files(tmp_path)
    with pytest.raises(ValueError, match=r"improved/seed1/config.json is of another run \(batch_size 2, "):
        plan(ROWS, 2, "quick", train, tmp_path)
    assert files(tmp_path) == before


def test_what_remains_of_new_stopped_and_finished_runs(tmp_path: Path) -> None:
    train, test = faces()
    each = job(tmp_path, "improved", Row("", Guess))  # of 4 epochs
    assert (each.done, each.epochs_done, remaining(each, {"improved": 80.0})) == (False, 0, 80.0)
    write_csv(each.folder / "history.csv", [{"epoch": 1}, {"epoch": 2}, {"epoch": 3}])
    assert (each.done, each.epochs_done, remaining(each, {"improved": 80.0})) == (False, 3, 20.0)
    run(each.row, train, test, each.config, each.folder)
    assert (each.done, remaining(each, {})) == (True, 0.0)  # a finished one needs no estimate


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=clock))
    return clock


def timed(clock: Clock, *, first: float, step: float, whole: float = 0.0) -> Row:
    """A method of known cost: `first` s for its first step, `step` s for others, `whole` s for each pair.

    It draws a photo in 0.5 s, after 10 s to get ready.
    """

    class Timed(Guess):
        def fit(self, pairs: PairedFaces, config: TrainConfig, *, on_step: Any = None, **options: Any) -> History:
            clock.now += whole * len(pairs)
            for number in range(-(-len(pairs) // config.batch_size) * config.epochs if step else 0):
                clock.now += step if number else first
                if on_step:
                    on_step(number + 1, {})
            return super().fit(pairs, config)

        def sketch(self, photos: Tensor) -> Tensor:
            clock.now += 10 + 0.5 * len(photos)
            return super().sketch(photos)

    return Row("", Timed)


def many(test: PairedFaces) -> PairedFaces:
    """Nine test faces: drawing is judged from two and from six."""
    photos, sketches = (images.repeat(3, 1, 1, 1) for images in (test.photos, test.sketches))
    return PairedFaces(photos, sketches, tuple("abcdefghi"), "test", "noise")


@pytest.mark.parametrize("epochs", [1, 4, 200])
def test_the_estimate_is_steps_times_their_time_and_the_drawing(epochs: int, clock: Clock, tmp_path: Path) -> None:
    train, test = faces()
    each = job(tmp_path, "a", timed(clock, first=60.0, step=3.0), epochs=epochs, batch_size=1)
    assert estimate([each], train, many(test)) == {"a": pytest.approx(3.0 * 4 * epochs + 10 + 0.5 * 9)}


def test_what_is_not_done_in_steps_is_timed_on_all_pairs(clock: Clock, tmp_path: Path) -> None:
    train, test = faces()
    each = job(tmp_path, "a", timed(clock, first=0.0, step=0.0, whole=7.0), batch_size=1)
    assert estimate([each], train, many(test)) == {"a": pytest.approx(7.0 * 4 + 10 + 0.5 * 9)}


def test_a_finished_row_needs_no_estimate_and_the_others_one_each(clock: Clock, tmp_path: Path) -> None:
    train, test = faces()
    jobs = [
        job(tmp_path, "done", Row("", Guess)),
        *(job(tmp_path, "new", timed(clock, first=2.0, step=2.0), seed=seed) for seed in (0, 1)),
    ]
    run(jobs[0].row, train, test, jobs[0].config, jobs[0].folder)
    before = files(tmp_path)
    assert estimate(jobs, train, test).keys() == {"new"}
    assert files(tmp_path) == before  # nothing is written
