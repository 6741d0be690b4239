"""Sphinx extension: `{chapter-map}` draws which chapter builds on which, and says the same in a list.

The drawing is inline SVG: its boxes are links that a keyboard reaches, and its colors are the theme's, so they follow
the scheme, light or dark. Where no HTML is made, the list stands alone.

A chapter stands in the column behind all that it needs. An arrow that follows from others is left out: 09 needs 06, and
says so by way of 08 and 07.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from chapter_facts import FACTS, Facts, link, read_facts
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

Needs = Mapping[str, Sequence[str]]
BOX = (94, 66)  # width and height, in the drawing's own units
STEP = (117, 78)  # from one column, one row, to the next
LETTERS = 14  # of a title in one line of a box


class Drawing(nodes.General, nodes.Element):
    """The map as a picture. `facts` has the facts of every chapter."""


def direct_needs(needs: Needs) -> dict[str, list[str]]:
    """Without those needs that follow from the others."""
    behind: dict[str, set[str]] = {}  # everything that comes before a chapter
    for chapter, needed in needs.items():
        behind[chapter] = set(needed).union(*(behind[each] for each in needed))
    return {
        chapter: [each for each in needed if not any(each in behind[other] for other in needed)]
        for chapter, needed in needs.items()
    }


def place(needs: Needs) -> dict[str, tuple[int, float]]:
    """Column and row of each chapter: columns by depth, rows near the mean of what a chapter needs."""
    column: dict[str, int] = {}
    for chapter, needed in needs.items():
        column[chapter] = 1 + max((column[each] for each in needed), default=-1)
    row: dict[str, float] = {}
    direct = direct_needs(needs)
    for depth in range(max(column.values(), default=-1) + 1):
        here = [chapter for chapter in needs if column[chapter] == depth]
        wish = {c: sum(row[each] for each in direct[c]) / len(direct[c]) if depth else i for i, c in enumerate(here)}
        first = sum(wish.values()) / len(here) - (len(here) - 1) / 2
        for number, chapter in enumerate(sorted(here, key=wish.__getitem__)):
            row[chapter] = max(0.0, first) + number
    return {chapter: (column[chapter], row[chapter]) for chapter in needs}


def svg(chapters: Mapping[str, Facts], address: Mapping[str, str]) -> str:
    """The drawing.

    Args:
        chapters: as `read_facts` returns them.
        address: where the link of each chapter leads.
    """
    needs = {number: facts.needs for number, facts in chapters.items()}
    spot = {c: (1 + column * STEP[0], 1 + row * STEP[1]) for c, (column, row) in place(needs).items()}
    width = max(x for x, _ in spot.values()) + BOX[0] + 1
    height = max(y for _, y in spot.values()) + BOX[1] + 1
    arrows = [_arrow(spot[before], spot[after]) for after, some in direct_needs(needs).items() for before in some]
    boxes = [_box(facts, spot[number], address[number]) for number, facts in chapters.items()]
    return "\n".join(
        [
            f'<div class="chapter-map-frame"><svg class="chapter-map" viewBox="0 0 {width:g} {height:g}" role="group" '
            'aria-label="Map of the chapters. Each box is a link; an arrow leads to a chapter that builds on it.">',
            '<defs><marker id="chapter-map-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>',
            *arrows,
            *boxes,
            "</svg></div>",
        ]
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Straight on in the row of `start`, which is free there, and a bend in front of `end`."""
    y, to_x, to_y = start[1] + BOX[1] / 2, end[0] - 2, end[1] + BOX[1] / 2
    bend = end[0] - (STEP[0] - BOX[0])
    middle = (bend + to_x) / 2
    path = f"M{start[0] + BOX[0]:g} {y:g} H{bend:g} C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
    return f'<path class="arrow" d="{path}" marker-end="url(#chapter-map-tip)"/>'


def _box(facts: Facts, spot: tuple[float, float], address: str) -> str:
    x, y = spot
    lines = textwrap.wrap(facts.title, LETTERS)
    middle, first = x + BOX[0] / 2, y + BOX[1] / 2 + 4 - 7 * len(lines)
    words = f'<text class="number" x="{middle:g}" y="{first:g}">{facts.number}</text>'
    for line, text in enumerate(lines, start=1):
        words += f'<text x="{middle:g}" y="{first + 14 * line:g}">{escape(text)}</text>'
    label = escape(f"Chapter {int(facts.number)}, {facts.title}; builds on {said(facts.needs)}")
    rect = f'<rect x="{x:g}" y="{y:g}" width="{BOX[0]}" height="{BOX[1]}" rx="6"/>'
    return f'<a href="{escape(address)}" aria-label="{label}">{rect}{words}</a>'


def said(needs: Sequence[str]) -> str:
    """The needed chapters, by their numbers, in words."""
    if not needs:
        return "no other chapter"
    *all_but_last, last = (str(int(each)) for each in needs)
    numbers = f"{', '.join(all_but_last)} and {last}" if all_but_last else last
    return f"chapter{'s' * bool(all_but_last)} {numbers}"


class ChapterMap(SphinxDirective):
    """`{chapter-map}`: drawing and list."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / FACTS))
        chapters = read_facts(root)
        lines = [f"- {link(facts)}: builds on {said(facts.needs)}" for facts in chapters.values()]
        listed = self.parse_text_to_nodes("\n".join(lines))
        fold = '<details class="chapter-map-list"><summary>The same as a list</summary>'
        return [
            Drawing(facts=chapters),
            nodes.raw("", fold, format="html"),
            *listed,
            nodes.raw("", "</details>", format="html"),
        ]


def draw(translator: Any, node: Drawing) -> None:
    """HTML: addresses are known when the page is written."""
    builder = translator.builder
    here = builder.current_docname
    address = {number: builder.get_relative_uri(here, facts.page) for number, facts in node["facts"].items()}
    translator.body.append(svg(node["facts"], address))
    raise nodes.SkipNode


def leave_out(translator: Any, node: Drawing) -> None:
    """Elsewhere the list says it all."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (leave_out, None))
    app.add_node(Drawing, html=(draw, None), **others)
    app.add_directive("chapter-map", ChapterMap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
