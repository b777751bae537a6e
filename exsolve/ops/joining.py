"""Several arrays made one: concat along an axis they have, stack along a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Mistake,
    Node,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slice,
    Slip,
)
from exsolve.ops.construct import call
from exsolve.ops.mistakes import again, backwards
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe, normal_axis, sizes, within_limits

Options = Mapping[str, OptionValue]
AXIS = Option("axis", 0, "integer")
MANY = (Parameter("x", variadic=True),)


def _concat_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    first = shapes[0]
    axis = normal_axis(options["axis"], len(first), "concat")
    lengths = 0
    letters = [shape[axis] for shape in shapes if len(shape) > axis]
    for size in letters if len(shapes) > 1 else ():
        if isinstance(size, str):
            raise LanguageError(
                f"concat along an axis whose size is the letter {size}",
                expected=f"numbers along axis {axis}; a sum of letters is no size",
                found=" and ".join(map(describe, shapes)),
                hint="declare the whole array with a size of its own, and take slices of it",
            )
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


def _other_axis(node: Call, context: Context) -> Iterator[Mistake]:
    dimensions = len(context.shape(node.args[0])) + (node.operation.name == "stack")
    right = node.options["axis"] % dimensions
    for axis in range(dimensions):
        if axis != right:
            yield Mistake(again(node, axis=axis), node)


def _part_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    for place, arg in enumerate(node.args):
        rest = (*node.args[:place], *node.args[place + 1 :])
        if rest:
            yield Mistake(again(node, *rest), arg)


def _swapped_neighbours(node: Call, context: Context) -> Iterator[Mistake]:
    for place in range(len(node.args) - 1):
        args = list(node.args)
        args[place : place + 2] = args[place + 1], args[place]
        yield Mistake(again(node, *args), args[place])


JOINED_SLIPS = (
    Slip("order reversed", "You put the parts of {part} in the reverse order.", backwards),
    Slip(
        "other axis", "You joined along another axis than {part} does.", _other_axis, reshapes=True
    ),
    Slip(
        "parts swapped",
        "You put {part} before its time: the parts are in another order.",
        _swapped_neighbours,
    ),
    Slip("part left out", "You left out {part}.", _part_left_out, reshapes=True),
)

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
        reason="each part gets its own piece of the gradient",
        slips=JOINED_SLIPS,
    )
)


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
        reason="each part gets its own slice of the gradient",
        slips=JOINED_SLIPS,
    )
)
