"""How wide the columns of a table are on a page, what stands on one page as a whole, and how much
room there is for an answer."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

from exsolve.document import Grid, Line, Mathematics, Rubric, Section
from exsolve.text_width import display_width

LINE: Final = 90.0
"""Characters in a line of the page."""
LEAST_ROOM: Final = 2.5
ROOM_OF_A_POINT: Final = 0.75
MOST_ROOM: Final = 9.0
"""Centimetres."""
MOST_LINES: Final = 22
"""Lines of what stands on one page as a whole, by estimate: half a page."""
_GAP: Final = 2.5
_LEAST: Final = 8.0
_BOLD: Final = 1.2

_FRACTION: Final = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_SILENT: Final = re.compile(
    r"\\(?:left|right|mathrm|operatorname|text|begin\{[a-z]+\}|end\{[a-z]+\})(?![A-Za-z])|[{}^_ ]"
)
_COMMAND: Final = re.compile(r"\\[A-Za-z]+|\\.")


def widths(grid: Grid) -> list[float]:
    """The share of the line that each column of a grid gets; nothing where all have room."""
    rows = [*grid.rows, *([grid.totals] if grid.totals else [])]
    natural = [
        max([_BOLD * display_width(title) + 1, *(width(row[place]) for row in rows)])
        for place, title in enumerate(grid.columns)
    ]
    room = LINE - _GAP * (len(natural) - 1)
    return [] if sum(natural) <= room else [one / LINE for one in _shared(natural, room)]


def is_short(block: Grid | Rubric) -> bool:
    """Whether a table or rubric stands on one page as a whole."""
    if isinstance(block, Rubric):
        lines = sum(ceil(display_width(item.text) / (LINE - _LEAST)) for item in block.items)
    else:
        shares = widths(block) or [1.0] * len(block.columns)
        lines = sum(max(map(_lines, row, shares)) for row in block.rows)
    return lines <= MOST_LINES


def _lines(cell: Line, share: float) -> int:
    rows = sum(one.latex.count(r"\\") for one in cell if isinstance(one, Mathematics))
    return max(1, ceil(width(cell) / (share * LINE))) + rows


def answer_room(section: Section) -> float:
    """The room for an answer on a worksheet, in centimetres: more for what is worth more."""
    points, _, _ = section.points.partition(" ")
    return min(LEAST_ROOM + ROOM_OF_A_POINT * float(points), MOST_ROOM)


def width(line: Line) -> float:
    """How wide a line is, in characters, by estimate."""
    return sum(
        _mathematics(one.latex)
        if isinstance(one, Mathematics)
        else display_width(one if isinstance(one, str) else one.text)
        for one in line
    )


def _mathematics(latex: str) -> float:
    shown = _FRACTION.sub(lambda match: max(match[1], match[2], key=len), latex)
    return len(_COMMAND.sub("m", _SILENT.sub("", shown))) * 1.1


def _shared(widths: list[float], room: float) -> list[float]:
    """Narrow columns keep their width, wide ones share what is left by their widths."""
    fair = room / len(widths)
    narrow = [one for one in widths if one <= fair]
    left = room - sum(narrow)
    wide = sum(one for one in widths if one > fair)
    return [one if one <= fair else max(_LEAST, left * one / wide) for one in widths]
