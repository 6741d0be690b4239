"""One photo to its sketch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sketchlib.data import load_faces
from sketchlib.data.pairs import resize, to_float, to_uint8
from sketchlib.drawing import find_generator, open_drawer, read_photo, sketch_photo, torch_drawer, write_sketch
from sketchlib.files import write_json
from sketchlib.nets import UNetGenerator
from sketchlib.pretrained import FOLDER, SIZE, load_pretrained
from sketchlib.training.checkpoint import save_generator


def test_without_a_path_the_pretrained_generator_draws() -> None:
    """The same sketch as resizing, drawing and resizing back by hand."""
    photo = load_faces("toy")[1].photos[:1]
    with torch.no_grad():
        small = load_pretrained()[0](resize(to_float(photo), (SIZE, SIZE))).mean(dim=1, keepdim=True)
    expected = to_uint8(resize(small, (250, 200)))[0, 0].numpy()
    sketch = sketch_photo(photo[0].permute(1, 2, 0).numpy(), open_drawer())
    assert sketch.dtype == np.uint8 and sketch.shape == (250, 200)
    np.testing.assert_array_equal(sketch, expected)


def test_dropout_stays_on_and_a_photo_has_one_sketch() -> None:
    network = UNetGenerator(4, 6, se=False, norm="batch", dropout=0.5).eval()
    photos = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)).numpy()
    drawer = torch_drawer(network, 64)
    drawn = drawer(photos)
    np.testing.assert_array_equal(drawn, drawer(photos))
    with torch.no_grad():
        without = torch.cat([network.eval()(photo) for photo in torch.from_numpy(photos).split(1)]).mean(1, True)
    assert not np.allclose(drawn, without.numpy(), atol=1e-6)


def test_the_side_comes_from_the_run(tmp_path: Path) -> None:
    save_generator(tmp_path / "generator.safetensors", UNetGenerator(8, 2))
    with pytest.raises(ValueError, match="does not say at which size it was trained.*: give --size.$"):
        find_generator(tmp_path)
    assert find_generator(tmp_path, 64) == (tmp_path / "generator.safetensors", 64)
    write_json(tmp_path / "config.json", {"size": 32})
    assert find_generator(tmp_path)[1] == find_generator(tmp_path / "generator.safetensors")[1] == 32
    assert open_drawer(tmp_path).side == 32
    assert find_generator(FOLDER / "toy_F.safetensors")[1] == SIZE


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"size": null}'])
def test_a_damaged_config_counts_as_none(content: str, tmp_path: Path) -> None:
    save_generator(tmp_path / "generator.safetensors", UNetGenerator(8, 2))
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(ValueError, match="does not say at which size"):
        find_generator(tmp_path)


def test_a_camera_held_upright_gives_an_upright_photo(tmp_path: Path) -> None:
    upright = np.zeros((20, 10, 3), np.uint8)
    upright[:10] = 255
    image = Image.fromarray(np.rot90(upright))  # as the sensor saw it, lying
    exif = image.getexif()
    exif[0x0112] = 6  # Orientation of EXIF: turn it clockwise to see it upright
    image.save(tmp_path / "photo.png", exif=exif)
    np.testing.assert_array_equal(read_photo(tmp_path / "photo.png"), upright)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_every_kind_of_picture_is_read_in_color(mode: str, tmp_path: Path) -> None:
    name = tmp_path / "photo.tif"
    Image.new("RGB", (7, 5), (204, 204, 204)).convert(mode).save(name)
    photo = read_photo(name)
    assert photo.shape == (5, 7, 3) and photo.dtype == np.uint8
    np.testing.assert_allclose(photo, 204, atol=1)


@pytest.mark.parametrize("name", ["a.png", "a.JPG", "folder/a.jpeg"])
def test_a_sketch_is_written_as_its_name_says(name: str, tmp_path: Path) -> None:
    write_sketch(tmp_path / name, np.full((6, 4), 90, np.uint8))
    with Image.open(tmp_path / name) as image:
        assert (image.format, image.mode, image.size) == ("PNG" if name == "a.png" else "JPEG", "L", (4, 6))
        assert np.ptp(np.asarray(image)) == 0
    assert [path.name for path in (tmp_path / name).parent.iterdir()] == [Path(name).name]
