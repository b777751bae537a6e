"""The same cells in another arrangement: reshape, expand, concat, stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from exsolve.errors import LanguageError
from exsolve.exact.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.binding import option_text
from exsolve.expression.tree import (
    Call,
    Context,
    Dimension,
    Node,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slice,
)
from exsolve.ops.construct import call, reshape, unbroadcast
from exsolve.ops.creation import shape_option
from exsolve.ops.registry import register
from exsolve.ops.shapes import aligned, broadcast, describe, normal_axis, sizes, within_limits

Options = Mapping[str, OptionValue]
AXIS = Option("axis", 0, "integer")
MANY = (Parameter("x", variadic=True),)


# --- reshape


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


SHAPE = (Option("shape", None, "integers", required=True),)

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
    )
)


# --- expand


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
    )
)


# --- concat


def _concat_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    first = shapes[0]
    axis = normal_axis(options["axis"], len(first), "concat")
    lengths = 0
    for shape in shapes:
        rest = (*shape[:axis], *shape[axis + 1 :])
        if len(shape) != len(first) or rest != (*first[:axis], *first[axis + 1 :]):
            raise LanguageError(
                "concat needs arrays that differ along one axis only: "
                f"{' and '.join(map(describe, shapes))}",
                expected=f"the shape {describe(first)} but for axis {axis}",
                found=describe(shape),
            )
        (length,) = sizes(shape[axis : axis + 1])
        lengths += length
    return within_limits((*first[:axis], lengths, *first[axis + 1 :]))


def _concat(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.concatenate(arrays, axis=options["axis"])


def _concat_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    axis = options["axis"] % arrays[0].ndim
    rows = [row for array in arrays for row in np.moveaxis(array, axis, 0)]
    return np.stack(rows, axis=axis)


def _concat_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    parts: list[Node | None] = []
    start = 0
    for arg in node.args:
        shape = context.shape(arg)
        axis = node.options["axis"] % len(shape)
        (length,) = sizes(shape[axis : axis + 1])
        at = (*(Slice() for _ in range(axis)), Slice(start, start + length))
        parts.append(call("index", gradient, at=at))
        start += length
    return parts


def _concat_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    axis = node.options["axis"] % len(index)
    place = index[axis]
    for arg in node.args:
        (length,) = sizes(context.shape(arg)[axis : axis + 1])
        if place < length:
            return context.cell(arg, (*index[:axis], place, *index[axis + 1 :]))
        place -= length
    raise IndexError(index)


register(
    Operation(
        "concat",
        "the arrays one after the other along an axis that they have",
        MANY,
        _concat_shape,
        _concat,
        _concat_numeric,
        notations.function("concat"),
        _concat_derivative,
        _concat_entry,
        options=(AXIS,),
    )
)


# --- stack


def _stack_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    first = shapes[0]
    for shape in shapes:
        if shape != first:
            raise LanguageError(
                f"the parts of a list must have one shape: {' and '.join(map(describe, shapes))}",
                expected=describe(first),
                found=describe(shape),
            )
    axis = normal_axis(options["axis"], len(first) + 1, "stack")
    return within_limits((*first[:axis], len(shapes), *first[axis:]))


def _stack(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.stack(arrays, axis=options["axis"])


def _stack_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    return np.moveaxis(np.array([np.asarray(array) for array in arrays]), 0, options["axis"])


def _stack_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    axis = node.options["axis"] % (len(context.shape(node.args[0])) + 1)
    before = (Slice(),) * axis
    return [call("index", gradient, at=(*before, place)) for place in range(len(node.args))]


def _stack_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    axis = node.options["axis"] % len(index)
    return context.cell(node.args[index[axis]], (*index[:axis], *index[axis + 1 :]))


register(
    Operation(
        "stack",
        "arrays of one shape side by side along a new axis; [a, b] stacks along the first",
        MANY,
        _stack_shape,
        _stack,
        _stack_numeric,
        notations.list_literal("stack"),
        _stack_derivative,
        _stack_entry,
        options=(AXIS,),
        infix="[ , ]",
    )
)
