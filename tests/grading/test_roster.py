"""Who handed in what: names of students, what is left out, files of one name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from exsolve.errors import ExsolveError
from exsolve.grading.roster import NOTHING_INSIDE, file_stem, natural, read_roster, student_of


def folder_with(folder: Path, *files: str) -> Path:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a = 1\n")
    return folder


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("jane.txt", "jane"),
        ("Jane Doe.MD", "Jane Doe"),
        ("jane", "jane"),
        ("jane.doe", "jane.doe"),
        ("J. Doe", "J. Doe"),
        ("jane.doe.yaml", "jane.doe"),
        ("jane.pdf", "jane"),
        (".txt", ".txt"),
        ("Zoë.txt", "Zoë"),
        ("Jane Doe_123_assignsubmission_file/answers.txt", "Jane Doe"),
        ("Jane Doe_123_assignsubmission_file_/deep/answers.txt", "Jane Doe"),
        ("Jane Doe_123_assignsubmission_file_answers.txt", "Jane Doe"),
        ("doejane_12345_67890_answers.txt", "doejane"),
        ("doejane_LATE_12345_67890_answers-1.txt", "doejane"),
        ("submission_277889/answers.txt", "submission_277889"),
        ("hw_1_2_jane.txt", "hw_1_2_jane"),
    ],
)
def test_the_name_of_a_student(file: str, name: str) -> None:
    assert student_of(file) == name


def test_names_stand_in_natural_order(tmp_path: Path) -> None:
    names = ["s10", "s2", "S1", "s002", "Émile", "emil", "s1b", "s1a"]
    folder_with(tmp_path, *(f"{name}.txt" for name in names))
    found = [one.name for one in read_roster(tmp_path)]
    assert found == ["emil", "S1", "s1a", "s1b", "s002", "s2", "s10", "Émile"]
    assert natural("x9") < natural("x10") < natural("x010b")
    assert natural("100000000000000000000000") > natural("99999999999999999999999")


def test_what_nobody_handed_in_is_left_out(tmp_path: Path) -> None:
    others = [".DS_Store", "jane.txt~", "#jane.txt#", "~$jane.txt", "jane.bak",
              "Thumbs.db", "__MACOSX/jane.txt", ".git/config", "submission_metadata.yml",
              "bob/.hidden"]  # fmt: skip
    own = ["grades.csv", "grades.jsonl", "feedback/jane.md", "bob/marks.csv"]
    folder_with(tmp_path, "jane.txt", "bob/answers.txt", *others, *own)
    mine = [tmp_path / one for one in ("grades.csv", "grades.jsonl", "feedback", "bob/marks.csv")]
    roster = read_roster(tmp_path, mine)
    assert [one.file for one in roster] == ["bob/answers.txt", "jane.txt"]
    gone = {".git", "__MACOSX", "feedback", *others, *own} - {
        ".git/config", "__MACOSX/jane.txt", "feedback/jane.md"
    }  # fmt: skip
    assert set(roster.left_out) == gone


def test_a_folder_for_each_student(tmp_path: Path) -> None:
    folder_with(tmp_path, "ann/answers.txt", "ann/photo.jpg", "bob/scan.pdf", "cy/a/b/answers.md")
    (tmp_path / "dan").mkdir()
    roster = read_roster(tmp_path)
    assert [(one.name, one.file, one.note) for one in roster] == [
        ("ann", "ann/answers.txt", "not read: photo.jpg"),
        ("bob", "bob/scan.pdf", ""),
        ("cy", "cy/a/b/answers.md", ""),
        ("dan", "dan", NOTHING_INSIDE),
    ]
    assert (roster.not_read, roster.left_out) == (["ann/photo.jpg"], [])


def test_two_files_of_one_name_are_two_rows_with_outputs_of_their_own(tmp_path: Path) -> None:
    folder_with(tmp_path, "jane.txt", "jane.md", "jane/answers.txt", "bob.txt", "jane.txt.txt")
    roster = read_roster(tmp_path)
    jane = [one for one in roster if one.name == "jane"]
    assert [one.file for one in jane] == ["jane.md", "jane.txt", "jane/answers.txt"]
    assert {one.note for one in jane} == {"one of 3 files of this name"}
    assert list(roster.doubles) == [one.file for one in jane]
    stems = [one.stem.casefold() for one in roster]
    assert len(set(stems)) == len(stems) == 5


def test_names_that_differ_in_what_some_systems_ignore(tmp_path: Path) -> None:
    folder_with(tmp_path, "Jane.txt", "jane.txt", "a:b.txt", "a?b.txt")
    stems = [one.stem.casefold() for one in read_roster(tmp_path)]
    assert len(set(stems)) == 4


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Jane Doe", "Jane Doe"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "_"),
        ("a/b", "a_b"),
        ("CON", "_CON"),
        ("nul.x", "_nul.x"),
        ("x\ny", "x_ny"),
        ("a. ", "a"),
        ("e\u0301", "é"),
        ("\udcff", "_xff"),
        ("é" * 100, "é" * 60),
    ],
)
def test_the_name_of_a_file_leads_nowhere_else(name: str, stem: str) -> None:
    assert file_stem(name) == stem
    Path(stem).name.encode()


def test_names_that_are_no_text(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"j\xffne.txt")).write_text("a = 1")
    except OSError:
        pytest.fail("this test needs a file system that takes any bytes as a name")
    (one,) = read_roster(tmp_path)
    assert one.name == "j\udcffne"
    assert one.stem == "j_xffne"


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ExsolveError, match="there is no such folder"):
        read_roster(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(ExsolveError, match="a file"):
        read_roster(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExsolveError, match="an empty folder"):
        read_roster(tmp_path / "empty")
    folder_with(tmp_path / "empty", ".DS_Store")
    with pytest.raises(ExsolveError, match=r"nothing was handed in.*\n.*\n.*DS_Store"):
        read_roster(tmp_path / "empty")
