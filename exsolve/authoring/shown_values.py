"""Values as they stand in a drawing: short rationals exactly, all else in decimals."""

from __future__ import annotations

from exsolve.expression.tree import Literal
from exsolve.notation import written
from exsolve.solution import Cell, Value

LONGEST = 24
"""Characters of exact numbers that still stand in a drawing."""


def shown_value(value: Value, row: int | None = None) -> str:
    """A number, vector or matrix, or one row of it: ``[-4/5, 4/5]``, ``≈ [0.62, 0.56]``."""
    cells = value.cells
    shape = tuple(int(size) for size in value.shape)
    if row is not None:
        width = len(cells) // shape[0]
        cells, shape = cells[row * width : (row + 1) * width], shape[1:]
    exact = _nested([cell.text("terminal", written) for cell in cells], shape)
    rational = all(isinstance(cell.exact, Literal) for cell in cells)
    if (rational and len(exact) <= LONGEST) or any(cell.decimal is None for cell in cells):
        return exact
    sign = "" if all(cell.equal for cell in cells) else "≈ "
    return sign + _nested([_decimal(cell) for cell in cells], shape)


def _decimal(cell: Cell) -> str:
    return cell.decimal or ""


def _nested(texts: list[str], shape: tuple[int, ...]) -> str:
    for size in reversed(shape):
        texts = [
            f"[{', '.join(texts[start : start + size])}]" for start in range(0, len(texts), size)
        ]
    return texts[0]
