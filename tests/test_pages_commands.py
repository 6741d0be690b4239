"""Every command line of ours that a page or the README prints is one that there is, with options that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sketchlib.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "book").glob("*.md"))]


def lines(page: Path) -> Iterator[list[str]]:
    """The words of each line that calls sketchlib, comments left out."""
    for block in re.findall(r"^ *```bash\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            words = shlex.split(line, comments=True) if "sketchlib " in line and "-c" not in line else []
            if words[:1] == ["sketchlib"]:
                yield words


LINES = [pytest.param(words, id=f"{page.stem}: {' '.join(words[:4])}") for page in PAGES for words in lines(page)]


@pytest.mark.parametrize("words", LINES)
def test_a_printed_command_exists(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    rest = words[1:]
    while hasattr(command, "commands"):  # a group
        name, *rest = rest
        assert name in command.commands, f"there is no `sketchlib ... {name}`"
        command = command.commands[name]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
    assert used <= known


def test_the_pages_print_commands_at_all() -> None:
    assert len(LINES) > 10
