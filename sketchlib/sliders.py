"""A slider over ready-made figures, which moves in Jupyter, in Colab and in a page where no Python runs.

It is a plain `<input type="range">` beside pictures of which one is shown: a browser gives it keyboard, touch and
screen reader for nothing. Where no HTML is shown, in a printed book for example, it is its first picture.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure

from sketchlib.plots import png

MOVE = (
    "const box = this.closest('.frames'), frames = box.querySelectorAll('img');"
    "frames.forEach((frame, i) => { frame.hidden = i != this.value });"
    "const now = frames[this.value].dataset.label;"
    "box.querySelector('output').value = now;"
    "this.setAttribute('aria-valuetext', now)"
)
"""What the browser does when the slider moves."""


@dataclass(frozen=True)
class FrameSlider:
    """Pictures, of which a slider shows one.

    Attributes:
        frames: PNG files.
        labels: what the slider says at each of them.
        description: what the slider moves.
        start: the frame that is shown first, and the only one on paper.
    """

    frames: Sequence[bytes] = field(repr=False)  # megabytes, as text, in every stored notebook
    labels: Sequence[str]
    description: str
    start: int = 0

    def _repr_html_(self) -> str:
        what, now = html.escape(self.description), html.escape(self.labels[self.start])
        last = len(self.frames) - 1
        images = "\n".join(self._image(position) for position in range(len(self.frames)))
        return (
            f'<div class="frames" role="group" aria-label="{what}">\n'
            f'<label style="display: flex; flex-wrap: wrap; align-items: center; gap: .8em">{what}\n'
            f'<input type="range" min="0" max="{last}" value="{self.start}" step="1" autocomplete="off" '
            f'aria-valuetext="{now}" oninput="{html.escape(MOVE)}" style="flex: 0 1 20em; height: 2em">\n'
            f"<output>{now}</output></label>\n"
            f"<noscript><p>Without JavaScript this is one of {len(self.frames)} pictures.</p></noscript>\n"
            f"{images}\n</div>"
        )

    def _image(self, position: int) -> str:
        label = html.escape(self.labels[position])
        data = base64.b64encode(self.frames[position]).decode()
        hidden = "" if position == self.start else " hidden"
        return (
            f'<img src="data:image/png;base64,{data}" data-label="{label}" '
            f'alt="{html.escape(self.description)}: {label}" style="max-width: 100%"{hidden}>'
        )

    def _repr_png_(self) -> bytes:
        return self.frames[self.start]


def frame_slider(
    figures: Sequence[Figure], description: str, labels: Sequence[object] = (), *, start: int = 0
) -> FrameSlider:
    """A slider over figures. Every frame is in the page, so keep them small and few.

    Args:
        figures: one for each position, all of one size. They are closed.
        description: what the slider moves, as "epoch".
        labels: what stands beside the slider at each position; by default its number, from 0.
        start: the position that is shown first, and the only one on paper.

    Raises:
        ValueError: without figures, for another number of labels than figures, or a start beyond them.
    """
    names = [str(label) for label in labels] if len(labels) else [str(i) for i in range(len(figures))]
    if not figures or len(names) != len(figures):
        raise ValueError(f"frame_slider got {len(figures)} figures and {len(names)} labels, expected one label each.")
    if not 0 <= start < len(figures):
        raise ValueError(f"start is {start}, expected a position from 0 to {len(figures) - 1}.")
    return FrameSlider([png(figure) for figure in figures], names, description, start)
