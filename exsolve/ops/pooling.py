"""Pooling: windows over the last axes of an array, and the mean of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from exsolve import limits
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
    Slip,
)
from exsolve.ops.cells import number, summed, total
from exsolve.ops.construct import call, divide, expand_dims, literal
from exsolve.ops.mistakes import MOVING_WINDOW, instead, setting
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
)

Options = Mapping[str, OptionValue]
SETTINGS = (
    Option("size", None, "spacing", required=True),
    Option("stride", None, "spacing"),
    PADDING,
)


def pooling_window(operation: str, shape: Shape, options: Options) -> Window:
    """The window over the last axes: as many as the size has numbers; one number: all but the
    first axis, which has the channels.

    Raises LanguageError for settings that do not fit the shape.
    """
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


def pooled_shape(operation: str, shape: Shape, options: Options) -> Shape:
    """The shape of what is pooled: one cell for each window. Raises LanguageError beyond limits."""
    window = pooling_window(operation, shape, options)
    result = (*shape[: len(shape) - len(window)], *counts(window))
    cells = prod(axis.size for axis in window)
    padded_within_limits(operation, shape[: len(shape) - len(window)], window)
    what = "cells in all windows together"
    bounded(operation, known_product(result) * cells, limits.CELLS, what)
    return within_limits(result)


def cuts_of(x: np.ndarray, options: Options, outside: float) -> tuple[np.ndarray, list[Any]]:
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


def _avg_pool_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return pooled_shape("avg_pool", shapes[0], options)


def _avg_pool(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (x,) = arrays
    window = pooling_window("avg_pool", x.shape, options)
    seen = patches(x, window, number(arithmetic, 0))
    share = arithmetic.number(fmpq(1, prod(axis.size for axis in window)))
    means = np.asarray(total(seen, (seen.ndim - 1,), False) * share, dtype=object)
    return means.reshape(*x.shape[: x.ndim - len(window)], *counts(window))


def _avg_pool_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    padded, cuts = cuts_of(arrays[0], options, 0.0)
    return np.mean([padded[cut] for cut in cuts], axis=0)


def _avg_pool_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    # Each channel by itself is a convolution with a kernel of ones, divided by their number.
    shape = context.shape(node.args[0])
    window = pooling_window("avg_pool", shape, node.options)
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
    window = pooling_window("avg_pool", context.shape(x), node.options)
    leading, place = index[: len(index) - len(window)], index[len(index) - len(window) :]
    cells = [context.cell(x, (*leading, *cell)) for cell, _ in seen_cells(window, place)]
    return call("divide", summed(cells), literal(prod(axis.size for axis in window)))


def _sums(node: Call, context: Context) -> Iterator[Mistake]:
    window = pooling_window("avg_pool", context.shape(node.args[0]), node.options)
    cells = prod(axis.size for axis in window)
    yield Mistake(call("multiply", literal(cells), node), node)


POOLING_SLIPS = (
    *MOVING_WINDOW,
    Slip(
        "windows side by side",
        "You put the windows side by side. They move by the stride.",
        setting(stride=None),
        reshapes=True,
    ),
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
        slips=(
            Slip(
                "maximum for mean",
                "You took the greatest cell of each window, not the mean.",
                instead("max_pool"),
            ),
            Slip(
                "sum for mean", "You added up each window but did not divide by its cells.", _sums
            ),
            *POOLING_SLIPS,
        ),
    )
)
