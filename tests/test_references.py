"""Citations: each leads to a work in references.bib, and each work there is cited."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file
from pybtex.plugin import find_plugin

ROOT = Path(__file__).parents[1]
CITED = re.compile(r"\{cite(?::[a-z]+)?\}`([^`]+)`")
FIELD = re.compile(r"^\s*(\w+)\s*=", re.MULTILINE)


def prose() -> dict[str, str]:
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md")}
    for path in (ROOT / "chapters").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.name] = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return found


def works() -> dict[str, str]:
    """Each entry of references.bib by its key."""
    entries = re.split(r"^@\w+\{", (ROOT / "book" / "references.bib").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(entry.split(",", 1) for entry in entries[1:])


def test_every_citation_leads_to_a_work() -> None:
    known = works().keys()
    for page, text in prose().items():
        cited = {key.strip() for keys in CITED.findall(text) for key in keys.split(",")}
        assert cited - known == set(), page


def test_every_work_is_cited() -> None:
    cited = {key.strip() for text in prose().values() for keys in CITED.findall(text) for key in keys.split(",")}
    assert works().keys() - cited == set()


def test_keys_are_unique_and_every_work_says_who_what_and_when() -> None:
    keys = re.findall(r"^@\w+\{(\w+),", (ROOT / "book" / "references.bib").read_text("utf-8"), flags=re.MULTILINE)
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    for key, entry in works().items():
        fields = set(FIELD.findall(entry))
        if key != "liaolin":  # its text names no year
            assert {"author", "title", "year"} <= fields, key


def test_the_paper_is_cited_with_what_its_text_says_and_with_nothing_else() -> None:
    (cff,) = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["references"]
    fields = dict(re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},$", works()["liaolin"], flags=re.MULTILINE))
    assert fields.keys() == {"author", "title", "note"}
    assert cff.keys() == {"type", "authors", "title", "notes"}
    authors = [f"{author['family-names']}, {author['given-names']}" for author in cff["authors"]]
    assert " and ".join(authors) == fields["author"] == "Liao, Zhen and Lin, Guojun"
    assert cff["title"] == re.sub("[{}]", "", fields["title"])
    assert all(author["affiliation"] in fields["note"].replace("\\&", "&") for author in cff["authors"])


@pytest.mark.filterwarnings("error")
def test_every_work_can_be_set_in_the_style_of_the_page() -> None:
    """pybtex warns of a field that a style misses, and Sphinx makes that an error of the build."""
    style = find_plugin("pybtex.style.formatting", "alpha")()
    data = parse_file(str(ROOT / "book" / "references.bib"))
    printed = {entry.key: entry.text.render_as("text") for entry in style.format_bibliography(data)}
    assert printed.keys() == works().keys()
    assert printed["liaolin"].startswith("Zhen Liao and Guojun Lin. Research on ")
