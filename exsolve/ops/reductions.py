"""Reductions over axes: sum, mean, var, std; and the sum of squares of a whole array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Name,
    Node,
    Notation,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    ShapeRule,
    walk,
)
from exsolve.ops.cells import applied, numeric_cellwise, summed, total
from exsolve.ops.construct import (
    TWO,
    call,
    divide,
    expand_dims,
    literal,
    multiply,
    scaled,
    spread,
    subtract,
)
from exsolve.ops.registry import register
from exsolve.ops.shapes import count, describe, normal_axes, reduced, sizes

Options = Mapping[str, OptionValue]
AXIS = Option("axis", None, "axis")
KEEPDIMS = Option("keepdims", False, "boolean")
DDOF = Option("ddof", 0, "integer")


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


def _var(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (array,) = arrays
    axes = normal_axes(options["axis"], array.ndim, "var")
    deviations = array - mean_of(arithmetic, array, axes, keepdims=True)
    squares = np.asarray(total(deviations * deviations, axes, options["keepdims"]), object)
    values = arithmetic.number(fmpq((count(array.shape, axes) or 1) - options["ddof"]))
    return applied(lambda cell: arithmetic.divide(cell, values), squares)


def _std(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return applied(arithmetic.sqrt, np.asarray(_var(arithmetic, arrays, options), object))


def _numeric(function: Any) -> Any:
    def rule(arrays: Sequence[np.ndarray], options: Options) -> Any:
        return function(arrays[0], **options)

    return rule


def _sum_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    (x,) = node.args
    return [spread(kept(gradient, node, context), x, context.shape(x))]


def _mean_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    (x,) = node.args
    share = divide(kept(gradient, node, context), _values(node, context))
    return [spread(share, x, context.shape(x))]


def _values(node: Call, context: Context) -> Node:
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


def _values_less_ddof(node: Call, context: Context) -> Node:
    return subtract(_values(node, context), literal(node.options["ddof"]))


def _deviation(node: Call, context: Context) -> Node:
    (x,) = node.args
    axis = node.options["axis"]
    whole = axis is None
    return call("subtract", x, call("mean", x, axis=axis, keepdims=not whole))


def _spread_over(slope: Node, node: Call, gradient: Node, context: Context) -> Node:
    (x,) = node.args
    return scaled(context, kept(gradient, node, context), slope, context.shape(x))


def _var_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    slope = multiply(TWO, _deviation(node, context))
    return [divide(_spread_over(slope, node, gradient, context), _values_less_ddof(node, context))]


def _std_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    slope = _spread_over(_deviation(node, context), node, gradient, context)
    result = kept(context.output(node), node, context)
    return [divide(slope, multiply(_values_less_ddof(node, context), result))]


def _sum_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return summed(
        [context.cell(node.args[0], cell) for cell in cells_reduced(node, index, context)]
    )


def _mean_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    cells = cells_reduced(node, index, context)
    return call(
        "divide", summed([context.cell(node.args[0], cell) for cell in cells]), literal(len(cells))
    )


def _var_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (x,) = node.args
    cells = [context.cell(x, cell) for cell in cells_reduced(node, index, context)]
    axis, keepdims = node.options["axis"], node.options["keepdims"]
    means = context.named(call("mean", x, axis=axis, keepdims=keepdims))
    mean = context.cell(means, index)
    squares = [call("power", call("subtract", cell, mean), TWO) for cell in cells]
    return call("divide", summed(squares), literal(len(cells) - node.options["ddof"]))


def _std_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return call("sqrt", _var_entry(node, index, context))


ARRAY = (Parameter("x"),)

register(
    Operation(
        "sum",
        "the sum over the axes, or of all cells",
        ARRAY,
        reduction("sum"),
        _sum,
        _numeric(np.sum),
        notations.function("sum"),
        _sum_derivative,
        _sum_entry,
        (AXIS, KEEPDIMS),
        reason="each term of a sum gets the gradient of the sum",
    )
)
register(
    Operation(
        "mean",
        "the mean over the axes, or of all cells",
        ARRAY,
        reduction("mean"),
        _mean,
        _numeric(np.mean),
        notations.function("mean"),
        _mean_derivative,
        _mean_entry,
        (AXIS, KEEPDIMS),
        reason="each of the n terms of a mean gets 1/n of its gradient",
    )
)
register(
    Operation(
        "var",
        "the variance: mean square deviation, divided by n - ddof",
        ARRAY,
        reduction("var"),
        _var,
        _numeric(np.var),
        notations.function("var"),
        _var_derivative,
        _var_entry,
        (AXIS, KEEPDIMS, DDOF),
        reason="the derivative of the variance by x is twice the deviation from the mean, over n "
        "− ddof",
    )
)
register(
    Operation(
        "std",
        "the standard deviation: the root of the variance",
        ARRAY,
        reduction("std"),
        _std,
        _numeric(np.std),
        notations.function("std"),
        _std_derivative,
        _std_entry,
        (AXIS, KEEPDIMS, DDOF),
        reason="chain rule through the root: the variance's derivative, divided by twice the "
        "deviation σ",
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
    )
)
