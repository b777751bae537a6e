"""Reading a file that somebody else named: bounded, never blocking, always as UTF-8."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from exsolve import limits
from exsolve.errors import ExsolveError, Position, Problem

_SORTS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def _refuse_unless_regular(mode: int, file: str) -> None:
    if not stat.S_ISREG(mode):
        found = next((name for test, name in _SORTS if test(mode)), "something else")
        raise ExsolveError(f"{file} cannot be read", "a file", found)


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The content of a regular file of at most limits.FILE_BYTES.

    Raises ExsolveError where the path is anything else or cannot be opened. The path is looked at
    before it is opened, since opening a device can act on it, and once more when it is open.
    """
    file = os.fspath(path)
    try:
        _refuse_unless_regular(Path(file).stat().st_mode, file)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(file, flags | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(descriptor, "rb") as opened:
            _refuse_unless_regular(os.fstat(descriptor).st_mode, file)
            content = opened.read(limits.FILE_BYTES + 1)
            size = os.fstat(descriptor).st_size
    except OSError as error:
        raise ExsolveError(f"{file} cannot be read", found=error.strerror or str(error)) from error
    except ValueError as error:
        raise ExsolveError(f"{file!r} is not the name of a file", found=str(error)) from error
    if len(content) > limits.FILE_BYTES:
        raise ExsolveError(
            f"{file} is too large",
            f"at most {limits.FILE_BYTES:,} bytes",
            f"{max(size, len(content)):,} bytes",
        )
    return content


def decode(content: bytes, file: str) -> str:
    """The text of a UTF-8 file, without its byte order mark and with ``\\n`` for line breaks.

    Raises ExsolveError with the place of the first byte that is not UTF-8.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        problem = Problem(
            "the file is not written in UTF-8",
            "text in UTF-8",
            f"the byte 0x{content[error.start]:02x} (byte {error.start + 1:,} of the file)",
            "save the file with the encoding UTF-8",
            Position(file, line, column),
        )
        raise ExsolveError(problem) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
