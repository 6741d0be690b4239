"""Names and types of a chapter's parameters are checked before a kernel starts.

Papermill itself only warns about an unknown name, and injects a string where a number belongs.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Mapping
from pathlib import Path

from sketchlib.publish.chapters import Chapter
from sketchlib.publish.errors import PublishError

Value = str | int | float | bool
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def check_parameters(chapter: Chapter, given: Mapping[str, str]) -> dict[str, Value]:
    """Turn texts from the command line into values of the types that the chapter declares.

    A value that is the chapter's own default is left out, so that giving it changes nothing.
    A relative path in `dataset` is meant from the caller's directory, and comes out absolute.

    Raises:
        PublishError: for an unknown name, a text that is not of the type, or no data at a path.
    """
    if not given:
        return {}
    declared = _declared(chapter)
    values: dict[str, Value] = {}
    for name, text in given.items():
        if name not in declared:
            raise PublishError(f"{chapter.name} has no parameter {name!r}; it has {', '.join(declared) or 'none'}.")
        kind, default = declared[name]
        value = _convert(chapter.name, name, kind, text)
        if name == "dataset" and value != "toy":
            value = _data_path(text)
        if value != default:
            values[name] = value
    return values


def _declared(chapter: Chapter) -> dict[str, tuple[str, Value | None]]:
    """Name -> (type as written, default) of each parameter, as papermill reads them."""
    from papermill import inspect_notebook

    logging.getLogger("papermill").setLevel(logging.WARNING)
    found = inspect_notebook(chapter.source)
    try:
        return {
            name: (facts["inferred_type_name"], ast.literal_eval(facts["default"])) for name, facts in found.items()
        }
    except (SyntaxError, ValueError):
        raise PublishError(
            f"{chapter.name}: its cell tagged `parameters` cannot be read, "
            "expected lines like `seed: int = 0  # what it means`."
        ) from None


def _convert(chapter: str, name: str, kind: str, text: str) -> Value:
    """The text as a value of the declared type; for bool it is true or false, yes or no, 1 or 0."""
    try:
        if kind == "bool":
            return TRUTH[text.lower()]
        return {"str": str, "int": int, "float": float}[kind](text)
    except (KeyError, ValueError):
        raise PublishError(f"{chapter}: the parameter {name!r} is {text!r}, expected {kind}.") from None


def _data_path(text: str) -> str:
    path = Path(text).expanduser().resolve()
    if not path.exists():
        raise PublishError(
            f"dataset: there is nothing at {path}, expected 'toy' or a copy of CUHK Student (folder, zip or tar)."
        )
    return str(path)
