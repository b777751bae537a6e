"""The solution as lines of styled text: what the terminal shows in colour and plain text without.

Styles are names (title, ask, name, note, exact, decimal, label); a format decides on their look.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import numpy as np

from exsolve.expression.naming import show_name
from exsolve.expression.tree import Constant, Literal, Name, Node, transform
from exsolve.notation import scalar_tree, written
from exsolve.render import phrases
from exsolve.render.boxes import (
    Box,
    Line,
    Span,
    beside,
    display_width,
    matrix,
    text_box,
    wrapped,
)
from exsolve.solution import Cell, Part, Solution, Step, Table, TableRow, Value

INDENT = "    "
BULLETS = ("- ", "* ")
PLACEHOLDER = "\ue000"
ELIDED_ROWS = 16
ELIDED_COLUMNS = 10


def page(solution: Solution, width: int = 80) -> Iterator[Line]:
    """The lines of a solution, at most ``width`` columns wide where its contents allow."""
    yield from _heading(solution, width)
    for part in solution.parts:
        yield ()
        yield from _part(part, solution, width)
    if solution.agreement.compared:
        yield ()
        yield (Span(phrases.agreement(solution.agreement.compared), "note"),)


def _heading(solution: Solution, width: int) -> Iterator[Line]:
    gap = width - display_width(solution.title) - display_width(solution.exercise)
    if gap >= 2:
        yield (
            Span(solution.title, "title"),
            Span(" " * gap),
            Span(solution.exercise, "label"),
        )
    else:
        for text in textwrap.wrap(solution.title, width):
            yield (Span(text, "title"),)
        yield (Span(solution.exercise, "label"),)
    yield (Span("─" * width, "rule"),)
    yield from paragraphs(solution.about, width, "about")
    if solution.givens:
        yield ()
        yield (Span("Given", "heading"),)
        yield from givens(solution.givens, width)


def givens(steps: Sequence[Step], width: int) -> Iterator[Line]:
    """The data, as many side by side as fit."""
    row: list[Box] = []
    for step in steps:
        if step.note:
            if row:
                yield from beside(*row).lines
                row = []
            yield (Span(f"  {step.note}", "note"),)
        shown = _given_box(step, width)
        spacer = text_box("   " if row else "  ")
        if row and sum(box.width for box in row) + spacer.width + shown.width > width:
            yield from beside(*row).lines
            row, spacer = [], text_box("  ")
        row += [spacer, shown]
    if row:
        yield from beside(*row).lines


def _given_box(step: Step, width: int) -> Box:
    head = text_box(show_name(step.name, "terminal") + " = ", "name")
    body = value_box(step.value, "exact", False, step.rows, step.columns)
    if len(step.value.shape) <= 2 or body.width + head.width > width:
        return beside(head, body)
    return beside(head, body)


def _part(part: Part, solution: Solution, width: int) -> Iterator[Line]:
    label = f"({part.id}) "
    points = phrases.points(part.points)
    asked = textwrap.wrap(" ".join(part.ask.split()), width - len(label) - len(points) - 3) or [""]
    for place, text in enumerate(asked):
        lead = label if not place else " " * len(label)
        line = [Span(lead + text, "ask")]
        if not place:
            gap = width - display_width(lead + text) - len(points)
            line += [Span(" " * gap), Span(points, "label")]
        yield tuple(line)
    tabled: set[str] = set()
    for table in part.tables:
        yield ()
        yield from table_lines(table, width)
        tabled.update(table.names)
    for step in part.steps:
        if step.name not in tabled:
            yield ()
            yield from _step(step, solution.detail, width)
    if part.text:
        yield ()
        yield from paragraphs(part.text, width - 2, "text", "  ")
    for item in part.rubric:
        lead = f"  [{item.points:g}] "
        for place, text in enumerate(textwrap.wrap(item.text, width - len(lead))):
            yield (Span(lead if not place else " " * len(lead), "label"), Span(text, "note"))


def paragraphs(text: str, width: int, style: str, indent: str = "") -> Iterator[Line]:
    """Text wrapped to the width; blank lines and list items keep their own lines."""
    blocks: list[str] = []
    for line in text.strip().split("\n"):
        begins = not line.strip() or line.lstrip().startswith(BULLETS)
        if begins or not blocks or not blocks[-1]:
            blocks.append(line.strip())
        else:
            blocks[-1] += " " + line.strip()
    for block in blocks:
        if not block:
            yield ()
            continue
        following = indent + ("  " if block.startswith(BULLETS) else "")
        for shown in textwrap.wrap(
            block, width, initial_indent=indent, subsequent_indent=following
        ):
            yield (Span(shown, style),)


def _step(step: Step, detail: str, width: int) -> Iterator[Line]:
    name = show_name(step.name, "terminal")
    if step.note and detail != "short":
        for line in textwrap.wrap(step.note, width - 2):
            yield (Span(f"  {line}", "note"),)
    body = width - len(INDENT)
    value = _value_boxes(step, body - 2)
    if step.formula is not None and not _is_plain(step.formula):
        first = f"{name} = {written(step.formula, 'terminal')}"
        for place, text in enumerate(wrapped(first, body, 4)):
            if place:
                yield (Span(INDENT + text, "formula"),)
            else:
                yield (
                    Span(INDENT),
                    Span(text[: len(name)], "name"),
                    Span(text[len(name) :], "formula"),
                )
        if step.substitution is not None:
            yield from _substitution(step.substitution, body)
        for expansion in step.expansions:
            yield from _expansion(name, step, expansion.place, expansion.substituted, body)
        lead = text_box("= ", "sign")
    else:
        lead = beside(text_box(name, "name"), text_box(" = ", "sign"))
    if lead.width + value[0].width > body and step.value.shape and not step.groups:
        yield from _cell_by_cell(name, step.value, body)
        return
    joined = beside(lead, value[0])
    for following in value[1:]:
        if joined.width + following.width + 2 <= body:
            joined = beside(joined, text_box("  "), following)
        else:
            yield from _indented(joined, body)
            joined = following
    yield from _indented(joined, body)
    for text in _grouped_rows(step):
        for place, shown in enumerate(wrapped(text, body, 4)):
            yield (Span(INDENT + ("" if place else "  ") + shown, "exact"),)


def _cell_by_cell(name: str, value: Value, width: int) -> Iterator[Line]:
    """An array whose cells are too long to stand in one: a line of its own for each."""
    for place, cell in zip(np.ndindex(*map(int, value.shape)), value.cells, strict=True):
        text = f"{phrases.cell_name(name, place)} = {with_decimal(cell)}"
        for shown in wrapped(text, width, 6):
            yield (Span(INDENT + shown, "exact"),)


def _indented(box: Box, width: int) -> Iterator[Line]:
    if len(box.lines) == 1 and box.width > width:
        text = "".join(span.text for span in box.lines[0])
        for line in wrapped(text, width, 4):
            yield (Span(INDENT + line, "exact"),)
        return
    for line in box.lines:
        yield (Span(INDENT), *line)


def _is_plain(formula: Node) -> bool:
    """A definition that is its own value, such as d_k = 3."""
    return isinstance(formula, Literal | Constant)


def _substitution(node: Node, width: int) -> Iterator[Line]:
    box = beside(text_box("= ", "sign"), formula_box(node))
    if box.width <= width or len(box.lines) == 1:
        yield from _indented(box, width)


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
        boxes += [_constant_box(constant), text_box(text, "formula")]
    return beside(*boxes)


def _constant_box(constant: Constant) -> Box:
    array = constant.value
    cells = [written(scalar_tree(cell), "terminal") for cell in array.flat]
    return _array_box(list(array.shape), cells, "formula")


def _array_box(
    sizes: list[int],
    cells: list[str],
    style: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Box:
    if not sizes:
        return text_box(cells[0], style)
    if len(sizes) == 1:
        return text_box("[" + ", ".join(cells) + "]", style)
    if len(sizes) == 2:
        height, width = sizes
        table = [cells[row * width : (row + 1) * width] for row in range(height)]
        return matrix(
            table,
            style,
            rows if len(rows) == height else (),
            columns if len(columns) == width else (),
        )
    width = len(cells) // sizes[0]
    inner = [
        _array_box(sizes[1:], cells[place * width : (place + 1) * width], style)
        for place in range(sizes[0])
    ]
    boxes = [text_box("[ ", "bracket")]
    for place, box in enumerate(inner):
        boxes += [box, text_box("  " if place + 1 < len(inner) else "")]
    return beside(*boxes, text_box(" ]", "bracket"))


def _expansion(
    name: str, step: Step, index: tuple[int, ...], substituted: Node, width: int
) -> Iterator[Line]:
    cell = step.value.cell(index)
    place = phrases.cell_name(name, index)
    text = f"{place} = {written(substituted, 'terminal')} = {written(cell.exact, 'terminal')}"
    for shown in wrapped(text, width - 2, 6):
        yield (Span(INDENT + "  " + shown, "formula"),)


def _value_boxes(step: Step, width: int) -> list[Box]:
    """The exact value, then the decimal one where it says more, as boxes."""
    value = step.value
    rows, columns = step.rows, step.columns
    if step.groups:
        telling = [group.rows[0] for group in step.groups if len(group.rows) == 1]
        if not telling:
            return [text_box("")]
        rows = (
            tuple(rows[row] for row in telling) if rows else tuple(f"row {r + 1}" for r in telling)
        )
        height = int(value.shape[1])
        value = Value(
            (len(telling), height),
            tuple(
                cell for row in telling for cell in value.cells[row * height : (row + 1) * height]
            ),
        )
    exact = value_box(value, "exact", False, rows, columns)
    if not adds_decimals(value):
        return [exact]
    sign = "= " if value.rational else "≈ "
    decimal = beside(text_box(sign, "sign"), value_box(value, "decimal", True))
    return [exact, decimal]


def adds_decimals(value: Value) -> bool:
    """Whether the decimals say something that the exact value does not."""
    return any(
        cell.decimal is not None and cell.decimal != written(cell.exact, "text")
        for cell in value.cells
    )


def value_box(
    value: Value,
    style: str,
    decimal: bool,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Box:
    """A value as a box: exact, or in decimals where a cell has them."""
    cells = [cell_text(cell, decimal) for cell in value.cells]
    return _array_box([int(size) for size in value.shape], cells, style, rows, columns)


def cell_text(cell: Cell, decimal: bool) -> str:
    """A cell on a terminal."""
    if decimal and cell.decimal is not None:
        return cell.decimal
    return written(cell.exact, "terminal")


def _grouped_rows(step: Step) -> Iterator[str]:
    if not step.groups:
        return
    width = int(step.value.shape[1])
    for group in step.groups:
        if len(group.rows) == 1:
            continue
        start = group.rows[0] * width
        cells = step.value.cells[start : start + width]
        names = phrases.row_names(step, group)
        if group.uniform:
            yield f"{names}: all {with_decimal(cells[0])}"
        else:
            exact = "[" + ", ".join(cell_text(cell, False) for cell in cells) + "]"
            row = Value((width,), cells)
            if adds_decimals(row):
                exact += " = " if row.rational else " ≈ "
                exact += "[" + ", ".join(cell_text(cell, True) for cell in cells) + "]"
            yield f"{names}: {exact}"


def with_decimal(cell: Cell) -> str:
    """``1/5 = 0.2``, ``√2 ≈ 1.414``, or the exact value alone where it is the decimal."""
    exact = cell_text(cell, False)
    if cell.decimal is None or cell.decimal == written(cell.exact, "text"):
        return exact
    return f"{exact} {'=' if cell.equal else '≈'} {cell_text(cell, True)}"


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
    heads = table.columns[1:]
    label = max(display_width(head) for head in heads)
    for row, cells in zip(table.rows, rows, strict=True):
        yield (Span(f"  {cells[0]}", "name"),)
        for head, cell in zip(heads, cells[1:], strict=True):
            if cell:
                for place, text in enumerate(wrapped(cell, width - label - 8)):
                    yield (
                        Span(f"      {head if not place else '':<{label}}  ", "label"),
                        Span(text, "exact"),
                    )
        yield from _row_lines(row, width)
    if totals:
        yield (Span(f"  {totals[0]}", "name"),)
        for head, cell in zip(heads, totals[1:], strict=True):
            if cell:
                yield (Span(f"      {head:<{label}}  ", "label"), Span(cell, "name"))
