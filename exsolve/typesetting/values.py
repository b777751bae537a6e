"""Values as lines of a page: beside their decimals where they fit, in blocks, or cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from exsolve.expression.tree import Constant, Literal, Name, Node, transform
from exsolve.notation import scalar_tree, written
from exsolve.solution import Cell, Step, Value
from exsolve.text_width import display_width
from exsolve.typesetting import phrases
from exsolve.typesetting.boxes import (
    Box,
    Line,
    Span,
    beside,
    matrix,
    text_box,
    wrapped,
)
from exsolve.typesetting.excerpts import (
    SHOWN_CELLS,
    beginning,
    bracketed,
    equal_rows,
    telling_rows,
    whole_place,
)

PLACEHOLDERS = 0xF0000
"""The first of the private characters that stand for arrays until their boxes are put in."""
LONG_CELL = 24
"""Characters of a cell above which an array that does not fit is written cell by cell."""
LONGEST_FRACTION = 40
"""Characters of a fraction above which only its decimal is shown."""
LONGEST_LABEL = 0.4
"""Part of the page that labels of rows may take; longer ones stand below, by their numbers."""


def cell_text(cell: Cell, decimal: bool) -> str:
    """A cell on a terminal, exact or in decimals."""
    if decimal and cell.decimal is not None:
        return cell.decimal
    return cell.text("terminal", written)


def with_decimal(cell: Cell) -> str:
    """``1/5 = 0.2``, ``√2 ≈ 1.414``, or the exact value alone where it is the decimal."""
    exact = cell_text(cell, False)
    if not decimal_is_new(cell):
        return exact
    return f"{exact} {'=' if cell.equal else '≈'} {cell.decimal}"


def decimal_is_new(cell: Cell) -> bool:
    """Whether the decimal says something that the exact value does not."""
    if cell.decimal is None:
        return False
    # what differs from its decimal is not written as it is: no need to write it down to know
    return not cell.equal or cell.decimal != cell.text("text", written)


def adds_decimals(value: Value) -> bool:
    """Whether the decimals say something that the exact value does not."""
    return any(map(decimal_is_new, value.cells))


def array_box(
    sizes: Sequence[int],
    cells: Sequence[str],
    style: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Box:
    """Texts as a number, a row in brackets, a matrix, or matrices side by side."""
    sizes = bracketed(sizes)
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
            return Name(chr(PLACEHOLDERS + len(constants) - 1))
        return None

    # not every array stands in the text: of ones like another only the 1 does
    text = written(transform(node, placeholder), "terminal")
    boxes = []
    for part in re.split(f"([{chr(PLACEHOLDERS)}-\U0010ffff])", text):
        if len(part) == 1 and ord(part) >= PLACEHOLDERS:
            array = constants[ord(part) - PLACEHOLDERS].value
            cells = [written(scalar_tree(cell), "terminal") for cell in array.flat]
            boxes.append(array_box(array.shape, cells, "formula"))
        else:
            boxes.append(text_box(part, "formula"))
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


def value_lines(
    step: Step,
    lead: Box,
    indent: str,
    width: int,
    everything: bool,
    decimals: bool = True,
    places: Sequence[int] = (),
) -> Iterator[Line]:
    """A step's value after ``lead`` (``A = `` or ``= ``), equal rows of a large matrix once.

    ``decimals``: whether the decimals stand beside it, where they say something new.
    ``places``: where the rows stand in the matrix from which they are taken.
    """
    if step.groups:
        yield from _grouped(step, lead, indent, width, everything)
        return
    if decimals and not everything and _is_unreadable(step.value):
        # "x = " becomes "x ≈ "
        *name, last = lead.lines[0]
        sign = text_box(last.text.replace("=", "≈"), last.style)
        box = beside(*(text_box(*span) for span in name), sign)
        yield from indented(beside(box, value_box(step.value, True)), indent, width)
        return
    shown, left_out = beginning(step.value, everything, places=places)
    whole = not left_out
    rows, legend = _labels(step.rows if whole else step.rows[: int(shown.shape[0])], width, places)
    columns = step.columns if whole else ()
    step = step._replace(rows=rows, columns=columns)
    if len(shown.shape) == 1 and not _has_long_cells(shown):
        yield from _whole(step._replace(value=shown), lead, indent, width, decimals)
    elif whole and _fits(shown, rows, columns, width - lead.width):
        yield from _whole(step, lead, indent, width, decimals)
    elif _has_long_cells(shown):
        yield from _cell_by_cell(step, indent, width, everything, places)
        if not everything and step.value.shape and len(step.value.cells) > SHOWN_CELLS:
            blank = text_box("≈ ", "sign")
            yield from _blocks(step._replace(value=shown), True, blank, indent, width)
        else:
            left_out = ""
    else:
        step = step._replace(value=shown)
        yield from _blocks(step, False, lead, indent, width)
        if decimals and adds_decimals(shown):
            sign = text_box("= " if shown.rational else "≈ ", "sign")
            yield from _blocks(step, True, sign, indent, width)
    if left_out:
        yield (Span(f"{indent}{left_out}", "note"),)
    for text in legend:
        for line in wrapped(text, width, 4):
            yield (Span(indent + line, "label"),)


def _labels(
    labels: Sequence[str], width: int, places: Sequence[int]
) -> tuple[tuple[str, ...], list[str]]:
    """Labels for the side of a matrix; too long ones as numbers, with lines that explain them."""
    room = int(width * LONGEST_LABEL)
    if all(display_width(label) <= room for label in labels):
        return tuple(labels), []
    counted = places or range(len(labels))
    numbers = tuple(f"row {place + 1}" for place, _ in zip(counted, labels, strict=False))
    return numbers, [f"{number}: {label}" for number, label in zip(numbers, labels, strict=True)]


def _fits(value: Value, rows: Sequence[str], columns: Sequence[str], room: int) -> bool:
    """Whether the value as one box is narrow enough; a number may always be broken."""
    if not value.shape:
        return True
    sizes = [int(size) for size in value.shape]
    count = sizes[-1]
    # where one row is too wide, the others need not be written down to know
    for start in range(0, len(value.cells), max(count, 1)):
        used = 3 * (count - 1)
        for cell in value.cells[start : start + count]:
            used += display_width(cell_text(cell, False)) - 1
            if used > room:
                return False
    return value_box(value, False, rows, columns).width <= room


def _is_unreadable(value: Value) -> bool:
    """Whether a number, or one of a few, is a fraction whose digits tell nobody anything."""
    if len(value.shape) > 1 or len(value.cells) > SHOWN_CELLS or value.rational:
        return False
    return any(
        isinstance(cell.exact, Literal) and len(cell_text(cell, False)) > LONGEST_FRACTION
        for cell in value.cells
    )


def _has_long_cells(value: Value) -> bool:
    return any(display_width(cell_text(cell, False)) > LONG_CELL for cell in value.cells)


def _whole(step: Step, lead: Box, indent: str, width: int, decimals: bool) -> Iterator[Line]:
    """The value on one baseline with its decimals, or these below it."""
    value, rows, columns = step.value, step.rows, step.columns
    exact = beside(lead, value_box(value, False, rows, columns))
    if not decimals or not adds_decimals(value):
        yield from indented(exact, indent, width)
        return
    sign = text_box("= " if value.rational else "≈ ", "sign")
    many = len(value.shape) > 1 and value.shape[0] != 1
    decimal = beside(sign, value_box(value, True, rows if many else ()))
    first = beside(lead, value_box(value, False, (), columns)) if many else exact
    if first.width + decimal.width + 2 <= width:
        yield from indented(beside(first, text_box("  "), decimal), indent, width)
        return
    yield from indented(exact, indent, width)
    labelled = beside(sign, value_box(value, True, rows, columns))
    plain = beside(sign, value_box(value, True))
    yield from indented(labelled if many and labelled.width <= width else plain, indent, width)


def _grouped(step: Step, lead: Box, indent: str, width: int, everything: bool) -> Iterator[Line]:
    telling = telling_rows(step)
    if telling:
        shown = step._replace(value=telling.value, groups=(), rows=telling.names)
        yield from value_lines(shown, lead, indent, width, everything, places=telling.places)
    for place, (names_text, cells, uniform) in enumerate(equal_rows(step)):
        if uniform:
            text = f"{names_text}: all {with_decimal(cells[0])}"
        else:
            one = Value((len(cells),), cells)
            text = f"{names_text}: {_row_text(cells, False)}"
            if adds_decimals(one):
                text += f" {'=' if one.rational else '≈'} {_row_text(cells, True)}"
        begin = "= " if not telling and not place else "  "
        for number, line in enumerate(wrapped(text, width - 2, 4)):
            yield (Span(indent + ("  " if number else begin), "sign"), Span(line, "exact"))


def _row_text(cells: Sequence[Cell], decimal: bool) -> str:
    return "[" + ", ".join(cell_text(cell, decimal) for cell in cells) + "]"


def _cell_by_cell(
    step: Step, indent: str, width: int, everything: bool, rows: Sequence[int]
) -> Iterator[Line]:
    """A line for each cell; of very many, the first ones."""
    places = list(np.ndindex(*map(int, step.value.shape)))
    shown = len(places) if everything else SHOWN_CELLS
    name = phrases.shown_name(step)
    for place in places[:shown]:
        cell = phrases.cell_name(name, whole_place(place, rows))
        text = f"{cell} = {with_decimal(step.value.cell(place))}"
        for line in wrapped(text, width, 6):
            yield (Span(indent + line, "exact"),)
    if len(places) > shown:
        left = len(places) - shown
        cells = "cell" if left == 1 else "cells"
        yield (Span(f"{indent}… {left} more {cells} (--detail long)", "note"),)


def _blocks(step: Step, decimal: bool, lead: Box, indent: str, width: int) -> Iterator[Line]:
    """A wide matrix in blocks of columns; a deeper array matrix by matrix."""
    shape = [int(size) for size in step.value.shape]
    texts = np.array([cell_text(cell, decimal) for cell in step.value.cells], dtype=object)
    style = "decimal" if decimal else "exact"
    if len(shape) == 1:
        yield from indented(beside(lead, array_box(shape, list(texts), style)), indent, width)
        return
    for outer in np.ndindex(*shape[:-2]):
        table = texts.reshape(shape)[outer]
        if outer:
            place = phrases.cell_name(phrases.shown_name(step), outer, len(shape))
            yield (Span(f"{indent}{place}:", "label"),)
        rows = step.rows if len(step.rows) == len(table) else ()
        yield from _matrix_blocks(table, style, lead, indent, width, rows)


def _matrix_blocks(
    table: np.ndarray, style: str, lead: Box, indent: str, width: int, rows: Sequence[str]
) -> Iterator[Line]:
    count = table.shape[1]
    widths = [max(map(display_width, column)) + 2 for column in table.T]
    beside_it = lead.width + 4 + max((display_width(label) + 2 for label in rows), default=0)
    start = 0
    while start < count:
        stop, used = start, beside_it
        while stop < count and (stop == start or used + widths[stop] <= width):
            used += widths[stop]
            stop += 1
        block = matrix([list(row) for row in table[:, start:stop]], style, rows)
        if stop - start < count:
            label = f"columns {start + 1} to {stop}" if stop > start + 1 else f"column {stop}"
            yield (Span(f"{indent}{' ' * lead.width}{label}", "label"),)
        yield from indented(
            beside(lead if not start else text_box(" " * lead.width), block), indent, width
        )
        start = stop
