"""The places of a diagram's nodes as numbers of columns and rows, no two nodes at one place."""

from __future__ import annotations

from typing import NamedTuple

from exsolve.drawing.pictures import Diagram

_DIGITS = 6
"""Decimals of a place that count: those of a circle's points are not exact."""


class Grid(NamedTuple):
    """For each node its column and row, counted from 0; the position of each column."""

    columns: list[int]
    rows: list[int]
    column_values: list[float]


def grid(diagram: Diagram) -> Grid:
    """The grid of a diagram; of nodes at one place, the later ones get columns of their own."""
    seen: dict[tuple[float, float], int] = {}
    keys: list[tuple[float, int]] = []
    heights: list[float] = []
    for node in diagram.nodes:
        place = (round(node.column, _DIGITS), round(node.row, _DIGITS))
        keys.append((place[0], seen.setdefault(place, 0)))
        heights.append(place[1])
        seen[place] += 1
    columns = sorted(set(keys))
    rows = sorted(set(heights))
    values: list[float] = []
    for value, copy in columns:
        values.append(value if copy == 0 else values[-1] + 0.5)
        if len(values) > 1 and values[-1] <= values[-2]:
            values[-1] = values[-2] + 0.5
    return Grid([columns.index(key) for key in keys], [rows.index(y) for y in heights], values)
