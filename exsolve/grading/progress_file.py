"""The lines of the submissions that are judged already, on disk as soon as they are known.

Whatever is killed at whatever moment: a line is there whole or it is not there.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self
from zlib import crc32

from exsolve.errors import ExsolveError
from exsolve.grading.writing import replacing
from exsolve.spec.report import quote
from exsolve.version import __version__

FORMAT = 1
_KEY = "exsolve grades"
_SYNCHRONISED_EVERY = 1.0
"""Seconds after which lines are on the disk itself, so that they outlive a loss of power."""
_BLOCK = 1 << 20


class ProgressFile:
    """The file of lines of one run, locked while it is open.

    A line belongs to the file of answers that it names; the last one counts. What was judged
    by another version, or when the assessment was another, is dropped; ``dropped`` says so.
    """

    def __init__(self, path: Path, assessment: str, of: str = "") -> None:
        """Opens or makes the file; ``of`` is the id of what is judged, ``assessment`` its digest.

        Raises ExsolveError where another run has it, where it is something else or has grades of
        another exercise, or cannot be written.
        """
        self.path = path
        self.of = of
        self.header = {_KEY: FORMAT, "of": of, "assessment": assessment, "version": __version__}
        self.dropped = False
        self.gone: set[str] = set()
        self._synchronised = monotonic()
        self._descriptor = self._locked()
        try:
            self._size = self._begin()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets another run have the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def append(self, line: bytes) -> int:
        """Adds a whole line of an object, with its checksum, and says where it stands.

        Raises ExsolveError for a full disk.
        """
        return self._append(_with_checksum(line))

    def _append(self, line: bytes) -> int:
        offset = self._size
        try:
            written = os.write(self._descriptor, line)
            while written < len(line):
                written += os.write(self._descriptor, line[written:])
            if monotonic() - self._synchronised > _SYNCHRONISED_EVERY:
                os.fsync(self._descriptor)
                self._synchronised = monotonic()
        except OSError as error:
            raise ExsolveError(f"{self.path}: cannot be written ({error.strerror})") from error
        self._size += len(line)
        return offset

    def record(self, offset: int) -> dict[str, Any]:
        """The record of the line that stands there."""
        found = json.loads(self.line(offset))
        assert isinstance(found, dict)
        return found

    def line(self, offset: int) -> bytes:
        """The line that stands there, with its end."""
        pieces: list[bytes] = []
        while True:
            piece = _read(self._descriptor, offset, 8192)
            end = piece.find(b"\n")
            if end >= 0 or not piece:
                return b"".join([*pieces, piece[: end + 1]])
            pieces.append(piece)
            offset += len(piece)

    def places(self, rows: Mapping[str, int]) -> Iterator[tuple[int, int]]:
        """For each line whose file has a row: the row, and where the line stands.

        A line that is not as it was written counts for nothing. The files of the others are
        ``gone`` when all are known.
        """
        for offset, line in self._lines():
            if not _is_as_written(line):
                continue
            try:
                file = json.loads(line)["file"]
                row = rows.get(file)
            except (ValueError, KeyError, TypeError):
                continue
            if row is not None:
                yield row, offset
            else:
                self.gone.add(str(file))

    def finish(self, offsets: Sequence[int]) -> None:
        """Keeps one line for each row, in their order. The file is closed."""
        if sys.platform == "win32":
            # there an open file cannot be replaced; its lines stay in the order of the judging
            self.close()
            return
        with replacing(self.path) as file:
            file.write(self._first_line())
            for offset in offsets:
                file.write(self.line(offset))
        self.close()

    def _locked(self) -> int:
        while True:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
            try:
                descriptor = os.open(self.path, flags | getattr(os, "O_BINARY", 0), 0o666)
            except OSError as error:
                raise ExsolveError(f"{self.path}: cannot be written ({error.strerror})") from error
            try:
                _lock(descriptor)
                if os.path.samestat(os.fstat(descriptor), self.path.stat()):
                    return descriptor
            except FileNotFoundError:
                pass
            except OSError as error:
                os.close(descriptor)
                raise ExsolveError(
                    f"{self.path}: another run is writing it",
                    hint="wait until that one has ended, or choose another name with -o",
                ) from error
            # the run before ended just now, and put another file in its place
            os.close(descriptor)

    def _begin(self) -> int:
        """Drops what cannot be used and what was written by half; the size that is left."""
        size = os.fstat(self._descriptor).st_size
        header = self.line(0) if size else b""
        try:
            found = json.loads(header) if header.endswith(b"\n") else None
        except ValueError:
            found = None
        ours = isinstance(found, dict) and _KEY in found
        torn = self._first_line().startswith(header) and size <= len(header)
        if size and not ours and not torn:
            raise ExsolveError(
                f"{self.path}: not a file of judged submissions, and it would be replaced",
                expected="a file that exsolve grade began, or none",
                hint="choose another name with -o",
            )
        if ours and found is not None and (other := found.get("of", self.of)) != self.of:
            raise ExsolveError(
                f"{self.path}: the grades of {quote(str(other))}, and they would be replaced",
                expected=f"grades of {self.of}, or no file",
                hint="choose another name with -o",
            )
        if found != self.header:
            self.dropped = ours
            os.ftruncate(self._descriptor, 0)
            self._size = 0
            self._append(self._first_line())
            return self._size
        whole = self._whole_lines(size)
        if whole < size:
            os.ftruncate(self._descriptor, whole)
        return whole

    def _first_line(self) -> bytes:
        return json.dumps(self.header).encode() + b"\n"

    def _whole_lines(self, size: int) -> int:
        """The size without a line that has no end."""
        end = size
        while end > 0:
            start = max(0, end - _BLOCK)
            place = _read(self._descriptor, start, end - start).rfind(b"\n")
            if place >= 0:
                return start + place + 1
            end = start
        return 0

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Every line after the first, with its place."""
        offset = len(self._first_line())
        while offset < self._size:
            block = _read(self._descriptor, offset, _BLOCK)
            end = block.rfind(b"\n") + 1
            lines = block[:end].splitlines(keepends=True) if end else [self.line(offset)]
            for line in lines:
                yield offset, line
                offset += len(line)


_CHECKED = b'{"checksum":"%08x",'
_CHECKED_LENGTH = len(_CHECKED % 0)


def _with_checksum(line: bytes) -> bytes:
    """An object's line with a first field, by which it is seen that nobody has changed it."""
    rest = line[1:]
    return _CHECKED % crc32(rest) + rest


def _is_as_written(line: bytes) -> bool:
    rest = line[_CHECKED_LENGTH:]
    return line[:_CHECKED_LENGTH] == _CHECKED % crc32(rest)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 40

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _read(descriptor: int, offset: int, size: int) -> bytes:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # this sort of lock ends with the process, and its children do not inherit it
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _read(descriptor: int, offset: int, size: int) -> bytes:
        return os.pread(descriptor, size, offset)
