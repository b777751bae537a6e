"""``marks.csv``: the points that a person gives, a row for each student, a column for each part."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from exsolve.errors import ExsolveError, Position, Problem
from exsolve.grading.csv_cells import TextCell, read_cells
from exsolve.grading.judging import Marks
from exsolve.grading.roster import Submission
from exsolve.grading.table import harmless, table
from exsolve.spec.files import decode, read_bytes
from exsolve.spec.report import quote, suggestion
from exsolve.typesetting.remarks import number
from exsolve.verdicts import Marked

NAME, FILE = "name", "file"
IN_WORDS = " in words"
_ASIDE = re.compile(rf"(?:{IN_WORDS})?(?: ?\([^()]*\))?$")
"""What a header says behind the name of its answer; without a comma, which could separate."""
_POINTS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}|/0{0,8}[1-9][0-9]{0,8})?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


class Markable(NamedTuple):
    """An answer that a person may give points, by exercise and name; ``words``: has to give."""

    exercise: str
    name: str
    points: Fraction
    words: bool


def markable(blank: Marked) -> dict[str, Markable]:
    """The answers by the headers of their columns: ``e``, or in a set ``attention-forward e``.

    An answer in words is called by its part; any other may be given points too, by its name, where
    somebody has looked at what could not be decided or read.
    """
    found: dict[str, Markable] = {}
    for one in blank.exercises:
        for answer in one.answers:
            header = f"{one.exercise} {answer.name}" if blank.set else answer.name
            found[header] = Markable(
                one.exercise, answer.name, answer.points, answer.sort == "words"
            )
    return found


def marks_form(
    submissions: Sequence[Submission], blank: Marked, left: Container[tuple[str, str]] = ()
) -> bytes:
    """A file to fill in: every student, and a column for each answer in words, and for what else
    is ``left`` to a person, by exercise and name; with the points that it is worth."""
    headers = [
        f"{header}{IN_WORDS if one.words else ''} (of {number(one.points)})"
        for header, one in markable(blank).items()
        if one.words or (one.exercise, one.name) in left
    ]
    rows = ([one.name, one.file, *("" for _ in headers)] for one in submissions)
    return table([[NAME, FILE, *headers], *rows])


def read_marks(path: Path, submissions: Sequence[Submission], blank: Marked) -> dict[str, Marks]:
    """The points that were given, by the file of the submission; empty cells give none.

    Rows are known by their ``name``, or by their ``file`` where there is such a column. Raises
    ExsolveError with everything that is wrong, each with its line and column.
    """
    file = str(path)
    problems: list[Problem] = []
    lines = read_cells(decode(read_bytes(path), file), file)
    header = next(lines, None)
    if header is None:
        raise ExsolveError(f"{file}: an empty file", expected="a line of headers: name, ...")
    columns = _columns(header, blank, problems)
    rows = _Rows(submissions)
    found: dict[str, Marks] = {}
    seen: dict[str, Position] = {}
    for cells in lines:
        submission = rows.found(header, cells, problems)
        if submission is None:
            continue
        if submission.file in seen:
            problems.append(
                Problem(
                    f"{quote(submission.name)} stands twice",
                    found=f"first in line {seen[submission.file].line}",
                    hint="one row for each student",
                    position=cells[0].position,
                )
            )
            continue
        seen[submission.file] = cells[0].position
        marks = dict(_marks(cells, columns, problems))
        if len(cells) > len(header):
            problems.append(
                Problem(
                    "more cells than headers",
                    expected=f"{len(header)} cells",
                    found=f"{len(cells)}",
                    hint="put a text with a comma into quotation marks, and 1.5 for 1,5",
                    position=cells[len(header)].position,
                )
            )
        if marks:
            found[submission.file] = marks
    if problems:
        raise ExsolveError(problems)
    return found


def _columns(
    header: Sequence[TextCell], blank: Marked, problems: list[Problem]
) -> list[Markable | None]:
    """What each column gives points for; None for those that name the student."""
    known = markable(blank)
    titles = [_ASIDE.sub("", cell.text) for cell in header]
    columns: list[Markable | None] = []
    for place, cell in enumerate(header):
        columns.append(known.get(titles[place]))
        if titles[place] in titles[:place]:
            problems.append(
                Problem(f"the column {quote(cell.text)} stands twice", position=cell.position)
            )
        elif cell.text not in (NAME, FILE) and columns[-1] is None:
            problems.append(
                Problem(
                    f"the column {quote(cell.text)} is no answer to give points for"
                    if cell.text
                    else "a column without a header",
                    expected="name, file, or an answer",
                    hint=suggestion(cell.text, [NAME, FILE, *known]),
                    position=cell.position,
                )
            )
    if NAME not in titles and FILE not in titles:
        problems.append(
            Problem(
                "no column says whose points these are",
                expected="a column `name`",
                position=header[0].position,
            )
        )
    return columns


def _marks(
    cells: Sequence[TextCell], columns: Sequence[Markable | None], problems: list[Problem]
) -> Iterator[tuple[tuple[str, str], Fraction]]:
    for cell, column in zip(cells, columns, strict=False):
        if column is None or not cell.text:
            continue
        address = (column.exercise, column.name)
        if not _POINTS.fullmatch(cell.text):
            comma = _DECIMAL_COMMA.fullmatch(cell.text)
            problems.append(
                Problem(
                    f"{quote(cell.text)} is no number of points",
                    expected=f"a number from 0 to {number(column.points)}, or nothing",
                    hint=f"write {cell.text.replace(',', '.')}" if comma else "",
                    position=cell.position,
                )
            )
        elif cell.text == number(column.points):
            # rounded up, they may be more than there are
            yield address, column.points
        elif Fraction(cell.text) > column.points:
            problems.append(
                Problem(
                    f"{cell.text} points for {column.name}",
                    expected=f"at most {number(column.points)}",
                    found=cell.text,
                    position=cell.position,
                )
            )
        else:
            yield address, Fraction(cell.text)


class _Rows:
    """The submissions as they are named in tables."""

    def __init__(self, submissions: Sequence[Submission]) -> None:
        self.files = _known_as(submissions, FILE)
        self.names = _known_as(submissions, NAME)

    def found(
        self, header: Sequence[TextCell], cells: Sequence[TextCell], problems: list[Problem]
    ) -> Submission | None:
        """The submission of a row."""
        given = dict(zip((cell.text for cell in header), cells, strict=False))
        key = given.get(FILE) if FILE in given and given[FILE].text else given.get(NAME)
        if key is None or not key.text:
            if any(title in (NAME, FILE) for title in given):
                problems.append(Problem("a row without a name", position=cells[0].position))
            return None
        known = self.files if key is given.get(FILE) else self.names
        candidates = known.get(key.text, ())
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            files = ", ".join(one.file for one in candidates)
            problems.append(
                Problem(
                    f"{len(candidates)} submissions are called {quote(key.text)}",
                    expected="a column `file` that says which",
                    found=files,
                    position=key.position,
                )
            )
        else:
            problems.append(
                Problem(
                    f"nobody is called {quote(key.text)}"
                    if known is self.names
                    else f"there is no file {quote(key.text)}",
                    hint=suggestion(key.text, [*known]),
                    position=key.position,
                )
            )
        return None


def _known_as(submissions: Sequence[Submission], what: str) -> Mapping[str, list[Submission]]:
    """Submissions by name or file, as it is and as a table shows it."""
    found: dict[str, list[Submission]] = {}
    for one in submissions:
        text = one.name if what == NAME else one.file
        for shown in {text.strip(), harmless(text).strip()}:
            found.setdefault(shown, []).append(one)
    return found
