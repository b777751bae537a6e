"""Files of answers are opened whatever stands at their path."""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from exsolve import limits
from exsolve.answers.opening import read_answer_file, read_stream, shown_path
from exsolve.errors import ExsolveError


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(b"Q = 1\xff\r\n")
    assert read_answer_file(path) == b"Q = 1\xff\r\n"
    path.write_bytes(b"a" * limits.FILE_BYTES)
    assert len(read_answer_file(str(path))) == limits.FILE_BYTES


def too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(limits.FILE_BYTES + 1)


def enormous(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def link_elsewhere(path: Path) -> None:
    other = path.parent / "folder"
    other.mkdir()
    (other / "secret").write_text("secret")
    path.symlink_to(other / "secret")


def link_to_folder(path: Path) -> None:
    (path.parent / "folder").mkdir()
    path.symlink_to("folder")


def link_to_pipe(path: Path) -> None:
    os.mkfifo(path.parent / "pipe")
    path.symlink_to("pipe")


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing there": (lambda path: None, "No such file"),
    "folder": (Path.mkdir, "a folder"),
    "too large": (too_large, "1,048,577 bytes"),
    "enormous": (enormous, "1,099,511,627,776 bytes"),
    "pipe": (lambda path: os.mkfifo(path), "a pipe"),
    "socket": (bound_socket, "a socket"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "a link to `/dev/zero`"),
    "link to nothing": (lambda path: path.symlink_to("nothing"), "a link that leads nowhere"),
    "link to itself": (link_to_itself, "a link that leads nowhere"),
    "link elsewhere": (link_elsewhere, "a link to `/"),
    "link to a folder": (link_to_folder, "a folder"),
    "link to a pipe": (link_to_pipe, "a pipe"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, found = REFUSED[case]
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    make(Path("mine.txt") if case == "socket" else tmp_path / "mine.txt")
    with pytest.raises(ExsolveError, match=found):
        read_answer_file(tmp_path / "mine.txt")


def test_a_device_itself() -> None:
    with pytest.raises(ExsolveError, match="a device"):
        read_answer_file("/dev/zero")


def test_a_link_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes(b"Q = 1")
    (tmp_path / "again.txt").symlink_to("mine.txt")
    assert read_answer_file(tmp_path / "again.txt") == b"Q = 1"


def test_a_folder_that_is_linked(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "mine.txt").write_bytes(b"Q = 1")
    (tmp_path / "here").symlink_to("class")
    assert read_answer_file(tmp_path / "here" / "mine.txt") == b"Q = 1"


def test_names_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(ExsolveError) as caught:
        read_answer_file(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\nmine.txt"))
    message = str(caught.value)
    assert r"/\xff\nmine.txt cannot be read" in message
    assert message.encode("utf-8")
    with pytest.raises(ExsolveError, match="not the name of a file"):
        read_answer_file("mine\0.txt")
    with pytest.raises(ExsolveError, match="cannot be read"):
        read_answer_file("a" * 100_000)
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe\n"))
    path.write_bytes(b"Q = 1")
    assert read_answer_file(path) == b"Q = 1"


def test_paths_are_shown_on_one_line() -> None:
    assert shown_path("Größe.txt") == "Größe.txt"
    assert shown_path("a\udcff\n\u202eb") == r"a\xff\n\u202eb"


class Endless(io.BytesIO):
    """A stream without end."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0
        return b"a" * min(size, 4096)


def test_streams_are_bounded() -> None:
    assert read_stream(io.BytesIO(b"Q = 1")) == b"Q = 1"
    with pytest.raises(ExsolveError, match="too large"):
        read_stream(Endless())


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Q = 1")))
    assert read_answer_file("-") == b"Q = 1"
