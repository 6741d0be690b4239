"""Which chapters there are, and whether an executed copy is still true."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import sketchlib
from sketchlib.publish.chapters import (
    Chapter,
    copy_problem,
    data_fingerprint,
    find_root,
    library_hash,
    select_chapters,
    source_hash,
)
from sketchlib.publish.errors import PublishError

from .conftest import Write, code, markdown, notebook, pretend_executed


def test_the_root_is_found_from_inside_and_only_from_there(book: Path) -> None:
    inside = book / "chapters" / "deep"
    inside.mkdir()
    assert find_root(inside) == book
    shutil.rmtree(book / "chapters")
    with pytest.raises(PublishError, match="expected a folder with _config.yml and chapters/"):
        find_root(book)


@pytest.mark.parametrize("wanted", ["3", "03", "03_three", "chapters/03_three.ipynb"])
def test_a_chapter_is_named_by_number_name_or_path(book: Path, write: Write, wanted: str) -> None:
    write("01_one"), write("03_three")
    assert [chapter.name for chapter in select_chapters(book, [wanted])] == ["03_three"]


def test_all_chapters_by_default_and_always_in_their_order(book: Path, write: Write) -> None:
    write("03_three"), write("01_one"), write("02_two")
    (book / "chapters" / "notes.ipynb").write_text("not a chapter")
    assert [c.name for c in select_chapters(book, [])] == ["01_one", "02_two", "03_three"]
    assert [c.name for c in select_chapters(book, ["3", "1", "3"])] == ["01_one", "03_three"]


def test_an_unknown_chapter_is_one_sentence_that_lists_the_known(book: Path, write: Write) -> None:
    write("01_one")
    with pytest.raises(PublishError, match=r"no chapter '7'; the chapters are 01_one\."):
        select_chapters(book, ["7"])


def test_no_chapter_at_all_is_said(book: Path) -> None:
    with pytest.raises(PublishError, match="has no notebook named like"):
        select_chapters(book, [])


def test_the_source_hash_sees_text_and_figures_but_no_outputs() -> None:
    cells = [markdown("prose"), code("1 + 1", mystnb={"figure": {"name": "fig-a"}})]
    base = source_hash(notebook(cells))
    shown = {"output_type": "stream", "name": "stdout", "text": ["2"]}
    ran = [cells[0], cells[1] | {"execution_count": 3, "outputs": [shown]}]
    assert source_hash(notebook(ran, widgets={})) == base
    assert source_hash(notebook([markdown("other prose"), cells[1]])) != base
    assert source_hash(notebook([cells[0], code("1 + 2")])) != base
    renamed = code("1 + 1", mystnb={"figure": {"name": "fig-b"}})
    assert source_hash(notebook([cells[0], renamed])) != base


def test_the_source_hash_does_not_care_how_lines_are_stored() -> None:
    whole, split = code("a = 1\nb = 2"), code("a = 1\nb = 2") | {"source": ["a = 1\n", "b = 2"]}
    assert source_hash(notebook([whole])) == source_hash(notebook([split]))


def test_the_library_hash_sees_what_the_chapter_can_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "sketchlib"
    for name in (
        "__init__.py",
        "losses.py",
        "publish/run.py",
        "pretrained/toy.safetensors",
        "cli.py",
        "checks/judging.py",
        "checks/chapter_03.py",
        "checks/chapter_04.py",
        "quizzes/03.json",
        "quizzes/04.json",
    ):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("x")
    monkeypatch.setattr(sketchlib, "__file__", str(package / "__init__.py"))
    hashes = [library_hash("03_one")]
    used = ("losses.py", "pretrained/toy.safetensors", "checks/judging.py", "checks/chapter_03.py", "quizzes/03.json")
    for name in used:
        (package / name).write_text("y")
        hashes.append(library_hash("03_one"))
    assert len(set(hashes)) == 1 + len(used)
    for name in ("publish/run.py", "cli.py", "checks/chapter_04.py", "quizzes/04.json"):
        (package / name).write_text("y")
    assert library_hash("03_one") == hashes[-1]


def test_the_data_fingerprint_sees_a_changed_and_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("1")
    first = data_fingerprint(tmp_path)
    assert data_fingerprint(tmp_path) == first
    (tmp_path / "a.jpg").write_text("22")
    second = data_fingerprint(tmp_path)
    (tmp_path / "b.jpg").write_text("3")
    assert len({first, second, data_fingerprint(tmp_path), data_fingerprint(tmp_path / "b.jpg")}) == 4


def problem(chapter: Chapter) -> str | None:
    return copy_problem(chapter, chapter.source.read_text())


def test_a_copy_is_good_missing_partial_or_stale(write: Write) -> None:
    chapter = write("01_one", markdown("prose"), code("1"))
    assert "never executed: run `sketchlib book run 01`" in str(problem(chapter))
    pretend_executed(chapter)
    assert problem(chapter) is None
    write("01_one", markdown("better prose"), code("1"))  # only Markdown: stale all the same
    assert "stale: the chapter has changed" in str(problem(chapter))
    pretend_executed(chapter, library="another")
    assert "stale: sketchlib has changed" in str(problem(chapter))


@pytest.mark.parametrize("content", ["", "{", json.dumps({"metadata": {}}), None])
def test_what_a_broken_run_leaves_is_partial(write: Write, content: str | None) -> None:
    chapter = write("01_one")
    path = chapter.partial if content is None else chapter.executed
    path.parent.mkdir(parents=True)
    path.write_text(content or "")
    assert "only partial" in str(problem(chapter))
