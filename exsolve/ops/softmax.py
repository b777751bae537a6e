"""Softmax and its logarithm, with masks."""

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
    Name,
    Node,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    ShapeRule,
    Slip,
)
from exsolve.ops.cells import applied, number, summed, total
from exsolve.ops.construct import (
    call,
    literal,
    multiply,
    scaled,
    subtract,
    unexpanded,
    without_number,
)
from exsolve.ops.mistakes import again, instead, left_out, other_axis
from exsolve.ops.registry import register
from exsolve.ops.shapes import (
    aligned,
    broadcast,
    describe,
    normal_axis,
    sizes,
)

Options = Mapping[str, OptionValue]
LAST_AXIS = Option("axis", -1, "integer")
MASKED = (Parameter("x"), Parameter("mask", optional=True))


def _softmax_shape(operation: str) -> ShapeRule:
    def rule(shapes: Sequence[Shape], options: Options) -> Shape:
        shape = shapes[0]
        normal_axis(options["axis"], len(shape), operation)
        for mask in shapes[1:]:
            if broadcast((shape, mask), f"{operation} and its mask") != shape:
                raise LanguageError(
                    f"the mask of {operation} is larger than what it masks",
                    expected=f"a shape that broadcasts to {describe(shape)}",
                    found=describe(mask),
                )
        return shape

    return rule


def _mask_of(kept: np.ndarray, axis: int) -> np.ndarray:
    if not np.all(np.any(kept, axis=axis)):
        raise LanguageError(
            "a softmax whose cells are all masked out has no value",
            expected="at least one 1 in each slice of the mask",
            found=f"a slice of zeros along axis {axis}",
        )
    return kept


def _weights(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """exp(x), its sums along the axis, and the mask as booleans where there is one."""
    x = arrays[0]
    axis = options["axis"] % x.ndim
    if len(arrays) == 1:
        weights = applied(arithmetic.exp, x)
        return weights, total(weights, (axis,), True), None
    signs = applied(arithmetic.sign, np.broadcast_to(arrays[1], x.shape))
    keep = _mask_of(np.not_equal(signs, 0).astype(bool), axis)
    weights = np.empty(x.shape, dtype=object)
    weights.fill(number(arithmetic, 0))
    weights[keep] = applied(arithmetic.exp, x[keep])
    return weights, total(weights, (axis,), True), keep


def _softmax(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    weights, sums, _ = _weights(arithmetic, arrays, options)
    return applied(arithmetic.divide, weights, sums)


def log_softmax(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    _, sums, keep = _weights(arithmetic, arrays, options)
    logarithms = arrays[0] - applied(arithmetic.ln, sums)
    if keep is not None:
        logarithms[~keep] = number(arithmetic, 0)
    return logarithms


def _shifted(arrays: Sequence[np.ndarray], axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The scores less their maximum, minus infinity where masked out; and the mask."""
    x = arrays[0]
    keep = np.broadcast_to(arrays[1] != 0, x.shape) if len(arrays) > 1 else np.full(x.shape, True)
    scores = np.where(_mask_of(keep, axis), x, -np.inf)
    return scores - scores.max(axis=axis, keepdims=True), keep


def _softmax_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    weights = np.exp(_shifted(arrays, options["axis"])[0])
    return weights / weights.sum(axis=options["axis"], keepdims=True)


def log_softmax_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    axis = options["axis"]
    scores, keep = _shifted(arrays, axis)
    # The greatest weight is 1; log1p of the others keeps the digits of a small loss.
    weights = np.exp(scores)
    np.put_along_axis(weights, scores.argmax(axis=axis, keepdims=True), 0.0, axis)
    return np.where(keep, scores - np.log1p(weights.sum(axis=axis, keepdims=True)), 0.0)


def _softmax_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    result = context.output(node)
    shape = context.shape(node)
    factor, gradient = without_number(unexpanded(gradient, shape, shape))
    quotient = _times_result(gradient, result, context, shape)
    if quotient is None:
        mean = _sum_along(scaled(context, gradient, result, shape), node, context)
        in_x = multiply(result, subtract(gradient, mean))
    else:
        in_x = subtract(quotient, multiply(result, _sum_along(quotient, node, context)))
    return [multiply(literal(factor), in_x), *(None for _ in node.args[1:])]


def _times_result(gradient: Node, result: Node, context: Context, shape: Shape) -> Node | None:
    """The gradient times the softmax where it is something over the softmax, as behind a logarithm:
    softmax(x) is never 0 there, and goes out."""
    if not isinstance(gradient, Call) or gradient.operation.name != "divide":
        return None
    above, below = gradient.args
    if below != result:
        return None
    try:
        return above if context.shape(above) == shape else None
    except LanguageError:
        return None  # a gradient that is still to be added


def _log_softmax_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    axis = node.options["axis"]
    if len(node.args) > 1:
        # Cells masked out are constants, so their gradient goes nowhere.
        gradient = multiply(call("not_equal_to", node.args[1], literal(0)), gradient)
    weights = call("softmax", *node.args, axis=axis)
    factor, gradient = without_number(gradient)
    in_x = subtract(gradient, multiply(weights, _sum_along(gradient, node, context)))
    return [multiply(literal(factor), in_x), *(None for _ in node.args[1:])]


def _sum_along(cells: Node, node: Call, context: Context) -> Node:
    """The sums that broadcast against the argument; of a vector, the one number."""
    if len(context.shape(node)) == 1:
        return call("sum", cells)
    return call("sum", cells, axis=node.options["axis"], keepdims=True)


def slice_cells(shape: Shape, index: tuple[int, ...], axis: int) -> list[tuple[int, ...]]:
    axis %= len(shape)
    (length,) = sizes(shape[axis : axis + 1])
    return [(*index[:axis], place, *index[axis + 1 :]) for place in range(length)]


def _exponentials(node: Call, index: tuple[int, ...], context: Context) -> list[Node]:
    shape = context.shape(node.args[0])
    terms = []
    for cell in slice_cells(shape, index, node.options["axis"]):
        term: Node = call("exp", context.cell(node.args[0], cell))
        for mask in node.args[1:]:
            kept = context.cell(mask, aligned(cell, context.shape(mask)))
            term = call("multiply", call("not_equal_to", kept, literal(0)), term)
        terms.append(term)
    return terms


def _softmax_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    terms = _exponentials(node, index, context)
    return call("divide", terms[index[node.options["axis"]]], summed(terms))


def log_softmax_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    sums = summed(_exponentials(node, index, context))
    result: Node = call("subtract", context.cell(node.args[0], index), call("ln", sums))
    for mask in node.args[1:]:
        kept = context.cell(mask, aligned(index, context.shape(mask)))
        result = call("multiply", call("not_equal_to", kept, literal(0)), result)
    return result


def _over_all(node: Call, context: Context) -> Iterator[Node]:
    x, *masks = node.args
    if len(context.shape(x)) > 1 and not masks:
        weights = call("exp", x)
        yield call("divide", weights, call("sum", weights))


def _exponentials_only(node: Call, context: Context) -> Iterator[Node]:
    yield call("exp", node.args[0])


def _shares(node: Call, context: Context) -> Iterator[Node]:
    x = node.args[0]
    yield call("divide", x, call("sum", x, axis=node.options["axis"], keepdims=True))


def _shifted_only(node: Call, context: Context) -> Iterator[Node]:
    x = node.args[0]
    highest = call("max", x, axis=node.options["axis"], keepdims=True)
    yield call("exp", call("subtract", x, highest))


def _shifted_above(node: Call, context: Context) -> Iterator[Node]:
    x, axis = node.args[0], node.options["axis"]
    highest = call("max", x, axis=axis, keepdims=True)
    weights = call("exp", call("subtract", x, highest))
    yield call("divide", weights, call("sum", call("exp", x), axis=axis, keepdims=True))


def _mask_left_out(node: Call, context: Context) -> Iterator[Node]:
    if len(node.args) > 1:
        yield again(node, node.args[0])


def _masked_behind(node: Call, context: Context) -> Iterator[Node]:
    if len(node.args) > 1:
        x, mask = node.args
        yield call("multiply", again(node, x), mask)


def _masked_with_zeros(node: Call, context: Context) -> Iterator[Node]:
    if len(node.args) > 1:
        x, mask = node.args
        yield again(node, call("multiply", x, mask))


def _mask_turned_round(node: Call, context: Context) -> Iterator[Node]:
    if len(node.args) > 1:
        x, mask = node.args
        yield again(node, x, call("equal_to", mask, literal(0)))


def _of_negative(node: Call, context: Context) -> Iterator[Node]:
    x, *masks = node.args
    yield again(node, call("negate", x), *masks)


def _not_normalised(node: Call, context: Context) -> Iterator[Node]:
    x, axis = node.args[0], node.options["axis"]
    total_of = call("sum", x, axis=axis, keepdims=True)
    yield call("subtract", x, call("ln", total_of))


def _exponential_left_in(node: Call, context: Context) -> Iterator[Node]:
    x, axis = node.args[0], node.options["axis"]
    yield call("subtract", x, call("sum", call("exp", x), axis=axis, keepdims=True))


def _negated(node: Call, context: Context) -> Iterator[Node]:
    yield call("negate", node)


def named_softmax(logits: Node, axis: int, context: Context) -> Node | None:
    """The quantity that is the softmax along this axis, however it is counted; None without one."""
    dimensions = len(context.shape(logits))
    for one in (axis % dimensions, axis % dimensions - dimensions):
        named = context.named(call("softmax", logits, axis=one))
        if isinstance(named, Name):
            return named
    return None


def _logarithm_through_softmax(node: Call, context: Context) -> Node | None:
    """The logarithm of the probabilities that are a quantity."""
    if len(node.args) > 1:
        return None  # where the mask is 0 there is no logarithm
    weights = named_softmax(node.args[0], node.options["axis"], context)
    return None if weights is None else call("ln", weights)


OTHER_AXIS = Slip(
    "other axis",
    "You normalised along the other axis. The weights of {part} sum to 1 along the axis it names.",
    other_axis,
)
MASK_SLIPS = (
    Slip("mask left out", "You left out the mask.", _mask_left_out),
    Slip(
        "mask behind the softmax",
        "You applied the mask after the softmax. Masked cells are left out before, so that the "
        "others sum to 1.",
        _masked_behind,
    ),
    Slip(
        "zeros for the mask",
        "You set masked scores to 0, whose exponential is 1. They must count as minus infinity.",
        _masked_with_zeros,
    ),
    Slip(
        "mask turned round",
        "You masked the cells that stay. A mask of 1 keeps a cell.",
        _mask_turned_round,
    ),
)

register(
    Operation(
        "softmax",
        "exp(x) divided by its sum along the axis; cells whose mask is 0 get the weight 0",
        MASKED,
        _softmax_shape("softmax"),
        _softmax,
        _softmax_numeric,
        notations.function("softmax"),
        _softmax_derivative,
        _softmax_entry,
        options=(LAST_AXIS,),
        reason="the derivative of the softmax in terms of its value: ∂pᵢ/∂xⱼ = pᵢ (δᵢⱼ − pⱼ)",
        slips=(
            OTHER_AXIS,
            Slip(
                "no exponential",
                "You divided by the sum without taking exponentials first.",
                _shares,
            ),
            Slip(
                "not normalised",
                "You took the exponentials but did not divide them by their sum.",
                _exponentials_only,
            ),
            Slip(
                "over all cells",
                "You divided by the sum of all cells. Each slice along the axis sums to 1.",
                _over_all,
            ),
            *MASK_SLIPS,
            Slip("softmax left out", "You left out the softmax in {part}.", left_out),
            Slip(
                "maximum subtracted only",
                "You subtracted the maximum but did not divide by the sum of the exponentials.",
                _shifted_only,
            ),
            Slip(
                "maximum subtracted above",
                "You subtracted the maximum in the numerator only. It must go from the sum too.",
                _shifted_above,
            ),
            Slip(
                "sign of the scores",
                "You took the exponentials of the negative scores.",
                _of_negative,
            ),
            Slip(
                "logarithm taken",
                "You took the logarithm of {part} as well.",
                instead("log_softmax"),
            ),
        ),
    )
)

register(
    Operation(
        "log_softmax",
        "the logarithm of softmax; cells whose mask is 0, where it would be minus infinity, get 0",
        MASKED,
        _softmax_shape("log_softmax"),
        log_softmax,
        log_softmax_numeric,
        notations.function("log_softmax"),
        _log_softmax_derivative,
        log_softmax_entry,
        options=(LAST_AXIS,),
        reason="the derivative of ln pᵢ by xⱼ is δᵢⱼ − pⱼ, with p the softmax",
        slips=(
            OTHER_AXIS,
            Slip("logarithm left out", "You left out the logarithm in {part}.", instead("softmax")),
            Slip("sign of the logarithm", "You gave {part} the wrong sign.", _negated),
            Slip(
                "no exponential",
                "You took the logarithm of the sum of the scores, not of their exponentials.",
                _not_normalised,
            ),
            Slip(
                "no logarithm of the sum",
                "You subtracted the sum of the exponentials, not its logarithm.",
                _exponential_left_in,
            ),
            *MASK_SLIPS,
        ),
        rewritten=_logarithm_through_softmax,
    )
)
