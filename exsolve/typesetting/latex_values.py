"""Values in LaTeX: numbers, rows in brackets, matrices; deeper arrays nest rows of matrices."""

from __future__ import annotations

from exsolve.notation import written
from exsolve.solution import Cell, Value


def value_latex(value: Value, decimal: bool = False) -> str:
    """A value, exact or in decimals."""
    cells = [cell_latex(cell, decimal) for cell in value.cells]
    return _nested([int(size) for size in value.shape], cells)


def cell_latex(cell: Cell, decimal: bool) -> str:
    """One number, exact or in decimals (``1.2e-9`` as a power of ten)."""
    if not decimal or cell.decimal is None:
        return cell.text("latex", written)
    mantissa, e, exponent = cell.decimal.partition("e")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if e else mantissa


def _nested(sizes: list[int], cells: list[str]) -> str:
    if not sizes:
        return cells[0]
    if len(sizes) == 1:
        return r"\left[" + ", ".join(cells) + r"\right]"
    width = len(cells) // sizes[0]
    blocks = [cells[place * width : (place + 1) * width] for place in range(sizes[0])]
    if len(sizes) == 2:
        body = r" \\ ".join(" & ".join(block) for block in blocks)
        return r"\begin{bmatrix} " + body + r" \end{bmatrix}"
    return r"\left[" + ", ".join(_nested(sizes[1:], block) for block in blocks) + r"\right]"
