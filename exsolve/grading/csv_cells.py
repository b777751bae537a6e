"""Reading a table that a spreadsheet wrote, with the place of every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from exsolve.errors import ExsolveError, Position

_QUOTED = re.compile(r'[ ]*"((?:[^"]|"")*)"[ ]*')


class TextCell(NamedTuple):
    """A cell and where it begins."""

    text: str
    position: Position


def read_cells(text: str, file: str) -> Iterator[list[TextCell]]:
    """The lines of a table that are not empty (RFC 4180); ``;`` and tabs separate as well.

    What separates is what the first line has. Raises ExsolveError for a quotation without end.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = _QUOTED.sub("", text.split("\n", 1)[0])
    separator = max(",;\t", key=lambda one: (first.count(one), one == ","))
    plain = re.compile(f"[^{separator}\n]*")
    place, line, start = 0, 1, 0
    cells: list[TextCell] = []
    while place < len(text):
        position = Position(file, line, place - start + 1)
        quoted = _QUOTED.match(text, place)
        end = quoted.end() if quoted else -1
        if quoted and (end == len(text) or text[end] in (separator, "\n")):
            cells.append(TextCell(quoted[1].replace('""', '"').strip(), position))
            if breaks := text.count("\n", place, end):
                line += breaks
                start = text.rindex("\n", place, end) + 1
        elif text[place] == '"':
            raise ExsolveError(f"{position}: a quotation mark that is not closed in its cell")
        else:
            found = plain.match(text, place)
            assert found is not None
            end = found.end()
            cells.append(TextCell(found[0].strip(), position))
        if end < len(text) and text[end] == separator:
            place = end + 1
            if place == len(text) or text[place] == "\n":
                cells.append(TextCell("", Position(file, line, place - start + 1)))
                end = place
            else:
                continue
        if any(cell.text for cell in cells):
            yield cells
        cells = []
        place, line, start = end + 1, line + 1, end + 1
