"""Workers: what a submission does to its own is its own affair."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from grading import judges
from grading.a_class import both, contents, graded, students

from exsolve.errors import ExsolveError
from exsolve.grading import pool
from exsolve.grading.grade import Graded
from exsolve.grading.pool import StartMethod, start_method

FLAGS = {
    "hang": "undecided: took too long",
    "compute": "undecided: took too long",
    "grow": "undecided: needed too much memory",
    "die": "undecided: needed too much memory",
    "abort": "undecided: needed too much memory",
    "fail": "undecided: the judging broke down",
    "recur": "undecided: the judging broke down",
    "speak": "",
}


def rows(table: Path) -> dict[str, dict[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("method", sorted({"spawn", start_method()}))
def test_hostile_submissions_stop_nobody(
    tmp_path: Path, method: StartMethod, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = students(tmp_path / "class", 12)
    flags = FLAGS if method == "fork" else {name: FLAGS[name] for name in ("compute", "die")}
    for name in flags:
        (folder / f"{name}.txt").write_text(f"!{name}\na = 3\n")
    found = graded(folder, tmp_path / "t.csv", seconds=0.3, method=method)
    table = rows(tmp_path / "t.csv")
    assert {name: table[name]["flags"] for name in flags} == flags
    for name in flags.keys() - {"speak"}:
        assert (table[name]["total"], table[name]["open"]) == ("0", "5")
    assert [table[f"s{number}"]["total"] for number in range(5)] == ["2", "2", "2", "3", "2.33"]
    assert found.judged == 12 + len(flags)
    assert capfd.readouterr() == ("", "")
    again = graded(folder, tmp_path / "t.csv", seconds=0.3, method=method)
    # what broke down is tried again, everything else is known
    broke = [name for name in flags if flags[name].endswith("broke down")]
    assert (again.judged, len(found.faults)) == (len(broke), len(broke))
    assert ("ZeroDivisionError: a fault of the program" in "".join(found.faults)) == bool(broke)
    if "speak" in flags:
        assert table["speak"]["total"] == "1"


def test_what_took_too_long_is_judged_again_when_there_is_more_time(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ann.txt").write_text("!compute\n")

    def judged(seconds: float) -> int:
        return graded(folder, tmp_path / "t.csv", seconds=seconds).judged

    assert [judged(seconds) for seconds in (0.1, 0.1, 0.05, 0.2)] == [1, 0, 0, 1]


def test_files_that_cannot_be_opened_are_rows_for_a_person(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 1)
    (tmp_path / "secret").write_text("a = 3")
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    (folder / "lost.txt").symlink_to(tmp_path / "nowhere")
    (folder / "large.txt").write_bytes(b"a = 3\n" * 1_000_000)
    (folder / "nothing").mkdir()
    os.mkfifo(folder / "pipe.txt")
    graded(folder, tmp_path / "t.csv", both(tmp_path))
    table = rows(tmp_path / "t.csv")
    assert {name for name in table if table[name]["flags"].startswith("unreadable: ")} == {
        "link", "lost", "large", "nothing", "pipe",
    }  # fmt: skip
    assert {table[name]["open"] for name in table} == {"0", "5"}
    assert table["nothing"]["flags"] == "unreadable: a folder without a file of answers"
    assert table["pipe"]["flags"] == "unreadable: a pipe"
    assert table["large"]["flags"] == "unreadable: the file is too large"
    for name in ("pipe", "large", "lost"):
        said = (tmp_path / "feedback" / f"{name}.md").read_text()
        assert "the file" in said
        # where the answer files are is nothing to a student
        assert str(tmp_path) not in said


def test_as_many_workers_as_one_likes_give_the_same(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 10)
    results = []
    for jobs in (1, 2, 100):
        out = tmp_path / str(jobs)
        out.mkdir()
        graded(folder, out / "t.csv", both(out), jobs=jobs)
        results.append(contents(out))
    assert len(results[0]) == 2 + 10 + 10
    assert all(result == results[0] for result in results)


def test_no_worker_can_be_started(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 3)
    with pytest.raises(ExsolveError, match="no process that judges can be started"):
        graded(folder, tmp_path / "t.csv", judge=judges.unwilling)


def test_an_output_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 3)
    (tmp_path / "feedback").write_text("a file")
    with pytest.raises(ExsolveError, match="feedback: cannot be made"):
        graded(folder, tmp_path / "t.csv", both(tmp_path))
    assert not (tmp_path / "t.csv").exists()


def test_nothing_is_left_of_a_run(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 3)
    found = graded(folder, tmp_path / "t.csv")
    assert isinstance(found, Graded)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["class", "t.csv", "t.jsonl"]


def test_where_few_processes_can_be_started_these_do_it_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = students(tmp_path / "class", 12)
    started: list[object] = []

    class Few(pool._Worker):
        def __init__(self, *given: Any) -> None:
            if len(started) == 2:
                raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
            started.append(self)
            super().__init__(*given)

    monkeypatch.setattr(pool, "_Worker", Few)
    assert graded(folder, tmp_path / "t.csv", jobs=8).judged == 12
    with pytest.raises(ExsolveError, match="no process that judges can be started here"):
        graded(folder, tmp_path / "u.csv", jobs=8)
