"""Tables on a page: columns where they fit, else one block for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.solution import Table, TableRow, Value
from exsolve.text_width import display_width
from exsolve.typesetting.boxes import Line, Span, filled, wrapped
from exsolve.typesetting.values import cell_text, value_box

NARROWEST_WORDS = 30
"""Columns that a first column of words needs, so that it is wrapped and the rest keeps its row."""


def table_cell(cell: str | Node | Value) -> str:
    """A cell of a table: text, mathematics, a number, a shape as a tuple, or rows in brackets."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Node):
        return written(cell, "terminal")
    if not cell.shape:
        return cell_text(cell.cells[0], False)
    if len(cell.shape) > 1:
        return _nested(cell.nested([cell_text(one, False) for one in cell.cells]))
    inside = ", ".join(cell_text(one, False) for one in cell.cells)
    return f"({inside},)" if len(cell.cells) == 1 else f"({inside})"


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else str(value)


def table_lines(table: Table, width: int) -> Iterator[Line]:
    """A table; its rows' lines stand under them. Too wide for the page, it goes row by row."""
    rows = [[table_cell(cell) for cell in row.cells] for row in table.rows]
    totals = [table_cell(cell) for cell in table.totals]
    widths = [
        max(
            display_width(row[column])
            for row in [table.columns, *rows, *([totals] if totals else [])]
        )
        for column in range(len(table.columns))
    ]
    if table.title:
        yield (Span(f"  {table.title}", "heading"),)
    excess = sum(widths) + 2 * len(widths) - width
    if excess > 0 and widths[0] - excess < NARROWEST_WORDS:
        yield from _tall_table(table, rows, totals, width)
        return
    if excess > 0 and not all(isinstance(row.cells[0], str) for row in table.rows):
        yield from _tall_table(table, rows, totals, width)
        return
    widths[0] -= max(excess, 0)
    yield (Span("  " + _table_row(table.columns, widths, table.numeric), "label"),)
    yield (Span("  " + "─" * (sum(widths) + 2 * (len(widths) - 1)), "rule"),)
    for row, cells in zip(table.rows, rows, strict=True):
        first, *further = filled(cells[0], widths[0]) or [""]
        yield (Span("  " + _table_row([first, *cells[1:]], widths, table.numeric), "exact"),)
        for text in further:
            yield (Span(f"  {text}", "exact"),)
        yield from _row_lines(row, width)
    if totals:
        yield (Span("  " + "─" * (sum(widths) + 2 * (len(widths) - 1)), "rule"),)
        yield (Span("  " + _table_row(totals, widths, table.numeric), "name"),)


def _table_row(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    shown = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - display_width(cell))
        shown.append(space + cell if numeric and numeric[place] else cell + space)
    return "  ".join(shown).rstrip()


def _row_lines(row: TableRow, width: int) -> Iterator[Line]:
    for line in row.lines:
        text = line if isinstance(line, str) else written(line, "terminal")
        for part in wrapped(text, width - 6, 4):
            yield (Span("      " + part, "note"),)


def _tall_table(
    table: Table, rows: Sequence[Sequence[str]], totals: Sequence[str], width: int
) -> Iterator[Line]:
    """Each row as a block: its first cells, up to one that is no number, are its heading."""
    first = 1 + next((place for place, numeric in enumerate(table.numeric) if not numeric), 0)
    heads = table.columns[first:]
    label = max((display_width(head) for head in heads), default=0)
    for place, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        if place:
            yield ()
        title = "  ".join([_heading(table, row.cells[0]), *filter(None, cells[1:first])])
        yield from _block(title, row.cells[first:], heads, label, width)
        yield from _row_lines(row, width)
    if totals:
        yield ()
        title = "  ".join(filter(None, totals[:first]))
        yield from _block(title, table.totals[first:], heads, label, width)


def _heading(table: Table, cell: str | Node | Value) -> str:
    """What a block is about: ``m = -10`` and ``m → ∞`` of what varies, ``step 3``, a label."""
    text = table_cell(cell)
    if isinstance(cell, Node):
        return f"{table.columns[0]} = {text}"
    counted = bool(table.numeric) and table.numeric[0]
    return f"{table.columns[0]} {text}" if counted or text.startswith("→") else text


def _block(
    title: str,
    cells: Sequence[str | Node | Value],
    heads: Sequence[str],
    label: int,
    width: int,
) -> Iterator[Line]:
    for place, text in enumerate(wrapped(title, width - 2, 6)):
        yield (Span(text if place else f"  {text}", "name"),)
    for head, cell in zip(heads, cells, strict=True):
        text = table_cell(cell)
        if not text:
            continue
        room = width - label - 8
        lines: list[Line] = [(Span(part, "exact"),) for part in wrapped(text, room)]
        if isinstance(cell, Value) and len(cell.shape) == 2:
            box = value_box(cell)
            lines = [*box.lines] if box.width <= room else lines
        for place, line in enumerate(lines):
            shown = "" if place else head
            space = " " * (label - display_width(shown))
            yield (Span(f"      {shown}{space}  ", "label"), *line)
