"""Opening a file of answers, which somebody else named and made: bounded, and never blocking.

A link is followed where it leads to a regular file of the same folder; one that leads elsewhere
could show a student's feedback what only the reader of the folder may see.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from exsolve import limits
from exsolve.errors import ExsolveError
from exsolve.spec.files import read_bytes
from exsolve.spec.report import quote

STANDARD_INPUT = "-"


def read_answer_file(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file of answers, at most limits.FILE_BYTES; ``-`` is standard input.

    Raises ExsolveError for a folder, a device, a pipe, a socket, a link that leads to none of the
    files of its own folder, a file that is too large or may not be read.
    """
    name = os.fspath(path)
    if name == STANDARD_INPUT:
        return read_stream(sys.stdin.buffer)
    _refuse_link_elsewhere(name)
    try:
        return read_bytes(name)
    except ExsolveError as error:
        shown = shown_path(name)
        raise ExsolveError(
            problem._replace(message=problem.message.replace(name, shown))
            for problem in error.problems
        ) from error


def read_stream(stream: BinaryIO) -> bytes:
    """All that comes from a stream, up to the same limit."""
    pieces: list[bytes] = []
    left = limits.FILE_BYTES + 1
    try:
        while left and (piece := stream.read(left)):
            pieces.append(piece)
            left -= len(piece)
    except OSError as error:
        raise ExsolveError(
            "standard input cannot be read", found=error.strerror or str(error)
        ) from error
    if not left:
        raise ExsolveError(
            "standard input is too large",
            f"at most {limits.FILE_BYTES:,} bytes",
            "more than that",
        )
    return b"".join(pieces)


def shown_path(path: str) -> str:
    """A path as messages show it: on one line, with ``\\xff`` for a byte that is no character."""
    if path.isprintable():
        return path
    return "".join(
        character
        if character.isprintable()
        else ascii(character)[1:-1].replace("udc", "x")
        if "\udc80" <= character <= "\udcff"
        else ascii(character)[1:-1]
        for character in path
    )


def _refuse_link_elsewhere(name: str) -> None:
    try:
        path = Path(name)
        if not path.is_symlink():
            return
        folder = path.parent.resolve()
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        found = error.strerror if isinstance(error, OSError) else "a link to itself"
        raise ExsolveError(
            f"{shown_path(name)} cannot be read", "a file", f"a link that leads nowhere ({found})"
        ) from error
    except ValueError as error:
        raise ExsolveError(f"{name!r} is not the name of a file", found=str(error)) from error
    if target.parent != folder:
        raise ExsolveError(
            f"{shown_path(name)} cannot be read",
            "a file, or a link to one in the same folder",
            f"a link to {quote(shown_path(str(target)))}",
            "put the file itself in its place",
        )
