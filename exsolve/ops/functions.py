"""Functions of one number, applied to each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    Mistake,
    Name,
    Node,
    Notation,
    NumericRule,
    Operation,
    OptionValue,
    Parameter,
    Slip,
    WrongRule,
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
from exsolve.ops.mistakes import again, instead, left_out
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
    slips: tuple[Slip, ...] = (),
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
            slips=slips,
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


def _of_negative(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(again(node, call("negate", node.args[0])), node)


def _with_base(base: int) -> WrongRule:
    """The exponential, or the logarithm, to another base than e."""

    def rule(node: Call, context: Context) -> Iterator[Mistake]:
        (x,) = node.args
        if node.operation.name == "exp":
            yield Mistake(call("power", literal(base), x), node)
        else:
            yield Mistake(call("divide", node, again(node, literal(base))), node)

    return rule


def _squared(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("power", node.args[0], TWO), node)


def _halved(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("divide", node.args[0], TWO), node)


def _negated(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("negate", node), node)


def _to_the_nearest(node: Call, context: Context) -> Iterator[Mistake]:
    half = literal(fmpq(1, 2))
    yield Mistake(call("floor", call("add", node.args[0], half)), node)


def _leaky(node: Call, context: Context) -> Iterator[Mistake]:
    (x,) = node.args
    yield Mistake(call("max", x, call("multiply", literal(fmpq(1, 100)), x)), node)


def _negative_part(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("min", node.args[0], literal(0)), node)


def _sigmoid_slope(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("multiply", node, call("subtract", ONE, node)), node)


def _tanh_slope(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(call("subtract", ONE, call("power", node, TWO)), node)


NO_ACTIVATION = Slip("activation left out", "You left out the activation of {part}.", left_out)
ITS_DERIVATIVE = "You took the derivative of the activation where its value {part} is needed."

_function(
    "exp",
    "e to the power x",
    "the exponential function is its own derivative",
    np.exp,
    _chain(lambda x, y: y),
    notations.exponential(),
    slips=(
        Slip("exponential left out", "You left out the exponential function in {part}.", left_out),
        Slip(
            "sign in the exponent",
            "You have the wrong sign in the exponent of {part}.",
            _of_negative,
        ),
        Slip(
            "base 10", "You took a power of 10 for {part}, which is a power of e.", _with_base(10)
        ),
        Slip("base 2", "You took a power of 2 for {part}, which is a power of e.", _with_base(2)),
    ),
)
_function(
    "ln",
    "the natural logarithm; refuses x <= 0",
    "the derivative of ln x is 1/x",
    np.log,
    _over(lambda x, y: x),
    # programs know the natural logarithm as log, people as ln
    notations.function("ln", latex=r"\ln", bare=True)._replace(text=notations.function("log").text),
    slips=(
        Slip("logarithm left out", "You left out the logarithm in {part}.", left_out),
        Slip(
            "base 10",
            "You took the logarithm to base 10; {part} is the natural one.",
            _with_base(10),
        ),
        Slip(
            "base 2", "You took the logarithm to base 2; {part} is the natural one.", _with_base(2)
        ),
        Slip(
            "exponential for logarithm",
            "You took the exponential function for {part}.",
            instead("exp"),
        ),
        Slip("sign of the logarithm", "You gave {part} the wrong sign.", _negated),
    ),
)
_function(
    "sqrt",
    "the square root; refuses x < 0",
    "the derivative of the root in terms of its value: (√x)′ = 1/(2√x)",
    np.sqrt,
    _over(lambda x, y: multiply(TWO, y)),
    notations.root(),
    slips=(
        Slip("root left out", "You left out the square root in {part}.", left_out),
        Slip("square for root", "You squared where {part} takes the square root.", _squared),
        Slip("half for root", "You halved where {part} takes the square root.", _halved),
    ),
)
_function(
    "abs",
    "the absolute value; its derivative at 0 is taken as 0",
    "the derivative of |x| is the sign of x",
    np.abs,
    _chain(_sign),
    Notation(Form("abs({0})"), Form("|{0}|"), Form(r"\left|{0}\right|")),
    exact_cellwise("absolute"),
    (
        Slip("absolute value left out", "You left out the absolute value in {part}.", left_out),
        Slip("negative absolute value", "You gave {part} a minus sign.", _negated),
    ),
)
_function(
    "floor",
    "the largest integer that is not above x; its derivative is taken as 0",
    "a step function: its slope is 0 wherever it has one",
    _tolerant_floor,
    no_gradient,
    Notation(Form("floor({0})"), Form("⌊{0}⌋"), Form(r"\left\lfloor {0} \right\rfloor")),
    slips=(
        Slip("rounded up", "You rounded up where {part} rounds down.", instead("ceil")),
        Slip("not rounded", "You did not round down in {part}.", left_out),
        Slip(
            "rounded to nearest",
            "You rounded to the nearest number; {part} always rounds down.",
            _to_the_nearest,
        ),
    ),
)
_function(
    "ceil",
    "the smallest integer that is not below x; its derivative is taken as 0",
    "a step function: its slope is 0 wherever it has one",
    _tolerant_ceil,
    no_gradient,
    Notation(Form("ceil({0})"), Form("⌈{0}⌉"), Form(r"\left\lceil {0} \right\rceil")),
    _ceil,
    (
        Slip("rounded down", "You rounded down where {part} rounds up.", instead("floor")),
        Slip("not rounded", "You did not round up in {part}.", left_out),
        Slip(
            "rounded to nearest",
            "You rounded to the nearest number; {part} always rounds up.",
            _to_the_nearest,
        ),
    ),
)
_function(
    "sigmoid",
    "the logistic function 1/(1 + exp(-x))",
    "the derivative of the sigmoid in terms of its value: σ′ = σ (1 − σ)",
    _stable_sigmoid,
    _chain(lambda x, y: multiply(y, subtract(ONE, y))),
    Notation(Form("sigmoid({0})"), Form("σ({0})"), Form(r"\sigma\left({0}\right)")),
    slips=(
        NO_ACTIVATION,
        Slip("tanh for sigmoid", "You took tanh for {part}.", instead("tanh")),
        Slip(
            "sign in the exponent",
            "You have the wrong sign in the exponent of {part}, which is 1/(1 + e⁻ˣ).",
            _of_negative,
        ),
        Slip("derivative for value", ITS_DERIVATIVE, _sigmoid_slope),
        Slip("ReLU for sigmoid", "You took ReLU for {part}.", instead("relu")),
    ),
)
_function(
    "tanh",
    "the hyperbolic tangent",
    "the derivative of tanh in terms of its value: tanh′ = 1 − tanh²",
    np.tanh,
    _chain(lambda x, y: subtract(ONE, power(y, TWO))),
    notations.function("tanh", latex=r"\tanh"),
    slips=(
        NO_ACTIVATION,
        Slip("sigmoid for tanh", "You took the sigmoid for {part}.", instead("sigmoid")),
        Slip("derivative for value", ITS_DERIVATIVE, _tanh_slope),
        Slip("ReLU for tanh", "You took ReLU for {part}.", instead("relu")),
    ),
)
_function(
    "relu",
    "the positive part, max(x, 0); its derivative at 0 is taken as 0",
    "the derivative of ReLU is 1 where its value is positive, else 0",
    lambda x: np.maximum(x, 0.0),
    _chain(_is_positive),
    Notation(Form("relu({0})"), Form("ReLU({0})"), Form(r"\operatorname{{ReLU}}\left({0}\right)")),
    _relu,
    (
        NO_ACTIVATION,
        Slip(
            "negative part",
            "You kept the negative values of {part}; ReLU keeps the positive ones.",
            _negative_part,
        ),
        Slip(
            "leaky ReLU",
            "You let negative values through, divided by 100. In {part} they become 0.",
            _leaky,
        ),
        Slip(
            "absolute value for ReLU",
            "You took absolute values. In {part} negative values become 0.",
            instead("abs"),
        ),
        Slip("sigmoid for ReLU", "You took the sigmoid for {part}.", instead("sigmoid")),
    ),
)
