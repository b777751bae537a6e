"""Values in LaTeX: numbers, rows in brackets, matrices; deeper arrays nest rows of matrices."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.expression.naming import escape_latex
from exsolve.notation import written
from exsolve.solution import Cell, Value
from exsolve.typesetting.excerpts import bracketed


def value_latex(
    value: Value, decimal: bool = False, rows: Sequence[str] = (), dots: Sequence[bool] = ()
) -> str:
    """A value, exact or in decimals; the names of its ``rows`` beside a matrix.

    ``dots``: for each axis, whether the value goes on there.
    """
    cells = [cell_latex(cell, decimal) for cell in value.cells]
    sizes = [int(size) for size in value.shape]
    shown = bracketed(sizes)
    text = _nested(shown, cells, [*(dots or [False] * len(sizes))][len(sizes) - len(shown) :])
    if not rows:
        return text
    names = [rf"\text{{{escape_latex(name)}}}" for name in rows]
    return rf"{text} \; \begin{{matrix}} " + r" \\ ".join(names) + r" \end{matrix}"


def cell_latex(cell: Cell, decimal: bool) -> str:
    """One number, exact or in decimals (``1.2e-9`` as a power of ten)."""
    if not decimal or cell.decimal is None:
        return cell.text("latex", written)
    mantissa, e, exponent = cell.decimal.partition("e")
    if e and mantissa in ("1", "-1"):
        return f"{mantissa[:-1]}10^{{{int(exponent)}}}"
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if e else mantissa


def _nested(sizes: list[int], cells: list[str], dots: list[bool]) -> str:
    if not sizes:
        return cells[0]
    if len(sizes) == 1:
        return r"\left[" + ", ".join(cells + [r"\ldots"] * dots[0]) + r"\right]"
    width = len(cells) // sizes[0]
    blocks = [cells[place * width : (place + 1) * width] for place in range(sizes[0])]
    if len(sizes) == 2:
        lines = [" & ".join(block + [r"\cdots"] * dots[1]) for block in blocks]
        if dots[0]:
            lines.append(" & ".join([r"\vdots"] * width + [r"\ddots"] * dots[1]))
        body = r" \\ ".join(lines)
        return r"\begin{bmatrix} " + body + r" \end{bmatrix}"
    parts = [_nested(sizes[1:], block, dots[1:]) for block in blocks]
    return r"\left[" + ", ".join(parts + [r"\ldots"] * dots[0]) + r"\right]"
