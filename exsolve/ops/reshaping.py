"""The same cells in another shape: reshape, expand, expand_dims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.binding import option_text
from exsolve.expression.tree import (
    Call,
    Context,
    Dimension,
    Mistake,
    Node,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slip,
)
from exsolve.ops.construct import call, reshape, unbroadcast
from exsolve.ops.creation import shape_option
from exsolve.ops.mistakes import again, left_out
from exsolve.ops.registry import register
from exsolve.ops.shapes import aligned, broadcast, describe, normal_axes, sizes, within_limits

Options = Mapping[str, OptionValue]


def _reshape_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    target = shape_option(options["shape"])
    open_places = [place for place, size in enumerate(target) if size == -1]
    if len(open_places) > 1:
        raise LanguageError(
            "reshape can work out one size only", expected="one -1", found=option_text(target)
        )
    found, found_symbols = _cells(shape)
    wanted, wanted_symbols = _cells(tuple(size for size in target if size != -1))
    for symbol in wanted_symbols:
        if symbol in found_symbols:
            found_symbols.remove(symbol)
        else:
            raise _does_not_fit(shape, target)
    if open_places:
        if wanted < 1 or found % wanted or len(found_symbols) > 1:
            raise _does_not_fit(shape, target)
        left: Dimension = found // wanted
        if found_symbols:
            if left != 1:
                raise _does_not_fit(shape, target)
            left = found_symbols[0]
        target = tuple(left if size == -1 else size for size in target)
    elif found != wanted or found_symbols:
        raise _does_not_fit(shape, target)
    return within_limits(target)


def _cells(shape: Shape) -> tuple[int, list[str]]:
    """The product of the sizes: a number, and the symbols in it."""
    numbers = prod(size for size in shape if not isinstance(size, str))
    return numbers, [size for size in shape if isinstance(size, str)]


def _does_not_fit(shape: Shape, target: Shape) -> LanguageError:
    return LanguageError(
        f"reshape cannot make {option_text(target)} of an array of shape {describe(shape)}",
        expected=f"a shape with as many cells as {describe(shape)}",
        found=option_text(target),
    )


def _reshape(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return arrays[0].reshape(sizes(shape_option(options["shape"])))


def _reshape_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.reshape(arrays[0], sizes(shape_option(options["shape"])))


def _reshape_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [reshape(gradient, context.shape(node.args[0]))]


def _reshape_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    to_shape = sizes(context.shape(node))
    from_shape = sizes(context.shape(node.args[0]))
    place = int(np.ravel_multi_index(index, to_shape)) if index else 0
    cell = tuple(int(one) for one in np.unravel_index(place, from_shape)) if from_shape else ()
    return context.cell(node.args[0], cell)


def _by_columns(node: Call, context: Context) -> Iterator[Mistake]:
    (x,) = node.args
    if len(context.shape(x)) > 1:
        yield Mistake(again(node, call("transpose", x)), node)
    elif len(context.shape(node)) > 1:
        turned = tuple(reversed(context.shape(node)))
        yield Mistake(call("transpose", again(node, shape=turned)), node)


SHAPE = (Option("shape", None, "sizes", required=True),)

register(
    Operation(
        "reshape",
        "the same cells, row by row, in another shape; one size may be -1",
        (Parameter("x"),),
        _reshape_shape,
        _reshape,
        _reshape_numeric,
        notations.function("reshape"),
        _reshape_derivative,
        _reshape_entry,
        options=SHAPE,
        reason="the cells stay the same, so their gradients do",
        slips=(
            Slip(
                "column by column",
                "You read the cells column by column. {part} takes them row by row.",
                _by_columns,
            ),
            Slip("not reshaped", "You left the cells in their old shape.", left_out, reshapes=True),
        ),
    )
)


def _expand_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    target = within_limits(shape_option(options["shape"]))
    if broadcast((shape, target), "expand") != target:
        raise LanguageError(
            f"expand cannot stretch {describe(shape)} to {describe(target)}",
            expected="equal sizes, counted from the last, or a size of 1 that stretches",
            found=describe(shape),
        )
    return target


def _expand(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.broadcast_to(arrays[0], sizes(shape_option(options["shape"]))).copy()


def _expand_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    return arrays[0] * np.ones(sizes(shape_option(options["shape"])))


def _expand_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [unbroadcast(gradient, context.shape(node), context.shape(node.args[0]))]


def _expand_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (x,) = node.args
    return context.cell(x, aligned(index, context.shape(x)))


register(
    Operation(
        "expand",
        "the array repeated by the rules of broadcasting until it has the given shape",
        (Parameter("x"),),
        _expand_shape,
        _expand,
        _expand_numeric,
        notations.function("expand"),
        _expand_derivative,
        _expand_entry,
        options=SHAPE,
        reason="a cell that was repeated gets the sum of the gradients of its copies",
    )
)


def _new_axes(options: Options, dimensions: int) -> tuple[int, ...]:
    """The places of the new axes in the result, counted from 0."""
    axis = options["axis"]
    added = len(axis) if isinstance(axis, tuple) else 1
    return normal_axes(axis, dimensions + added, "expand_dims")


def _expand_dims_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    result = list(shapes[0])
    for axis in _new_axes(options, len(result)):
        result.insert(axis, 1)
    return within_limits(tuple(result))


def _expand_dims(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (array,) = arrays
    for axis in _new_axes(options, array.ndim):
        array = array[(slice(None),) * axis + (None,)]
    return array


def _expand_dims_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.expand_dims(arrays[0], options["axis"])


def _expand_dims_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    # An axis of size 1 goes by summing over it.
    return [call("sum", gradient, axis=node.options["axis"])]


def _expand_dims_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (x,) = node.args
    axes = _new_axes(node.options, len(context.shape(x)))
    return context.cell(x, tuple(one for place, one in enumerate(index) if place not in axes))


register(
    Operation(
        "expand_dims",
        "the array with new axes of size 1 at the given places of the result",
        (Parameter("x"),),
        _expand_dims_shape,
        _expand_dims,
        _expand_dims_numeric,
        notations.function("expand_dims"),
        _expand_dims_derivative,
        _expand_dims_entry,
        options=(Option("axis", None, "axis", required=True),),
        reason="the cells stay the same, so their gradients do",
    )
)
