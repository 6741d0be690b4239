"""Sphinx extension: on every page the first use of each word of the glossary links to it.

Sources stay plain, so that a chapter reads well in Colab too. Linked is prose: no heading, code, math, link, caption or
output. Plurals count, and capitals where the glossary has small letters. An entry with several names, one a line, is
one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.typing import ExtensionMetadata

GLOSSARY = "book/glossary"
NOT_LINKED = {GLOSSARY, "book/reference", "book/references", "book/status"}
NOT_PROSE = (
    nodes.title,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.reference,
    nodes.raw,
    nodes.comment,
    nodes.caption,
    nodes.thead,
    nodes.field_list,
    addnodes.pending_xref,
)
NOT_MEANT = re.compile(r"pairs?\s+of\b|halving\s+the\b", re.IGNORECASE)  # other senses of two of our words
NOT_PROSE_CLASSES = {"cell_input", "cell_output"}  # of containers, as myst_nb names them


def read_entries(glossary: str) -> list[list[str]]:
    """The names of each entry, from the Markdown of the page."""
    body = glossary.partition("```{glossary}\n")[2].partition("\n```")[0]
    entries: list[list[str]] = []
    in_names = False
    for line in body.splitlines():
        is_name = bool(line.strip()) and not line.startswith(" ")
        if is_name and not in_names:
            entries.append([])
        if is_name:
            entries[-1].append(line.strip())
        in_names = is_name
    return entries


class Words:
    """Finds the words of a glossary in prose."""

    def __init__(self, entries: list[list[str]]) -> None:
        names = sorted((name for names in entries for name in names), key=len, reverse=True)  # the longest one counts
        self.entry = {name.lower(): number for number, names_ in enumerate(entries) for name in names_}
        self.name = {name.lower(): name for name in names}
        self.pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(self._form, names))})(?![\w-])")

    @staticmethod
    def _form(name: str) -> str:
        form = re.escape(name).replace(r"\ ", r"\s+")
        return f"({form})(?:e?s)?" if name != name.lower() else f"((?i:{form}))(?:e?s)?"

    def find(self, text: str) -> Iterator[tuple[re.Match[str], str, int]]:
        """Each use in `text`: where it is, the name that was used, the number of its entry."""
        for found in self.pattern.finditer(text):
            if NOT_MEANT.match(text, found.start()):
                continue
            key = " ".join(found[found.lastindex or 0].split()).lower()
            yield found, self.name[key], self.entry[key]


class LinkFirstUses(SphinxTransform):
    """Puts a link at the first use of each entry."""

    default_priority = 700

    def apply(self, **kwargs: object) -> None:
        page = Path(self.env.srcdir) / f"{GLOSSARY}.md"
        if self.env.docname in NOT_LINKED or not page.is_file():
            return
        self.env.note_dependency(str(page))
        words = Words(read_entries(page.read_text(encoding="utf-8")))
        self._walk(self.document, words, set())

    def _walk(self, node: nodes.Element, words: Words, linked: set[int]) -> None:
        """In the order of reading; `linked` are the entries that have their link."""
        children: list[nodes.Node] = []
        for is_text, some in groupby(node.children, key=lambda child: isinstance(child, nodes.Text)):
            if is_text:  # MyST makes several of them out of several lines
                children += self._with_links("".join(text.astext() for text in some), words, linked)
                continue
            for child in some:
                children.append(child)
                if isinstance(child, addnodes.pending_xref) and child["reftype"] == "term":
                    linked.add(words.entry.get(child["reftarget"].lower(), -1))  # somebody wrote this link
                elif not isinstance(child, NOT_PROSE) and not NOT_PROSE_CLASSES & set(child.get("classes", ())):
                    self._walk(child, words, linked)
        node.children = []
        node.extend(children)

    def _with_links(self, text: str, words: Words, linked: set[int]) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        end = 0
        for found, name, entry in words.find(text):
            if entry not in linked:
                linked.add(entry)
                made += [nodes.Text(text[end : found.start()]), self._link(found[0], name)]
                end = found.end()
        return [each for each in (*made, nodes.Text(text[end:])) if each.astext()]

    def _link(self, text: str, name: str) -> addnodes.pending_xref:
        shown = nodes.inline("", text, classes=["xref", "std", "std-term"])
        return addnodes.pending_xref(
            "",
            shown,
            refdomain="std",
            reftype="term",
            reftarget=name,
            refexplicit=True,
            refwarn=True,
            refdoc=self.env.docname,
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_transform(LinkFirstUses)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
