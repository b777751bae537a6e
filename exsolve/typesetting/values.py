"""Values as lines of a page: beside their decimals where they fit, in blocks, or cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from exsolve.expression.tree import Constant, Name, Node, transform
from exsolve.notation import scalar_tree, written
from exsolve.solution import Cell, Step, Value
from exsolve.typesetting import phrases
from exsolve.typesetting.boxes import (
    Box,
    Line,
    Span,
    beside,
    display_width,
    matrix,
    text_box,
    wrapped,
)

PLACEHOLDER = "\ue000"
LONG_CELL = 24
"""Characters of a cell above which an array that does not fit is written cell by cell."""
SHOWN_ROWS = 24
SHOWN_CELLS = 8
"""Rows and long cells that are shown when not everything is."""


def cell_text(cell: Cell, decimal: bool) -> str:
    """A cell on a terminal, exact or in decimals."""
    if decimal and cell.decimal is not None:
        return cell.decimal
    return written(cell.exact, "terminal")


def with_decimal(cell: Cell) -> str:
    """``1/5 = 0.2``, ``√2 ≈ 1.414``, or the exact value alone where it is the decimal."""
    exact = cell_text(cell, False)
    if cell.decimal is None or cell.decimal == written(cell.exact, "text"):
        return exact
    return f"{exact} {'=' if cell.equal else '≈'} {cell.decimal}"


def adds_decimals(value: Value) -> bool:
    """Whether the decimals say something that the exact value does not."""
    return any(
        cell.decimal is not None and cell.decimal != written(cell.exact, "text")
        for cell in value.cells
    )


def array_box(
    sizes: Sequence[int],
    cells: Sequence[str],
    style: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Box:
    """Texts as a number, a row in brackets, a matrix, or matrices side by side."""
    if not sizes:
        return text_box(cells[0], style)
    if len(sizes) == 1:
        return text_box("[" + ", ".join(cells) + "]", style)
    width = len(cells) // sizes[0]
    blocks = [cells[place * width : (place + 1) * width] for place in range(sizes[0])]
    if len(sizes) == 2:
        return matrix(
            blocks,
            style,
            rows if len(rows) == sizes[0] else (),
            columns if len(columns) == sizes[1] else (),
        )
    boxes = [text_box("[ ", "bracket")]
    for place, block in enumerate(blocks):
        boxes += [
            array_box(sizes[1:], block, style),
            text_box("  " if place + 1 < len(blocks) else ""),
        ]
    return beside(*boxes, text_box(" ]", "bracket"))


def value_box(
    value: Value,
    decimal: bool = False,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Box:
    """A whole value as one box, exact or in decimals."""
    cells = [cell_text(cell, decimal) for cell in value.cells]
    style = "decimal" if decimal else "exact"
    return array_box([int(size) for size in value.shape], cells, style, rows, columns)


def formula_box(node: Node) -> Box:
    """An expression on one baseline, its array constants as matrices."""
    constants: list[Constant] = []

    def placeholder(part: Node) -> Node | None:
        if isinstance(part, Constant):
            constants.append(part)
            return Name(PLACEHOLDER)
        return None

    texts = written(transform(node, placeholder), "terminal").split(PLACEHOLDER)
    boxes = [text_box(texts[0], "formula")]
    for constant, text in zip(constants, texts[1:], strict=True):
        cells = [written(scalar_tree(cell), "terminal") for cell in constant.value.flat]
        boxes += [array_box(constant.value.shape, cells, "formula"), text_box(text, "formula")]
    return beside(*boxes)


def indented(box: Box, indent: str, width: int) -> Iterator[Line]:
    """The lines of a box; a single line that is too wide is broken."""
    if len(box.lines) == 1 and box.width > width:
        style = box.lines[0][-1].style
        text = "".join(span.text for span in box.lines[0])
        for line in wrapped(text, width, 4):
            yield (Span(indent + line, style),)
        return
    for spans in box.lines:
        yield (Span(indent), *spans)


def value_lines(step: Step, lead: Box, indent: str, width: int, everything: bool) -> Iterator[Line]:
    """A step's value after ``lead`` (``A = `` or ``= ``), equal rows of a large matrix once."""
    if step.groups:
        yield from _grouped(step, lead, indent, width)
        return
    value = step.value
    exact = value_box(value, False, step.rows, step.columns)
    fits = lead.width + exact.width <= width
    if fits or not value.shape or (len(value.shape) == 1 and not _has_long_cells(value)):
        yield from _whole(value, lead, exact, step.rows, step.columns, indent, width)
    elif _has_long_cells(value):
        yield from _cell_by_cell(step, indent, width, everything)
    else:
        yield from _in_blocks(step, lead, indent, width, everything)


def _has_long_cells(value: Value) -> bool:
    return any(display_width(cell_text(cell, False)) > LONG_CELL for cell in value.cells)


def _whole(
    value: Value,
    lead: Box,
    exact: Box,
    rows: Sequence[str],
    columns: Sequence[str],
    indent: str,
    width: int,
) -> Iterator[Line]:
    joined = beside(lead, exact)
    if adds_decimals(value):
        sign = text_box("= " if value.rational else "≈ ", "sign")
        decimal = beside(sign, value_box(value, True))
        if joined.width + decimal.width + 2 <= width:
            joined = beside(joined, text_box("  "), decimal)
        else:
            yield from indented(joined, indent, width)
            labelled = beside(sign, value_box(value, True, rows, columns))
            many = len(value.shape) > 1 and value.shape[0] != 1
            joined = labelled if many and labelled.width <= width else decimal
    yield from indented(joined, indent, width)


def _grouped(step: Step, lead: Box, indent: str, width: int) -> Iterator[Line]:
    columns = int(step.value.shape[1])

    def row(place: int) -> tuple[Cell, ...]:
        return step.value.cells[place * columns : (place + 1) * columns]

    telling = [group.rows[0] for group in step.groups if len(group.rows) == 1]
    if telling:
        names = tuple(step.rows[r] if step.rows else f"row {r + 1}" for r in telling)
        cells = tuple(cell for place in telling for cell in row(place))
        value = Value((len(telling), columns), cells)
        shown = step._replace(value=value, groups=(), rows=names)
        yield from value_lines(shown, lead, indent, width, True)
    for place, group in enumerate(group for group in step.groups if len(group.rows) > 1):
        names_text = phrases.row_names(step, group)
        cells = row(group.rows[0])
        if group.uniform:
            text = f"{names_text}: all {with_decimal(cells[0])}"
        else:
            one = Value((columns,), cells)
            text = f"{names_text}: {_row_text(cells, False)}"
            if adds_decimals(one):
                text += f" {'=' if one.rational else '≈'} {_row_text(cells, True)}"
        begin = "= " if not telling and not place else "  "
        for number, line in enumerate(wrapped(text, width - 2, 4)):
            yield (Span(indent + ("  " if number else begin), "sign"), Span(line, "exact"))


def _row_text(cells: Sequence[Cell], decimal: bool) -> str:
    return "[" + ", ".join(cell_text(cell, decimal) for cell in cells) + "]"


def _cell_by_cell(step: Step, indent: str, width: int, everything: bool) -> Iterator[Line]:
    """A line for each cell; of very many, the first ones."""
    places = list(np.ndindex(*map(int, step.value.shape)))
    shown = len(places) if everything else SHOWN_CELLS
    name = phrases.shown_name(step)
    for place in places[:shown]:
        text = f"{phrases.cell_name(name, place)} = {with_decimal(step.value.cell(place))}"
        for line in wrapped(text, width, 6):
            yield (Span(indent + line, "exact"),)
    if len(places) > shown:
        left = len(places) - shown
        cells = "cell" if left == 1 else "cells"
        yield (Span(f"{indent}… {left} more {cells} (--detail long)", "note"),)
        blank = text_box("≈ ", "sign")
        yield from _blocks(step, True, blank, indent, width, everything)


def _in_blocks(step: Step, lead: Box, indent: str, width: int, everything: bool) -> Iterator[Line]:
    """A wide matrix in blocks of columns; a deeper array matrix by matrix."""
    yield from _blocks(step, False, lead, indent, width, everything)
    if adds_decimals(step.value):
        sign = text_box("= " if step.value.rational else "≈ ", "sign")
        yield from _blocks(step, True, sign, indent, width, everything)


def _blocks(
    step: Step, decimal: bool, lead: Box, indent: str, width: int, everything: bool
) -> Iterator[Line]:
    shape = [int(size) for size in step.value.shape]
    texts = np.array([cell_text(cell, decimal) for cell in step.value.cells], dtype=object)
    style = "decimal" if decimal else "exact"
    if len(shape) == 1:
        yield from indented(beside(lead, array_box(shape, list(texts), style)), indent, width)
        return
    for outer in np.ndindex(*shape[:-2]):
        table = texts.reshape(shape)[outer]
        if outer:
            place = phrases.cell_name(phrases.shown_name(step), outer)
            yield (Span(f"{indent}{place}:", "label"),)
        yield from _matrix_blocks(table, style, lead, indent, width, everything)


def _matrix_blocks(
    table: np.ndarray, style: str, lead: Box, indent: str, width: int, everything: bool
) -> Iterator[Line]:
    height, count = table.shape
    rows = height if everything or height <= SHOWN_ROWS else SHOWN_ROWS // 2
    widths = [max(map(display_width, column)) + 2 for column in table.T]
    start = 0
    while start < count:
        stop, used = start, lead.width + 4
        while stop < count and (stop == start or used + widths[stop] <= width):
            used += widths[stop]
            stop += 1
        block = matrix([list(row) for row in table[:rows, start:stop]], style)
        if stop - start < count:
            label = f"columns {start + 1} to {stop}" if stop > start + 1 else f"column {stop}"
            yield (Span(f"{indent}{' ' * lead.width}{label}", "label"),)
        yield from indented(
            beside(lead if not start else text_box(" " * lead.width), block), indent, width
        )
        start = stop
    if rows < height:
        yield (Span(f"{indent}… rows {rows + 1} to {height} (--detail long)", "note"),)
