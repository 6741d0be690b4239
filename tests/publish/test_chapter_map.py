"""The layout of the map, and the facts of the real book."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAIN = {"1": [], "2": ["1"], "3": ["1", "2"], "4": [], "5": ["3", "4"]}


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])


@pytest.mark.usefixtures("extensions")
def test_needs_that_follow_from_others_are_left_out() -> None:
    from chapter_map import direct_needs

    assert direct_needs(CHAIN) == {"1": [], "2": ["1"], "3": ["2"], "4": [], "5": ["3", "4"]}


@pytest.mark.usefixtures("extensions")
def test_a_chapter_stands_behind_all_that_it_needs_and_on_no_other() -> None:
    from chapter_facts import read_facts
    from chapter_map import place

    real = {number: facts.needs for number, facts in read_facts(ROOT).items()}
    for needs in (CHAIN, real):
        spots = place(needs)
        assert list(spots) == list(needs)
        for chapter, needed in needs.items():
            assert all(spots[each][0] < spots[chapter][0] for each in needed)
        apart = [(a, b) for a in needs for b in needs if a < b and spots[a][0] == spots[b][0]]
        assert all(abs(spots[a][1] - spots[b][1]) >= 1 for a, b in apart)
        assert min(row for _, row in spots.values()) >= 0


@pytest.mark.usefixtures("extensions")
def test_an_arrow_crosses_no_box() -> None:
    """An arrow runs straight on in its row: no box may stand in that row between its ends."""
    from chapter_facts import read_facts
    from chapter_map import direct_needs, place

    needs = {number: facts.needs for number, facts in read_facts(ROOT).items()}
    spots = place(needs)
    for after, before in ((a, b) for a, some in direct_needs(needs).items() for b in some):
        between = [c for c, (x, _) in spots.items() if spots[before][0] < x < spots[after][0]]
        assert all(abs(spots[c][1] - spots[before][1]) > 0.5 for c in between), (before, after)


@pytest.mark.usefixtures("extensions")
def test_needs_in_words() -> None:
    from chapter_map import said

    said_of = [said(needs) for needs in ([], ["06"], ["06", "07"], ["01", "02", "11"])]
    assert said_of == ["no other chapter", "chapter 6", "chapters 6 and 7", "chapters 1, 2 and 11"]


@pytest.mark.usefixtures("extensions")
def test_what_a_chapter_builds_on_is_linked_where_it_says_what_one_should_know() -> None:
    from chapter_facts import read_facts

    facts = read_facts(ROOT)
    for chapter in facts.values():
        first = json.loads(chapter.chapter.source.read_text(encoding="utf-8"))["cells"][0]["source"]
        (known,) = [part for part in "".join(first).split("\n\n") if part.startswith("**You should know**")]
        linked = set(re.findall(r"\{doc\}`[^`]*/chapters/(\d\d)_", known))
        assert set(chapter.needs) <= linked, chapter.number
