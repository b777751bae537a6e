"""Files that are no files, and files that are too large: refused without waiting."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from yaml_trees import read_text

from exsolve import limits
from exsolve.errors import ExsolveError
from exsolve.spec.files import decode, read_bytes
from exsolve.spec.header import read_header
from exsolve.spec.nodes import Mapping


def read_file(path: str | Path) -> Mapping:
    return read_text(read_bytes(path), str(path))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: b\r\n")
    assert decode(read_bytes(path), "a") == "a: b\n"
    assert list(read_file(path).entries) == ["a"]


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ExsolveError, match="a pipe"):
        read_file(path)


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        with pytest.raises(ExsolveError, match="a socket"):
            read_file("s")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused(path: str) -> None:
    with pytest.raises(ExsolveError, match="a device"):
        read_file(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExsolveError, match="a folder"):
        read_file(tmp_path)


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ExsolveError, match="symbolic links"):
        read_file(tmp_path / "a")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExsolveError, match="No such file"):
        read_file(tmp_path / "none.yaml")


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(ExsolveError, match="not the name of a file"):
        read_file("a\x00b")


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_may_have_so_many_bytes_and_no_more(tmp_path: Path, more: int) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: b\n#" + b"x" * (limits.FILE_BYTES - 6 + more))
    if more:
        with pytest.raises(ExsolveError, match="too large"):
            read_file(path)
    else:
        assert list(read_file(path).entries) == ["a"]


def test_a_list_shows_what_is_wrong_instead_of_failing(tmp_path: Path) -> None:
    problem = read_header(tmp_path).problem
    assert problem is not None
    assert problem.found == "a folder"
