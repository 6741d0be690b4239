"""The slider over figures: what a page without Python holds of it."""

from __future__ import annotations

import base64
import io
import re

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from sketchlib.sliders import frame_slider


def figures() -> list[Figure]:
    return [plt.figure(figsize=(1, height)) for height in (1, 2, 3)]


def test_every_frame_is_in_the_page_and_one_is_shown() -> None:
    page = frame_slider(figures(), "epoch", ["first", "<second>", "third"], start=1)._repr_html_()
    images = re.findall(r"<img [^>]*>", page)
    data = [re.search(r"base64,([^\"]*)", image).group(1) for image in images]
    assert [Image.open(io.BytesIO(base64.b64decode(one))).height for one in data] == [100, 200, 300]
    assert [image.endswith(" hidden>") for image in images] == [True, False, True]
    assert 'alt="epoch: &lt;second&gt;"' in images[1]
    assert "<output>&lt;second&gt;</output>" in page and 'aria-valuetext="&lt;second&gt;"' in page
    assert re.search(r'<input type="range" min="0" max="2" value="1"', page)
    assert "one of 3 pictures" in page


def test_paper_shows_the_first_frame() -> None:
    slider = frame_slider(figures(), "epoch", start=2)
    assert Image.open(io.BytesIO(slider._repr_png_())).height == 300
    assert slider.labels == ["0", "1", "2"]
    assert plt.get_fignums() == []


def test_as_text_it_holds_no_picture() -> None:
    assert repr(frame_slider(figures(), "epoch")) == (
        "FrameSlider(labels=['0', '1', '2'], description='epoch', start=0)"
    )


@pytest.mark.parametrize(
    ("labels", "start", "says"),
    [(["one"], 0, "got 3 figures and 1 labels"), ([], 3, "start is 3, expected a position from 0 to 2")],
)
def test_what_does_not_fit_is_told(labels: list[str], start: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        frame_slider(figures(), "epoch", labels, start=start)
    plt.close("all")
