"""The quizzes: complete, without scripts, and readable where no HTML is shown."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sketchlib.quiz import Quiz, quiz

ROOT = Path(__file__).parent.parent
NAMES = sorted(path.stem for path in (ROOT / "sketchlib" / "quizzes").glob("*.json"))
every_quiz = pytest.mark.parametrize("name", NAMES)
SMALL = Quiz(
    "00",
    [
        {
            "question": "Is `a < b`?",
            "answers": [
                {"text": "Yes", "right": True, "feedback": "Good."},
                {"text": "No & never", "right": False, "feedback": "Count $a$ again."},
            ],
        }
    ],
)


class Reader(HTMLParser):
    """Collects tags, and checks that each one is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@every_quiz
def test_a_quiz_has_five_questions_with_one_right_answer_and_feedback_on_each(name: str) -> None:
    questions = quiz(name).questions
    assert len(questions) == 5
    assert len({q["question"] for q in questions}) == 5
    for question in questions:
        assert question.keys() == {"question", "answers"}
        assert question["question"].strip().endswith(("?", ".", ":"))
        answers = question["answers"]
        assert 3 <= len(answers) <= 5
        assert all(a.keys() == {"text", "right", "feedback"} and a["feedback"].strip() for a in answers)
        assert [a["right"] for a in answers].count(True) == 1
        assert len({a["text"] for a in answers}) == len(answers)


@every_quiz
def test_the_right_answers_of_a_quiz_stand_in_different_places(name: str) -> None:
    places = {[a["right"] for a in q["answers"]].index(True) for q in quiz(name).questions}
    assert len(places) > 1


@every_quiz
def test_a_quiz_is_whole_html_without_scripts(name: str) -> None:
    shown = quiz(name)
    reader = Reader(shown._repr_html_())
    assert reader.open == []
    tags = [tag for tag, _ in reader.seen]
    assert "script" not in tags and tags.count("li") == 5
    assert tags.count("details") == tags.count("summary") == sum(len(q["answers"]) for q in shown.questions)
    assert not any(key.startswith("on") for _, attributes in reader.seen for key in attributes)


def test_every_chapter_shows_its_own_quiz() -> None:
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        calls = [call for cell in cells for call in re.findall(r'\bquiz\("(\d+)"\)', "".join(cell["source"]))]
        assert calls == [path.name[:2]], path.name


def test_html_says_what_the_text_says() -> None:
    page = SMALL._repr_html_()
    assert "Is <code>a &lt; b</code>?" in page and "No &amp; never" in page
    assert 'Count <span class="math">$a$</span> again.' in page
    assert page.index('class="right"') < page.index('class="wrong"')


def test_without_html_it_is_text_with_the_right_answers_at_the_end() -> None:
    assert repr(SMALL) == "1. Is `a < b`?\n   a) Yes\n   b) No & never\n\nRight: 1a"


def test_a_chapter_without_a_quiz_is_told() -> None:
    with pytest.raises(ValueError, match="name is '99', expected one of .*03"):
        quiz("99")
