"""A set of files for other people, written again as often as one likes, but never over anybody's work.

The set remembers what it has written, by SHA-256, in a file of its own. A file that is there and is not what was
written, because somebody else made it or has worked in it, stops everything before the first file is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from sketchlib.files import write_json, write_text
from sketchlib.publish.errors import PublishError

MEMORY = ".sketchlib-edition.json"
"""In the folder of a set: path of each file in it -> SHA-256 of the text that was written."""


def write_set(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files into a folder, and remember them. Files of earlier calls stay.

    Args:
        folder: made if it is not there.
        texts: path inside the folder, with "/" -> text.

    Raises:
        PublishError: naming the file that stands in the way; nothing is written then.
    """
    memory = _remembered(folder)
    for path in texts:
        _require_ours(folder, path, memory.get(path))
    written: dict[str, str] = {}
    try:
        try:
            for path, text in texts.items():
                write_text(folder / path, text)
                written[path] = _hash(text.encode())
        finally:  # stopped on the way, it knows its own files again
            if written:
                write_json(folder / MEMORY, memory | written)
    except OSError as error:
        raise PublishError(f"{folder} cannot be written to: {error.strerror or error}.") from None


def _remembered(folder: Path) -> dict[str, str]:
    """What was written here; nothing if it was forgotten or cannot be read. Then nothing may be overwritten."""
    try:
        return dict(json.loads((folder / MEMORY).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _require_ours(folder: Path, path: str, remembered: str | None) -> None:
    file = folder / path
    if not file.exists() and not file.is_symlink():
        return
    if not file.is_file() or _hash(file.read_bytes()) != remembered:
        raise PublishError(
            f"{file} was not written by this command, or has been changed since: move it away, or name another folder"
            " with --out."
        )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
