"""Reductions over axes: sum and mean; and the sum of squares of a whole array."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.levels import POWER
from exsolve.expression.tree import (
    Call,
    Context,
    Form,
    Mistake,
    Name,
    Node,
    Notation,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    ShapeRule,
    Slice,
    Slip,
    walk,
)
from exsolve.ops.cells import applied, numeric_cellwise, summed, total
from exsolve.ops.construct import (
    TWO,
    call,
    divide,
    expand_dims,
    is_call,
    literal,
    multiply,
    scaled,
    spread,
)
from exsolve.ops.mistakes import again, instead, left_out, other_axes
from exsolve.ops.registry import register
from exsolve.ops.shapes import count, describe, normal_axes, reduced, sizes

Options = Mapping[str, OptionValue]
AXIS = Option("axis", None, "axis")
KEEPDIMS = Option("keepdims", False, "boolean")


def axes_of(node: Call, context: Context) -> tuple[int, ...]:
    """The axes, counted from 0, that a call reduces over."""
    shape = context.shape(node.args[0])
    return normal_axes(node.options["axis"], len(shape), node.operation.name)


def kept(node: Node, like: Call, context: Context) -> Node:
    """A node of the shape of a reduction's result, made to broadcast against its argument."""
    axes = axes_of(like, context)
    # Sizes of 1 on the left come by broadcasting alone.
    if like.options["keepdims"] or axes == tuple(range(len(axes))):
        return node
    return expand_dims(node, axes)


def cells_reduced(node: Call, index: tuple[int, ...], context: Context) -> list[tuple[int, ...]]:
    """The cells of the argument that go into one cell of a reduction."""
    shape = sizes(context.shape(node.args[0]))
    axes = axes_of(node, context)
    rest = iter(index)
    ranges: list[Sequence[int]] = []
    for place, length in enumerate(shape):
        if place in axes:
            ranges.append(range(length))
            if node.options["keepdims"]:
                next(rest)
        else:
            ranges.append((next(rest),))
    return list(product(*ranges))


def reduction(operation: str) -> ShapeRule:
    """The shape rule of a reduction; refuses var and std of too few values."""

    def rule(shapes: Sequence[Shape], options: Options) -> Shape:
        (shape,) = shapes
        axes = normal_axes(options["axis"], len(shape), operation)
        values = count(shape, axes)
        ddof = options.get("ddof", 0)
        if ddof < 0:
            raise LanguageError(f"{operation} needs ddof >= 0", expected="0 or 1", found=str(ddof))
        if values is not None and values - ddof <= 0:
            raise LanguageError(
                f"{operation} divides by n - ddof, which must be positive",
                expected=f"more than {ddof} values",
                found=f"{values} in {describe(shape)}",
            )
        return reduced(shape, axes, options["keepdims"])

    return rule


def mean_of(
    arithmetic: Arithmetic, array: np.ndarray, axes: tuple[int, ...], keepdims: bool
) -> Any:
    """The mean over the axes (counted from 0)."""
    values = arithmetic.number(fmpq(count(array.shape, axes) or 1))
    return applied(
        lambda cell: arithmetic.divide(cell, values),
        np.asarray(total(array, axes, keepdims), object),
    )


def _sum(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    axes = normal_axes(options["axis"], arrays[0].ndim, "sum")
    return total(arrays[0], axes, options["keepdims"])


def _mean(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    axes = normal_axes(options["axis"], arrays[0].ndim, "mean")
    return mean_of(arithmetic, arrays[0], axes, options["keepdims"])


def numeric_along(function: Any) -> Any:
    """The numeric rule of a NumPy function that takes the options of the same names."""

    def rule(arrays: Sequence[np.ndarray], options: Options) -> Any:
        return function(arrays[0], **options)

    return rule


def _sum_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    (x,) = node.args
    return [spread(kept(gradient, node, context), x, context.shape(x))]


def _mean_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    (x,) = node.args
    share = divide(kept(gradient, node, context), values_in(node, context))
    return [spread(share, x, context.shape(x))]


def values_in(node: Call, context: Context) -> Node:
    """How many values go into one cell: a number where the sizes are numbers, the product of the
    letters where they are numbers of the exercise."""
    (x,) = node.args
    shape = context.shape(x)
    axes = axes_of(node, context)
    values = count(shape, axes)
    if values is not None:
        return literal(values)
    along = [shape[axis] for axis in axes]
    lengths = [Name(size) if isinstance(size, str) else literal(size) for size in along]
    if all(_is_number(length, context) for length in lengths):
        return multiply(*lengths)
    alike = (one for one in walk(x) if isinstance(one, Name) and context.shape(one) == shape)
    return call("size", next(alike, x), axis=node.options["axis"])


def _is_number(node: Node, context: Context) -> bool:
    try:
        return context.shape(node) == ()
    except LanguageError:
        return False  # a letter that the exercise does not use as a number


def _sum_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return summed(
        [context.cell(node.args[0], cell) for cell in cells_reduced(node, index, context)]
    )


def _mean_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    cells = cells_reduced(node, index, context)
    return call(
        "divide", summed([context.cell(node.args[0], cell) for cell in cells]), literal(len(cells))
    )


def _last_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    """Without one term of a list that is added up, or without the last slice along an axis."""
    (x,) = node.args
    if isinstance(x, Call) and is_call(x, "stack") and node.options["axis"] in (None, 0):
        for place in (len(x.args) - 1, *range(len(x.args) - 1)):
            rest = (*x.args[:place], *x.args[place + 1 :])
            if rest:
                yield Mistake(again(node, again(x, *rest)), x.args[place])
        return
    axes = axes_of(node, context)
    if len(axes) == 1:
        before = (Slice(),) * axes[0]
        for run in (Slice(None, -1), Slice(1, None)):
            rest_of = call("index", x, at=(*before, run))
            yield Mistake(again(node, rest_of), node)


def _shares(counts: Iterator[int] | Sequence[int], node: Call) -> Iterator[Mistake]:
    total_of = call("sum", *node.args, **node.options)
    for wrong in counts:
        if wrong > 0:
            yield Mistake(call("divide", total_of, literal(wrong)), literal(wrong))


def _less_one(node: Call, context: Context) -> Iterator[Mistake]:
    values = count(context.shape(node.args[0]), axes_of(node, context))
    if values is not None:
        yield from _shares([values - 1], node)


def _wrong_count(node: Call, context: Context) -> Iterator[Mistake]:
    """Divided by the number of other things there are: the sizes, and all cells."""
    shape = tuple(size for size in context.shape(node.args[0]) if isinstance(size, int))
    values = count(shape, axes_of(node, context)) if len(shape) > 1 else None
    if values is not None:
        cells = count(shape, range(len(shape))) or 1
        yield from _shares([one for one in dict.fromkeys((*shape, cells)) if one != values], node)


def _root_of(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("sqrt", node), node)


def _mean_square(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("mean", call("power", node.args[0], TWO)), node)


def _halved(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("divide", node, TWO), node)


def _square_of_sum(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("power", call("sum", node.args[0]), TWO), node)


def _largest(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("max", *node.args, **node.options), node)


def _mean_through_sum(node: Call, context: Context) -> Node | None:
    """The sum that is a quantity, divided by the number of its terms."""
    named = context.named(call("sum", *node.args, **node.options))
    return divide(named, values_in(node, context)) if isinstance(named, Name) else None


OTHER_AXES = Slip(
    "other axes",
    "You went over other axes than {part} does.",
    other_axes,
    reshapes=True,
)

ARRAY = (Parameter("x"),)

register(
    Operation(
        "sum",
        "the sum over the axes, or of all cells",
        ARRAY,
        reduction("sum"),
        _sum,
        numeric_along(np.sum),
        notations.function("sum"),
        _sum_derivative,
        _sum_entry,
        (AXIS, KEEPDIMS),
        reason="each term of a sum gets the gradient of the sum",
        slips=(
            Slip("term left out", "You left out a term of the sum {part}.", _last_left_out),
            Slip(
                "mean for sum",
                "You divided by the number of terms. {part} is the sum itself.",
                instead("mean"),
            ),
            OTHER_AXES,
            Slip(
                "maximum for sum", "You took the greatest term. {part} adds all of them.", _largest
            ),
            Slip("not added", "You did not add up in {part}.", left_out),
        ),
    )
)
register(
    Operation(
        "mean",
        "the mean over the axes, or of all cells",
        ARRAY,
        reduction("mean"),
        _mean,
        numeric_along(np.mean),
        notations.function("mean"),
        _mean_derivative,
        _mean_entry,
        (AXIS, KEEPDIMS),
        reason="each of the n terms of a mean gets 1/n of its gradient",
        slips=(
            Slip(
                "sum for mean",
                "You added up but did not divide by the number of values in {part}.",
                instead("sum"),
            ),
            OTHER_AXES,
            Slip(
                "n − 1 for n",
                "You divided by {part}. A mean divides by the number of its values.",
                _less_one,
            ),
            Slip(
                "other count",
                "You divided by {part}. A mean divides by the number of its values.",
                _wrong_count,
            ),
            Slip(
                "maximum for mean",
                "You took the greatest value. {part} is the mean of all of them.",
                _largest,
            ),
        ),
        rewritten=_mean_through_sum,
    )
)


def _whole(shapes: Sequence[Shape], options: Options) -> Shape:
    return ()


def _sumsq(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return total(np.asarray(arrays[0] * arrays[0], object).reshape(-1), (0,), False)


def _sumsq_numeric(x: np.ndarray) -> Any:
    return np.vdot(x, x)


def _sumsq_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    (x,) = node.args
    return [multiply(TWO, scaled(context, gradient, x, context.shape(x)))]


def _sumsq_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (x,) = node.args
    cells = product(*map(range, sizes(context.shape(x))))
    return summed([call("power", context.cell(x, cell), TWO) for cell in cells])


register(
    Operation(
        "sumsq",
        "the sum of the squares of all cells, ||x||^2",
        ARRAY,
        _whole,
        _sumsq,
        numeric_cellwise(_sumsq_numeric),
        Notation(
            notations.function("sumsq").text,
            Form("‖{0}‖²", POWER),
            Form(r"\left\lVert {0} \right\rVert^{{2}}", POWER),
        ),
        _sumsq_derivative,
        _sumsq_entry,
        reason="the derivative of ‖x‖² by x is 2x",
        slips=(
            Slip(
                "square left out",
                "You added up without squaring. {part} is the sum of the squares.",
                instead("sum"),
            ),
            Slip("root taken", "You took the root. {part} is the square of the norm.", _root_of),
            Slip(
                "mean for sum",
                "You divided by the number of cells. {part} is the sum of the squares.",
                _mean_square,
            ),
            Slip("half of it", "You took half of {part}; this one has no factor 1/2.", _halved),
            Slip(
                "square of the sum",
                "You added first and squared then. {part} is the sum of the squares.",
                _square_of_sum,
            ),
        ),
    )
)
