"""The editions: what students get has no solution in it, what lecturers get has everything."""

from __future__ import annotations
import __future__

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner

from sketchlib import checks
from sketchlib.commands.book import app
from sketchlib.publish.chapters import Chapter, list_chapters
from sketchlib.publish.editions import PAGES, PREDICTION, instructor_notebook, student_notebook, student_set
from sketchlib.publish.errors import PublishError
from sketchlib.publish.exercises import Exercise, take_apart
from sketchlib.publish.grading import CHECK_POINTS, PREDICTION_POINTS
from sketchlib.publish.names import read_names
from sketchlib.publish.plain import Names

from .conftest import PNG, Write, code, markdown, pretend_executed

ROOT = Path(__file__).parents[2]
NAMES = Names()
every_chapter = pytest.mark.parametrize("chapter", list_chapters(ROOT), ids=lambda chapter: chapter.name)

STUB = 'def squeeze(x):\n    """(N, C, H, W) -> (N, C)."""\n    raise NotImplementedError'
SOLUTION = 'def squeeze(x):\n    """(N, C, H, W) -> (N, C)."""\n    return x.mean(dim=(2, 3))'
MADE_UP = [
    markdown(
        "# Title\n\n[![Open in Colab](../book/_static/open-in-colab.svg)]"
        "(https://colab.research.google.com/github/a/b/blob/main/chapters/03_made_up.ipynb)\n\nText."
    ),
    code("from sketchlib import checks", "hide-input"),
    markdown("## Exercises\n\n```{exercise} Squeeze\n:label: ex-03-a\n:class: warm-up\n\nDo it.\n```"),
    code(STUB, "stub"),
    markdown("```{solution-start} ex-03-a\n:class: dropdown\n```"),
    code(SOLUTION),
    markdown("```{solution-end}\n```"),
    code("checks.check_03_squeeze(squeeze)", "check"),
    markdown("```{exercise} What if?\n:label: ex-03-b\n:class: experiment\n\nPredict.\n```"),
    markdown("```{solution-start} ex-03-b\n```\n\nIt is as it is.\n\n```{solution-end}\n```"),
    markdown("```{exercise} An old one\n:label: ex-03-c\n```\n\n```{solution} ex-03-c\nFour.\n```\n\n## Summary"),
]


def texts(notebook: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cell["cell_type"], cell["source"]) for cell in notebook["cells"]]


def strings(value: Any) -> Iterator[str]:
    """All text in a notebook, wherever it is."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    else:
        yield str(value)


def test_the_student_edition_of_a_chapter(write: Write) -> None:
    assert texts(student_notebook(write("03_made_up", *MADE_UP), NAMES)) == [
        ("markdown", "# Title\n\nText."),
        ("code", "from sketchlib import checks"),
        ("markdown", "## Exercises\n\n### Exercise (warm-up): Squeeze\n\nDo it."),
        ("code", STUB),
        ("code", "checks.check_03_squeeze(squeeze)"),
        ("markdown", "### Exercise (experiment): What if?\n\nPredict."),
        ("markdown", PREDICTION),
        ("code", ""),
        ("markdown", "### Exercise: An old one"),
        ("code", ""),
        ("markdown", "## Summary"),
    ]


def test_an_experiment_with_a_stub_is_run_after_its_check(write: Write) -> None:
    cells = [markdown(MADE_UP[2]["source"].replace("warm-up", "experiment")), *MADE_UP[3:8]]
    sources = [source for _, source in texts(student_notebook(write("03_made_up", *cells), NAMES))]
    assert sources[1:] == [PREDICTION, STUB, "checks.check_03_squeeze(squeeze)", ""]


def test_cells_for_nbgrader(write: Write) -> None:
    cells = student_notebook(write("03_made_up", *MADE_UP), NAMES)["cells"]
    graded = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    what = [(m["grade_id"], m["grade"], m["solution"], m["locked"], m.get("points")) for m in graded]
    assert what == [
        ("ex-03-a-stub", False, True, False, None),
        ("ex-03-a-check", True, False, True, 1),
        ("ex-03-b-prediction", True, True, False, 2),
    ]
    assert all(m["schema_version"] == 3 and not m["task"] for m in graded)


def test_what_the_page_folds_away_is_folded_away_and_captions_are_told(write: Write) -> None:
    figure = code("draw()", "hide-input", mystnb={"figure": {"name": "f", "caption": "A face {cite}`x`."}})
    cells = student_notebook(write("03_made_up", figure), NAMES)["cells"]
    assert [cell["source"] for cell in cells] == ["draw()", "**Figure.** A face [x]."]
    assert cells[0]["metadata"] == {"jupyter": {"source_hidden": True}}


def test_links_lead_to_the_pages(write: Write) -> None:
    text = (
        "[a](02_faces.ipynb), [b](../book/open_questions.md#place), [c](#here), [d](https://example.org/x.md),"
        " ![e](../book/_static/e.png)"
    )
    pages = "https://photo-to-sketch.github.io/photo-to-sketch"
    files = "https://github.com/photo-to-sketch/photo-to-sketch/raw/main"
    shown = student_notebook(write("03_made_up", markdown(text)), NAMES)["cells"][0]["source"]
    assert shown == (
        f"[a]({pages}/chapters/02_faces.html), [b]({pages}/book/open_questions.html#place), [c](#here),"
        f" [d](https://example.org/x.md), ![e]({files}/book/_static/e.png)"
    )


def test_code_that_looks_like_a_link_stays(write: Write) -> None:
    text = "`blocks[0](x)` and [`f`](02_faces.ipynb)\n\n```python\ny = blocks[1](x)\n```"
    shown = student_notebook(write("03_made_up", markdown(text)), NAMES)["cells"][0]["source"]
    assert shown == text.replace("02_faces.ipynb", f"{PAGES}chapters/02_faces.html")


def test_nothing_of_a_solution_travels_along(write: Write) -> None:
    """In metadata, ids, attachments, outputs, tags, captions, raw cells, and in the cell of a marker."""
    output = {"output_type": "stream", "name": "stdout", "text": "SECRET"}
    stub = code(STUB, "stub", "SECRET-tag", outputs=[output], SECRET={"SECRET": "SECRET"})
    figure = code("draw_SECRET()", mystnb={"figure": {"name": "f", "caption": "SECRET"}})
    cells = [
        {**markdown("# Title\n\n% SECRET"), "attachments": {"SECRET.png": {"image/png": PNG}}},
        code("shown()", mystnb={"image": {"alt": "SECRET"}}, outputs=[output]),
        *MADE_UP[2:3],
        {**stub, "id": "SECRET-id"},
        markdown("Before.\n\n:::{solution-start} ex-03-a\n:class: dropdown\nSECRET\n:::\n\nSECRET"),
        figure,
        markdown("```{note}\nSECRET\n```\n\n```{code-block} python\nSECRET\n```"),
        {"cell_type": "raw", "metadata": {}, "source": "SECRET", "id": "raw"},
        markdown("SECRET\n\n````{solution-end}\n````\n\nAfter."),
        {"cell_type": "raw", "metadata": {}, "source": "SECRET outside, and no cell for readers", "id": "raw-2"},
        *MADE_UP[7:],
        markdown("```{exercise} Again\n:label: ex-03-d\n```\n\n````{solution} ex-03-d\n```python\nSECRET\n```\n````\n"),
    ]
    chapter = write("03_made_up", *cells)
    notebook = json.loads(chapter.source.read_text())
    notebook["metadata"] |= {"SECRET": "SECRET", "widgets": "SECRET", "accelerator": "GPU"}
    notebook["metadata"]["kernelspec"]["SECRET"] = "SECRET"
    chapter.source.write_text(json.dumps(notebook))
    student = student_notebook(chapter, NAMES)
    assert [text for text in strings(student) if "SECRET" in text] == []
    for kept in ("# Title", "shown()", STUB, "Before.", "After."):
        assert kept in [cell["source"] for cell in student["cells"]]
    assert student["metadata"]["accelerator"] == "GPU"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (MADE_UP[2:5], "03_made_up: the last solution has no {solution-end}."),
        (MADE_UP[6:7], "03_made_up: {solution-end} stands outside of a solution: every"),
        ([*MADE_UP[2:5], *MADE_UP[2:5]], "03_made_up: {solution-start} stands inside of a solution: every"),
        ([*MADE_UP[2:5], MADE_UP[10]], "03_made_up: {solution} stands inside of a solution: every"),
        (MADE_UP[4:7], "03_made_up: a solution stands before the first exercise."),
        (
            [MADE_UP[2], markdown("````{note}\n```{solution} ex-03-a\nIt.\n```\n````")],
            "03_made_up: a solution stands inside of {note}, where nothing can take it out.",
        ),
        (
            [MADE_UP[2], markdown("> ```{solution} ex-03-a\n> It.\n> ```")],
            "03_made_up: a solution stands inside of a quotation, a list or code, where nothing can take it out.",
        ),
        (
            [MADE_UP[2], markdown("- one\n  - two\n\n    :::{solution-start} ex-03-a\n    :::")],
            "03_made_up: a solution stands inside of a quotation, a list or code, where nothing can take it out.",
        ),
        (
            [MADE_UP[2], markdown("```python\nnever closed\n\n```{solution} ex-03-a\nIt.")],
            "03_made_up: a solution stands inside of a quotation, a list or code, where nothing can take it out.",
        ),
    ],
)
def test_a_solution_that_cannot_be_told_apart_stops_the_edition(
    write: Write, cells: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(PublishError, match=re.escape(sentence)):
        student_notebook(write("03_made_up", *cells), NAMES)


def apart(chapter: Chapter) -> tuple[str, list[str]]:
    """The text of a source notebook outside of its solutions, and the lines inside; by lines, not as the library."""
    outside, inside, fence = [], [], None
    hidden = False
    for cell in json.loads(chapter.source.read_text("utf-8"))["cells"]:
        lines = "".join(cell["source"]).splitlines()
        caption = cell["metadata"].get("mystnb", {}).get("figure", {}).get("caption", "")
        for line in [*lines, caption]:
            alone = re.match(r"(`{3,})\{solution\} ", line)
            if "{solution-start}" in line or alone:
                hidden, fence = True, alone[1] if alone else None
            elif "{solution-end}" in line or line == fence:
                hidden, fence = False, None
            else:
                (inside if hidden else outside).append(line)
    return "\n".join(outside), inside


@every_chapter
def test_no_solution_leaks(chapter: Chapter) -> None:
    """No line of a solution is anywhere in the student's file, but lines that stand outside of solutions as well."""
    outside, inside = apart(chapter)
    telling = {line.strip() for line in inside if line.strip() not in outside}
    assert len(telling) > 10
    source = json.loads(chapter.source.read_text("utf-8"))
    assert telling <= {line.strip() for text in strings(source) for line in text.splitlines()}

    student = "\n".join(strings(student_notebook(chapter, read_names(ROOT))))
    assert [line for line in telling if line in student] == []


@every_chapter
def test_a_student_notebook_is_a_notebook_that_runs_on(chapter: Chapter) -> None:
    student = student_notebook(chapter, read_names(ROOT))
    nbformat.validate(student)
    assert len({cell["id"] for cell in student["cells"]}) == len(student["cells"])
    grades = [cell["metadata"]["nbgrader"] for cell in student["cells"] if "nbgrader" in cell["metadata"]]
    assert len({grade["grade_id"] for grade in grades}) == len(grades)
    assert all(re.fullmatch(r"[\w-]+", grade["grade_id"]) for grade in grades)
    for cell in student["cells"]:
        if cell["cell_type"] == "code" and "install" not in cell["metadata"].get("tags", []):
            ast.parse(cell["source"])
        else:
            assert not re.search(r"\]\((?!https?:|#)|colab\.research|\{solution", cell["source"]), cell["source"]
    source = json.loads(chapter.source.read_text("utf-8"))["cells"]
    kept = [cell["source"] for cell in student["cells"]]
    for cell in source:
        if {"stub", "check", "install", "parameters"} & set(cell["metadata"].get("tags", [])):
            assert "".join(cell["source"]) in kept


def is_definition(statement: ast.stmt) -> bool:
    """Whether it is an import, a function, a class, or gives a name to a constant."""
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
        return all(
            isinstance(node, ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.UnaryOp | ast.USub | ast.Load)
            for node in ast.walk(statement.value)
        )
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)


def run(source: str, names: dict[str, Any]) -> None:
    """Execute code. Annotations are not evaluated."""
    exec(compile(source, "<cell>", "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True), names)


def define(source: str, names: dict[str, Any]) -> None:
    """Execute the definitions in code, but those that need what only a run of the chapter makes."""
    for statement in filter(is_definition, ast.parse(source).body):
        with suppress(NameError):
            run(ast.unparse(statement), names)


def known_by_name(cells: list[dict[str, Any]]) -> set[str]:
    """What the code cells of a chapter give a name to."""
    trees = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@every_chapter
def test_stubs_fail_their_checks_and_solutions_pass_them(chapter: Chapter, capsys: pytest.CaptureFixture[str]) -> None:
    """With the definitions of the chapter, without its data and training.

    A solution that uses data of the chapter is told by the name that it misses; the run of the chapter, where its
    check stands behind it, must do for that one.
    """
    names: dict[str, Any] = {"__name__": "chapter"}
    parts = take_apart(chapter.name, json.loads(chapter.source.read_text("utf-8"))["cells"])
    cells = [part.cell for part in parts if "install" not in part.cell["metadata"].get("tags", [])]
    solutions: dict[Exercise | None, list[str]] = {}
    for part in parts:
        source = "".join(part.cell["source"])
        if part.cell not in cells or part.cell["cell_type"] == "markdown":
            continue
        if part.role == "solution":
            solutions.setdefault(part.exercise, []).append(source)
        elif part.role == "check":
            with pytest.raises(checks.CheckFailed, match="is not written yet"):
                run(source, names)
            define("\n\n".join(solutions[part.exercise]), names)
            try:
                run(source, names)
            except NameError as error:
                assert error.name in known_by_name(cells)
            else:
                assert capsys.readouterr().out.count(": right.\n") == len(source.splitlines())
        else:
            define(source, names)  # a stub is a definition


def test_the_instructor_edition_of_a_chapter(write: Write) -> None:
    chapter = write("03_made_up", *MADE_UP)
    ran = json.loads(json.dumps(MADE_UP))
    ran[5]["metadata"]["papermill"] = {"duration": 3.4}
    ran[5]["execution_count"] = 4
    ran[5]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "what is expected"}]
    pretend_executed(chapter, *ran)
    notebook = instructor_notebook(chapter, NAMES)
    nbformat.validate(notebook)
    assert [cell["source"] for cell in notebook["cells"]] == [
        "# Title\n\nText.",
        "> **For those who teach.** Measured: this chapter ran in 12 s, of which its solutions took 3 s. CPU, 2"
        " threads, torch 2.9.0, settings: defaults, 2026-01-02 03:04 UTC. All outputs below are of that run."
        " In JupyterLab, sliders move after Trust Notebook (command palette).",
        "from sketchlib import checks",
        "## Exercises\n\n### Exercise (warm-up): Squeeze\n\nDo it.",
        STUB,
        "#### Solution",
        SOLUTION,
        "checks.check_03_squeeze(squeeze)",
        notebook["cells"][8]["source"],
        "### Exercise (experiment): What if?\n\nPredict.",
        "#### Solution",
        "It is as it is.",
        "### Exercise: An old one",
        "#### Solution",
        "Four.",
        "## Summary",
    ]
    assert notebook["cells"][6]["outputs"] == ran[5]["outputs"]
    assert notebook["cells"][6]["execution_count"] == 4
    mistakes = notebook["cells"][8]["source"].splitlines()
    assert mistakes[0] == "**Common mistakes**, and what the check says to each:"
    assert (
        "- You averaged over the batch as well: the result has shape (1, 6), expected (2, 6). Each face needs means of"
        " its own." in mistakes
    )
    said = {mistake.says for mistake in checks.check_03_squeeze.mistakes}
    assert len([line for line in mistakes if line.startswith("- ")]) >= len(said)


def test_a_check_that_there_is_not_is_told(write: Write) -> None:
    chapter = write("03_made_up", *MADE_UP[2:7], code("checks.check_03_nothing(squeeze)", "check"))
    pretend_executed(chapter)
    with pytest.raises(PublishError, match=r"03_made_up calls check_03_nothing, and sketchlib\.checks has no such"):
        instructor_notebook(chapter, NAMES)


def test_every_kind_of_exercise_has_points() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "chapters").glob("*.ipynb")]
    kinds = {kind for text in texts for kind in re.findall(r"\{exercise\}[^`]*?:class: ([\w-]+)", text)}
    assert kinds <= CHECK_POINTS.keys()


def test_the_book_tells_the_points() -> None:
    told = " ".join((ROOT / "book" / "how_to_use.md").read_text("utf-8").split())
    warm_up, code_to_write, experiment = (CHECK_POINTS[kind] for kind in ("warm-up", "code", "experiment"))
    assert f"a warm-up gives {warm_up} point, of code to write {code_to_write}, of an experiment {experiment}." in told
    assert f"A written prediction gives up to {PREDICTION_POINTS}," in told


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["edition", *words])
    return result.exit_code, result.output


def test_the_command_writes_a_course_and_writes_it_again(
    book: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book)
    write("01_one"), write("03_made_up", *MADE_UP)
    folder = book / "build" / "editions" / "student"
    assert invoke("student") == (0, f"2 notebooks of the student edition in {folder}\n")
    assert invoke("student", "3") == (0, f"1 notebook of the student edition in {folder}\n")
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if not path.name.startswith(".")} == {
        "source/01_one/01_one.ipynb",
        "source/03_made_up/03_made_up.ipynb",
        "nbgrader_config.py",
    }
    assert invoke("student", "1", "--out", "elsewhere")[0] == 0
    assert (book / "elsewhere" / "source" / "01_one" / "01_one.ipynb").is_file()

    (folder / "source" / "01_one" / "01_one.ipynb").write_text("with an answer")
    exit_code, said = invoke("student")
    assert exit_code == 1
    assert said.startswith("Error: ") and "01_one.ipynb was not written by this command" in said
    assert len(said.splitlines()) == 1


def test_the_instructor_edition_asks_for_a_run_first(book: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)
    one, two, three = write("01_one"), write("02_two"), write("03_made_up", *MADE_UP)
    pretend_executed(one), pretend_executed(two), pretend_executed(three, source="another")
    two.executed.unlink()
    assert invoke("instructor") == (
        1,
        "Error: 02_two was never executed (1 more like it); run `sketchlib book run 02 03` first.\n",
    )
    assert not (book / "build" / "editions").exists()
    pretend_executed(two), pretend_executed(three)
    assert invoke("instructor")[0] == 0
    assert len(list((book / "build" / "editions" / "instructor").glob("*.ipynb"))) == 3


def test_the_student_edition_needs_no_pytorch() -> None:
    program = (
        "import sys; from pathlib import Path; from sketchlib.publish.editions import student_set;"
        "from sketchlib.publish.chapters import list_chapters; from sketchlib.publish.names import read_names;"
        f"root = Path({str(ROOT)!r}); student_set(list_chapters(root), read_names(root)); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_set_holds_every_chapter_and_the_configuration(write: Write) -> None:
    assert list(student_set([write("03_made_up", *MADE_UP)], NAMES)) == [
        "source/03_made_up/03_made_up.ipynb",
        "nbgrader_config.py",
    ]
