"""From an executed chapter to the pages of its slides.

Each heading starts a page. Prose is shortened, its whole text becomes speaker notes. A figure, a slider and a question
of the quiz have a page of their own. Short code is shown, long code unfolds on a click; code that only draws, installs
or imports is left out, and so are solutions.
"""

from __future__ import annotations

import ast
import base64
import struct
from collections.abc import Iterator
from typing import Any

from sketchlib.publish.exercises import Cell, take_apart, text_of
from sketchlib.publish.plain import Directive, Names, blocks, to_plain
from sketchlib.publish.slide_layout import (
    BESIDE,
    BODY,
    LEAST,
    SLIDER,
    STATEMENT,
    TALL,
    WIDTH,
    Page,
    Pages,
    code_cell,
    output_cell,
    words_cell,
)
from sketchlib.publish.slide_text import HEIGHTS, Block, height, shorten, split_blocks, text_height
from sketchlib.quiz import Quiz, quiz

SETUP = "Set up"
"""Title of the page with the code before the first heading."""

LONG_CODE = 15
"""More lines of code than this are folded behind a line that opens them."""

LONG_OUTPUT = 490
"""Pixels of output that a page keeps room for; what is longer scrolls."""


def chapter_pages(name: str, notebook: dict[str, Any], names: Names) -> list[Page]:
    """The pages of a chapter.

    Args:
        name: of the chapter, as "03_squeeze_excitation".
        notebook: its executed copy, as JSON gives it.
        names: what roles point to.

    Raises:
        PublishError: if a solution begins and does not end, or the other way round.
    """
    number = name[:2]
    pages = Pages()
    pages.start("", "title")
    pages.all[0].cells.append(words_cell(f"Chapter {int(number)}"))
    for part in take_apart(name, notebook["cells"]):
        if part.role == "solution":
            continue
        if part.cell["cell_type"] == "markdown":
            _add_markdown(pages, text_of(part.cell), names)
        elif part.cell["cell_type"] == "code":
            _add_code(pages, part.cell, number, names)
    for page in pages.all:
        if (
            page.kind == "text"
            and page.used < STATEMENT
            and all(cell["metadata"]["slide"]["role"] == "words" for cell in page.cells)
        ):
            page.kind = "statement" if page.cells else "section"
    return pages.all


def _add_markdown(pages: Pages, text: str, names: Names) -> None:
    for part in blocks(text):
        if isinstance(part, Directive) and part.name == "exercise":
            kind = part.options.get("class", "")
            pages.start(f"Exercise{f' ({kind})' if kind else ''}: {part.argument}", "exercise")
            for block in split_blocks(to_plain(part.body, names)):
                pages.add_words(block)
        else:
            plain = to_plain(part if isinstance(part, str) else part.raw, names)
            for block in split_blocks(plain):
                _add_block(pages, block)


def _add_block(pages: Pages, block: Block) -> None:
    if block.kind == "heading" and block.level == 1:
        pages.all[-1].title = block.title
    elif block.kind == "heading" or block.is_label:
        pages.start(block.title.strip("*:."), section=block.level == 2)
    else:
        if pages.all[-1].kind == "title" and block.kind == "paragraph":  # the introduction is short
            pages.all[-1].cells.append(words_cell(block.text))
            return
        shown = shorten(block)
        pages.add_words(shown, block.text if shown != block else "")


def _add_code(pages: Pages, cell: Cell, number: str, names: Names) -> None:
    tags, source = set(cell["metadata"].get("tags", [])), text_of(cell).strip()
    if tags & {"install", "parameters", "remove-cell"} or _only_imports(source):
        return
    if source.endswith(f'quiz("{number}")'):
        _add_quiz(pages, quiz(number))
        return
    if pages.all[-1].title != SETUP and not any(page.starts_section for page in pages.all[1:]):
        pages.start(SETUP)
    shown = not tags & {"check", "stub", "remove-output"}
    lines, outputs = source.splitlines(), list(merged(cell.get("outputs", []))) if shown else []
    if source and not tags & {"hide-input", "remove-input", "hide-cell"}:
        printed = sum(_printed_height(output) for output in outputs)
        folded = len(lines) > LONG_CODE or text_height(lines) + HEIGHTS["box"] + printed > BODY
        pixels = HEIGHTS["line"] + HEIGHTS["gap"] if folded else text_height(lines) + HEIGHTS["box"]
        pages.make_room(min(pixels + printed, BODY))
        pages.add(code_cell(source, folded), pixels)
    caption = cell["metadata"].get("mystnb", {}).get("figure", {}).get("caption", "")
    for output in outputs:
        _add_output(pages, output, to_plain(caption, names))


def _only_imports(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a line of IPython
        return False
    return bool(body) and all(isinstance(line, ast.Import | ast.ImportFrom) for line in body)


def _add_quiz(pages: Pages, questions: Quiz) -> None:
    for position, question in enumerate(questions.questions, start=1):
        pages.start(f"Question {position} of {len(questions.questions)}")
        html = Quiz(questions.name, [question])._repr_html_()
        shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
        pages.add_alone("quiz", output_cell(shown))


def merged(outputs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Outputs without warnings, and what was printed in several pieces as one."""
    printed = ""
    for output in outputs:
        if output["output_type"] == "stream":
            printed += "".join(output["text"]) if output["name"] == "stdout" else ""
            continue
        if printed:
            yield {"output_type": "stream", "name": "stdout", "text": printed}
            printed = ""
        yield output
    if printed:
        yield {"output_type": "stream", "name": "stdout", "text": printed}


def _add_output(pages: Pages, output: dict[str, Any], caption: str) -> None:
    data = {kind: "".join(part) if isinstance(part, list) else part for kind, part in output.get("data", {}).items()}
    output = output | {"data": data} if data else output
    words = _caption(caption)
    if "text/html" in data:
        slider = 'class="frames"' in data["text/html"]
        pages.add_alone("slider" if slider else "figure", output_cell(output), *words, used=SLIDER if slider else BODY)
    elif "image/png" in data:
        _add_picture(pages, output_cell(output, alt=" ".join(caption.split())), caption, _proportion(data["image/png"]))
    else:
        pages.add(output_cell(output), _printed_height(output))


def _printed_height(output: dict[str, Any]) -> int:
    """Pixels of what was printed; 0 for pictures, which have a page of their own."""
    data = output.get("data", {})
    if {"text/html", "image/png"} & set(data):
        return 0
    text = "".join(output.get("text") or data.get("text/plain", ""))
    return min(text_height(text.strip("\n").splitlines()) + HEIGHTS["gap"], LONG_OUTPUT)


def _add_picture(pages: Pages, picture: Cell, caption: str, proportion: float) -> None:
    """A tall picture has its words at the side, a wide one below."""
    words = Block("paragraph", caption)
    if proportion < TALL:
        pages.add_alone("beside", picture, *_caption(caption), used=height(words, BESIDE))
    else:
        drawn = min(round(WIDTH / proportion), BODY - height(words))
        pages.add_alone("figure", picture, *_caption(caption), used=max(drawn, LEAST) + height(words))


def _proportion(png: str) -> float:
    """Width over height of a PNG file in base64."""
    width, high = struct.unpack(">II", base64.b64decode(png[:64])[16:24])
    return width / high


def _caption(caption: str) -> list[Cell]:
    return [words_cell(caption, role="caption")] if caption else []
