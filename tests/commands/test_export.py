"""`sketchlib export` and `sketchlib sketch`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from sketchlib.cli import app
from sketchlib.data import load_faces
from sketchlib.nets import UNetGenerator
from sketchlib.pretrained import FOLDER
from sketchlib.training.checkpoint import save_generator


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: a photo, no photo, and a generator of Pix2Pix."""
    monkeypatch.chdir(tmp_path)
    face = load_faces("toy")[1].photos[0].permute(1, 2, 0).numpy()
    Image.fromarray(face).save("photo.png")
    Path("text.png").write_text("no picture")
    Path("bad.onnx").write_text("no network")
    Path("bad.safetensors").write_text("no network")
    save_generator(tmp_path / "pix2pix.safetensors", UNetGenerator(4, 6, se=False, norm="batch", dropout=0.5))
    return tmp_path


def test_a_file_in_onnx_draws_the_same_sketch(folder: Path) -> None:
    for name in ("onnxscript", "onnxruntime"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'sketchlib[export]'")
    exported = CliRunner().invoke(app, ["export", str(FOLDER / "toy_G.safetensors"), "toy.onnx"])
    assert exported.exit_code == 0, exported.output
    assert "photos (N, 3, 128, 128) to sketches (N, 1, 128, 128)" in exported.output
    for command in (["a.png"], ["b.png", "--generator", "toy.onnx"]):
        drawn = CliRunner().invoke(app, ["sketch", "photo.png", *command])
        assert (drawn.exit_code, drawn.output) == (0, f"{command[0]}\n")
    through_pytorch, through_onnx = (np.asarray(Image.open(name), int) for name in ("a.png", "b.png"))
    assert through_pytorch.shape == (250, 200)
    assert np.abs(through_pytorch - through_onnx).max() <= 1  # of 255, where rounding falls otherwise
    wrong = CliRunner().invoke(app, ["sketch", "photo.png", "c.png", "--generator", "toy.onnx", "--size", "64"])
    assert wrong.stderr == "size is 64, expected 128: that of toy.onnx is fixed.\n"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("sketch none.jpg out.png", "none.jpg is not there, expected a photo."),
        ("sketch text.png out.png", "text.png cannot be read, expected a photo in JPEG, PNG or another usual format."),
        ("sketch photo.png out.gif", "out.gif ends in '.gif', expected a name that ends in one of .png, .jpg, .jpeg."),
        ("sketch photo.png out.png --generator none", "none is not there, expected a generator.safetensors or"),
        ("sketch photo.png out.png --generator none.onnx", "none.onnx is not there, expected a file written by"),
        ("sketch photo.png out.png --generator bad.safetensors --size 64", "bad.safetensors holds no generator that"),
        ("sketch photo.png out.png --generator text.png", "text.png ends in '.png', expected a generator that ends in"),
        ("sketch photo.png out.png --size 0", "size is 0, expected pixels a side, 1 or more."),
        ("sketch photo.png out.png --size 60", "The image is 60 x 60, expected height and width to be multiples of"),
        (
            "export none out.onnx",
            "none is not there, expected a generator.safetensors or the folder of a finished run.",
        ),
        ("export pix2pix.safetensors out.onnx", "pix2pix.safetensors does not say at which size it was trained"),
    ],
)
def test_a_bad_input_is_one_sentence_and_nothing_is_written(command: str, sentence: str, folder: Path) -> None:
    before = sorted(folder.iterdir())
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 1
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            "export pix2pix.safetensors out.onnx --size 64",
            "pix2pix.safetensors has dropout 0.5, which Pix2Pix keeps on",
        ),
        ("export pix2pix.safetensors out.txt --size 64", "out.txt ends in '.txt', expected a name that ends in .onnx."),
        ("sketch photo.png out.png --generator bad.onnx", "bad.onnx is no generator in ONNX, expected a file written"),
    ],
)
def test_what_needs_the_extra_is_refused_as_clearly(command: str, sentence: str, folder: Path) -> None:
    for name in ("onnxscript", "onnxruntime"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'sketchlib[export]'")
    test_a_bad_input_is_one_sentence_and_nothing_is_written(command, sentence, folder)
