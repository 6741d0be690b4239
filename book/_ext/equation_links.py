"""Sphinx extension: "Eq. (3)" in a docstring becomes a link to the equation in its chapter.

Docstrings stay plain text. Only the paper's equations, (1) to (8), are linked; their targets, `(equation-3)=`, stand in
front of the equations in chapters 06 to 09.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

NUMBER = re.compile(r"\(([1-8])\)")
NAMED = re.compile(rf"\b([Ee]qs?\.) ({NUMBER.pattern}(?:(?:, and|,| and) {NUMBER.pattern})*)")
AFTER_NAPOLEON = 600  # Sphinx calls handlers from small to large; napoleon reads the docstring at 500


def link_equations(line: str) -> str:
    """One line of reStructuredText, with "Eq. (3)" or "eqs. (1) and (2)" as links."""

    def links(found: re.Match[str]) -> str:
        word, numbers = found[1], found[2]
        if NUMBER.fullmatch(numbers):
            return f":ref:`{word} {numbers} <equation-{numbers[1]}>`"
        return f"{word} " + NUMBER.sub(r":ref:`(\1) <equation-\1>`", numbers)

    return NAMED.sub(links, line)


def process_docstring(app: Sphinx, what: str, name: str, described: object, options: object, lines: list[str]) -> None:
    """On "autodoc-process-docstring"."""
    lines[:] = map(link_equations, lines)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("autodoc-process-docstring", process_docstring, priority=AFTER_NAPOLEON)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
