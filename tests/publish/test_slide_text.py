"""What a slide shows of prose."""

from __future__ import annotations

import pytest

from sketchlib.publish.slide_text import Block, height, is_dense, sentences, shorten, split_blocks

FILLER = "This sentence is long enough to push the paragraph over what a slide has room for, by a good deal of text."


def test_blocks_of_a_cell_in_order_without_images() -> None:
    text = """\
# Title

[![Badge](a.svg)](https://example.org)

Words $a_b$ and `c`.

$$
a = b
$$

- one
- two

| a | b |
|---|---|
| 1 | 2 |

> quoted

```python
code()
```"""
    kinds = [block.kind for block in split_blocks(text)]
    assert kinds == ["heading", "paragraph", "formula", "list", "table", "quote", "code"]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Chu et al. (2017) say so. It holds.", ["Chu et al. (2017) say so.", "It holds."]),
        ("With $x. Y$ and `a. B` in it. Next.", ["With $x. Y$ and `a. B` in it.", "Next."]),
        ("At 0.5 it is grey. $G$ draws.", ["At 0.5 it is grey.", "$G$ draws."]),
        ("**Guess.** Take a pencil.", ["**Guess.**", "Take a pencil."]),
        ("See [a. B](https://x.y/a. B) here.", ["See [a. B](https://x.y/a. B) here."]),
    ],
)
def test_sentences_are_not_cut_in_formulas_code_links_and_abbreviations(paragraph: str, expected: list[str]) -> None:
    assert sentences(paragraph) == expected


@pytest.mark.parametrize(
    ("paragraph", "shown"),
    [
        ("Short. Whole.", "Short. Whole."),
        (
            f"The first says it here, in a full sentence. {FILLER} {FILLER}",
            "The first says it here, in a full sentence.",
        ),
        (f"{FILLER} {FILLER} {FILLER} {FILLER} Here **this is the point.**", "Here **this is the point.**"),
        (
            f"It has three parts, and in this order, as you see. {FILLER} {FILLER} They are:",
            "It has three parts, and in this order, as you see. They are:",
        ),
        (f"**Guess.** Which channel? {FILLER} {FILLER} {FILLER}", f"**Guess.** Which channel? {FILLER} {FILLER}"),
    ],
)
def test_a_paragraph_becomes_its_first_or_bold_sentence(paragraph: str, shown: str) -> None:
    assert shorten(Block("paragraph", paragraph)).text == shown


def test_bold_words_over_two_sentences_are_not_cut_through() -> None:
    text = f"**One thing. {FILLER}** {FILLER} {FILLER}"
    assert shorten(Block("paragraph", text)).text.count("**") == 2


def test_a_long_list_keeps_its_items() -> None:
    items = [f"- **Item {i}** is described here in full length. {FILLER} {FILLER}" for i in range(4)]
    shown = shorten(Block("list", "\n".join(items))).text.splitlines()
    assert shown == [f"- **Item {i}** is described here in full length." for i in range(4)]


def test_a_long_list_may_be_indented_and_have_an_item_without_words() -> None:
    items = [f"  - Item {i} is described here in its full length. {FILLER} {FILLER}" for i in range(4)]
    shown = shorten(Block("list", "\n".join([*items, "  -"]))).text.splitlines()
    assert shown == [*(f"- Item {i} is described here in its full length." for i in range(4)), "-"]


def test_heights_grow_with_what_is_shown() -> None:
    one, two = (height(Block("paragraph", "x" * count)) for count in (80, 160))
    assert 0 < one < two
    assert height(Block("paragraph", "x" * 80), line=28) > one
    assert height(Block("paragraph", f"[{'x' * 70}](https://example.org/{'y' * 90})")) == one
    assert height(Block("code", "```\n" + "x\n" * 9 + "```")) > height(Block("code", "```\nx\n```"))


def test_wide_and_long_output_is_set_smaller_and_prose_is_not() -> None:
    assert is_dense("x" * 90 + "\n" + "y" * 90)
    assert is_dense("x\n" * 18)
    assert not is_dense("x" * 90 + "\nshort")
    assert not is_dense("x" * 200 + "\n" + "y" * 200)
