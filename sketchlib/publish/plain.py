"""MyST Markdown to the Markdown that every notebook program reads: directives, roles, targets, equation labels.

For what is shown without Sphinx: notebooks that are handed out, and slides. Functions of text alone; the words behind a
role come in as `Names`, which `sketchlib.publish.names` reads from the book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

BOXES = {
    kind: kind.capitalize()
    for kind in ("note", "warning", "tip", "hint", "important", "caution", "attention", "danger", "error", "margin")
} | {"seealso": "See also", "admonition": "", "dropdown": "", "topic": "", "sidebar": "", "card": ""}
"""Directives that become a quotation, with the word that stands first in it."""

DROPPED = {"solution-end", "eval-rst", "bibliography", "tableofcontents", "toctree", "raw", "label"}
"""Directives that say nothing outside Sphinx."""

FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}|~{3,}|:{3,})(?P<rest>[^`]*)$")
DIRECTIVE = re.compile(r"\{(?P<name>[\w:.-]+)\}\s*(?P<argument>.*)")
OPTION = re.compile(r":([\w-]+):\s*(.*)")
ROLE_OR_CODE = re.compile(r"\{(?P<role>[\w:+-]+)\}`(?P<text>[^`]+)`|(?P<ticks>`+).+?(?P=ticks)(?!`)", re.DOTALL)
LABELED = re.compile(r"\$\$(?P<math>(?:[^$]|\\\$)+)\$\$[ \t]*\((?P<label>[\w-]+)\)")
TITLE_AND_TARGET = re.compile(r"(?P<title>.*\S)\s*<(?P<target>[^<>]+)>", re.DOTALL)
TARGET_LINE = re.compile(r"^\([\w.:/-]+\)=[ \t]*\n?", re.MULTILINE)
CODE_OR_GAP = re.compile(r"^(?P<code>(?P<marks>`{3,}|~{3,}).*?^(?P=marks)[ \t]*$)|\n{3,}", re.MULTILINE | re.DOTALL)
STARTS_A_BLOCK = re.compile(r" {0,3}(?:`{3}|~{3}|\$\$|#|>|\||(?:[-*+]|\d+[.)])\s)")
COMMENT_LINE = re.compile(r"^% .*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Names:
    """What roles point to, in words. A name that is missing is shown as the book wrote it.

    Attributes:
        documents: title of each page by the last part of its path, as "04_unet" -> "chapter 4 (*U-Net*)".
        citations: author and year of each work by its key, as "zhu2017cyclegan" -> "Zhu et al., 2017".
        addresses: where a work can be read, by its key; not all have one.
        equations: number of each labeled equation, as "eq-03-se" -> "3.1".
        exercises: title of each exercise by its label.
    """

    documents: Mapping[str, str] = field(default_factory=dict)
    citations: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    equations: Mapping[str, str] = field(default_factory=dict)
    exercises: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Directive:
    """One directive: ```` ```{name} argument ````, its options, and the text between the fences; `raw` is all of it."""

    name: str
    argument: str
    options: Mapping[str, str]
    body: str
    raw: str = ""


def to_plain(text: str, names: Names | None = None) -> str:
    """The text of a Markdown cell without MyST: only headings, lists, tables, code, quotations, links and formulas.

    An exercise becomes a heading of level three with its text, a solution a heading of level four, an admonition a
    quotation, a citation "[Zhu et al., 2017]" with a link, a label of an equation its number. Code is not touched.

    Args:
        text: one Markdown cell. Directives may contain directives.
        names: what roles point to.
    """
    known = names or Names()
    parts = [_write(part, known) if isinstance(part, Directive) else _prose(part, known) for part in blocks(text)]
    return CODE_OR_GAP.sub(lambda found: found["code"] or "\n\n", "".join(parts)).strip("\n")


def blocks(text: str) -> Iterator[str | Directive]:
    """A cell in its pieces: directives, and between them text and plain code with their line ends."""
    lines = text.splitlines(keepends=True)
    start = position = 0
    while position < len(lines):
        fence = FENCE.match(lines[position].rstrip())
        if fence is None:
            position += 1
            continue
        end = _closing(lines, position + 1, fence["marks"])
        directive = DIRECTIVE.fullmatch(fence["rest"].strip())
        if directive or fence["marks"][0] != ":":
            yield "".join(lines[start:position])
            raw = "".join(lines[position : end + 1])
            inside = lines[position + 1 : end]
            yield _directive(directive["name"], directive["argument"], inside, raw) if directive else raw
            start = position = end + 1
        else:
            position += 1
    yield "".join(lines[start:])


def _closing(lines: list[str], position: int, marks: str) -> int:
    """Where the fence ends: a line of the same marks, at least as many."""
    pattern = re.compile(rf" {{0,3}}{marks[0]}{{{len(marks)},}}\s*")
    return next((i for i in range(position, len(lines)) if pattern.fullmatch(lines[i])), len(lines))


def _directive(name: str, argument: str, lines: list[str], raw: str) -> Directive:
    options = {}
    while lines and (option := OPTION.fullmatch(lines[0].strip())):
        options[option[1]] = option[2]
        lines = lines[1:]
    return Directive(name, argument.strip(), options, "".join(lines).strip("\n"), raw)


def _write(directive: Directive, names: Names) -> str:
    """A directive as plain Markdown, set off by blank lines."""
    name, body = directive.name, to_plain(directive.body, names)
    title = _roles(directive.argument, names)
    if name in DROPPED:
        return "\n"
    if name in ("solution", "solution-start"):
        of = names.exercises.get(directive.argument)
        return f"\n\n#### {f'Solution: {of}' if of else 'Solution'}\n\n{body}\n\n"
    if name == "exercise":
        kind = directive.options.get("class", "")
        return f"\n\n### Exercise{f' ({kind})' if kind else ''}: {title or 'without a title'}\n\n{body}\n\n"
    if name in ("code", "code-block", "code-cell"):
        return f"\n\n```{directive.argument}\n{directive.body}\n```\n\n"
    if name == "math":
        return f"\n\n{_equation(f'{title} {directive.body}'.strip(), directive.options.get('label'), names)}\n\n"
    if name in ("figure", "image"):
        alt = directive.options.get("alt", "")
        return f"\n\n![{alt}]({directive.argument})\n\n{f'*{body}*' if body else ''}\n\n"
    if name in BOXES:
        head = title or BOXES[name]
        between = "\n\n" if STARTS_A_BLOCK.match(body) else " "
        bold = f"**{head if head[-1] in '.?!' else head + '.'}**{between}" if head else ""
        return "\n\n" + _quote(bold + body) + "\n\n"
    return "\n\n" + "\n\n".join(part for part in (f"**{title}**" if title else "", body) if part) + "\n\n"


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _prose(text: str, names: Names) -> str:
    """Text between directives; a piece that is fenced code comes back as it is."""
    if FENCE.match(text.split("\n", 1)[0].rstrip()):
        return text
    text = COMMENT_LINE.sub("", TARGET_LINE.sub("", text))
    text = LABELED.sub(lambda found: _equation(found["math"].strip(), found["label"], names), text)
    return _roles(text, names)


def _equation(math: str, label: str | None, names: Names) -> str:
    number = names.equations.get(label or "")
    tag = rf" \tag{{{number}}}" if number and r"\tag" not in math else ""
    return f"$$\n{math}{tag}\n$$"


def _roles(text: str, names: Names) -> str:
    """Roles as words. Code spans are met first, so what looks like a role in one stays."""

    def words(found: re.Match[str]) -> str:
        if not found["role"]:
            return found[0]
        write = ROLES.get(found["role"], _as_code)
        return write(" ".join(found["text"].split()), names)

    # A work without a year is cited by its authors alone: who has just been named is not named again.
    return re.sub(r"\b(\w[\w ]+\w) \[\1\]", r"\1", ROLE_OR_CODE.sub(words, text))


def _as_code(text: str, names: Names) -> str:
    """{func}, {class} and whatever else names a piece of a program: "~a.b.c" is shown as `c`."""
    named = TITLE_AND_TARGET.fullmatch(text)
    return f"`{named['title'] if named else text.rsplit('.', 1)[-1] if text.startswith('~') else text}`"


def _as_words(text: str, names: Names) -> str:
    """{term}: the words themselves, without what they point to."""
    named = TITLE_AND_TARGET.fullmatch(text)
    return named["title"] if named else text


def _document(text: str, names: Names) -> str:
    named = TITLE_AND_TARGET.fullmatch(text)
    return named["title"] if named else names.documents.get(PurePosixPath(text).stem, text)


def _reference(text: str, names: Names) -> str:
    """{ref} and {numref}: the given words, an equation's number, an exercise's title, or the words of the label."""
    named = TITLE_AND_TARGET.fullmatch(text)
    if named:
        return re.sub(r"\s*(%s|\{number\}|\{name\})", "", named["title"])
    if text in names.equations:
        return f"({names.equations[text]})"
    return names.exercises.get(text) or re.sub(r"^(fig|tab|sec|ex)-(\d\d-)?", "", text).replace("-", " ")


def _citation(text: str, names: Names) -> str:
    return f"[{'; '.join(_works(text, names))}]"


def _citation_in_text(text: str, names: Names) -> str:
    """{cite:t}: "Zhu et al. (2017)"."""
    return ", ".join(re.sub(r", ([^,\]]+)(?=$|\])", r" (\1)", work) for work in _works(text, names))


def _works(keys: str, names: Names) -> Iterator[str]:
    for key in (key.strip() for key in keys.split(",")):
        work = names.citations.get(key, key)
        yield f"[{work}]({names.addresses[key]})" if key in names.addresses else work


ROLES: dict[str, Callable[[str, Names], str]] = {
    "term": _as_words,
    "abbr": lambda text, names: text,
    "doc": _document,
    "ref": _reference,
    "numref": _reference,
    "eq": lambda text, names: f"({names.equations.get(text, text)})",
    "math": lambda text, names: f"${text}$",
    "cite": _citation,
    "cite:p": _citation,
    "cite:t": _citation_in_text,
    "sub": lambda text, names: f"<sub>{text}</sub>",
    "sup": lambda text, names: f"<sup>{text}</sup>",
}
"""What is written for each role; every other role becomes code."""
