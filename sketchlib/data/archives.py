"""Reads files out of a folder, a zip or a tar into memory. Nothing is ever written to disk.

Member names serve as labels only, so a name such as `../../etc/passwd` in an archive is harmless.
"""

from __future__ import annotations

import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

MAX_BYTES = 32 * 2**20
"""Larger members are not read: no image of 200 x 250 pixels comes near it."""

_SUFFIXES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")

_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError)

Member = tuple[str, bytes]


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """Yield (name, bytes) of the wanted files below a folder or inside a zip or a tar.

    Archives inside a folder are opened only when no wanted file lies beside them, as when four zips
    were downloaded and not unpacked. A member that cannot be read comes with no bytes.

    Args:
        path: a folder, a zip, or a tar, plain or compressed with gzip, bzip2 or xz.
        wanted: given a name relative to `path`, with forward slashes, says whether to read it.

    Raises:
        FileNotFoundError: if there is nothing at `path`.
        ValueError: if it is a file of another kind, or a damaged archive.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder, expected a copy of the data.")
    if not path.is_dir():
        yield from _archive(path, wanted)
        return
    files = {f.relative_to(path).as_posix(): f for f in sorted(path.rglob("*")) if f.is_file()}
    loose = [name for name in files if wanted(name)]
    for name in loose:
        yield name, _read_file(files[name])
    if not loose:
        for name, file in files.items():
            if name.lower().endswith(_SUFFIXES) and not file.name.startswith("."):
                inside = _archive(file, lambda member, name=name: wanted(f"{name}/{member}"))
                yield from ((f"{name}/{member}", data) for member, data in inside)


def _read_file(file: Path) -> bytes:
    try:
        return b"" if file.stat().st_size > MAX_BYTES else file.read_bytes()
    except OSError:
        return b""


def _archive(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    try:
        if zipfile.is_zipfile(path):
            yield from _zip(path, wanted)
            return
        if tarfile.is_tarfile(path):
            yield from _tar(path, wanted)
            return
    except _DAMAGE as error:
        raise ValueError(
            f"{path}: the archive is damaged ({error}), expected a complete zip or tar."
        ) from error
    raise ValueError(
        f"{path}: expected a folder, or a complete zip or tar, plain or compressed (.tar.gz, "
        ".tar.bz2, .tar.xz)."
    )


def _zip(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir() or not wanted(_label(info.filename)):
                continue
            try:
                data = b"" if info.file_size > MAX_BYTES else archive.read(info)
            except Exception:  # a wrong checksum, a password, an unknown compression: unreadable
                data = b""
            yield _label(info.filename), data


def _tar(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    # In the order of the file: going back in a compressed tar means decompressing it again.
    with tarfile.open(path, "r:*") as archive:
        for info in archive:
            if info.isreg() and wanted(_label(info.name)):
                stream = archive.extractfile(info)
                data = b"" if stream is None or info.size > MAX_BYTES else stream.read()
                yield _label(info.name), data


def _label(name: str) -> str:
    """Archive names as people write them: forward slashes, no leading `./`."""
    return re.sub(r"^(\./|/)+", "", name.replace("\\", "/"))
