"""The inverse of a square matrix, or of every matrix of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from math import lcm
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

from exsolve import limits
from exsolve.arithmetic import Arithmetic, Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import UndecidedError
from exsolve.expression.levels import ATOM, POWER
from exsolve.expression.tree import (
    Call,
    Context,
    Form,
    Mistake,
    Node,
    Notation,
    Operation,
    OptionValue,
    Parameter,
    Shape,
    Slip,
)
from exsolve.ops.construct import ONE, call, negate, swap_last
from exsolve.ops.mistakes import left_out
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe, sizes, within_limits

Options = Mapping[str, OptionValue]
WRITTEN_OUT = 3
"""Rows up to which one cell of an inverse is written as minor over determinant."""


def _inverse_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    if len(shape) < 2 or shape[-1] != shape[-2]:
        sides = f": it has {shape[-2]} rows and {shape[-1]} columns" if len(shape) > 1 else ""
        raise LanguageError(
            f"inverse needs a square matrix{sides}",
            expected="as many rows as columns, like (n, n)",
            found=describe(shape),
        )
    rows = shape[-1]
    if isinstance(rows, int) and rows > limits.INVERSE_SIZE:
        raise LanguageError(
            "inverse of a matrix that is too large",
            expected=f"at most {limits.INVERSE_SIZE} rows",
            found=describe(shape),
        )
    return within_limits(shape)


class SingularError(LanguageError):
    """A matrix that has no inverse: where matrices are drawn at random, an accident."""


def _singular(found: str = "a determinant of 0") -> SingularError:
    return SingularError(
        "the matrix is singular: it has no inverse",
        expected="rows that do not depend on each other linearly",
        found=found,
    )


def _inverse(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (array,) = arrays
    result = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape[:-2]):
        result[place] = _inverse_matrix(arithmetic, array[place])
    return result


def _inverse_matrix(arithmetic: Arithmetic, matrix: np.ndarray) -> np.ndarray:
    rows = len(matrix)
    cells = matrix.ravel().tolist()
    found: list[Scalar]
    try:
        if all(type(cell) is fmpq for cell in cells):
            _refuse_long(rows, cells)
            found = fmpq_mat(rows, rows, cells).inv().entries()
        elif any(isinstance(cell, arb) for cell in cells):
            found = _inverse_balls(arb_mat(rows, rows, cells))
        else:
            return _adjugate(arithmetic, matrix)
    except ZeroDivisionError:
        raise _singular() from None
    result = np.empty(rows * rows, dtype=object)
    result[:] = found
    return result.reshape(rows, rows)


def _refuse_long(rows: int, cells: list[fmpq]) -> None:
    """Refuse rationals whose determinants would be too long (Hadamard's bound, row by row)."""
    most = limits.INVERSE_BITS // (rows * rows)
    bits = 0
    for start in range(0, rows * rows, rows):
        row = cells[start : start + rows]
        common, longest = 1, max(int(cell.p).bit_length() for cell in row)
        for cell in row:
            common = lcm(common, int(cell.q))
            # What is too long already grows no further: its multiples would take time themselves.
            if bits + common.bit_length() + longest > most:
                raise LanguageError(
                    "inverse of a matrix whose fractions would become too long",
                    expected=f"determinants of at most {most:,} bits",
                    found=f"{bits + common.bit_length() + longest:,} bits or more",
                    hint="use smaller numbers, fewer denominators, or a smaller matrix",
                )
        bits += common.bit_length() + longest


def _inverse_balls(matrix: arb_mat) -> list[arb]:
    """By elimination with pivots that are certainly not 0; raises UndecidedError where the
    precision leaves that open."""
    try:
        return list(matrix.inv().entries())
    except ZeroDivisionError:
        if matrix.det().is_zero():
            raise
        raise UndecidedError("whether a matrix is singular is not settled") from None


def _adjugate(arithmetic: Arithmetic, matrix: np.ndarray) -> np.ndarray:
    """The transposed cofactors over the determinant, which divides only once."""
    rows = len(matrix)
    if rows > limits.ADJUGATE_SIZE:
        raise LanguageError(
            "inverse of a matrix with roots, exponentials or symbols that is too large",
            expected=f"at most {limits.ADJUGATE_SIZE} rows, or rational cells",
            found=describe(matrix.shape),
        )
    one = arithmetic.number(fmpq(1))

    @cache
    def minor(kept_rows: tuple[int, ...], kept_columns: tuple[int, ...]) -> Scalar:
        if not kept_rows:
            return one
        first, rest = kept_rows[0], kept_rows[1:]
        total: Scalar = arithmetic.number(fmpq(0))
        for place, column in enumerate(kept_columns):
            cell = matrix[first, column]
            if cell == 0:
                continue
            term = cell * minor(rest, kept_columns[:place] + kept_columns[place + 1 :])
            total = total - term if place % 2 else total + term
        return total

    whole = tuple(range(rows))
    determinant = minor(whole, whole)
    if determinant == 0:
        raise _singular()
    result = np.empty((rows, rows), dtype=object)
    for row, column in product(whole, whole):
        # cell [row, column] is the cofactor of [column, row]
        cofactor = minor(whole[:column] + whole[column + 1 :], whole[:row] + whole[row + 1 :])
        signed = -cofactor if (row + column) % 2 else cofactor
        result[row, column] = arithmetic.divide(signed, determinant)
    return result


def _inverse_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    try:
        return np.linalg.inv(arrays[0])
    except np.linalg.LinAlgError:
        raise _singular("a pivot of 0 in float64") from None


def _inverse_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    # Petersen and Pedersen, The Matrix Cookbook (2012), equation 60
    turned = swap_last(context.output(node), len(context.shape(node)))
    return [negate(call("matmul", call("matmul", turned, gradient), turned))]


def _determinant(
    cell: Callable[[int, int], Node], rows: Sequence[int], columns: Sequence[int]
) -> Node:
    """The determinant of some rows and columns, expanded along the first row."""
    first, rest = rows[0], rows[1:]
    if not rest:
        return cell(first, columns[0])
    terms = [
        call(
            "multiply",
            cell(first, column),
            _determinant(cell, rest, [*columns[:place], *columns[place + 1 :]]),
        )
        for place, column in enumerate(columns)
    ]
    result: Node = terms[0]
    for place, term in enumerate(terms[1:], 1):
        result = call("subtract" if place % 2 else "add", result, term)
    return result


def _inverse_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (matrix,) = node.args
    *batch, row, column = index
    (count,) = sizes(context.shape(matrix)[-1:])
    if count > WRITTEN_OUT:
        return call("index", node, at=index)

    def cell(first: int, second: int) -> Node:
        return context.cell(matrix, (*batch, first, second))

    every = range(count)
    determinant = _determinant(cell, every, every)
    if count == 1:
        return call("divide", ONE, determinant)
    rows = [one for one in every if one != column]
    columns = [one for one in every if one != row]
    cofactor = _determinant(cell, rows, columns)
    signed = call("negate", cofactor) if (row + column) % 2 else cofactor
    return call("divide", signed, determinant)


def _transposed(node: Call, context: Context) -> Iterator[Mistake]:
    (matrix,) = node.args
    yield Mistake(swap_last(matrix, len(context.shape(matrix))), node)


def _inverse_transposed(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(swap_last(node, len(context.shape(node))), node)


def _reciprocals(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("divide", ONE, node.args[0]), node)


register(
    Operation(
        "inverse",
        "the matrix whose product with A is the identity; leading axes are a batch",
        (Parameter("A"),),
        _inverse_shape,
        _inverse,
        _inverse_numeric,
        Notation(
            Form("inverse({0})", ATOM),
            Form("{0}⁻¹", POWER, (ATOM,)),
            Form("{0}^{{-1}}", POWER, (ATOM,)),
        ),
        _inverse_derivative,
        _inverse_entry,
        reason="the derivative of A⁻¹: −A⁻ᵀ times the gradient times A⁻ᵀ",
        slips=(
            Slip("inverse left out", "You did not invert; it is {part}.", left_out),
            Slip(
                "reciprocals",
                "You inverted each cell. {part} is the inverse of the matrix.",
                _reciprocals,
            ),
            Slip("transpose for inverse", "You transposed where {part} inverts.", _transposed),
            Slip("inverse transposed", "You transposed the inverse {part}.", _inverse_transposed),
        ),
    )
)
