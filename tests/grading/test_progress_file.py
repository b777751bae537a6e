"""The lines of judged submissions: whole or not there, one run at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from exsolve.errors import ExsolveError
from exsolve.grading.progress_file import ProgressFile

ROWS = {"ann.txt": 0, "bob.txt": 1}


def line(file: str, **fields: object) -> bytes:
    return json.dumps({"file": file, **fields}).encode() + b"\n"


def places(path: Path, assessment: str = "x") -> list[tuple[int, dict[str, object]]]:
    with ProgressFile(path, assessment) as progress:
        return [(row, progress.record(offset)) for row, offset in progress.places(ROWS)]


def test_lines_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    long = "x" * 20_000
    with ProgressFile(path, "x") as progress:
        first = progress.append(line("ann.txt", n=1))
        second = progress.append(line("bob.txt", n=2, long=long))
        progress.append(line("gone.txt"))
        assert progress.record(second)["long"] == long
        assert progress.record(first)["n"] == 1
    assert [(row, found["n"]) for row, found in places(path)] == [(0, 1), (1, 2)]


def test_what_was_written_by_half_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    with ProgressFile(path, "x") as progress:
        progress.append(line("ann.txt", n=1))
        progress.append(line("bob.txt", n=2))
    whole = path.read_bytes()
    header = whole.index(b"\n") + 1
    first = whole.index(b"\n", header) + 1
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        kept = 2 if end == len(whole) else 1 if end >= first else 0
        assert [found["n"] for _, found in places(path)] == [1, 2][:kept]
        with ProgressFile(path, "x") as progress:
            progress.append(line("bob.txt", n=3))
        assert [found["n"] for _, found in places(path)] == [*[1, 2][:kept], 3]


def test_lines_that_are_no_records_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    with ProgressFile(path, "x") as progress:
        progress.append(b"not json\n")
        progress.append(b"[1]\n\n")
        progress.append(b'{"file": ["x"]}\n')
        progress.append(line("bob.txt", n=2))
    assert [row for row, _ in places(path)] == [1]


def test_lines_of_another_assessment_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    with ProgressFile(path, "x") as progress:
        progress.append(line("ann.txt"))
        assert not progress.dropped
    with ProgressFile(path, "y") as progress:
        assert progress.dropped
        assert list(progress.places(ROWS)) == []
    assert places(path, "x") == []


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    for content in (b"mine\n", b'{"a": 1}\n', b"[1]", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(ExsolveError, match="not a file of judged submissions"):
            ProgressFile(path, "x")
        assert path.read_bytes() == content
    with pytest.raises(ExsolveError, match="cannot be written"):
        ProgressFile(tmp_path, "x")


def test_the_rows_in_order_are_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    with ProgressFile(path, "x") as progress:
        progress.append(line("ann.txt", n=1))
        second = progress.append(line("bob.txt", n=2))
        again = progress.append(line("ann.txt", n=3))
        progress.finish([again, second])
    assert [(row, found["n"]) for row, found in places(path)] == [(0, 3), (1, 2)]
    assert [file.name for file in tmp_path.iterdir()] == ["p.jsonl"]


OTHER = """\
import sys
from pathlib import Path
from exsolve.grading.progress_file import ProgressFile
with ProgressFile(Path(sys.argv[1]), "x"):
    print("mine", flush=True)
    input()
"""


def test_two_runs_at_a_time_are_refused_until_one_has_died(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"mine\n"
        with pytest.raises(ExsolveError, match="another run is writing it"):
            ProgressFile(path, "x")
        other.kill()
        other.wait()
    assert places(path) == []
