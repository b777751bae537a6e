"""Least and greatest values: of several arrays cell by cell, or of one array over axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Literal,
    Mistake,
    Node,
    Operation,
    OptionValue,
    Parameter,
    Shape,
    ShapeRule,
    Slip,
)
from exsolve.ops.cells import (
    broadcast_cells,
)
from exsolve.ops.construct import add, call, divide, literal, multiply, scaled, unbroadcast
from exsolve.ops.mistakes import instead
from exsolve.ops.reductions import AXIS, KEEPDIMS, OTHER_AXES, cells_reduced, kept
from exsolve.ops.registry import register
from exsolve.ops.shapes import broadcast, normal_axes, reduced

Options = Mapping[str, OptionValue]


def _extremum_shape(name: str) -> ShapeRule:
    def rule(shapes: Sequence[Shape], options: Options) -> Shape:
        if len(shapes) > 1:
            if options["axis"] is not None or options["keepdims"]:
                raise LanguageError(
                    f"{name} of several arrays goes cell by cell and has no axis",
                    expected=f"{name}(a, b), or {name}(a, axis=0)",
                    found=f"{len(shapes)} arrays and an axis",
                )
            return broadcast(shapes, name)
        axes = normal_axes(options["axis"], len(shapes[0]), name)
        return reduced(shapes[0], axes, options["keepdims"])

    return rule


def _extremum_numeric(pairwise: Any) -> Callable[[Sequence[np.ndarray], Options], Any]:
    def rule(arrays: Sequence[np.ndarray], options: Options) -> Any:
        if len(arrays) > 1:
            return reduce(pairwise, arrays)
        return pairwise.reduce(arrays[0], axis=options["axis"], keepdims=options["keepdims"])

    return rule


def _extremum_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    if len(node.args) == 1:
        return [_reduced_derivative(node, gradient, context)]
    shape = context.shape(node)
    shares: list[Node]
    if len(node.args) == 2:
        a, b = node.args
        strict, weak = (
            ("greater", "greater_equal") if node.operation.name == "max" else ("less", "less_equal")
        )
        half = literal(fmpq(1, 2))
        shares = [
            multiply(half, add(call(strict, a, b), call(weak, a, b))),
            multiply(half, add(call(strict, b, a), call(weak, b, a))),
        ]
    else:
        result = context.output(node)
        hits = [call("equal_to", arg, result) for arg in node.args]
        ties = add(hits[0], *hits[1:])
        shares = [divide(hit, ties) for hit in hits]
    return [
        unbroadcast(scaled(context, gradient, share, shape), shape, context.shape(arg))
        for share, arg in zip(shares, node.args, strict=True)
    ]


def _reduced_derivative(node: Call, gradient: Node, context: Context) -> Node:
    (x,) = node.args
    axis = node.options["axis"]
    hits = call("equal_to", x, kept(context.output(node), node, context))
    ties = call("sum", hits, axis=axis, keepdims=axis is not None)
    upstream = kept(gradient, node, context)
    return divide(scaled(context, upstream, hits, context.shape(x)), ties)


def _extremum_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    name = node.operation.name
    if len(node.args) > 1:
        return call(name, *broadcast_cells(node, index, context))
    cells = cells_reduced(node, index, context)
    return call(name, *(context.cell(node.args[0], cell) for cell in cells))


def _threshold_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    """max(x, 0) as x: the activation, or what cuts off."""
    for arg in node.args:
        if len(node.args) == 2 and not isinstance(arg, Literal):
            yield Mistake(arg, node)


def _leaky(node: Call, context: Context) -> Iterator[Mistake]:
    arg, *others = (arg for arg in node.args if not isinstance(arg, Literal))
    if len(node.args) == 2 and not others:
        yield Mistake(call("max", arg, divide(arg, literal(100))), node)


def _mean_for_extremum(node: Call, context: Context) -> Iterator[Mistake]:
    if len(node.args) == 1:
        yield Mistake(call("mean", *node.args, **node.options), node)
    else:
        total: Node = add(node.args[0], *node.args[1:])
        yield Mistake(call("divide", total, literal(len(node.args))), node)


def _other_axes_of_one(node: Call, context: Context) -> Iterator[Mistake]:
    if len(node.args) == 1:
        for one in OTHER_AXES.wrong(node, context):
            yield one if isinstance(one, Mistake) else Mistake(one, node)


def _place_for_value(node: Call, context: Context) -> Iterator[Mistake]:
    """Where the extreme cell of a vector is, counted from 0 or from 1."""
    (x,) = node.args if len(node.args) == 1 else (None,)
    if x is None or len(context.shape(x)) != 1 or not isinstance(context.shape(x)[0], int):
        return
    hits = call("equal_to", x, call(node.operation.name, x))
    for first in (0, 1):
        places = [literal(first + place) for place in range(int(context.shape(x)[0]))]
        yield Mistake(call("sum", call("multiply", hits, call("stack", *places))), node)


def _slips(name: str, other: str) -> tuple[Slip, ...]:
    return (
        Slip(
            "extremum left out",
            f"You left out the {name}imum in {{part}}.",
            _threshold_left_out,
        ),
        Slip("other extremum", f"You took the {other}imum for {{part}}.", instead(other)),
        OTHER_AXES._replace(wrong=_other_axes_of_one),
        Slip("place for value", "You gave the place of {part}, not its value.", _place_for_value),
        Slip("mean for extremum", "You took the mean for {part}.", _mean_for_extremum),
    )


LEAKY = Slip(
    "leaky ReLU",
    "You let negative values through, divided by 100. In {part} they become 0.",
    _leaky,
)


def _extremum(name: str, summary: str, function: str, pairwise: Any) -> None:
    def exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
        choose = np.frompyfunc(getattr(arithmetic, function), 2, 1)
        if len(arrays) > 1:
            return reduce(choose, arrays)
        (array,) = arrays
        axes = normal_axes(options["axis"], array.ndim, name)
        for axis in axes:
            array = choose.reduce(array, axis=axis, keepdims=True)
        return array if options["keepdims"] else array.reshape(reduced(array.shape, axes, False))

    register(
        Operation(
            name,
            summary,
            (Parameter("x", variadic=True),),
            _extremum_shape(name),
            exact,
            _extremum_numeric(pairwise),
            notations.function(name, latex=rf"\{name}"),
            _extremum_derivative,
            _extremum_entry,
            options=(AXIS, KEEPDIMS),
            reason="the gradient goes to the cells that attain the value, in equal shares",
            slips=_slips(name, "max") if name == "min" else (*_slips(name, "min"), LEAKY),
        )
    )


_extremum(
    "min",
    "the least of several arrays, cell by cell; of one array, over the axes",
    "minimum",
    np.minimum,
)
_extremum(
    "max",
    "the greatest of several arrays, cell by cell; of one array, over the axes",
    "maximum",
    np.maximum,
)
