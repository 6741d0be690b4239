"""Named figures become files."""

from __future__ import annotations

import base64

import pytest

from sketchlib.publish.errors import PublishError
from sketchlib.publish.figures import write_figures

from .conftest import PNG, Write, code, pretend_executed


def image(**data: str) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": data or {"image/png": PNG}}


def figure(name: str, *outputs: dict) -> dict:
    return code("draw()", outputs=outputs, mystnb={"figure": {"name": name}})


def test_each_image_of_a_named_cell_is_written_and_old_files_go(write: Write) -> None:
    chapter = write("01_one")
    vector = image(**{"image/svg+xml": "<svg/>", "text/plain": "a drawing"})
    text = {"output_type": "stream", "name": "stdout", "text": ["hello"]}
    unnamed = code("draw()", outputs=[image()])
    pretend_executed(chapter, figure("fig-a", text, image(), image()), figure("fig-b", vector), unnamed)
    chapter.figures.mkdir(parents=True)
    (chapter.figures / "fig-old.png").write_text("old")
    written = write_figures(chapter)
    assert [path.name for path in written] == ["fig-a.png", "fig-a-2.png", "fig-b.svg"]
    assert sorted(chapter.figures.iterdir()) == sorted(written)
    assert written[0].read_bytes() == base64.b64decode(PNG)
    assert written[2].read_text() == "<svg/>"


def test_a_named_figure_without_an_image_is_an_error(write: Write) -> None:
    chapter = write("01_one")
    pretend_executed(chapter, code("1"), figure("fig-a"))
    with pytest.raises(PublishError, match="01_one, cell 2: it names the figure 'fig-a' and shows no"):
        write_figures(chapter)


def test_one_name_for_two_figures_is_an_error(write: Write) -> None:
    chapter = write("01_one")
    pretend_executed(chapter, figure("fig-a", image()), figure("fig-a", image()))
    with pytest.raises(PublishError, match="01_one, cell 2: the figure name 'fig-a' is used twice"):
        write_figures(chapter)
