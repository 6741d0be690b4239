"""A generator in ONNX: ONNX Runtime is the oracle for the file, PyTorch for the numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from sketchlib import export
from sketchlib.drawing import onnx_drawer
from sketchlib.export import check_exportable, export_onnx
from sketchlib.nets import EncoderDecoder, ResNetGenerator, UNetGenerator
from sketchlib.training.checkpoint import GENERATORS, Generator

NETWORKS: dict[str, Generator] = {
    "unet": UNetGenerator(8, 3),
    "resnet": ResNetGenerator(4, blocks=2, se=True, reduction=4),
    "combogan": EncoderDecoder(4, 1, 1),
}


@pytest.fixture(scope="module", params=sorted(NETWORKS))
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Generator, Path]:
    """A network with weights like trained ones, far from those that make all of a sketch grey, and its file."""
    pytest.importorskip("onnxscript", reason="exporting needs onnxscript: pip install 'sketchlib[export]'")
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed: pip install 'sketchlib[export]'")
    network = NETWORKS[request.param]
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(0)
        for weight in network.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    path = tmp_path_factory.mktemp("onnx") / f"{request.param}.onnx"
    export_onnx(network.eval(), path, 32, "a test")
    return network, path


def test_every_kind_of_generator_is_tested() -> None:
    assert NETWORKS.keys() == GENERATORS.keys()


@pytest.mark.parametrize("count", [1, 3])
def test_onnx_runtime_draws_what_pytorch_draws(exported: tuple[Generator, Path], count: int) -> None:
    network, path = exported
    photos = torch.rand(count, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        expected = network(photos).mean(dim=1, keepdim=True).numpy()
    drawn = onnx_drawer(path)(photos.numpy())
    assert expected.std() > 0.1
    assert drawn.shape == (count, 1, 32, 32) and drawn.dtype == np.float32
    assert np.abs(drawn - expected).max() < 1e-4


def test_the_file_is_valid_and_says_what_it_is(exported: tuple[Generator, Path]) -> None:
    network, path = exported
    onnx = pytest.importorskip("onnx")
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    facts = {each.key: each.value for each in model.metadata_props}
    assert (facts["kind"], facts["size"], facts["source"]) == (network.kind, "32", "a test")
    assert json.loads(facts["settings"]) == network.settings
    shapes = {
        value.name: [each.dim_value or each.dim_param for each in value.type.tensor_type.shape.dim]
        for value in [*model.graph.input, *model.graph.output]
    }
    assert shapes == {"photo": ["N", 3, 32, 32], "sketch": ["N", 1, 32, 32]}


def test_the_file_tells_nothing_of_the_machine(exported: tuple[Generator, Path]) -> None:
    content = exported[1].read_bytes()
    assert b".py" not in content and str(Path(torch.__file__).parents[1]).encode() not in content


def test_its_bytes_draw_too_and_another_size_is_refused(exported: tuple[Generator, Path]) -> None:
    drawer = onnx_drawer(exported[1].read_bytes(), threads=2)
    assert drawer.side == 32
    assert drawer(np.zeros((2, 3, 32, 32), np.float32)).shape == (2, 1, 32, 32)
    with pytest.raises(ValueError, match=r"photos is float32 of \(2, 3, 32, 16\), expected float32 of \(N, 3, 32"):
        drawer(np.zeros((2, 3, 32, 16), np.float32))
    with pytest.raises(ValueError, match="photos is float64"):
        drawer(np.zeros((2, 3, 32, 32)))


@pytest.mark.parametrize(
    ("network", "size", "sentence"),
    [
        (UNetGenerator(4, 6, se=False, norm="batch", dropout=0.5), 64, r"^G has dropout 0.5, which Pix2Pix keeps on"),
        (UNetGenerator(4, 5, se=False, norm="batch", dropout=0.5), 32, "^G has norm 'batch', so that a sketch depends"),
        (UNetGenerator(8, 3), 36, "^The image is 36 x 36, expected height and width to be multiples of 8"),
        (ResNetGenerator(4, 1), 6, "^The image is 6 x 6, expected height and width to be multiples of 4"),
    ],
)
def test_what_onnx_cannot_hold_is_refused(network: Generator, size: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_exportable(network.eval(), size, "G")


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"out.pt ends in '.pt', expected a name that ends in .onnx."):
        export_onnx(NETWORKS["unet"], tmp_path / "out.pt", 32, "G")


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda name: None)
    sentence = r"^ONNX needs {}, not installed here: pip install 'sketchlib\[export\]'.$"
    with pytest.raises(RuntimeError, match=sentence.format("onnx and onnxscript")):
        export_onnx(NETWORKS["unet"], tmp_path / "out.onnx", 32, "G")
    with pytest.raises(RuntimeError, match=sentence.format("onnxruntime")):
        onnx_drawer(b"")
    assert not list(tmp_path.iterdir())
