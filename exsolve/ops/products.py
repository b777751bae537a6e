"""Products of vectors and matrices: ``@``, the inner and the outer product.

A vector on the left of ``@`` is a row, on the right a column; leading axes are a batch (NumPy).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.levels import ATOM, JUXTAPOSITION
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
from exsolve.ops.cells import numeric_cellwise, summed
from exsolve.ops.construct import (
    call,
    expand_dims,
    is_call,
    multiply,
    swap_last,
    transpose,
    transpose_matrix,
    unbroadcast,
)
from exsolve.ops.mistakes import backwards, first_alone, instead, last_alone
from exsolve.ops.registry import register
from exsolve.ops.shapes import aligned, broadcast, describe, sizes, within_limits

Options = Mapping[str, OptionValue]
PAIR = (Parameter("a"), Parameter("b"))


def require_dimensions(shape: Shape, dimensions: int, operation: str) -> None:
    """Refuse anything but a vector (1) or a matrix (2)."""
    if len(shape) != dimensions:
        kind = "a vector (1 dimension)" if dimensions == 1 else "a matrix (2 dimensions)"
        raise LanguageError(f"{operation} needs {kind}", expected=kind, found=describe(shape))


def _matmul_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    a, b = shapes
    for shape in shapes:
        if not shape:
            raise LanguageError(
                "@ needs arrays on both sides; a number multiplies with *",
                expected="a vector or matrix",
                found=f"{describe(a)} @ {describe(b)}",
                hint="write * for the product with a number",
            )
    inner = b[0] if len(b) == 1 else b[-2]
    if a[-1] != inner:
        raise LanguageError(
            f"the inner sizes of @ must agree: {describe(a)} @ {describe(b)} "
            f"has {a[-1]} and {inner}",
            expected=f"{a[-1]} rows on the right",
            found=str(inner),
            hint=_transpose_hint(a, b),
        )
    rows = a[-2:-1] if len(a) > 1 else ()
    columns = b[-1:] if len(b) > 1 else ()
    stacked = broadcast((a[:-2], b[:-2]), "@") if len(a) > 2 or len(b) > 2 else ()
    return within_limits((*stacked, *rows, *columns))


def _transpose_hint(a: Shape, b: Shape) -> str:
    if len(b) == 2 and a[-1] == b[1]:
        return "transpose the right side: a @ b.T"
    if len(a) == 2 and a[0] == (b[0] if len(b) == 1 else b[-2]):
        return "transpose the left side: a.T @ b"
    return ""


def _matmul(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    a, b = arrays
    left = a.reshape(1, -1) if a.ndim == 1 else a
    right = b.reshape(-1, 1) if b.ndim == 1 else b
    if left.ndim > 2 or right.ndim > 2:
        batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        left = np.broadcast_to(left, batch + left.shape[-2:])
        right = np.broadcast_to(right, batch + right.shape[-2:])
        product = np.empty((*batch, left.shape[-2], right.shape[-1]), dtype=object)
        for place in np.ndindex(batch):
            product[place] = arithmetic.matmul(left[place], right[place])
    else:
        product = arithmetic.matmul(left, right)
    if b.ndim == 1:
        product = product[..., 0]
    if a.ndim == 1:
        product = product[..., 0, :] if b.ndim > 1 else product[..., 0]
    return product


def _column(vector: Node, context: Context) -> Node:
    """A row times a matrix as its transpose times a column: ``x @ A`` is ``A.T @ x``."""
    if isinstance(vector, Call) and vector.operation.name == "matmul":
        row, matrix = vector.args
        if len(context.shape(row)) == 1 and len(context.shape(matrix)) == 2:
            return call("matmul", transpose(matrix), row)
    return vector


def _matmul_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    a, b = node.args
    left, right = context.shape(a), context.shape(b)
    if len(left) == 1 and len(right) == 1:
        return [multiply(gradient, b), multiply(gradient, _column(a, context))]
    if len(left) == 2 and len(right) == 1:
        return [call("outer", gradient, b), call("matmul", transpose(a), gradient)]
    if len(left) == 1 and len(right) == 2:
        return [call("matmul", b, gradient), call("outer", a, gradient)]
    if len(right) == 1:
        # out[..., i] = sum_j a[..., i, j]*b[j]
        column = expand_dims(gradient, (len(left) - 1,))
        return [
            call("multiply", column, b),
            unbroadcast(call("multiply", column, a), left, right),
        ]
    if len(left) == 1:
        # out[..., k] = sum_j a[j]*b[..., j, k]
        row = expand_dims(gradient, (len(right) - 2,))
        in_a = call("matmul", row, swap_last(b, len(right)))
        in_b = call("multiply", expand_dims(a, (1,)), row)
        return [unbroadcast(in_a, (*right[:-2], 1, right[-2]), left), in_b]
    batch = context.shape(node)[:-2]
    in_a = call("matmul", gradient, swap_last(b, len(right)))
    in_b = call("matmul", swap_last(a, len(left)), gradient)
    return [
        unbroadcast(in_a, (*batch, *left[-2:]), left),
        unbroadcast(in_b, (*batch, *right[-2:]), right),
    ]


def _matmul_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    a, b = node.args
    left, right = context.shape(a), context.shape(b)
    row = index[-2 if len(right) > 1 else -1 :][:1] if len(left) > 1 else ()
    column = index[-1:] if len(right) > 1 else ()
    batch = index[: len(index) - len(row) - len(column)]
    a_batch, b_batch = aligned(batch, left[:-2]), aligned(batch, right[:-2])
    (inner,) = sizes(left[-1:])
    return summed(
        [
            call(
                "multiply",
                context.cell(a, (*a_batch, *row, place)),
                context.cell(b, (*b_batch, place, *column)),
            )
            for place in range(inner)
        ]
    )


def _flipped(node: Node, context: Context) -> Node:
    dimensions = len(context.shape(node))
    if dimensions < 2:
        return node
    if is_call(node, "transpose"):
        (inner,) = node.children()
        return inner
    return swap_last(node, dimensions)


def _left_transposed(node: Call, context: Context) -> Iterator[Mistake]:
    a, b = node.args
    if not is_call(a, "transpose"):
        yield Mistake(call("matmul", _flipped(a, context), b), a)


def _right_transposed(node: Call, context: Context) -> Iterator[Mistake]:
    a, b = node.args
    if not is_call(b, "transpose"):
        yield Mistake(call("matmul", a, _flipped(b, context)), b)


def _swapped_and_transposed(node: Call, context: Context) -> Iterator[Mistake]:
    a, b = node.args
    if len(context.shape(a)) > 1 and len(context.shape(b)) > 1:  # with a vector it is the same
        yield Mistake(call("matmul", b, _flipped(a, context)), node)
        yield Mistake(call("matmul", _flipped(b, context), a), node)


register(
    Operation(
        "matmul",
        "the matrix product; a vector stands as a row on the left and as a column on the right",
        PAIR,
        _matmul_shape,
        _matmul,
        numeric_cellwise(np.matmul),
        notations.matrix_product(),
        _matmul_derivative,
        _matmul_entry,
        infix="@",
        reason="transpose rule: the gradient of A x by x is Aᵀ times the gradient, by A the "
        "gradient times xᵀ",
        slips=(
            Slip(
                "factors swapped",
                "You multiplied in the wrong order. Matrices do not commute, and it is {part}.",
                backwards,
            ),
            Slip(
                "left factor transposed",
                "You transposed {part}, which stands as it is.",
                _left_transposed,
            ),
            Slip(
                "right factor transposed",
                "You transposed {part}, which stands as it is.",
                _right_transposed,
            ),
            Slip(
                "elementwise product",
                "You multiplied cell by cell. {part} is a matrix product, rows times columns.",
                instead("multiply"),
            ),
            Slip("left factor left out", "You did not multiply by {part}.", last_alone),
            Slip("right factor left out", "You did not multiply by {part}.", first_alone),
            Slip(
                "swapped and transposed",
                "You swapped the factors of {part} and transposed one of them.",
                _swapped_and_transposed,
                reshapes=True,
            ),
        ),
    )
)


def _dot_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    for shape in shapes:
        require_dimensions(shape, 1, "dot")
    if shapes[0] != shapes[1]:
        raise LanguageError(
            f"dot needs two vectors of one length: {describe(shapes[0])} and {describe(shapes[1])}",
            expected=describe(shapes[0]),
            found=describe(shapes[1]),
        )
    return ()


def _dot_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    a, b = node.args
    return [multiply(gradient, b), multiply(gradient, a)]


def _mean_of_products(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("mean", call("multiply", *node.args)), node)


def _product_of_sums(node: Call, context: Context) -> Iterator[Mistake]:
    a, b = node.args
    yield Mistake(call("multiply", call("sum", a), call("sum", b)), node)


register(
    Operation(
        "dot",
        "the inner product of two vectors",
        PAIR,
        _dot_shape,
        _matmul,
        numeric_cellwise(np.dot),
        Notation(
            notations.function("dot").text,
            Form("⟨{0}, {1}⟩"),
            Form(r"\left\langle {0}, {1} \right\rangle"),
        ),
        _dot_derivative,
        _matmul_entry,
        reason="product rule: the gradient of an inner product by one vector is the other, times "
        "the gradient",
        slips=(
            Slip(
                "products not added",
                "You multiplied cell by cell and did not add up the products in {part}.",
                instead("multiply"),
                reshapes=True,
            ),
            Slip(
                "mean for sum",
                "You took the mean of the products. {part} is their sum.",
                _mean_of_products,
            ),
            Slip(
                "product of sums",
                "You multiplied the sums. {part} is the sum of the products.",
                _product_of_sums,
            ),
            Slip(
                "outer product",
                "You took the outer product, a matrix, for the inner product {part}.",
                instead("outer"),
                reshapes=True,
            ),
        ),
    )
)


def _outer_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    for shape in shapes:
        require_dimensions(shape, 1, "outer")
    return within_limits((*shapes[0], *shapes[1]))


def _outer(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return arrays[0][:, None] * arrays[1][None, :]


def _outer_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    a, b = node.args
    return [_times_vector(gradient, b), _times_vector(transpose_matrix(gradient), a)]


def _times_vector(matrix: Node, vector: Node) -> Node:
    """The product; g uᵀ times b is the number u·b times g."""
    if is_call(matrix, "outer"):
        column, row = matrix.children()
        return multiply(call("matmul", row, vector), column)
    return call("matmul", matrix, vector)


def _outer_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    a, b = node.args
    return call("multiply", context.cell(a, index[:1]), context.cell(b, index[1:]))


register(
    Operation(
        "outer",
        "the outer product of two vectors: cell (i, j) is a_i*b_j",
        PAIR,
        _outer_shape,
        _outer,
        numeric_cellwise(np.outer),
        Notation(
            notations.function("outer").text,
            Form("{0} {1}ᵀ", JUXTAPOSITION, (JUXTAPOSITION, ATOM)),
            Form(r"{0} {1}^{{\top}}", JUXTAPOSITION, (JUXTAPOSITION, ATOM)),
        ),
        _outer_derivative,
        _outer_entry,
        reason="the gradient of a bᵀ by a is the gradient times b; by b its transpose times a",
        slips=(
            Slip(
                "outer product transposed",
                "You swapped the vectors of {part}, which gives the transpose.",
                backwards,
                reshapes=True,
            ),
            Slip(
                "inner product",
                "You took the inner product, a number, for the matrix {part}.",
                instead("matmul"),
                reshapes=True,
            ),
            Slip(
                "elementwise product",
                "You multiplied cell by cell. {part} is a matrix: a row for each cell of the "
                "first vector.",
                instead("multiply"),
                reshapes=True,
            ),
        ),
    )
)
