"""What of a large value a page shows: its telling rows, its beginning; for every format alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from exsolve.solution import Cell, Step, Value
from exsolve.typesetting import phrases

SHOWN_ROWS = 24
"""Rows of a matrix up to which all are shown; of more, half as many."""
SHOWN_COLUMNS = 120
SHOWN_ENTRIES = 200
SHOWN_MATRICES = 8
TALLEST = 32
"""Rows of a matrix that have room on a page; of more, some stand below the others."""
SHOWN_CELLS = 8
"""Long closed forms that are shown, each on a line of its own."""


class Excerpt(NamedTuple):
    """The beginning of a value, and a line about what it leaves out ("" where it is everything)."""

    value: Value
    left_out: str


class EqualRows(NamedTuple):
    """Rows that are shown once: what they are called, their cells, whether these are all equal."""

    names: str
    cells: tuple[Cell, ...]
    uniform: bool


class TellingRows(NamedTuple):
    """Rows of a matrix that are like no other: their names, their cells, where they stand in it."""

    names: tuple[str, ...]
    value: Value
    places: tuple[int, ...]


def bracketed(sizes: Sequence[int]) -> list[int]:
    """The sizes that brackets show: none of a single number, of an image no channel by itself."""
    if all(size == 1 for size in sizes):
        return []
    return [*(size for size in sizes[:-2] if size != 1), *sizes[-2:]]


def shown_of(count: int, most: int, everything: bool) -> int:
    """How many of so many are shown."""
    return count if everything or count <= most else most // 2


def beginning(
    value: Value, everything: bool, columns: int = SHOWN_COLUMNS, places: Sequence[int] = ()
) -> Excerpt:
    """The first matrices, rows and columns of a value where it is large.

    ``places``: where its rows stand in the matrix from which they are taken.
    """
    sizes = [int(size) for size in value.shape]
    kinds = [("matrices", SHOWN_MATRICES)] * (len(sizes) - 2)
    kinds += [("rows", SHOWN_ROWS), ("columns", columns)]
    if len(sizes) == 1:
        kinds = [("entries", SHOWN_ENTRIES)]
    shown = [
        shown_of(size, most, everything) for size, (_, most) in zip(sizes, kinds, strict=False)
    ]
    left = [
        f"{size - count} more {kind}"
        if places and kind == "rows"
        else f"{kind} {count + 1} to {size}"
        if count + 1 < size
        else f"{kind} {size}"
        for size, count, (kind, _) in zip(sizes, shown, kinds, strict=False)
        if count < size
    ]
    if not left:
        return Excerpt(value, "")
    return Excerpt(_cut(value, sizes, shown), f"… {', '.join(left)} (--detail long)")


def _cut(value: Value, sizes: Sequence[int], shown: Sequence[int]) -> Value:
    cells = list(value.cells)
    for axis in range(len(sizes)):
        width = 1
        for size in sizes[axis + 1 :]:
            width *= size
        kept = list(shown[:axis])
        blocks = 1
        for size in kept:
            blocks *= size
        cells = [
            cell
            for block in range(blocks)
            for cell in cells[
                block * sizes[axis] * width : (block * sizes[axis] + shown[axis]) * width
            ]
        ]
    return Value(tuple(shown), tuple(cells))


def stacked_rows(value: Value) -> list[tuple[int, Value]]:
    """A matrix that is taller than a page in parts that are not, each with its first row (from 0);
    any other value as it is."""
    if len(value.shape) != 2 or int(value.shape[0]) <= TALLEST:
        return [(0, value)]
    height, width = map(int, value.shape)
    parts = -(-height // TALLEST)
    starts = [height * part // parts for part in range(parts + 1)]
    return [
        (start, Value((end - start, width), value.cells[start * width : end * width]))
        for start, end in pairwise(starts)
    ]


def telling_rows(step: Step) -> TellingRows | None:
    """Of a matrix with equal rows: those that are like no other."""
    telling = tuple(group.rows[0] for group in step.groups if len(group.rows) == 1)
    if not telling:
        return None
    names = tuple(step.rows[row] if step.rows else f"row {row + 1}" for row in telling)
    cells = tuple(cell for row in telling for cell in _row(step.value, row))
    return TellingRows(names, Value((len(telling), step.value.shape[1]), cells), telling)


def whole_place(place: tuple[int, ...], places: Sequence[int]) -> tuple[int, ...]:
    """The place of a cell in the matrix from which rows are taken; ``places``: their places."""
    return (places[place[0]], *place[1:]) if places else place


def equal_rows(step: Step) -> list[EqualRows]:
    """Of a matrix with equal rows: each row that occurs again, once."""
    return [
        EqualRows(phrases.row_names(step, group), _row(step.value, group.rows[0]), group.uniform)
        for group in step.groups
        if len(group.rows) > 1
    ]


def _row(value: Value, place: int) -> tuple[Cell, ...]:
    columns = int(value.shape[1])
    return value.cells[place * columns : (place + 1) * columns]
