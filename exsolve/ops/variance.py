"""Variance and standard deviation over axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Mistake,
    Name,
    Node,
    Operation,
    Option,
    OptionValue,
    Slip,
)
from exsolve.ops.cells import applied, summed, total
from exsolve.ops.construct import (
    TWO,
    call,
    divide,
    literal,
    multiply,
    scaled,
    subtract,
)
from exsolve.ops.mistakes import instead
from exsolve.ops.reductions import (
    ARRAY,
    AXIS,
    KEEPDIMS,
    OTHER_AXES,
    axes_of,
    cells_reduced,
    kept,
    mean_of,
    numeric_along,
    reduction,
    values_in,
)
from exsolve.ops.registry import register
from exsolve.ops.shapes import count, normal_axes

Options = Mapping[str, OptionValue]
DDOF = Option("ddof", 0, "integer")


def _var(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (array,) = arrays
    axes = normal_axes(options["axis"], array.ndim, "var")
    deviations = array - mean_of(arithmetic, array, axes, keepdims=True)
    squares = np.asarray(total(deviations * deviations, axes, options["keepdims"]), object)
    values = arithmetic.number(fmpq((count(array.shape, axes) or 1) - options["ddof"]))
    return applied(lambda cell: arithmetic.divide(cell, values), squares)


def _std(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return applied(arithmetic.sqrt, np.asarray(_var(arithmetic, arrays, options), object))


def _values_less_ddof(node: Call, context: Context) -> Node:
    return subtract(values_in(node, context), literal(node.options["ddof"]))


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


def _spellings(node: Call, context: Context) -> Iterator[OptionValue]:
    """The axes in every way that they can be written."""
    dimensions = len(context.shape(node.args[0]))
    axes = axes_of(node, context)
    yield node.options["axis"]
    yield axes if len(axes) > 1 else axes[0]
    below = tuple(axis - dimensions for axis in axes)
    yield below if len(axes) > 1 else below[0]
    if len(axes) == dimensions:
        yield None


def _named(name: str, node: Call, context: Context, **options: OptionValue) -> Node | None:
    """The quantity that is another reduction of the same array over the same axes, made to
    broadcast against the array; None where there is none."""
    for axis in _spellings(node, context) if context.shape(node.args[0]) else ():
        for keepdims in (False, True):
            like = call(name, *node.args, axis=axis, keepdims=keepdims, **options)
            found = context.named(like)
            if isinstance(found, Name):
                return kept(found, like, context)
    return None


def _shares(squares: Node, node: Call, context: Context) -> Node:
    settings = {"axis": node.options["axis"], "keepdims": node.options["keepdims"]}
    if node.options["ddof"] == 0:
        return call("mean", squares, **settings)
    return call("divide", call("sum", squares, **settings), _values_less_ddof(node, context))


def _var_through_mean(node: Call, context: Context) -> Node | None:
    """The mean square deviation from the mean that is a quantity."""
    mean = _named("mean", node, context)
    if mean is None:
        return None
    squares = call("power", call("subtract", node.args[0], mean), TWO)
    return _shares(squares, node, context)


def _std_through_names(node: Call, context: Context) -> Node | None:
    """The root of the variance that is a quantity, or of that from the mean that is one."""
    options = {one: node.options[one] for one in ("axis", "keepdims", "ddof")}
    named = context.named(call("var", *node.args, **options))
    if isinstance(named, Name):
        return call("sqrt", named)
    found = _var_through_mean(node, context)
    return None if found is None else call("sqrt", found)


def _result(variance: Node, node: Call) -> Node:
    return call("sqrt", variance) if node.operation.name == "std" else variance


def _with_ddof(right: int, wrong: int) -> Any:
    def rule(node: Call, context: Context) -> Iterator[Mistake]:
        if node.options["ddof"] == right:
            options = {**node.options, "ddof": wrong}
            yield Mistake(Call(node.operation, node.args, options), node)

    return rule


def _deviations(node: Call, context: Context) -> Node:
    (x,) = node.args
    return call("subtract", x, call("mean", x, axis=node.options["axis"], keepdims=True))


def _settings(node: Call) -> dict[str, OptionValue]:
    return {"axis": node.options["axis"], "keepdims": node.options["keepdims"]}


def _not_divided(node: Call, context: Context) -> Iterator[Mistake]:
    squares = call("power", _deviations(node, context), TWO)
    yield Mistake(_result(call("sum", squares, **_settings(node)), node), node)


def _mean_not_subtracted(node: Call, context: Context) -> Iterator[Mistake]:
    squares = call("power", node.args[0], TWO)
    yield Mistake(_result(_shares(squares, node, context), node), node)


def _absolute(node: Call, context: Context) -> Iterator[Mistake]:
    distances = call("abs", _deviations(node, context))
    yield Mistake(_shares(distances, node, context), node)


def _mean_not_squared(node: Call, context: Context) -> Iterator[Mistake]:
    (x,) = node.args
    squares = call("mean", call("power", x, TWO), **_settings(node))
    yield Mistake(
        _result(call("subtract", squares, call("mean", x, **_settings(node))), node), node
    )


def _mean_square_added(node: Call, context: Context) -> Iterator[Mistake]:
    (x,) = node.args
    squares = call("mean", call("power", x, TWO), **_settings(node))
    mean = call("power", call("mean", x, **_settings(node)), TWO)
    yield Mistake(_result(call("add", squares, mean), node), node)


def _from_mean_of_all(node: Call, context: Context) -> Iterator[Mistake]:
    (x,) = node.args
    if len(axes_of(node, context)) < len(context.shape(x)):
        squares = call("power", call("subtract", x, call("mean", x)), TWO)
        yield Mistake(_result(_shares(squares, node, context), node), node)


def _divided_outside(node: Call, context: Context) -> Iterator[Mistake]:
    squares = call("power", _deviations(node, context), TWO)
    root = call("sqrt", call("sum", squares, **_settings(node)))
    yield Mistake(call("divide", root, _values_less_ddof(node, context)), node)


SHARED_SLIPS = (
    Slip(
        "not divided",
        "You added up the squared deviations but did not divide by their number in {part}.",
        _not_divided,
    ),
    OTHER_AXES,
    Slip(
        "mean not subtracted",
        "You took the mean of the squares. The mean is subtracted before they are squared.",
        _mean_not_subtracted,
    ),
    Slip(
        "absolute deviations",
        "You took the mean distance from the mean. The deviations are squared in {part}.",
        _absolute,
    ),
    Slip(
        "mean not squared",
        "You subtracted the mean itself from the mean of the squares. It is its square that goes.",
        _mean_not_squared,
    ),
    Slip(
        "square of the mean added",
        "You added the square of the mean to the mean of the squares. It is subtracted.",
        _mean_square_added,
    ),
    Slip(
        "mean of all cells",
        "You took the deviations from the mean of all cells. Each slice has its own mean.",
        _from_mean_of_all,
    ),
)
SAMPLE = Slip(
    "sample variance",
    "You divided by n − 1. The variance of a whole population divides by n.",
    _with_ddof(0, 1),
)
POPULATION = Slip(
    "population variance",
    "You divided by n. The variance of a sample divides by n − 1.",
    _with_ddof(1, 0),
)


register(
    Operation(
        "var",
        "the variance: mean square deviation, divided by n - ddof",
        ARRAY,
        reduction("var"),
        _var,
        numeric_along(np.var),
        notations.function("var"),
        _var_derivative,
        _var_entry,
        (AXIS, KEEPDIMS, DDOF),
        reason="the derivative of the variance by x is twice the deviation from the mean, over n "
        "− ddof",
        slips=(
            SAMPLE,
            POPULATION,
            Slip(
                "standard deviation",
                "You took the root. {part} is the variance, the square of the standard deviation.",
                instead("std"),
            ),
            *SHARED_SLIPS,
        ),
        rewritten=_var_through_mean,
    )
)
register(
    Operation(
        "std",
        "the standard deviation: the root of the variance",
        ARRAY,
        reduction("std"),
        _std,
        numeric_along(np.std),
        notations.function("std"),
        _std_derivative,
        _std_entry,
        (AXIS, KEEPDIMS, DDOF),
        reason="chain rule through the root: the variance's derivative, divided by twice the "
        "deviation σ",
        slips=(
            Slip(
                "variance",
                "You gave the variance. {part} is its root.",
                instead("var"),
            ),
            SAMPLE,
            POPULATION,
            Slip(
                "divided outside the root",
                "You divided by n behind the root. The mean of the squares is what the root is of.",
                _divided_outside,
            ),
            *SHARED_SLIPS,
        ),
        rewritten=_std_through_names,
    )
)
