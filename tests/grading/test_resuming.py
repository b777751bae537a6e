"""Grading again: what is known is not judged again, what has changed is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from grading import judges
from grading.a_class import both, contents, graded, students

from exsolve.errors import ExsolveError
from exsolve.grading.grade import Grading
from exsolve.grading.judging import Outputs
from exsolve.grading.roster import read_roster


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return students(tmp_path / "class", 8)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_nothing_is_judged_twice(folder: Path, out: Path) -> None:
    first = graded(folder, out / "t.csv", both(out))
    before = contents(out)
    again = graded(folder, out / "t.csv", both(out))
    assert (first.judged, again.judged) == (8, 0)
    assert contents(out) == before
    assert first.summary.data() == again.summary.data()


def test_a_changed_file_is_judged_anew_and_a_new_one_too(
    folder: Path, out: Path, tmp_path: Path
) -> None:
    graded(folder, out / "t.csv", both(out))
    (folder / "s3.txt").write_text("a = 4\n")
    (folder / "s30.txt").write_text("a = 3\n")
    (folder / "s5.txt").unlink()
    assert graded(folder, out / "t.csv", both(out)).judged == 2
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    graded(folder, fresh / "t.csv", both(fresh))
    # the outputs of somebody who is gone stay, everything else is as if nothing had been before
    gone = {"feedback/s5.md", "gradescope/s5/results.json"}
    assert {name: text for name, text in contents(out).items() if name not in gone} == contents(
        fresh
    )
    # two lines of s3 were there, one of which counted
    assert (out / "t.jsonl").read_bytes().count(b'"s3.txt"') == 1


def test_outputs_that_are_missing_or_changed_are_made_again(folder: Path, out: Path) -> None:
    graded(folder, out / "t.csv", both(out))
    before = contents(out)
    (out / "t.csv").unlink()
    (out / "feedback" / "s1.md").unlink()
    (out / "gradescope" / "s2" / "results.json").write_text("{}")
    assert graded(folder, out / "t.csv", both(out)).judged == 2
    assert contents(out) == before


def test_what_was_written_by_half_is_swept_up(folder: Path, out: Path) -> None:
    graded(folder, out / "t.csv", both(out))
    before = contents(out)
    for place in (out, out / "feedback", out / "gradescope"):
        (place / ".exsolve-grade-0123456789ab").write_bytes(b"half a file")
        os.utime(place / ".exsolve-grade-0123456789ab", (1, 1))
        (place / ".exsolve-mine").write_bytes(b"")
    graded(folder, out / "t.csv", both(out))
    left = {name: text for name, text in contents(out).items() if name not in before}
    assert sorted(left) == [".exsolve-mine", "feedback/.exsolve-mine", "gradescope/.exsolve-mine"]


def test_outputs_may_be_asked_for_later(folder: Path, out: Path, tmp_path: Path) -> None:
    graded(folder, out / "t.csv")
    assert graded(folder, out / "t.csv", both(out)).judged == 8
    # what they are not asked for is no reason to judge again
    assert graded(folder, out / "t.csv").judged == 0
    html = Outputs(out / "pages", "html")
    assert graded(folder, out / "t.csv", html).judged == 8
    assert sorted(file.name for file in (out / "pages").iterdir())[0] == "s0.html"


def test_points_of_a_person_are_merged(folder: Path, out: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks.csv"
    first = graded(folder, out / "t.csv", both(out))
    marks.write_text("name,e\ns1,2\ns2,0\n")
    second = graded(folder, out / "t.csv", both(out), marks=marks)
    assert second.judged == 2
    assert first.summary.data()["open"] == 10
    assert second.summary.data()["open"] == 6
    assert b"s1,s1.txt,2,2,4,5,0,\r\n" in (out / "t.csv").read_bytes()
    assert b"s2,s2.txt,2,0,2,5,0,\r\n" in (out / "t.csv").read_bytes()
    marks.write_text("name,e\ns1,1\ns2,0\n")
    assert graded(folder, out / "t.csv", both(out), marks=marks).judged == 1
    assert graded(folder, out / "t.csv", both(out)).judged == 2


def test_points_for_what_could_not_be_judged(folder: Path, out: Path, tmp_path: Path) -> None:
    (folder / "zed.txt").write_text("!fail\n")
    marks = tmp_path / "marks.csv"
    marks.write_text("name,a,b,e\nzed,1,1.5,0\n")
    found = graded(folder, out / "t.csv", marks=marks)
    assert len(found.faults) == 1
    assert b"zed,zed.txt,2.5,0,2.5,5,0,undecided" in (out / "t.csv").read_bytes()


def test_another_exercise_is_judged_anew(folder: Path, out: Path) -> None:
    assert not graded(folder, out / "t.csv").anew
    other = judges.load_exercise(judges.EXERCISE.replace("Why?", "Why so?"), "sums.yaml")
    found = Grading(other, read_roster(folder), out / "t.csv", judge=judges.judge).run(1)
    assert (found.judged, found.anew) == (8, True)


def test_the_grades_of_another_exercise_are_not_replaced(folder: Path, out: Path) -> None:
    graded(folder, out / "t.csv")
    before = contents(out)
    other = judges.load_exercise(judges.EXERCISE.replace("id: sums", "id: others"), "others.yaml")
    grading = Grading(other, read_roster(folder), out / "t.csv", judge=judges.judge)
    with pytest.raises(ExsolveError, match="the grades of `sums`, and they would be replaced"):
        grading.run(1)
    assert contents(out) == before


@pytest.mark.parametrize("content", ["Name,Grade\nann,5\n", "name,file,1,total\n"])
def test_a_table_of_somebody_else_is_not_replaced(folder: Path, out: Path, content: str) -> None:
    (out / "t.csv").write_text(content)
    for _ in range(2):
        with pytest.raises(ExsolveError, match="not a table of these grades"):
            graded(folder, out / "t.csv")
    assert (out / "t.csv").read_text() == content


def test_a_table_of_ours_is_replaced_without_its_lines(folder: Path, out: Path) -> None:
    graded(folder, out / "t.csv")
    table = (out / "t.csv").read_bytes()
    (out / "t.jsonl").unlink()
    assert graded(folder, out / "t.csv").judged == 8
    assert (out / "t.csv").read_bytes() == table


def test_a_file_that_is_gone_is_told(folder: Path, out: Path) -> None:
    assert graded(folder, out / "t.csv").gone == []
    gone = sorted(folder.iterdir())[0]
    gone.unlink()
    assert graded(folder, out / "t.csv").gone == [gone.name]
    assert graded(folder, out / "t.csv").gone == []


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        (b'"score":', b'"score":"NaN","x":'),
        (b'"answers":[', b'"answers":5,"x":['),
        (b'"exact":"', b'"exact":"1/0'),
        (b'"score":2', b'"score":5'),
        (b'"name":', b'"names":'),
    ],
)
def test_a_line_that_somebody_changed_is_judged_anew(
    folder: Path, out: Path, found: bytes, changed: bytes
) -> None:
    graded(folder, out / "t.csv")
    before = contents(out)
    lines = (out / "t.jsonl").read_bytes()
    assert found in lines
    (out / "t.jsonl").write_bytes(lines.replace(found, changed))
    assert graded(folder, out / "t.csv").judged > 0
    assert contents(out) == before
