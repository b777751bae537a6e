"""Writing a file whole or leaving it as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from exsolve.errors import ExsolveError

_PART = ".exsolve-grade-"
"""How files begin that are being written."""


@contextmanager
def replacing(path: Path, folder: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of ``path`` when the block has ended well.

    Until then it is in ``folder``, beside ``path`` by default. Raises ExsolveError where it cannot
    be written.
    """
    part = (folder or path.parent) / f"{_PART}{os.urandom(6).hex()}"
    try:
        try:
            with part.open("xb") as file:
                yield file
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise ExsolveError(f"{path}: cannot be written ({error.strerror})") from error


def write_whole(path: Path, content: bytes, folder: Path | None = None) -> None:
    """Write a file in one go by way of ``folder``; its own is made if need be.

    Raises as ``replacing`` does.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExsolveError(f"{path.parent}: cannot be made ({error.strerror})") from error
    with replacing(path, folder) as file:
        file.write(content)


def holds(path: Path, content_digest: str) -> bool:
    """Whether the file is there with the content of this SHA-256."""
    import hashlib

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == content_digest
    except OSError:
        return False


def sweep(folder: Path, before: float) -> None:
    """Removes what a run that was killed had begun to write before this time."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_PART) and entry.stat().st_mtime < before:
                Path(entry).unlink(missing_ok=True)
