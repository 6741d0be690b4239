"""Quizzes without a server and without scripts: each answer unfolds to say whether it is right, and why.

An answer is an HTML `<details>`, so a page needs no JavaScript, and keyboard, touch and screen readers work. Where no
HTML is shown, the quiz is text. The questions are in `sketchlib/quizzes/NN.json`, one file for each chapter.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

STYLE = """<style>
.quiz ol {padding-left: 1.6em} .quiz li {margin-bottom: 1.1em}
.quiz details {margin: .35em 0; border: 1px solid #a0aec0; border-radius: .3em}
.quiz summary {cursor: pointer; padding: .4em .7em}
.quiz summary:focus-visible {outline: 3px solid #2b6cb0; outline-offset: 2px}
.quiz details p {margin: 0; padding: .1em .8em .6em 1.9em}
.quiz code {color: inherit; background: none}
.quiz details[open].right {border: 2px solid #2f855a} .quiz details[open].wrong {border: 2px solid #c05621}
</style>"""
"""Borders alone carry color, so that the quiz can be read on light and on dark pages."""


@dataclass(frozen=True)
class Quiz:
    """The questions of one chapter, as notebooks and pages show them.

    Attributes:
        name: the chapter, as "03".
        questions: each {"question": str, "answers": [{"text": str, "right": bool, "feedback": str}]}.
    """

    name: str
    questions: list[dict[str, Any]]

    def _repr_html_(self) -> str:
        return f'{STYLE}\n<div class="quiz"><ol>\n{"".join(map(_question, self.questions))}</ol></div>'

    def __repr__(self) -> str:
        """The same as text, the right answers at the end."""
        blocks, key = [], []
        for number, question in enumerate(self.questions, start=1):
            letters = "abcdefgh"[: len(question["answers"])]
            lines = [f"   {letter}) {a['text']}" for letter, a in zip(letters, question["answers"], strict=True)]
            blocks.append("\n".join([f"{number}. {question['question']}", *lines]))
            key += [f"{number}{x}" for x, a in zip(letters, question["answers"], strict=True) if a["right"]]
        return "\n\n".join([*blocks, f"Right: {', '.join(key)}"])


def quiz(name: str) -> Quiz:
    """The quiz of a chapter.

    Args:
        name: the number of the chapter, as "03".

    Raises:
        ValueError: for a chapter that has none.
    """
    folder = files("sketchlib") / "quizzes"
    known = sorted(path.name.removesuffix(".json") for path in folder.iterdir() if path.name.endswith(".json"))
    if name not in known:
        raise ValueError(f"name is {name!r}, expected one of {', '.join(known)}.")
    return Quiz(name, json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["questions"])


def _question(question: dict[str, Any]) -> str:
    answers = "".join(map(_answer, question["answers"]))
    return f"<li>{_text(question['question'])}\n{answers}</li>\n"


def _answer(answer: dict[str, Any]) -> str:
    kind, verdict = ("right", "Right.") if answer["right"] else ("wrong", "Not quite.")
    return (
        f'<details class="{kind}"><summary>{_text(answer["text"])}</summary>'
        f"<p><strong>{verdict}</strong> {_text(answer['feedback'])}</p></details>\n"
    )


def _text(text: str) -> str:
    """Plain text with `code` and $math$ as HTML. The class is where a page of the book looks for formulas."""
    coded = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    return re.sub(r"\$([^$]+)\$", r'<span class="math">$\1$</span>', coded)
