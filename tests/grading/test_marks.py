"""Points that a person gives, from a CSV file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from grading import judges

from exsolve.errors import ExsolveError
from exsolve.grading.marks import marks_form, read_marks
from exsolve.grading.roster import Roster

BLANK = judges.judge(judges.TASK, b"")


def roster(*files: str) -> Roster:
    return Roster(Path("class"), files or ("ann.txt", "bob.txt"), frozenset(), [])


def read(folder: Path, text: str, found: Roster | None = None) -> dict[str, object]:
    file = folder / "marks.csv"
    file.write_bytes(text.encode())
    return dict(read_marks(file, found or roster(), BLANK))


E_ = ("sums", "e")


@pytest.mark.parametrize(
    "text",
    [
        "name,e\nann,1.5\nbob,\n",
        "\ufeffname;e\r\nann;1.5\r\nbob;\r\n",
        'name\te\nann\t"1.5"\n',
        'e,name\n3/2,"ann"',
        "file,e\nann.txt,1.50\n",
        "name,file,e\n,ann.txt,1.5\n",
        "name,e\n\n,\nann , 1.5 \n",
        "name,e\rann,1.5\r",
    ],
)
def test_points_by_the_file_of_the_submission(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == {"ann.txt": {E_: Fraction(3, 2)}}


def test_other_answers_may_be_given_points_too(tmp_path: Path) -> None:
    found = read(tmp_path, "name,a,e\nann,1,0\nbob,1/2,\n")
    assert found == {
        "ann.txt": {("sums", "a"): 1, E_: 0},
        "bob.txt": {("sums", "a"): Fraction(1, 2)},
    }


def test_two_files_of_a_name_are_told_apart_by_the_file(tmp_path: Path) -> None:
    two = roster("ann.txt", "ann.md")
    with pytest.raises(ExsolveError, match=r"marks.csv:2:1: 2 submissions are called `ann`"):
        read(tmp_path, "name,e\nann,1\n", two)
    assert read(tmp_path, "name,file,e\nann,ann.md,1\n", two) == {"ann.md": {E_: 1}}


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = 'name,e,f,e,\nann,2.5,,,\nbbo,1,,,\nbob,"two",,,\nbob,1,,,\n,1,,,\nann,1,2,3,4,5\n'
    with pytest.raises(ExsolveError) as caught:
        read(tmp_path, text)
    places = {
        (problem.position.line, problem.position.column): problem.message
        for problem in caught.value.problems
        if problem.position
    }
    assert len(places) == len(caught.value.problems)
    assert places == {
        (1, 8): "the column `f` is no answer to give points for",
        (1, 10): "the column `e` stands twice",
        (1, 12): "a column without a header",
        (2, 5): "2.5 points for e",
        (3, 1): "nobody is called `bbo`",
        (4, 5): "`two` is no number of points",
        (5, 1): "`bob` stands twice",
        (6, 1): "a row without a name",
        (7, 1): "`ann` stands twice",
    }
    assert "`bob`" in str(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty file"),
        ("e\n1\n", "no column says whose points these are"),
        ("name;e\nann;1,5\n", "write 1.5"),
        ("name,e\nann,1,5\n", "more cells than headers"),
        ("name,e\nann,-1\n", "is no number of points"),
        ("name,e\nann,1e9\n", "is no number of points"),
        ("name,e\nann,1/0\n", "is no number of points"),
        ("name,e\nann,1/00\n", "is no number of points"),
        ("name,e\nann,=1+1\n", "is no number of points"),
        ('name,e\n"ann,1\n', r"marks.csv:2:1: a quotation mark that is not closed"),
        ("file,e\nann,1\n", "there is no file `ann`"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ExsolveError, match=message):
        read(tmp_path, text)


def test_a_cell_over_lines_keeps_the_places_of_those_after_it(tmp_path: Path) -> None:
    with pytest.raises(ExsolveError, match=r"marks.csv:4:6: `x`"):
        read(tmp_path, 'name,e\n"\n\nann",  x\n')


def test_what_else_is_open_has_a_column(tmp_path: Path) -> None:
    form = marks_form(roster(), BLANK, {("sums", "b")}).decode("utf-8-sig")
    assert form.splitlines()[0] == "name,file,b (of 2),e in words (of 2)"
    for separator in ",;":
        filled = form.replace(",", separator).replace(
            f"ann.txt{separator}", f"ann.txt{separator}3/2"
        )
        assert read(tmp_path, filled) == {"ann.txt": {("sums", "b"): Fraction(3, 2)}}


def test_all_points_may_be_given_as_they_are_shown(tmp_path: Path) -> None:
    """5/3 points are 1.67 in the header, which is more."""
    part = BLANK.exercises[0].parts[0]
    answer = part.answers[0]._replace(points=Fraction(5, 3))
    exercise = BLANK.exercises[0]._replace(parts=(part._replace(answers=(answer,)),))
    blank = BLANK._replace(exercises=(exercise,))
    file = tmp_path / "marks.csv"
    file.write_text("name,a (of 1.67)\nann,1.67\n")
    assert read_marks(file, roster(), blank) == {"ann.txt": {("sums", "a"): Fraction(5, 3)}}
    file.write_text("name,a (of 1.67)\nann,1.68\n")
    with pytest.raises(ExsolveError, match=r"expected: at most 1\.67"):
        read_marks(file, roster(), blank)


def test_a_column_stands_once_however_it_is_headed(tmp_path: Path) -> None:
    with pytest.raises(ExsolveError, match=r"the column `e in words \(of 2\)` stands twice"):
        read(tmp_path, "name,e,e in words (of 2)\nann,1,2\n")


def test_the_blank_form_is_read_as_no_points(tmp_path: Path) -> None:
    found = roster("=ann.txt", "bob.txt", "o, neil.txt")
    form = marks_form(found, BLANK).decode("utf-8-sig")
    assert form.splitlines()[0] == "name,file,e in words (of 2)"
    assert read(tmp_path, form, found) == {}
    filled = form.replace("'=ann.txt,", "'=ann.txt,2")
    assert read(tmp_path, filled, found) == {"=ann.txt": {E_: 2}}
