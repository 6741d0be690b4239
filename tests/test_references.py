"""Citations: each leads to a work in references.bib, and each work there is cited."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

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
        if key != "liaolin":  # its full text was not available to us: the entry says so
            assert {"author", "title", "year"} <= fields, key
