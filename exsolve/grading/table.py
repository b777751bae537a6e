"""The table of a class, for spreadsheets.

RFC 4180, in UTF-8 with a byte order mark, by which Excel knows it. Texts that come from students
cannot become formulas: OWASP, "CSV Injection" (https://owasp.org/www-community/attacks/CSV_Injection)
names the first characters that make one, the full-width ones among them, and that a separator
within a text may begin a cell where another one is in use.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from exsolve.grading.records import rounded
from exsolve.prose.characters import visible
from exsolve.verdicts import Marked

BEGIN = b"\xef\xbb\xbf"
"""What stands before the first line."""

_FORMULA = "=+\\-@\t\r\n＝＋－＠"
_BEGINS = re.compile(f"^(?=\\s*[{_FORMULA}])")
_BEGINS_ELSEWHERE = re.compile(f"([;\t|])(?=[\\s\"']*[{_FORMULA}])")


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula, on one line."""
    text = _BEGINS_ELSEWHERE.sub(r"\1'", _BEGINS.sub("'", text))
    return " ".join(visible(text).split("\n"))


def part_names(marked: Marked) -> list[str]:
    """What the parts are called in tables: by their ids, in a set after those of the exercises."""
    return [
        f"{one.exercise} {part.id}" if marked.set else part.id
        for one in marked.exercises
        for part in one.parts
    ]


def answer_names(marked: Marked) -> list[str]:
    """What the answers are called in tables: after their parts, since two may share a name."""
    return [
        f"{part} in words" if answer.sort == "words" else f"{part}.{answer.name}"
        for part, answers in zip(
            part_names(marked),
            (one.answers for exercise in marked.exercises for one in exercise.parts),
            strict=True,
        )
        for answer in answers
    ]


def header(marked: Marked, answers: bool = False) -> bytes:
    """The first line; with ``answers`` each of them has a column behind all others."""
    names = answer_names(marked) if answers else []
    return line(["name", "file", *part_names(marked), "total", "out of", "open", "flags", *names])


def row(record: dict[str, Any], answers: bool = False) -> bytes:
    """The line of a submission, of the record that is kept of it; an open answer has no points."""
    return line(
        [
            record["name"],
            record["file"],
            *(part["score"] for part in record["parts"]),
            record["score"],
            record["out_of"],
            record["open"],
            "; ".join(record["flags"]),
            *(map(_score, record["answers"]) if answers else ()),
        ]
    )


def _score(answer: dict[str, Any]) -> int | float | str:
    if answer.get("open"):
        return ""
    return rounded(Fraction(answer["points"]) * Fraction(answer["credit"]))


def line(cells: Sequence[str | int | float]) -> bytes:
    """Cells as a line; texts are made harmless, numbers stay numbers."""
    written = io.StringIO()
    csv.writer(written).writerow(
        harmless(cell) if isinstance(cell, str) else cell for cell in cells
    )
    return written.getvalue().encode()


def table(lines: Iterable[Sequence[str | int | float]]) -> bytes:
    """A small table, whole."""
    return BEGIN + b"".join(map(line, lines))
