"""`sketchlib reproduce`: bad inputs, the plan it tells, and the command that it writes down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from experiments.tiny import SCALE, faces
from typer.testing import CliRunner, Result

from sketchlib.cli import app
from sketchlib.commands.reproduce import duration
from sketchlib.experiments.ablation import ABLATION, EXPERIMENTS
from sketchlib.experiments.evaluations import evaluate_run
from sketchlib.experiments.plan import Job
from sketchlib.experiments.reproduce import Experiment
from sketchlib.experiments.runs import run
from sketchlib.experiments.scales import SCALES
from sketchlib.methods import METHODS


def invoke(*options: str) -> Result:
    return CliRunner().invoke(app, ["reproduce", *options])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--methods", "lle,gan"], f"--methods has 'gan', expected names out of {', '.join(EXPERIMENTS)}."),
        (["--methods", ""], f"--methods has '', expected names out of {', '.join(EXPERIMENTS)}."),
        (["--seeds", "0"], "seeds is 0, expected 1 or more."),
        (["--workers", "0"], "workers is 0, expected 1 or more."),
        (["--scale", "huge"], "scale is 'huge', expected one of quick, cpu, paper."),
        (["--device", "tpu"], "device is 'tpu', expected 'auto', 'cpu' or 'cuda'."),
        (["--precision", "bf16-true"], "precision is 'bf16-true', expected one of 32-true, bf16-mixed, 16-mixed."),
        (["--data", "nowhere"], 'dataset is "nowhere", expected "toy" or the path of a copy of CUHK Student, '),
    ],
)
def test_a_bad_input_is_one_sentence_and_nothing_is_begun(options: list[str], sentence: str, tmp_path: Path) -> None:
    for dry in ([], ["--dry-run"]):
        result = invoke("--out", str(tmp_path / "runs"), *options, *dry)
        assert result.exit_code == 1 and result.stdout == ""
        assert result.stderr.startswith(sentence)
        assert len(result.stderr.splitlines()) == 1
        assert not (tmp_path / "runs").exists()


def test_a_gpu_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    result = invoke("--device", "cuda")
    assert result.stderr == "device is 'cuda', expected 'cpu' or 'auto': PyTorch finds no GPU on this machine.\n"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick scale on few faces, without other processes."""

    def load_faces(data: str) -> Any:
        return faces()

    def run_jobs(jobs: Sequence[Job], load: Any, *, options: dict[str, str], tell: Any, **_: Any) -> None:
        for job in jobs:
            run(job.row, *faces(), job.config, job.folder, progress=False, **options)
            evaluate_run(job, faces()[1])
            tell(f"{job.name}, seed {job.seed} is done")

    monkeypatch.setitem(SCALES, "quick", {**SCALE, "epochs": 2})
    monkeypatch.setattr("sketchlib.data.load_faces", load_faces)
    monkeypatch.setattr("sketchlib.experiments.reproduce.load_faces", load_faces)
    monkeypatch.setattr("sketchlib.experiments.reproduce.run_jobs", run_jobs)


@pytest.mark.usefixtures("small")
def test_from_a_dry_run_to_the_table(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    options = ["--methods", "improved, pix2pix", "--out", str(tmp_path / "out"), "--device", "cpu", "--workers", "2"]
    dry = invoke(*options, "--dry-run", "--seeds", "2")
    torch.set_num_threads(threads)
    assert dry.exit_code == 0 and not (tmp_path / "out").exists()
    *lines, last = dry.stdout.splitlines()
    names = [f"{name}, seed {seed}" for seed in (0, 1) for name in ("pix2pix", "improved")]
    assert [line.partition(": about ")[0] for line in lines] == names
    assert last.startswith("About ") and last.endswith(" with 2 side by side. Nothing was run.")

    done = invoke(*options)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("pix2pix, seed 0 is done\nimproved, seed 0 is done\n")
    assert "| Pix2Pix | 0.4683 |" in done.stdout
    assert done.stdout.endswith(f"All tables and the figure are in {tmp_path / 'out/noise'}\n")

    again = invoke(*options)
    assert "is done" not in again.stdout and again.exit_code == 0  # what is finished is not run again
    more = invoke(*options, "--dry-run", "--seeds", "2")
    torch.set_num_threads(threads)
    assert more.stdout.splitlines()[:2] == ["pix2pix, seed 0: finished", "improved, seed 0: finished"]
    assert "pix2pix, seed 1: about " in more.stdout


@pytest.mark.parametrize(
    ("experiment", "command"),
    [
        (
            Experiment(),
            f"sketchlib reproduce --methods {','.join(METHODS)} --seeds 1 --scale quick --data toy",
        ),
        (
            Experiment({"lle": METHODS["lle"]}, "/home/me/cuhk.zip", "cpu", 3, ablation=True, workers=2, device="cpu"),
            "sketchlib reproduce --methods lle --seeds 3 --scale cpu --data path/to/cuhk --ablation",
        ),
        (
            Experiment({"lle": METHODS["lle"]}, precision="bf16-mixed"),
            "sketchlib reproduce --methods lle --seeds 1 --scale quick --data toy --precision bf16-mixed",
        ),
        (
            Experiment({"lle": METHODS["lle"]}, validation=True),
            "sketchlib reproduce --methods lle --seeds 1 --scale quick --data toy --validation",
        ),
    ],
)
def test_the_command_says_what_moves_a_number_and_no_path(experiment: Experiment, command: str) -> None:
    assert experiment.command == command


def test_an_experiment_without_rows_is_one_sentence() -> None:
    with pytest.raises(ValueError) as caught:
        Experiment(methods={})
    assert str(caught.value) == f"methods is empty, expected one or more rows, as of {', '.join(METHODS)}."


def test_rows_of_the_ablation_do_not_stand_in_table_1() -> None:
    some = {name: EXPERIMENTS[name] for name in ("improved", "unet", "cyclegan-whole")}
    experiment = Experiment(some)
    assert list(experiment.rows) == list(some) and list(experiment.table) == ["improved", "cyclegan-whole"]
    assert list(Experiment(ablation=True).table) == list(METHODS)


def test_the_ablation_runs_each_row_once() -> None:
    rows = list(Experiment(ablation=True).rows)
    assert rows[: len(METHODS)] == list(METHODS) and len(set(rows)) == len(rows) == len({*METHODS, *ABLATION})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (720, "12 min"), (5399, "90 min"), (5400, "1.5 h"), (90000, "25.0 h")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
