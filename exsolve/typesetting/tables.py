"""Tables on a page: columns where they fit, else one block for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.solution import Table, TableRow, Value
from exsolve.text_width import display_width
from exsolve.typesetting.boxes import Line, Span, wrapped
from exsolve.typesetting.values import cell_text


def table_cell(cell: str | Node | Value) -> str:
    """A cell of a table: text, mathematics, a number, or a shape as a tuple."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Node):
        return written(cell, "terminal")
    if not cell.shape:
        return cell_text(cell.cells[0], False)
    inside = ", ".join(cell_text(one, False) for one in cell.cells)
    return f"({inside},)" if len(cell.cells) == 1 else f"({inside})"


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
    if sum(widths) + 2 * len(widths) > width:
        yield from _tall_table(table, rows, totals, width)
        return
    yield (Span("  " + _table_row(table.columns, widths, table.numeric), "label"),)
    yield (Span("  " + "─" * (sum(widths) + 2 * (len(widths) - 1)), "rule"),)
    for row, cells in zip(table.rows, rows, strict=True):
        yield (Span("  " + _table_row(cells, widths, table.numeric), "exact"),)
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
        yield from _block(cells, first, heads, label, width)
        yield from _row_lines(row, width)
    if totals:
        yield ()
        yield from _block(totals, first, heads, label, width)


def _block(
    cells: Sequence[str], first: int, heads: Sequence[str], label: int, width: int
) -> Iterator[Line]:
    title = "  ".join(cell for cell in cells[:first] if cell)
    for place, text in enumerate(wrapped(title, width - 2, 6)):
        yield (Span(text if place else f"  {text}", "name"),)
    for head, cell in zip(heads, cells[first:], strict=True):
        if not cell:
            continue
        for place, text in enumerate(wrapped(cell, width - label - 8)):
            shown = "" if place else head
            space = " " * (label - display_width(shown))
            yield (Span(f"      {shown}{space}  ", "label"), Span(text, "exact"))
