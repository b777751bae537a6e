"""Functions of one number, applied to each cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    DerivativeRule,
    ExactRule,
    Form,
    Name,
    Node,
    Notation,
    NumericRule,
    Operation,
    OptionValue,
    Parameter,
)
from exsolve.ops.cells import applied, entry_cellwise, exact_cellwise, numeric_cellwise, tied
from exsolve.ops.construct import (
    ONE,
    TWO,
    call,
    divide,
    literal,
    multiply,
    no_gradient,
    power,
    scaled,
    subtract,
    unexpanded,
)
from exsolve.ops.registry import register
from exsolve.ops.shapes import same_shape

Factor = Callable[[Node, Node], Node]
"""The derivative as an expression of the argument and of the function's own result."""


def _chain(factor: Factor) -> DerivativeRule:
    def rule(node: Call, gradient: Node, context: Context) -> list[Node | None]:
        inner = factor(node.args[0], context.output(node))
        return [scaled(context, gradient, inner, context.shape(node))]

    return rule


def _over(divisor: Factor) -> DerivativeRule:
    """The chain rule for a derivative that is one divided by something."""

    def rule(node: Call, gradient: Node, context: Context) -> list[Node | None]:
        below = divisor(node.args[0], context.output(node))
        shape = context.shape(node)
        return [divide(unexpanded(gradient, shape, shape), below)]

    return rule


def _function(
    name: str,
    summary: str,
    reason: str,
    numeric: Callable[[Any], Any],
    derivative: DerivativeRule,
    notation: Notation,
    exact: ExactRule | None = None,
) -> None:
    rule: NumericRule = numeric_cellwise(numeric)
    register(
        Operation(
            name,
            summary,
            (Parameter("x"),),
            same_shape,
            exact or exact_cellwise(name),
            rule,
            notation,
            derivative,
            entry_cellwise,
            reason=reason,
        )
    )


def _stable_sigmoid(x: np.ndarray) -> Any:
    # exp of -|x| never overflows, whichever sign x has.
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1 / (1 + small), small / (1 + small))


def _tolerant_floor(x: np.ndarray) -> Any:
    nearest = np.rint(x)
    return np.where(tied(x, nearest), nearest, np.floor(x))


def _tolerant_ceil(x: np.ndarray) -> Any:
    nearest = np.rint(x)
    return np.where(tied(x, nearest), nearest, np.ceil(x))


def _ceil(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
) -> Any:
    # by floors alone, so that equal sizes have one closed form whichever way they are rounded
    return applied(lambda x: -arithmetic.floor(-x), arrays[0])


def _relu(
    arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
) -> Any:
    zero = arithmetic.number(fmpq(0))
    return applied(lambda x: arithmetic.maximum(x, zero), arrays[0])


def _is_positive(x: Node, result: Node) -> Node:
    # relu(x) > 0 exactly where x > 0, and a name reads better than the formula behind it.
    return call("greater", result if isinstance(result, Name) else x, literal(0))


def _sign(x: Node, result: Node) -> Node:
    zero = literal(0)
    return subtract(call("greater", x, zero), call("less", x, zero))


_function(
    "exp",
    "e to the power x",
    "the exponential function is its own derivative",
    np.exp,
    _chain(lambda x, y: y),
    notations.exponential(),
)
_function(
    "ln",
    "the natural logarithm; refuses x <= 0",
    "the derivative of ln x is 1/x",
    np.log,
    _over(lambda x, y: x),
    # programs know the natural logarithm as log, people as ln
    notations.function("ln", latex=r"\ln", bare=True)._replace(text=notations.function("log").text),
)
_function(
    "sqrt",
    "the square root; refuses x < 0",
    "the derivative of the root in terms of its value: (√x)′ = 1/(2√x)",
    np.sqrt,
    _over(lambda x, y: multiply(TWO, y)),
    notations.root(),
)
_function(
    "abs",
    "the absolute value; its derivative at 0 is taken as 0",
    "the derivative of |x| is the sign of x",
    np.abs,
    _chain(_sign),
    Notation(Form("abs({0})"), Form("|{0}|"), Form(r"\left|{0}\right|")),
    exact_cellwise("absolute"),
)
_function(
    "floor",
    "the largest integer that is not above x; its derivative is taken as 0",
    "a step function: its slope is 0 wherever it has one",
    _tolerant_floor,
    no_gradient,
    Notation(Form("floor({0})"), Form("⌊{0}⌋"), Form(r"\left\lfloor {0} \right\rfloor")),
)
_function(
    "ceil",
    "the smallest integer that is not below x; its derivative is taken as 0",
    "a step function: its slope is 0 wherever it has one",
    _tolerant_ceil,
    no_gradient,
    Notation(Form("ceil({0})"), Form("⌈{0}⌉"), Form(r"\left\lceil {0} \right\rceil")),
    _ceil,
)
_function(
    "sigmoid",
    "the logistic function 1/(1 + exp(-x))",
    "the derivative of the sigmoid in terms of its value: σ′ = σ (1 − σ)",
    _stable_sigmoid,
    _chain(lambda x, y: multiply(y, subtract(ONE, y))),
    Notation(Form("sigmoid({0})"), Form("σ({0})"), Form(r"\sigma\left({0}\right)")),
)
_function(
    "tanh",
    "the hyperbolic tangent",
    "the derivative of tanh in terms of its value: tanh′ = 1 − tanh²",
    np.tanh,
    _chain(lambda x, y: subtract(ONE, power(y, TWO))),
    notations.function("tanh", latex=r"\tanh"),
)
_function(
    "relu",
    "the positive part, max(x, 0); its derivative at 0 is taken as 0",
    "the derivative of ReLU is 1 where its value is positive, else 0",
    lambda x: np.maximum(x, 0.0),
    _chain(_is_positive),
    Notation(Form("relu({0})"), Form("ReLU({0})"), Form(r"\operatorname{{ReLU}}\left({0}\right)")),
    _relu,
)
