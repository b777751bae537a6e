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
from typing import Any

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


def header(marked: Marked) -> bytes:
    """The first line."""
    return line(["name", "file", *part_names(marked), "total", "out of", "open", "flags"])


def row(record: dict[str, Any]) -> bytes:
    """The line of a submission, of the record that is kept of it."""
    return line(
        [
            record["name"],
            record["file"],
            *(part["score"] for part in record["parts"]),
            record["score"],
            record["out_of"],
            record["open"],
            "; ".join(record["flags"]),
        ]
    )


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
