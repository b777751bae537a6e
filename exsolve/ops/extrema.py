"""Least and greatest values: of several arrays cell by cell, or of one array over axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    Node,
    Operation,
    OptionValue,
    Parameter,
    Shape,
    ShapeRule,
)
from exsolve.ops.cells import (
    broadcast_cells,
)
from exsolve.ops.construct import add, call, divide, literal, multiply, scaled, unbroadcast
from exsolve.ops.reductions import AXIS, KEEPDIMS, cells_reduced, kept
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
