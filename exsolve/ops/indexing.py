"""Cells and slices of an array, and the gradient that goes back into their places."""

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
    Dimension,
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
from exsolve.ops.cells import full, number
from exsolve.ops.construct import call, expand_dims, literal
from exsolve.ops.creation import shape_option
from exsolve.ops.mistakes import again
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe, sizes, within_limits

Options = Mapping[str, OptionValue]


def index_text(at: tuple[int | Slice, ...]) -> str:
    """``0, 1:3, ::2`` as it is written between the brackets."""
    return ", ".join(_slice_text(one) if isinstance(one, Slice) else str(one) for one in at)


def _slice_text(one: Slice) -> str:
    start, stop, step = ("" if bound is None else str(bound) for bound in one)
    return f"{start}:{stop}" + (f":{step}" if step else "")


def _native(at: tuple[int | Slice, ...]) -> tuple[int | slice, ...]:
    return tuple(slice(*one) if isinstance(one, Slice) else one for one in at)


def _run(one: Slice, length: int) -> range:
    return range(*slice(*one).indices(length))


def _index_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    at: tuple[int | Slice, ...] = options["at"]
    if len(at) > len(shape):
        raise LanguageError(
            f"too many indices: [{index_text(at)}] of an array with {len(shape)} dimensions",
            expected=f"at most {len(shape)}",
            found=str(len(at)),
        )
    result: list[Dimension] = []
    for one, length in zip(at, shape, strict=False):
        if isinstance(one, Slice):
            result.append(_slice_length(one, length, shape))
        elif isinstance(length, int) and not -length <= one < length:
            raise LanguageError(
                f"the index {one} is outside an array of shape {describe(shape)}",
                expected=f"0 to {length - 1}: the first is 0",
                found=str(one),
            )
    return (*result, *shape[len(at) :])


def _slice_length(one: Slice, length: Dimension, shape: Shape) -> Dimension:
    if one.step == 0:
        raise LanguageError("the step of a slice cannot be 0", expected="1, 2, -1, ...", found="0")
    if isinstance(length, str):
        if one.start in (None, 0) and one.stop is None and one.step in (None, 1):
            return length
        raise LanguageError(
            f"the slice {_slice_text(one)} of a size that is only a symbol has no known length",
            expected="the whole axis, :",
            found=f"{_slice_text(one)} of {describe(shape)}",
        )
    found = len(_run(one, length))
    if not found:
        raise LanguageError(
            f"the slice {_slice_text(one)} of an array of shape {describe(shape)} is empty",
            expected=f"at least one of the places 0 to {length - 1}",
            found=_slice_text(one),
        )
    return found


def _index(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return arrays[0][_native(options["at"])]


def _index_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    return arrays[0][_native(options["at"])]


def _index_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    shape = context.shape(node.args[0])
    at = node.options["at"]
    start: list[int] = []
    step: list[int] = []
    for place, length in enumerate(shape):
        one = at[place] if place < len(at) else Slice()
        if isinstance(one, Slice):
            run = range(1) if isinstance(length, str) else _run(one, length)
            start.append(run.start)
            step.append(run.step if len(run) > 1 else 1)
        else:
            start.append(one % length if isinstance(length, int) else one)
            step.append(1)
    gone = tuple(place for place, one in enumerate(at) if isinstance(one, int))
    if gone:
        gradient = expand_dims(gradient, gone)
    strides = None if set(step) <= {1} else tuple(step)
    return [call("scatter", gradient, shape=shape, start=tuple(start), step=strides)]


def _index_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    lengths = sizes(context.shape(node.args[0]))
    at = node.options["at"]
    rest = iter(index)
    cell: list[int] = []
    for place, length in enumerate(lengths):
        one = at[place] if place < len(at) else Slice()
        cell.append(_run(one, length)[next(rest)] if isinstance(one, Slice) else one % length)
    return context.cell(node.args[0], tuple(cell))


def _off_by_one(node: Call, context: Context) -> Iterator[Mistake]:
    at: tuple[int | Slice, ...] = node.options["at"]
    for axis, one in enumerate(at):
        for step in (-1, 1):
            if isinstance(one, int) and one + step >= (0 if one >= 0 else one):
                moved: int | Slice = one + step
            elif isinstance(one, Slice) and one.start is not None and one.start + step >= 0:
                stop = None if one.stop is None else one.stop + step
                moved = one._replace(start=one.start + step, stop=stop)
            else:
                continue
            yield Mistake(again(node, at=(*at[:axis], moved, *at[axis + 1 :])), node)


def _row_for_column(node: Call, context: Context) -> Iterator[Mistake]:
    at: tuple[int | Slice, ...] = node.options["at"]
    if len(at) == 1 and len(context.shape(node.args[0])) > 1:
        yield Mistake(again(node, at=(Slice(), *at)), node)
    elif len(at) > 1:
        yield Mistake(again(node, at=at[::-1]), node)


register(
    Operation(
        "index",
        "the cell, row or slice at the given places, counted from 0",
        (Parameter("x"),),
        _index_shape,
        _index,
        _index_numeric,
        notations.indexing(),
        _index_derivative,
        _index_entry,
        options=(Option("at", None, "index", required=True),),
        infix="[ ]",
        reason="the gradient goes back to the cells that were taken; all others get 0",
        slips=(
            Slip("index off by one", "You took a place beside {part}.", _off_by_one),
            Slip(
                "row for column",
                "You mixed up rows and columns in {part}.",
                _row_for_column,
                reshapes=True,
            ),
        ),
    )
)


def _region(shape: Shape, options: Options) -> list[tuple[int, int]]:
    """Start and step along each axis."""
    target = shape_option(options["shape"])
    start = sizes(shape_option(options["start"]))
    step = (1,) * len(target)
    if options["step"] is not None:
        step = sizes(shape_option(options["step"]))
    if not len(shape) == len(target) == len(start) == len(step):
        raise LanguageError(
            "scatter needs a start, and a step, for each dimension",
            expected=f"{len(target)} dimensions",
            found=f"{describe(shape)} with start {list(start)} and step {list(step)}",
        )
    # As in an index, places from the end are negative; where a letter ends stays open until then.
    counted = [
        one + room if one < 0 and isinstance(room, int) else one
        for one, room in zip(start, target, strict=True)
    ]
    return list(zip(counted, step, strict=True))


def _scatter_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    (shape,) = shapes
    target = within_limits(shape_option(options["shape"]))
    for (start, step), found, room in zip(_region(shape, options), shape, target, strict=True):
        if isinstance(room, str) or isinstance(found, str):
            fits = found == 1 or (found == room and start == 0 and step == 1)
        else:
            last = start + step * (found - 1)
            fits = step != 0 and 0 <= start < room and 0 <= last < room
        if not fits:
            raise LanguageError(
                f"scatter has no room for {describe(shape)} in {describe(target)}",
                expected=f"places inside a size of {room}",
                found=f"{found} places from {start} in steps of {step}",
            )
    return target


def _places(array: np.ndarray, options: Options) -> tuple[Any, ...]:
    runs = [
        start + step * np.arange(length)
        for (start, step), length in zip(_region(array.shape, options), array.shape, strict=True)
    ]
    return np.ix_(*runs) if runs else ()


def _scatter(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    result = full(sizes(shape_option(options["shape"])), number(arithmetic, 0))
    result[_places(arrays[0], options)] = arrays[0]
    return result


def _scatter_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    (array,) = arrays
    result = np.zeros(sizes(shape_option(options["shape"])))
    for place in np.ndindex(array.shape):
        target = tuple(
            start + step * along
            for (start, step), along in zip(_region(array.shape, options), place, strict=True)
        )
        result[target] = array[place]
    return result


def _scatter_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    shape = context.shape(node.args[0])
    target = shape_option(node.options["shape"])
    at: list[int | Slice] = []
    gone: list[int] = []
    for place, ((start, step), length) in enumerate(
        zip(_region(shape, node.options), shape, strict=True)
    ):
        if isinstance(length, str):
            at.append(Slice())
        elif isinstance(target[place], str):
            # Of an axis whose size is a symbol a slice has no known length; one place has.
            at.append(start)
            gone.append(place)
        else:
            stop = start + step * length
            at.append(Slice(start, None if stop < 0 else stop, None if step == 1 else step))
    part = call("index", gradient, at=tuple(at))
    return [expand_dims(part, tuple(gone)) if gone else part]


def _scatter_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    shape = sizes(context.shape(node.args[0]))
    cell: list[int] = []
    for place, (start, step), length in zip(
        index, _region(shape, node.options), shape, strict=True
    ):
        run = range(start, start + step * length, step)
        if place not in run:
            return literal(0)
        cell.append(run.index(place))
    return context.cell(node.args[0], tuple(cell))


register(
    Operation(
        "scatter",
        "an array of zeros of the given shape, with x put in from the place start on",
        (Parameter("x"),),
        _scatter_shape,
        _scatter,
        _scatter_numeric,
        notations.function("scatter"),
        _scatter_derivative,
        _scatter_entry,
        options=(
            Option("shape", None, "sizes", required=True),
            Option("start", None, "integers", required=True),
            Option("step", None, "axis"),
        ),
        reason="each cell gets the gradient of the place that it was put in",
    )
)
