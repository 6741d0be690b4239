"""Figures: what is drawn is what was given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

from sketchlib import plots
from sketchlib.training.history import History


@pytest.fixture(autouse=True)
def no_figure_stays_open() -> Iterator[None]:
    yield
    plt.close("all")


def test_picture_of_bytes_and_of_floats() -> None:
    photo = torch.randint(0, 256, (3, 4, 5), dtype=torch.uint8)
    np.testing.assert_array_equal(plots.picture(photo), photo.permute(1, 2, 0).numpy())
    sketch = torch.tensor([[[-1.0, 0.0, 1.0]]])
    assert plots.picture(sketch).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize("shape", [(4, 5), (2, 4, 5), (1, 3, 4, 5)])
def test_picture_names_the_shape_that_it_cannot_draw(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected \(1, H, W\) or \(3, H, W\)"):
        plots.picture(torch.zeros(shape))


def test_image_grid_has_a_picture_for_each_image_in_the_proportions_of_the_first() -> None:
    photos = torch.zeros(2, 3, 50, 40, dtype=torch.uint8)
    squares = torch.zeros(2, 1, 16, 16)
    fig = plots.image_grid({"photo": list(photos), "G(x)": list(squares)}, ["a", "b"])
    fig.canvas.draw()
    assert len(fig.axes) == 4
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "", ""]
    assert [ax.get_ylabel() for ax in fig.axes] == ["photo", "", "G(x)", ""]
    for ax in fig.axes:
        box = ax.get_window_extent()
        assert box.height / box.width == pytest.approx(50 / 40, rel=0.01)


def test_bars_carry_their_numbers_in_the_given_order() -> None:
    fig = plots.bars({"white": 0.5, "ours": 0.625}, {"ours": 0.01}, label="SSIM", marked=["ours"], digits=3)
    (ax,) = fig.axes
    assert [bar.get_width() for bar in ax.patches] == [0.5, 0.625]
    assert [text.get_text() for text in ax.texts] == ["0.500", "0.625"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["white", "ours"]
    assert ax.patches[0].get_facecolor() != ax.patches[1].get_facecolor()
    assert ax.yaxis_inverted() and ax.get_xlabel() == "SSIM"


def test_curves_show_the_columns_of_a_history() -> None:
    history = History([{"epoch": 1, "D_X": 0.5, "D_Y": 0.4}, {"epoch": 2, "D_X": 0.3, "D_Y": 0.2}])
    fig = plots.curves(history, {"judges": {"photos": "D_X", "sketches": "D_Y"}})
    lines = fig.axes[0].get_lines()
    assert [line.get_label() for line in lines] == ["photos", "sketches"]
    assert list(lines[1].get_xdata()) == [1, 2] and list(lines[1].get_ydata()) == [0.4, 0.2]


def test_channel_sheet_shows_every_channel() -> None:
    fig = plots.channel_sheet(torch.rand(10, 8, 8), columns=4)
    assert [ax.get_title() for ax in fig.axes if ax.images] == [str(n) for n in range(10)]
    assert len(fig.axes) == 12
