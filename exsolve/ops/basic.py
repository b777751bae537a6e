"""The signs of arithmetic, cell by cell with broadcasting: ``+ - * / ^``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.levels import SUM
from exsolve.expression.tree import (
    Call,
    Context,
    Literal,
    Mistake,
    Name,
    Node,
    Operation,
    OptionValue,
    Parameter,
    Slip,
    WrongRule,
    walk,
)
from exsolve.ops.cells import entry_cellwise, exact_cellwise, numeric_cellwise
from exsolve.ops.chain_slips import PRODUCT_SLIPS, SUM_SLIPS
from exsolve.ops.chains import PRODUCT_CHAIN, SUM_CHAIN, factors, multiplied
from exsolve.ops.construct import (
    ONE,
    TWO,
    ZERO,
    call,
    divide,
    is_call,
    literal,
    multiply,
    negate,
    power,
    scaled,
    subtract,
    unbroadcast,
    unexpanded,
)
from exsolve.ops.registry import register
from exsolve.ops.shapes import elementwise, same_shape

PAIR = (Parameter("a"), Parameter("b"))


def _shrunk(
    node: Call, parts: tuple[Node | None, Node | None], context: Context
) -> list[Node | None]:
    shape = context.shape(node)
    return [
        None if part is None else unbroadcast(part, shape, context.shape(arg))
        for part, arg in zip(parts, node.args, strict=True)
    ]


def _add_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return _shrunk(node, (gradient, gradient), context)


def _subtract_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return _shrunk(node, (gradient, negate(gradient)), context)


def _multiply_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    a, b = node.args
    shape = context.shape(node)
    parts = (scaled(context, gradient, b, shape), scaled(context, gradient, a, shape))
    return _shrunk(node, parts, context)


def _divide_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    a, b = node.args
    shape = context.shape(node)
    below = unexpanded(gradient, context.shape(b), shape)
    quotient = divide(scaled(context, gradient, a, shape), power(b, TWO))
    return _shrunk(node, (divide(below, b), negate(quotient)), context)


def _power_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    base, exponent = node.args
    shape = context.shape(node)
    if exponent == ZERO:
        return [None, None]
    lower = subtract(exponent, ONE)
    slope = multiply(exponent, ONE if lower == ZERO else power(base, lower))
    in_base = scaled(context, gradient, slope, shape)
    in_exponent: Node | None = None
    # A constant exponent needs no gradient, and its rule would take ln of a base that may be < 0.
    if any(isinstance(one, Name) for one in walk(exponent)):
        slope = multiply(context.output(node), call("ln", base))
        in_exponent = scaled(context, gradient, slope, shape)
    return _shrunk(node, (in_base, in_exponent), context)


def _negate_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    return [negate(gradient)]


def _add(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
) -> Any:
    return arrays[0] + arrays[1]


def _subtract(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
) -> Any:
    return arrays[0] - arrays[1]


def _multiply(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
) -> Any:
    return arrays[0] * arrays[1]


def _negate(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
) -> Any:
    return -arrays[0]


def _exponent_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(node.args[0], node)


def _exponent_off_by(change: int) -> WrongRule:
    def rule(node: Call, context: Context) -> Iterator[Mistake]:
        base, exponent = node.args
        if isinstance(exponent, Literal):
            near: Node = literal(exponent.value + change)
        else:
            near = call("add" if change > 0 else "subtract", exponent, ONE)
        if near != ONE:
            yield Mistake(call("power", base, near), node)

    return rule


def _product_for_power(node: Call, context: Context) -> Iterator[Mistake]:
    base, exponent = node.args
    yield Mistake(call("multiply", exponent, base), node)


def _swapped(node: Call, context: Context) -> Iterator[Mistake]:
    base, exponent = node.args
    yield Mistake(call("power", exponent, base), node)


def _reciprocal(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("divide", ONE, node), node)


def _power_of_last(node: Call, context: Context) -> Iterator[Mistake]:
    """(2*x)^2 as 2*x^2, (a - b)^2 as a^2 - b^2."""
    base, exponent = node.args
    if is_call(base, "add") or is_call(base, "subtract"):
        first, second = base.children()
        apart = call("power", first, exponent), call("power", second, exponent)
        yield Mistake(Call(base.operation, apart) if isinstance(base, Call) else base, node)
    elif is_call(base, "multiply") or is_call(base, "divide"):
        *before, last = factors(base)
        yield Mistake(
            multiplied([*before, last._replace(node=call("power", last.node, exponent))]), node
        )


def _unsigned(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(node.args[0], node)


register(
    Operation(
        "add",
        "the sum, cell by cell",
        PAIR,
        elementwise("+"),
        _add,
        numeric_cellwise(np.add),
        notations.addition(),
        _add_derivative,
        entry_cellwise,
        infix="+",
        reason="a sum passes the gradient on to each of its terms",
        slips=SUM_SLIPS,
        chain=SUM_CHAIN,
    )
)

register(
    Operation(
        "subtract",
        "the difference, cell by cell",
        PAIR,
        elementwise("-"),
        _subtract,
        numeric_cellwise(np.subtract),
        notations.infix(" - ", SUM),
        _subtract_derivative,
        entry_cellwise,
        infix="-",
        reason="a difference passes the gradient on to its first term, and its negative to the "
        "second",
        slips=SUM_SLIPS,
        chain=SUM_CHAIN,
    )
)

register(
    Operation(
        "multiply",
        "the product, cell by cell",
        PAIR,
        elementwise("*"),
        _multiply,
        numeric_cellwise(np.multiply),
        notations.product(),
        _multiply_derivative,
        entry_cellwise,
        infix="*",
        reason="product rule: the gradient of each factor is the other factor times the gradient",
        slips=PRODUCT_SLIPS,
        chain=PRODUCT_CHAIN,
    )
)

register(
    Operation(
        "divide",
        "the quotient, cell by cell; refuses division by 0",
        PAIR,
        elementwise("/"),
        exact_cellwise("divide"),
        numeric_cellwise(np.divide),
        notations.quotient(),
        _divide_derivative,
        entry_cellwise,
        infix="/",
        reason="quotient rule: 1/b times the gradient above, −a/b² times the gradient below",
        slips=PRODUCT_SLIPS,
        chain=PRODUCT_CHAIN,
    )
)

register(
    Operation(
        "power",
        "the power, cell by cell; refuses 0 to a negative power and roots of negative numbers",
        PAIR,
        elementwise("^"),
        exact_cellwise("power"),
        numeric_cellwise(np.float_power),
        notations.power(),
        _power_derivative,
        entry_cellwise,
        infix="^",
        reason="power rule: the derivative of xⁿ by x is n xⁿ⁻¹",
        slips=(
            Slip("exponent left out", "You left out the exponent of {part}.", _exponent_left_out),
            Slip(
                "one factor too few",
                "You multiplied one factor too few in {part}.",
                _exponent_off_by(-1),
            ),
            Slip(
                "one factor too many",
                "You multiplied one factor too many in {part}.",
                _exponent_off_by(1),
            ),
            Slip(
                "product for power",
                "You multiplied by the exponent in {part}. A power multiplies the base by itself.",
                _product_for_power,
            ),
            Slip(
                "base and exponent swapped",
                "You swapped the base and the exponent of {part}.",
                _swapped,
            ),
            Slip(
                "sign of the exponent",
                "You gave the exponent of {part} the wrong sign.",
                _reciprocal,
            ),
            Slip(
                "power of one factor",
                "You took the power of one part of the bracket only, in {part}.",
                _power_of_last,
            ),
        ),
    )
)

register(
    Operation(
        "negate",
        "the negative of each cell",
        (Parameter("x"),),
        same_shape,
        _negate,
        numeric_cellwise(np.negative),
        notations.negation(),
        _negate_derivative,
        entry_cellwise,
        infix="-",
        reason="the derivative of −x is −1",
        slips=(
            Slip("minus sign left out", "You left out the minus sign of {part}.", _unsigned),
            *SUM_SLIPS,
        ),
        chain=SUM_CHAIN,
    )
)
