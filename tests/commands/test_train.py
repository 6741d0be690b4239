"""`sketchlib train`: a bad input is one sentence, and nothing is begun."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sketchlib.cli import app


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--profile", "fast"], "profile is 'fast', expected one of cpu, full, quick."),
        (["--size", "100"], "bottleneck is 8 and size is 100, expected size = bottleneck x 2, 4, 8"),
        (["--set", "lambda_xy"], "--set got 'lambda_xy', expected name=value"),
        (["--set", "lambda_xy=much"], "--set got 'lambda_xy=much', expected name=value"),
        (["--set", "lambda_zz=1"], "TrainConfig has no field lambda_zz"),
        (["--device", "tpu"], "device is 'tpu', expected 'auto', 'cpu' or 'cuda'."),
        (["--device", "cuda"], "device is 'cuda', expected 'cpu' or 'auto': PyTorch finds no GPU on this machine."),
        (["--precision", "bf16-true"], "precision is 'bf16-true', expected one of 32-true, bf16-mixed, 16-mixed."),
        (["--data", "nowhere"], 'dataset is "nowhere", expected "toy" or the path of a copy of CUHK Student'),
    ],
)
def test_a_bad_input_is_one_sentence_and_nothing_is_begun(
    options: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    result = CliRunner().invoke(app, ["train", "--runs", str(tmp_path / "runs"), *options])
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "runs").exists()
