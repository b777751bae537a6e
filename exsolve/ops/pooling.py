"""Pooling: the greatest cell or the mean of each window over the last axes of an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.exact.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Node,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
)
from exsolve.ops.cells import full, number, summed, tied, total
from exsolve.ops.construct import ONE, ZERO, call, divide, expand_dims, literal, multiply
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe, within_limits
from exsolve.ops.windows import (
    PADDING,
    Axis,
    Window,
    bounded,
    counts,
    fitting,
    known_product,
    lengths,
    padded_within_limits,
    patches,
    per_axis,
    seen_cells,
    seen_from,
)

Options = Mapping[str, OptionValue]
SETTINGS = (
    Option("size", None, "spacing", required=True),
    Option("stride", None, "spacing"),
    PADDING,
)


def _window(operation: str, shape: Shape, options: Options) -> Window:
    """The window over the last axes: as many as the size has numbers; one number: all but the
    first axis, which has the channels."""
    size = options["size"]
    axes = len(size) if isinstance(size, tuple) else len(shape) - 1
    if not 1 <= axes <= len(shape):
        raise LanguageError(
            f"{operation} has no axes to move its window along",
            expected=f"{axes} dimensions or more"
            if isinstance(size, tuple)
            else "channels, then the sizes",
            found=describe(shape),
            hint="a list says how many of the last axes are meant: size=[2]" if shape else "",
        )
    wide = per_axis(operation, options, "size", axes, 1)
    settled = dict(options) if options["stride"] is not None else {**options, "stride": wide}
    window = tuple(
        Axis(*one)
        for one in zip(
            lengths(operation, shape, axes),
            wide,
            per_axis(operation, settled, "stride", axes, 1),
            per_axis(operation, options, "padding", axes, 0),
            strict=True,
        )
    )
    for axis in window:
        if axis.padding > axis.size // 2:
            raise LanguageError(
                f"the padding of {operation} is at most half its window, or a window could see "
                "nothing else",
                expected=f"0 to {axis.size // 2} for a size of {axis.size}",
                found=str(axis.padding),
            )
    return fitting(operation, window)


def _pooled_shape(operation: str, shape: Shape, options: Options) -> tuple[Window, Shape]:
    window = _window(operation, shape, options)
    result = (*shape[: len(shape) - len(window)], *counts(window))
    cells = prod(axis.size for axis in window)
    padded_within_limits(operation, shape[: len(shape) - len(window)], window)
    what = "cells in all windows together"
    bounded(operation, known_product(result) * cells, limits.CELLS, what)
    return window, within_limits(result)


def _pool_shape(operation: str, shapes: Sequence[Shape], options: Options) -> Shape:
    return _pooled_shape(operation, shapes[0], options)[1]


def _max_pool_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return _pool_shape("max_pool", shapes, options)


def _avg_pool_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return _pool_shape("avg_pool", shapes, options)


def _max_pick_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    y, x = shapes
    if y != x:
        raise LanguageError(
            f"max_pick needs two arrays of one shape: {describe(y)} and {describe(x)}",
            expected=describe(x),
            found=describe(y),
        )
    return _pool_shape("max_pick", (x,), options)


def _max_unpool_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    y, x = shapes
    pooled = _pool_shape("max_unpool", (x,), options)
    if y != pooled:
        raise LanguageError(
            f"max_unpool needs one cell for each window of {describe(x)}: {describe(y)}",
            expected=describe(pooled),
            found=describe(y),
        )
    return x


def _max_pool(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (x,) = arrays
    window = _window("max_pool", x.shape, options)
    result = full((*x.shape[: x.ndim - len(window)], *counts(window)), number(arithmetic, 0))
    for place in np.ndindex(result.shape):
        leading, at = place[: x.ndim - len(window)], place[x.ndim - len(window) :]
        first, *others = (x[(*leading, *cell)] for cell, _ in seen_cells(window, at))
        for other in others:
            first = arithmetic.maximum(first, other)
        result[place] = first
    return result


def _greatest(
    arithmetic: Arithmetic, x: np.ndarray, window: Window
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each place of a pooled array the cell of x that is the first of the greatest."""
    batch = x.shape[: x.ndim - len(window)]
    found = []
    for place in np.ndindex(*batch, *counts(window)):
        leading, at = place[: len(batch)], place[len(batch) :]
        first, *others = ((*leading, *cell) for cell, _ in seen_cells(window, at))
        for other in others:
            if arithmetic.sign(x[other] - x[first]) > 0:
                first = other
        found.append((place, first))
    return found


def _max_pick(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    window = _window("max_pick", x.shape, options)
    result = full((*x.shape[: x.ndim - len(window)], *counts(window)), number(arithmetic, 0))
    for place, cell in _greatest(arithmetic, x, window):
        result[place] = y[cell]
    return result


def _max_unpool(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    result = full(x.shape, number(arithmetic, 0))
    for place, cell in _greatest(arithmetic, x, _window("max_unpool", x.shape, options)):
        result[cell] = result[cell] + y[place]
    return result


def _cuts(x: np.ndarray, options: Options, outside: float) -> tuple[np.ndarray, list[Any]]:
    """The padded array, and for each place in the window the slices of what it sees there."""
    size, stride, padding = options["size"], options["stride"], options["padding"]
    axes = len(size) if isinstance(size, tuple) else x.ndim - 1
    wide = size if isinstance(size, tuple) else (size,) * axes
    by = wide if stride is None else stride if isinstance(stride, tuple) else (stride,) * axes
    off = padding if isinstance(padding, tuple) else (padding,) * axes
    pads = [(0, 0)] * (x.ndim - axes) + [(one, one) for one in off]
    padded = np.pad(x, pads, constant_values=outside)
    cuts = [
        (
            ...,
            *(
                slice(at, at + length - one + 1, step)
                for at, length, one, step in zip(place, padded.shape[-axes:], wide, by, strict=True)
            ),
        )
        for place in np.ndindex(wide)
    ]
    return padded, cuts


def _max_pool_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    padded, cuts = _cuts(arrays[0], options, -np.inf)
    return np.max([padded[cut] for cut in cuts], axis=0)


def _first_greatest(x: np.ndarray, options: Options) -> tuple[np.ndarray, list[Any]]:
    """For each window the number of its greatest cell; a tie but for rounding goes to the first."""
    padded, cuts = _cuts(x, options, -np.inf)
    best = padded[cuts[0]]
    number = np.zeros(best.shape, dtype=np.int64)
    with np.errstate(invalid="ignore"):
        for count, cut in enumerate(cuts[1:], 1):
            seen = padded[cut]
            greater = (seen > best) & ~(np.isfinite(best) & tied(seen, best))
            number = np.where(greater, count, number)
            best = np.where(greater, seen, best)
    return number, cuts


def _max_pick_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    number, cuts = _first_greatest(x, options)
    padded, _ = _cuts(y, options, 0.0)
    return sum(np.where(number == count, padded[cut], 0.0) for count, cut in enumerate(cuts))


def _max_unpool_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    number, cuts = _first_greatest(x, options)
    result, _ = _cuts(np.zeros_like(x), options, 0.0)
    for count, cut in enumerate(cuts):
        result[cut] += np.where(number == count, y, 0.0)
    inside = tuple(
        slice((wide - length) // 2, (wide + length) // 2)
        for wide, length in zip(result.shape, x.shape, strict=True)
    )
    return result[inside]


def _settings(node: Call) -> dict[str, OptionValue]:
    return {name: node.options[name] for name in ("size", "stride", "padding")}


def _max_pool_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [call("max_unpool", gradient, node.args[0], **_settings(node))]


def _max_pick_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [call("max_unpool", gradient, node.args[1], **_settings(node)), None]


def _max_unpool_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [call("max_pick", gradient, node.args[1], **_settings(node)), None]


def _max_pool_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (x,) = node.args
    window = _window("max_pool", context.shape(x), node.options)
    leading, place = index[: len(index) - len(window)], index[len(index) - len(window) :]
    cells = [context.cell(x, (*leading, *cell)) for cell, _ in seen_cells(window, place)]
    return call("max", *cells) if len(cells) > 1 else cells[0]


def _is_first(
    x: Node, cell: tuple[int, ...], others: list[tuple[int, ...]], context: Context
) -> Node:
    """1 where the cell is the first of the greatest of a window, else 0."""
    place = others.index(cell)
    signs = [
        call(
            "greater" if before < place else "greater_equal",
            context.cell(x, cell),
            context.cell(x, other),
        )
        for before, other in enumerate(others)
        if before != place
    ]
    return multiply(*signs) if signs else ONE


def _max_pick_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    y, x = node.args
    window = _window("max_pick", context.shape(x), node.options)
    leading, place = index[: len(index) - len(window)], index[len(index) - len(window) :]
    cells = [(*leading, *cell) for cell, _ in seen_cells(window, place)]
    return summed(
        [
            call("multiply", context.cell(y, cell), _is_first(x, cell, cells, context))
            for cell in cells
        ]
    )


def _max_unpool_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    y, x = node.args
    window = _window("max_unpool", context.shape(x), node.options)
    leading, own = index[: len(index) - len(window)], index[len(index) - len(window) :]
    terms: list[Node] = []
    for place, _ in seen_from(window, own):
        cells = [(*leading, *cell) for cell, _ in seen_cells(window, place)]
        arriving = context.cell(y, (*leading, *place))
        terms.append(call("multiply", arriving, _is_first(x, index, cells, context)))
    return summed(terms) if terms else ZERO


def _avg_pool(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (x,) = arrays
    window = _window("avg_pool", x.shape, options)
    seen = patches(x, window, number(arithmetic, 0))
    share = arithmetic.number(fmpq(1, prod(axis.size for axis in window)))
    means = np.asarray(total(seen, (seen.ndim - 1,), False) * share, dtype=object)
    return means.reshape(*x.shape[: x.ndim - len(window)], *counts(window))


def _avg_pool_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    padded, cuts = _cuts(arrays[0], options, 0.0)
    return np.mean([padded[cut] for cut in cuts], axis=0)


def _avg_pool_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    # Each channel by itself is a convolution with a kernel of ones, divided by their number.
    shape = context.shape(node.args[0])
    window = _window("avg_pool", shape, node.options)
    channel = len(shape) - len(window)
    settings = {
        name: tuple(getattr(axis, name) for axis in window) for name in ("stride", "padding")
    }
    if any(axis.left_over for axis in window):
        settings["output_padding"] = tuple(axis.left_over for axis in window)
    options = {
        name: value[0] if len(set(value)) == 1 else value for name, value in settings.items()
    }
    sizes = tuple(axis.size for axis in window)
    spread = call(
        "conv_transpose",
        expand_dims(gradient, (channel,)),
        call("ones", shape=(1, 1, *sizes)),
        **options,
    )
    return [divide(call("sum", spread, axis=channel), literal(prod(sizes)))]


def _avg_pool_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    (x,) = node.args
    window = _window("avg_pool", context.shape(x), node.options)
    leading, place = index[: len(index) - len(window)], index[len(index) - len(window) :]
    cells = [context.cell(x, (*leading, *cell)) for cell, _ in seen_cells(window, place)]
    return call("divide", summed(cells), literal(prod(axis.size for axis in window)))


register(
    Operation(
        "max_pool",
        "the greatest cell of each window over the last axes of x [channels, *sizes]",
        (Parameter("x"),),
        _max_pool_shape,
        _max_pool,
        _max_pool_numeric,
        notations.function("max_pool"),
        _max_pool_derivative,
        _max_pool_entry,
        options=SETTINGS,
        reason="the gradient of each window goes to the cell of its maximum",
    )
)

register(
    Operation(
        "max_unpool",
        "zeros of the shape of x, and each cell of y where the window of x has its greatest cell "
        "(the first of equal ones): where the gradient of max_pool goes",
        (Parameter("y"), Parameter("x")),
        _max_unpool_shape,
        _max_unpool,
        _max_unpool_numeric,
        notations.function("max_unpool"),
        _max_unpool_derivative,
        _max_unpool_entry,
        options=SETTINGS,
        reason="each cell gets the gradient of the place that it was put back in",
    )
)

register(
    Operation(
        "max_pick",
        "the cells of y where the windows of x have their greatest cells",
        (Parameter("y"), Parameter("x")),
        _max_pick_shape,
        _max_pick,
        _max_pick_numeric,
        notations.function("max_pick"),
        _max_pick_derivative,
        _max_pick_entry,
        options=SETTINGS,
        reason="each cell gets the gradient of the window that it was picked for",
    )
)

register(
    Operation(
        "avg_pool",
        "the mean of each window over the last axes of x [channels, *sizes]; padding counts as 0",
        (Parameter("x"),),
        _avg_pool_shape,
        _avg_pool,
        _avg_pool_numeric,
        notations.function("avg_pool"),
        _avg_pool_derivative,
        _avg_pool_entry,
        options=SETTINGS,
        reason="each cell of a window gets an equal share of the window's gradient",
    )
)
