"""Max pooling: the greatest cell of each window, and where its gradient goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

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
    Slip,
)
from exsolve.ops.cells import full, number, summed, tied
from exsolve.ops.construct import ONE, ZERO, call, multiply
from exsolve.ops.mistakes import instead
from exsolve.ops.pooling import (
    POOLING_SLIPS,
    SETTINGS,
    Options,
    cuts_of,
    pooled_shape,
    pooling_window,
)
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe
from exsolve.ops.windows import (
    Window,
    counts,
    seen_cells,
    seen_from,
)


def _max_pool_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return pooled_shape("max_pool", shapes[0], options)


def _max_pick_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    y, x = shapes
    if y != x:
        raise LanguageError(
            f"max_pick needs two arrays of one shape: {describe(y)} and {describe(x)}",
            expected=describe(x),
            found=describe(y),
        )
    return pooled_shape("max_pick", x, options)


def _max_unpool_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    y, x = shapes
    pooled = pooled_shape("max_unpool", x, options)
    if y != pooled:
        raise LanguageError(
            f"max_unpool needs one cell for each window of {describe(x)}: {describe(y)}",
            expected=describe(pooled),
            found=describe(y),
        )
    return x


def _max_pool(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (x,) = arrays
    window = pooling_window("max_pool", x.shape, options)
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
    window = pooling_window("max_pick", x.shape, options)
    result = full((*x.shape[: x.ndim - len(window)], *counts(window)), number(arithmetic, 0))
    for place, cell in _greatest(arithmetic, x, window):
        result[place] = y[cell]
    return result


def _max_unpool(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    result = full(x.shape, number(arithmetic, 0))
    for place, cell in _greatest(arithmetic, x, pooling_window("max_unpool", x.shape, options)):
        result[cell] = result[cell] + y[place]
    return result


def _max_pool_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    padded, cuts = cuts_of(arrays[0], options, -np.inf)
    return np.max([padded[cut] for cut in cuts], axis=0)


def _first_greatest(x: np.ndarray, options: Options) -> tuple[np.ndarray, list[Any]]:
    """For each window the number of its greatest cell; a tie but for rounding goes to the first."""
    padded, cuts = cuts_of(x, options, -np.inf)
    best = padded[cuts[0]]
    number = np.zeros(best.shape, dtype=np.int64)
    for count, cut in enumerate(cuts[1:], 1):
        seen = padded[cut]
        greater = (seen > best) & ~(np.isfinite(best) & tied(seen, best))
        number = np.where(greater, count, number)
        best = np.where(greater, seen, best)
    return number, cuts


def _max_pick_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    number, cuts = _first_greatest(x, options)
    padded, _ = cuts_of(y, options, 0.0)
    return sum(np.where(number == count, padded[cut], 0.0) for count, cut in enumerate(cuts))


def _max_unpool_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    y, x = arrays
    number, cuts = _first_greatest(x, options)
    result, _ = cuts_of(np.zeros_like(x), options, 0.0)
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
    window = pooling_window("max_pool", context.shape(x), node.options)
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
    window = pooling_window("max_pick", context.shape(x), node.options)
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
    window = pooling_window("max_unpool", context.shape(x), node.options)
    leading, own = index[: len(index) - len(window)], index[len(index) - len(window) :]
    terms: list[Node] = []
    for place, _ in seen_from(window, own):
        cells = [(*leading, *cell) for cell, _ in seen_cells(window, place)]
        arriving = context.cell(y, (*leading, *place))
        terms.append(call("multiply", arriving, _is_first(x, index, cells, context)))
    return summed(terms) if terms else ZERO


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
        slips=(
            Slip(
                "mean for maximum",
                "You took the mean of each window, not its greatest cell.",
                instead("avg_pool"),
            ),
            *POOLING_SLIPS,
        ),
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
