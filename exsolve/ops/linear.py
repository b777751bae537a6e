"""Rearrangements of matrices: the transpose, and the diagonal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Form,
    Node,
    Notation,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slip,
)
from exsolve.ops.cells import full, number, numeric_cellwise
from exsolve.ops.construct import call, literal, transpose, transpose_matrix
from exsolve.ops.mistakes import left_out
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe, normal_axes, within_limits

Options = Mapping[str, OptionValue]
Written = Form | Callable[[Call], Form] | None


def _order(axes: OptionValue, dimensions: int) -> tuple[int, ...]:
    if axes is None:
        return tuple(reversed(range(dimensions)))
    order = tuple(axes) if isinstance(axes, tuple) else (axes,)
    if len(order) != dimensions or len(normal_axes(order, dimensions, "transpose")) != dimensions:
        raise LanguageError(
            "transpose needs each axis once",
            expected=f"the {dimensions} axes in their new order",
            found=str(list(order)),
        )
    return tuple(axis % dimensions for axis in order)


def _transpose_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    return tuple(shape[axis] for axis in _order(options["axes"], len(shape)))


def _transpose(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return arrays[0].transpose(_order(options["axes"], arrays[0].ndim))


def _transpose_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.transpose(arrays[0], options["axes"])


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(axis) for axis in range(len(order)))


def _transpose_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    if node.options["axes"] is None:
        matrix = len(context.shape(node)) == 2
        return [transpose_matrix(gradient) if matrix else transpose(gradient)]
    order = _order(node.options["axes"], len(context.shape(node)))
    return [call("transpose", gradient, axes=_inverse(order))]


def _transpose_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    inverse = _inverse(_order(node.options["axes"], len(index)))
    return context.cell(node.args[0], tuple(index[place] for place in inverse))


def _of_matrices(axes: OptionValue) -> bool:
    """Whether each matrix of a batch is transposed, which on paper is the transpose itself."""
    if axes is None:
        return True
    if isinstance(axes, int):
        return False
    count = len(axes)
    order = [axis % count for axis in axes]
    return count > 1 and order == [*range(count - 2), count - 1, count - 2]


def _transpose_notation() -> Notation:
    marks, named = notations.transposition(), notations.function("transpose")

    def chosen(
        mark: Written, name: Written, marked: Callable[[OptionValue], bool]
    ) -> Callable[[Call], Form]:
        def form(node: Call) -> Form:
            written = mark if marked(node.options["axes"]) else name
            return written(node) if callable(written) else written or Form("")

        return form

    return Notation(
        chosen(marks.text, named.text, lambda axes: axes is None),
        chosen(marks.terminal, named.terminal, _of_matrices),
        chosen(marks.latex, named.latex, _of_matrices),
    )


register(
    Operation(
        "transpose",
        "the axes in reverse order, or in the order given",
        (Parameter("x"),),
        _transpose_shape,
        _transpose,
        _transpose_numeric,
        _transpose_notation(),
        _transpose_derivative,
        _transpose_entry,
        options=(Option("axes", None, "axis"),),
        infix=".T",
        reason="the gradient of a transpose is the transpose of its gradient",
        slips=(
            Slip(
                "transpose left out",
                "You did not transpose; it is {part}.",
                left_out,
                reshapes=True,
            ),
        ),
    )
)


def _diag_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    if len(shape) == 1:
        return within_limits((shape[0], shape[0]))
    if len(shape) == 2 and shape[0] == shape[1]:
        return (shape[0],)
    raise LanguageError(
        "diag makes a matrix of a vector, or takes the diagonal of a square matrix",
        expected="a vector or a square matrix",
        found=describe(shape),
    )


def _diag(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (array,) = arrays
    places = np.arange(len(array))
    if array.ndim == 2:
        return array[places, places]
    matrix = full((len(array), len(array)), number(arithmetic, 0))
    matrix[places, places] = array
    return matrix


def _diag_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [call("diag", gradient)]


def _diag_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    if len(index) == 1:
        return context.cell(node.args[0], (index[0], index[0]))
    return context.cell(node.args[0], index[:1]) if index[0] == index[1] else literal(0)


register(
    Operation(
        "diag",
        "the matrix with the vector on its diagonal, or the diagonal of a square matrix",
        (Parameter("x"),),
        _diag_shape,
        _diag,
        numeric_cellwise(np.diag),
        notations.function("diag"),
        _diag_derivative,
        _diag_entry,
        reason="only the diagonal depends on the vector, cell by cell",
        slips=(
            Slip(
                "diag left out",
                "You left out diag in {part}, which goes between a vector and the diagonal of a "
                "matrix.",
                left_out,
                reshapes=True,
            ),
        ),
    )
)
