"""MyST becomes Markdown that any notebook program reads; an independent Markdown parser is the judge of structure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from sketchlib.publish.chapters import Chapter, list_chapters
from sketchlib.publish.names import markdown_cells, read_names
from sketchlib.publish.plain import Names, to_plain

from .conftest import Write, markdown

ROOT = Path(__file__).parents[2]
NAMES = Names(
    documents={"04_unet": "chapter 4 (*U-Net*)"},
    citations={"ll": "Liao and Lin", "zhu": "Zhu et al., 2017", "hu": "Hu et al., 2018"},
    addresses={"zhu": "https://example.org/zhu"},
    equations={"eq-one": "3.1"},
    exercises={"ex-a": "Try it"},
)


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("a {term}`cycle loss` here", "a cycle loss here"),
        ("{term}`epochs <epoch>`", "epochs"),
        ("see {doc}`/chapters/04_unet`.", "see chapter 4 (*U-Net*)."),
        ("see {doc}`../chapters/04_unet`.", "see chapter 4 (*U-Net*)."),
        ("see {doc}`the\nnext one </chapters/04_unet>`", "see the next one"),
        ("by {cite}`zhu`", "by [[Zhu et al., 2017](https://example.org/zhu)]"),
        ("by {cite}`hu, zhu`", "by [Hu et al., 2018; [Zhu et al., 2017](https://example.org/zhu)]"),
        ("as Liao and Lin {cite}`ll` say", "as Liao and Lin say"),
        ("{cite:t}`hu` say", "Hu et al. (2018) say"),
        ("equation {eq}`eq-one`", "equation (3.1)"),
        ("in {ref}`ex-a` and {ref}`fig-03-two-faces`", "in Try it and two faces"),
        ("{func}`~sketchlib.losses.l1`", "`l1`"),
        ("{func}`sketchlib.losses.l1`", "`sketchlib.losses.l1`"),
        ("{math}`x^2`", "$x^2$"),
        ("code `{term}` and ``{cite}`zhu` `` stay", "code `{term}` and ``{cite}`zhu` `` stay"),
        ("(target-of-all)=\n## Heading", "## Heading"),
        ("% a remark\ntext", "text"),
        ("$$ a = b $$ (eq-one)", "$$\na = b \\tag{3.1}\n$$"),
        ("$$\na\n$$ (eq-one)\n\nand $$c$$", "$$\na \\tag{3.1}\n$$\n\nand $$c$$"),
        ("$$ a \\tag{5} $$ (eq-one)", "$$\na \\tag{5}\n$$"),
        ("it costs $5 (five)", "it costs $5 (five)"),
        ("```{math}\n:label: eq-one\na\n```", "$$\na \\tag{3.1}\n$$"),
        ("```{note}\nMind {term}`this`.\n\nAnd that.\n```", "> **Note.** Mind this.\n>\n> And that."),
        ("````{note}\n```python\nx\n```\n````", "> **Note.**\n>\n> ```python\n> x\n> ```"),
        ("```{note}\n- one\n- two\n```", "> **Note.**\n>\n> - one\n> - two"),
        ("```{note}\n$$ a $$ (eq-one)\n```", "> **Note.**\n>\n> $$\n> a \\tag{3.1}\n> $$"),
        (":::{admonition} Why so?\n:class: tip\nSo.\n:::", "> **Why so?** So."),
        ("```{exercise} Try it\n:label: ex-a\n:class: warm-up\n\nDo.\n```", "### Exercise (warm-up): Try it\n\nDo."),
        ("```{solution-start} ex-a\n:class: dropdown\n```", "#### Solution: Try it"),
        ("a\n\n```{solution-end}\n```\nb", "a\n\nb"),
        ("```{figure} a.png\n:alt: A face\nWhat it shows.\n```", "![A face](a.png)\n\n*What it shows.*"),
        ("```{code-block} python\nx = '{term}`y`'\n```", "```python\nx = '{term}`y`'\n```"),
        ("```python\n{term}`y`\n% kept\n(kept)=\n```", "```python\n{term}`y`\n% kept\n(kept)=\n```"),
        ("a\n\n\n\nb\n\n```python\nx\n\n\n\ny\n```\n\n\n\nc", "a\n\nb\n\n```python\nx\n\n\n\ny\n```\n\nc"),
        ("```{unheard-of} A title\nIts text.\n```", "**A title**\n\nIts text."),
    ],
)
def test_each_piece_of_myst(myst: str, plain: str) -> None:
    assert to_plain(myst, NAMES) == plain


def test_directives_in_directives_and_code_in_an_exercise() -> None:
    myst = """\
before

````{exercise} Two
:label: ex-b

Read:

```python
def f(x):
    return {x}
```

```{hint}
Use {eq}`eq-one`.
```
````
after"""
    plain = to_plain(myst, NAMES)
    kinds = [token.type for token in MarkdownIt().parse(plain) if token.nesting >= 0 and token.level == 0]
    expected = ["paragraph", "heading", "paragraph", "fence", "blockquote", "paragraph"]
    assert [kind.removesuffix("_open") for kind in kinds] == expected
    assert "    return {x}\n" in plain and "> **Hint.** Use (3.1)." in plain


def test_unknown_names_are_shown_as_written() -> None:
    assert to_plain("{cite}`x` {eq}`eq-x` {doc}`a/b`") == "[x] (eq-x) a/b"


def test_a_fence_that_nobody_closes_reaches_to_the_end() -> None:
    assert to_plain("```{note}\nall of it") == "> **Note.** all of it"


def test_names_come_from_the_sources(book: Path, write: Write) -> None:
    write(
        "02_two",
        markdown("# Two\n\n$$ a $$ (eq-02-a)\n\n$$ no label $$"),
        markdown("$$ b $$ (eq-02-b)\n\n$$ c \\tag{7} $$ (eq-02-c)\n\n```{exercise} Count\n:label: ex-02\n```"),
    )
    (book / "book").mkdir()
    (book / "book" / "open.md").write_text("# Open ends\n")
    (book / "book" / "references.bib").write_text(
        '@misc{one, author = {Erd{\\"o}s, Paul}, year = {1950}, url = {https://example.org}}\n'
        "@misc{two, author = {van Dam, Anna and Bo, Li}}\n"
        "@misc{three, author = {A, X and B, Y and C, Z}, year = {2001}}\n"
    )
    names = read_names(book)
    assert names.documents == {"02_two": "chapter 2 (*Two*)", "open": "*Open ends*"}
    assert names.equations == {"eq-02-a": "2.1", "eq-02-b": "2.2", "eq-02-c": "7"}
    assert names.exercises == {"ex-02": "Count"}
    assert names.citations == {"one": "Erdös, 1950", "two": "van Dam and Bo", "three": "A et al., 2001"}
    assert names.addresses == {"one": "https://example.org"}


@pytest.mark.parametrize("chapter", list_chapters(ROOT), ids=lambda chapter: chapter.name)
def test_no_myst_is_left_in_a_chapter_and_every_name_is_known(chapter: Chapter) -> None:
    names = read_names(ROOT)
    text = "\n\n".join(to_plain(cell, names) for cell in markdown_cells(chapter.source))
    prose = "".join(token.content for token in MarkdownIt().parse(text) if token.type == "inline")
    assert re.findall(r"\{[\w:]+\}`|^:\w+:|\$\$ *\([\w-]+\)|\(eq-[\w-]+\)|^\(\S+\)=|`{3,}", prose, re.MULTILINE) == []
    cited = re.findall(r"\{cite\}`([^`]+)`", chapter.source.read_text())
    assert {key.strip() for keys in cited for key in keys.split(",")} <= set(names.citations)
