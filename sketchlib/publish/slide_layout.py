"""Pages of slides, filled from top to bottom by what each piece will take of 720 pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sketchlib.publish.exercises import Cell
from sketchlib.publish.slide_text import HEIGHTS, LINE, Block, height, is_dense

BODY = 560
"""Pixels below the title of a page, of 720."""

STATEMENT = 150
"""A page of words that take less than this is set in large letters."""

ALONE = ("title", "figure", "beside", "slider", "quiz")
"""Kinds of pages to which no code is added."""

WIDTH, LEAST, TALL = 1192, 380, 1.55
"""Pixels that a picture may be wide, that it has in height at least, and the proportion below which it is tall."""

SLIDER = 440
"""Pixels that a slider and its picture have at least."""

BESIDE = 28
"""Characters in a line of the words beside a figure."""


@dataclass
class Page:
    """One slide.

    Attributes:
        title: plain Markdown, one line.
        kind: "title", "section", "text", "figure", "beside" (a tall figure, its words at the side), "slider", "quiz",
            "exercise" or "statement" (few words, in large letters); the style sheet knows them.
        starts_section: whether it is the first of a column.
        cells: notebook cells for nbconvert, in their order.
        notes: what the speaker reads: the whole of each text that was shortened.
        used: pixels of the body that are taken.
    """

    title: str
    kind: str = "text"
    starts_section: bool = False
    cells: list[Cell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    used: int = 0


class Pages:
    """Fills pages one after the other; what does not fit goes on under the same title."""

    def __init__(self) -> None:
        self.all: list[Page] = []

    def start(self, title: str, kind: str = "text", *, section: bool = False) -> None:
        self.all.append(Page(title, kind, section or not self.all))

    def make_room(self, pixels: int) -> None:
        """Go on with a new page of the same title if this one has less room."""
        page = self.all[-1]
        if not page.cells or (page.used + pixels <= BODY and page.kind not in ALONE):
            return
        introduction = page.cells.pop() if _introduces(page) else None
        self.start(page.title, page.kind if page.kind == "exercise" else "text")
        if introduction:
            self.all[-1].cells, self.all[-1].used = [introduction], HEIGHTS["line"] + HEIGHTS["gap"]

    def add(self, cell: Cell, pixels: int) -> None:
        self.make_room(pixels)
        self.all[-1].cells.append(cell)
        self.all[-1].used += pixels

    def add_words(self, block: Block, note: str = "") -> None:
        """Words go under or beside a figure where there is room for them."""
        page, room = self.all[-1], BODY
        if page.kind == "beside" and page.used + (beside := height(block, BESIDE)) <= room:
            page.cells.append(words_cell(block.text))
            page.used += beside
        elif page.kind == "figure" and page.used + height(block) <= room:
            page.cells.append(words_cell(block.text))
            page.used += height(block)
        else:
            self.add(words_cell(block.text), height(block))
        self.all[-1].notes += [note] if note else []

    def add_alone(self, kind: str, *cells: Cell, used: int = BODY) -> None:
        """A page for a figure, a slider or a question. Words on the page before stay with it where there is room."""
        page = self.all[-1]
        words = page.used * (LINE // BESIDE if kind == "beside" else 1)
        if page.cells and (page.kind != "text" or words + used > BODY or not all(map(_goes_with_a_figure, page.cells))):
            self.start(page.title)
            page, words = self.all[-1], 0
        page.kind, page.used = kind, words + used
        page.cells += cells


def _introduces(page: Page) -> bool:
    """Whether the last words on a full page announce what follows, as "Three curves:" does."""
    last = page.cells[-1]
    return len(page.cells) > 1 and last["cell_type"] == "markdown" and last["source"].rstrip(" *").endswith(":")


def _goes_with_a_figure(cell: Cell) -> bool:
    """Words, and code that is folded."""
    facts = cell["metadata"]["slide"]
    return facts["role"] == "words" or bool(facts.get("folded"))


def words_cell(text: str, role: str = "words") -> Cell:
    return {"cell_type": "markdown", "metadata": {"slide": {"role": role}}, "source": text}


def code_cell(source: str, folded: bool) -> Cell:
    facts = {"role": "code", "folded": len(source.splitlines()) if folded else 0}
    return {
        "cell_type": "code",
        "metadata": {"slide": facts},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def output_cell(output: dict[str, Any], alt: str = "") -> Cell:
    cell = code_cell("", False) | {"outputs": [output]}
    dense = is_dense("".join(output.get("text", "")))
    cell["metadata"] = {"slide": {"role": "output", "alt": alt, "dense": dense}}
    return cell
