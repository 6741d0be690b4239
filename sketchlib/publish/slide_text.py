"""Prose for a slide: from each paragraph its first or bold sentence; lists, formulas and tables as they are.

Texts are plain Markdown, as `sketchlib.publish.plain` writes it. What is cut goes into the speaker notes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SHORT = 170
"""A paragraph of so many characters is shown whole; one that begins in bold may have twice as many."""

TERSE = 40
"""A first sentence below this is shown with the next ones."""

LINE = 84
"""Characters of text in one line of a slide."""

CODE_LINE = 80
"""Characters of code, or of a program's output, in one line of a slide."""

DENSE_LINE = 92
"""The same for output in smaller letters."""

MANY_LINES = 17
"""Of output: more do not fit on a slide in letters of the usual size."""

HEIGHTS = {"line": 38, "gap": 16, "code": 31, "box": 40, "formula": 116, "row": 34, "cell": 12}
"""Pixels on a slide 720 high, as templates/slides/slides.css sets them."""

SENTENCE_END = re.compile(r"(?<=[.!?])(?:\*\*|[\")*])?\s+(?=[\"(*_`$\[]*[A-Z0-9$`\[])")
NO_END = re.compile(r"(?:\b(?:al|e\.g|i\.e|vs|cf|Fig|Eq|etc|No)\.|\b[A-Z]\.)$")
HIDDEN = re.compile(r"\$[^$]+\$|`[^`]+`|!?\[[^\]]*\]\([^)]*\)|\[\[[^\]]*\]\([^)]*\)[^\]]*\]")


@dataclass(frozen=True)
class Block:
    """A piece of a cell: one paragraph, list, table, formula, heading, quotation or piece of code.

    Attributes:
        kind: "heading", "paragraph", "list", "table", "formula", "quote" or "code".
        text: its Markdown.
        level: of a heading, 1 to 6.
    """

    kind: str
    text: str
    level: int = 0

    @property
    def title(self) -> str:
        """The words of a heading."""
        return self.text.lstrip("#").strip()

    @property
    def is_label(self) -> bool:
        """A paragraph that is bold from end to end: it heads what follows."""
        return self.kind == "paragraph" and bool(re.fullmatch(r"\*\*[^*]+\*\*[:.]?", self.text))


KINDS = {
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "math_block": "formula",
    "blockquote_open": "quote",
    "fence": "code",
    "code_block": "code",
}


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)


def split_blocks(text: str) -> Iterator[Block]:
    """The blocks of plain Markdown. Images and buttons that stand alone are left out."""
    lines = text.splitlines()
    for token in _parser().parse(text):
        if token.level or token.nesting < 0 or token.map is None:
            continue
        raw = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n")
        kind = KINDS.get(token.type, "paragraph")
        if kind == "paragraph" and re.fullmatch(r"\[?!\[[^\]]*\]\([^)]*\)(\]\([^)]*\))?", raw.strip()):
            continue
        yield Block(kind, raw, int(token.tag[1]) if kind == "heading" else 0)


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph. Formulas, code and links are never cut."""
    text = " ".join(paragraph.split())
    kept: list[str] = []

    def hide(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"`{len(kept) - 1}`"

    hidden = HIDDEN.sub(hide, text)
    cuts, start = [], 0
    for end in SENTENCE_END.finditer(hidden):
        if not NO_END.search(hidden[: end.start()]):
            cuts.append(hidden[start : end.end()].strip())
            start = end.end()
    cuts.append(hidden[start:])
    return [re.sub(r"`(\d+)`", lambda found: kept[int(found[1])], cut) for cut in cuts if cut]


def shorten(block: Block) -> Block:
    """What a slide shows of a block; its notes have the whole."""
    if block.kind == "paragraph":
        return replace(block, text=_shorter(block.text))
    if block.kind == "list" and len(block.text) > 4 * SHORT:
        items = re.split(r"\n(?=(?:[-*+]|\d+[.)])(?:\s|$))", dedent(block.text))
        return replace(block, text="\n".join(_shorter_item(item) for item in items))
    return block


def _shorter(paragraph: str) -> str:
    """The first sentence, or those with bold words; of a question to the class, as "**Guess.** ...", as much as fits.

    The last sentence stays too where it announces what follows, as "Three curves:" does.
    """
    text = " ".join(paragraph.split())
    asks = text.startswith("**")
    if len(text) <= (2 * SHORT if asks else SHORT):
        return text
    cut = sentences(text)
    chosen = [position for position, sentence in enumerate(cut) if "**" in sentence] or [0]
    if asks or len(cut[0]) < TERSE:  # "Six lines." says nothing by itself
        chosen += range(_as_many_as_fit(cut, 2 * SHORT if asks else SHORT))
    if cut[-1].endswith(":"):
        chosen.append(len(cut) - 1)
    short = " ".join(cut[position] for position in sorted(set(chosen)))
    return short if _balanced(short) else text


def _as_many_as_fit(cut: list[str], limit: int) -> int:
    """How many sentences from the first on have no more characters than `limit` together; at least one."""
    total = 0
    for count, sentence in enumerate(cut):
        total += len(sentence) + 1
        if total > limit:
            return max(count, 1)
    return len(cut)


def _shorter_item(item: str) -> str:
    found = re.match(r"((?:[-*+]|\d+[.)])\s+)(\S.*)", item, re.DOTALL)
    if found is None:  # nothing in it
        return item
    mark, words = found.groups()
    cut = sentences(words)
    short = " ".join(cut[: 1 if len(cut[0]) >= TERSE else 2])
    return mark + (short if _balanced(short) else " ".join(words.split()))


def _balanced(text: str) -> bool:
    """Whether no bold passage was cut through."""
    return text.count("**") % 2 == 0


def height(block: Block, line: int = LINE) -> int:
    """About how many pixels a block takes on a slide.

    Args:
        line: characters in a line; fewer beside a figure.
    """
    lines = block.text.splitlines()
    if block.kind == "formula":
        rows = 1 + block.text.count(r"\\")
        return HEIGHTS["formula"] + (rows - 1) * HEIGHTS["formula"] // 2 + HEIGHTS["gap"]
    if block.kind == "code":
        return text_height([line for line in lines if not line.startswith("```")]) + HEIGHTS["box"]
    if block.kind == "table":
        return sum(map(_row_height, [lines[0], *lines[2:]])) + HEIGHTS["gap"]
    if block.kind == "heading":
        return HEIGHTS["line"] + 2 * HEIGHTS["gap"]
    rows = sum(math.ceil(max(len(_seen(row)), 1) / line) for row in _joined(block))
    items = len(re.findall(r"^\s*(?:[-*+]|\d+[.)])\s", block.text, re.MULTILINE)) if block.kind == "list" else 1
    return rows * HEIGHTS["line"] + (HEIGHTS["gap"] + 8 * items)


def is_dense(printed: str) -> bool:
    """Whether a program's output is set smaller: a wide table would be folded, a long one would have to be scrolled."""
    lines = printed.strip("\n").splitlines()
    wide = sum(len(line) > CODE_LINE for line in lines) > 1
    return (wide or len(lines) > MANY_LINES) and max(map(len, lines)) <= DENSE_LINE


def text_height(lines: list[str]) -> int:
    """Pixels of lines of code or output, long ones folded."""
    return sum(math.ceil(max(len(line), 1) / CODE_LINE) for line in lines) * HEIGHTS["code"]


def _joined(block: Block) -> list[str]:
    """Lines as they are shown: a paragraph is one, a list has one for each item."""
    if block.kind == "list":
        return re.split(r"\n(?=\s*(?:[-*+]|\d+[.)])\s)", block.text)
    return [part for part in re.split(r"\n>?\s*\n", block.text) if part]


def _row_height(row: str) -> int:
    cells = [len(_seen(cell.strip())) for cell in re.sub(r"\$[^$]*\$", "xxxxxx", row).strip().strip("|").split("|")]
    width = max(LINE // len(cells), 12)
    return max(math.ceil(max(size, 1) / width) for size in cells) * HEIGHTS["row"] + HEIGHTS["cell"]


def _seen(text: str) -> str:
    """Without the addresses of links, and with formulas about as wide as they are drawn."""
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"\$([^$]+)\$", lambda found: re.sub(r"\\[a-zA-Z]+", "x", found[1]), text)
    return text.replace("**", "").replace("`", "")
