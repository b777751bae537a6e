"""Cross-entropy, the loss of classification."""

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
    Node,
    Operation,
    OptionValue,
    Parameter,
    Shape,
    Slip,
)
from exsolve.ops.cells import number, summed, total
from exsolve.ops.construct import (
    TWO,
    call,
    expand_dims,
    multiply,
    negate,
    scaled,
    subtract,
    unexpanded,
)
from exsolve.ops.mistakes import again, backwards, other_axis
from exsolve.ops.registry import register
from exsolve.ops.shapes import (
    describe,
    normal_axis,
    reduced,
)
from exsolve.ops.softmax import (
    LAST_AXIS,
    log_softmax,
    log_softmax_entry,
    log_softmax_numeric,
    named_softmax,
    slice_cells,
)

Options = Mapping[str, OptionValue]


def _cross_entropy_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    logits, target = shapes
    if logits != target:
        raise LanguageError(
            "cross_entropy needs a target of the shape of the logits",
            expected=describe(logits),
            found=describe(target),
            hint="one_hot(class, n) makes target probabilities of class numbers",
        )
    axis = normal_axis(options["axis"], len(logits), "cross_entropy")
    return reduced(logits, (axis,), keepdims=False)


def _require_probabilities(arithmetic: Arithmetic, sums: np.ndarray) -> None:
    one = number(arithmetic, 1)
    for found in sums.flat:
        try:
            off = arithmetic.sign(found - one) != 0
        except LanguageError:
            # Not to be told from 1, which is all that a ball can say of a sum that is 1.
            continue
        if off:
            raise LanguageError(
                "the target of cross_entropy must be probabilities",
                expected="a sum of 1 along the axis",
                found=f"a sum of {found}",
            )


def _cross_entropy(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    logits, target = arrays
    axis = options["axis"] % logits.ndim
    _require_probabilities(arithmetic, total(target, (axis,), True))
    return -total(target * log_softmax(arithmetic, (logits,), options), (axis,), False)


def _cross_entropy_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    logits, target = arrays
    return -(target * log_softmax_numeric((logits,), options)).sum(axis=options["axis"])


def _cross_entropy_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    # softmax(z)*sum(t) - t in general; the exact rule has made sure that sum(t) is 1.
    logits, target = node.args
    axis = node.options["axis"]
    shape = context.shape(logits)
    place = axis % len(shape)
    if place:
        gradient = expand_dims(gradient, (place,))
    in_logits = subtract(call("softmax", logits, axis=axis), target)
    logarithms = call("log_softmax", logits, axis=axis)
    return [
        multiply(in_logits, unexpanded(gradient, shape, shape)),
        negate(scaled(context, gradient, logarithms, shape)),
    ]


def _cross_entropy_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    logits, target = node.args
    axis = node.options["axis"]
    shape = context.shape(logits)
    place = axis % len(shape)
    logarithms = call("log_softmax", logits, axis=axis)
    cells = slice_cells(shape, (*index[:place], 0, *index[place:]), axis)
    return call(
        "negate",
        summed(
            [
                call(
                    "multiply",
                    context.cell(target, cell),
                    log_softmax_entry(logarithms, cell, context),
                )
                for cell in cells
            ]
        ),
    )


def _through_softmax(node: Call, context: Context) -> Node | None:
    """Minus the logarithms of the probabilities that are a quantity, each times its target."""
    logits, target = node.args
    axis = node.options["axis"]
    weights = named_softmax(logits, axis, context)
    if weights is None:
        return None
    terms = call("multiply", target, call("ln", weights))
    return call("negate", call("sum", terms, axis=axis))


def _negated(node: Call, context: Context) -> Iterator[Node]:
    yield call("negate", node)


def _without_softmax(node: Call, context: Context) -> Iterator[Node]:
    logits, target = node.args
    terms = call("multiply", target, call("ln", logits))
    yield call("negate", call("sum", terms, axis=node.options["axis"]))


def _without_logarithm(node: Call, context: Context) -> Iterator[Node]:
    logits, target = node.args
    axis = node.options["axis"]
    terms = call("multiply", target, call("softmax", logits, axis=axis))
    yield call("sum", terms, axis=axis)
    yield call("negate", call("sum", terms, axis=axis))


def _mean_of_classes(node: Call, context: Context) -> Iterator[Node]:
    logits, target = node.args
    axis = node.options["axis"]
    terms = call("multiply", target, call("log_softmax", logits, axis=axis))
    yield call("negate", call("mean", terms, axis=axis))


def _other_axis(node: Call, context: Context) -> Iterator[Node]:
    logits, target = node.args
    for one in other_axis(call("softmax", logits, axis=node.options["axis"]), context):
        weights = one.expression
        axis = weights.options["axis"] if isinstance(weights, Call) else None
        terms = call("multiply", target, call("ln", weights))
        yield call("negate", call("sum", terms, axis=axis))


def _base_two(node: Call, context: Context) -> Iterator[Node]:
    yield call("divide", node, call("ln", TWO))


def _scores_only(node: Call, context: Context) -> Iterator[Node]:
    logits, target = node.args
    terms = call("multiply", target, logits)
    yield call("negate", call("sum", terms, axis=node.options["axis"]))


def _softmax_twice(node: Call, context: Context) -> Iterator[Node]:
    logits, target = node.args
    yield again(node, call("softmax", logits, axis=node.options["axis"]), target)


register(
    Operation(
        "cross_entropy",
        "-sum(target*log_softmax(logits)) along the axis; the target sums to 1 there",
        (Parameter("logits"), Parameter("target")),
        _cross_entropy_shape,
        _cross_entropy,
        _cross_entropy_numeric,
        notations.function("cross_entropy"),
        _cross_entropy_derivative,
        _cross_entropy_entry,
        options=(LAST_AXIS,),
        reason="the derivative of the cross-entropy by the logits is softmax less target, as the "
        "target sums to 1",
        slips=(
            Slip(
                "minus sign left out", "You left out the minus sign of the cross-entropy.", _negated
            ),
            Slip(
                "softmax left out",
                "You took the logarithms of the scores themselves. They go through the softmax "
                "first.",
                _without_softmax,
            ),
            Slip(
                "logarithm left out",
                "You left out the logarithm of the probabilities.",
                _without_logarithm,
            ),
            Slip(
                "sum of exponentials left out",
                "You took the score of the class only. The logarithm of the sum of all "
                "exponentials belongs to it.",
                _scores_only,
            ),
            Slip(
                "mean over the classes",
                "You divided by the number of classes. The cross-entropy sums over them.",
                _mean_of_classes,
            ),
            Slip("base 2", "You took logarithms to base 2; here they are natural.", _base_two),
            Slip(
                "softmax twice",
                "You put the scores through the softmax twice.",
                _softmax_twice,
            ),
            Slip(
                "other axis",
                "You summed along the other axis in {part}.",
                _other_axis,
                reshapes=True,
            ),
            Slip(
                "arguments swapped", "You swapped the scores and the target in {part}.", backwards
            ),
        ),
        rewritten=_through_softmax,
    )
)
