"""Building expressions as a person writes them: what the derivative rules answer with.

``call`` builds what it is told. The others tidy as they build: ``1*x`` is ``x``, ``x + 0`` is
``x``, numeric factors are merged and come first, a sign turns a difference round (``-2*(z - y)``
becomes ``2*(y - z)``), and sums and products lean to the left as they are read. Each is an identity
over the reals, so no value changes.
"""

from __future__ import annotations

from math import gcd, prod
from typing import TypeGuard

from flint import fmpq

from exsolve.expression.tree import Call, Context, Literal, Node, OptionValue, Shape
from exsolve.ops.registry import OPERATIONS
from exsolve.ops.shapes import sizes


def literal(value: int | fmpq) -> Literal:
    """A rational number as a node."""
    return Literal(fmpq(value))


ZERO = literal(0)
ONE = literal(1)
TWO = literal(2)


def call(name: str, *args: Node, **options: OptionValue) -> Call:
    """The operation of this name applied to the arguments, exactly as told."""
    return Call(OPERATIONS[name], args, options)


def is_call(node: Node, name: str) -> bool:
    """Whether the node is a call of the operation of this name."""
    return isinstance(node, Call) and node.operation.name == name


def _parts(node: Node, name: str) -> tuple[Node, ...] | None:
    return node.args if isinstance(node, Call) and node.operation.name == name else None


def _is_number(node: Node, value: int) -> bool:
    return isinstance(node, Literal) and bool(node.value == value)


def add(first: Node, *others: Node) -> Node:
    """The sum; ``a + (-b)`` is written ``a - b``."""
    total = first
    for other in others:
        total = _add(total, other)
    return total


def _add(a: Node, b: Node) -> Node:
    if _is_number(a, 0):
        return b
    if _is_number(b, 0):
        return a
    if isinstance(a, Literal) and isinstance(b, Literal):
        return literal(a.value + b.value)
    if parts := _parts(b, "add"):
        return _add(_add(a, parts[0]), parts[1])
    if parts := _parts(b, "subtract"):
        return subtract(_add(a, parts[0]), parts[1])
    factor, rest = _factored(b)
    if rest and (merged := _like_terms(a, factor, rest)):
        return merged
    if rest and factor > 0 and not is_call(a, "add") and not is_call(a, "subtract"):
        number, factors = _factored(a)
        if number < 0 and factors:
            return call("subtract", b, _product(-number, factors))
    if factor < 0 and rest:
        return subtract(a, _product(-factor, rest))
    return call("add", a, b)


def _like_terms(a: Node, factor: fmpq, rest: list[Node]) -> Node | None:
    """The sum where ``a`` ends in a multiple of the same product: ``2*x + x`` is ``3*x``."""
    before, last, sign = None, a, 1
    if parts := _parts(a, "add"):
        before, last = parts
    elif parts := _parts(a, "subtract"):
        before, last = parts
        sign = -1
    number, factors = _factored(last)
    total = sign * number + factor
    if factors != rest or total == 0:
        return None
    merged = _product(total, rest)
    return merged if before is None else _add(before, merged)


def subtract(a: Node, b: Node) -> Node:
    """The difference; ``a - (-b)`` is written ``a + b``."""
    if _is_number(b, 0):
        return a
    if _is_number(a, 0):
        return negate(b)
    if isinstance(a, Literal) and isinstance(b, Literal):
        return literal(a.value - b.value)
    factor, rest = _factored(b)
    if factor < 0 and rest:
        return _add(a, _product(-factor, rest))
    return call("subtract", a, b)


def _factored(node: Node) -> tuple[fmpq, list[Node]]:
    """The numeric factor of a product, and its other factors from left to right."""
    if isinstance(node, Literal):
        return node.value, []
    if parts := _parts(node, "negate"):
        factor, rest = _factored(parts[0])
        return -factor, rest
    if parts := _parts(node, "multiply"):
        left, lefts = _factored(parts[0])
        right, rights = _factored(parts[1])
        return left * right, lefts + rights
    if parts := _parts(node, "divide"):
        factor, rest = _factored(parts[0])
        if isinstance(parts[1], Literal) and parts[1].value != 0:
            return factor / parts[1].value, rest
        if factor != 1:
            return factor, [call("divide", _product(fmpq(1), rest), parts[1])]
    return fmpq(1), [node]


def _product(factor: fmpq, factors: list[Node]) -> Node:
    if not factors:
        return literal(factor)
    factors = _with_powers(factors)
    if factor < 0:
        for place, one in enumerate(factors):
            parts = _parts(one, "subtract")
            # 1 - h keeps its order: h*(1 - h) is how everybody writes it.
            if parts and not isinstance(parts[0], Literal):
                factors[place] = call("subtract", parts[1], parts[0])
                factor = -factor
                break
    if factor != 1 and (parts := _parts(factors[0], "divide")):
        factors[0] = call("divide", multiply(literal(factor), parts[0]), parts[1])
    elif factor == -1:
        factors[0] = call("negate", factors[0])
    elif factor != 1:
        factors.insert(0, literal(factor))
    result = factors[0]
    for one in factors[1:]:
        result = call("multiply", result, one)
    return result


def _with_powers(factors: list[Node]) -> list[Node]:
    """The factors with repeated ones as powers: ``w*w*w`` is ``w^3``, ``x^2*x`` too is ``x^3``."""
    exponents: dict[Node, fmpq] = {}
    for one in factors:
        base, exponent = one, fmpq(1)
        if (parts := _parts(one, "power")) and _is_count(parts[1]):
            base, exponent = parts[0], parts[1].value
        exponents[base] = exponents.get(base, fmpq(0)) + exponent
    if len(exponents) == len(factors):
        return list(factors)
    return [power(base, literal(exponent)) for base, exponent in exponents.items()]


def _is_count(node: Node) -> TypeGuard[Literal]:
    return isinstance(node, Literal) and node.value.q == 1 and node.value > 0


def multiply(*nodes: Node) -> Node:
    """The elementwise product, numbers first and repeated factors as powers; a product with 0 is
    left as it stands, because the number 0 would lose its shape."""
    factor, factors = fmpq(1), []
    for node in nodes:
        one, rest = _factored(node)
        factor *= one
        factors += rest
    return _product(factor, factors)


def without_number(node: Node) -> tuple[fmpq, Node]:
    """The numeric factor of a product, and the product without it."""
    factor, factors = _factored(node)
    return factor, _product(fmpq(1), factors)


def negate(node: Node) -> Node:
    """The negative; ``-(-x)`` is ``x`` and ``-(a - b)`` is ``b - a``."""
    factor, factors = _factored(node)
    return _product(-factor, factors)


def divide(a: Node, b: Node) -> Node:
    """The quotient; a number below goes into the numeric factor above."""
    if _is_number(b, 1):
        return a
    if isinstance(b, Literal) and b.value != 0:
        factor, factors = _factored(a)
        if factor != 1 or not factors:
            return _product(factor / b.value, factors)
    above, factors = _factored(a)
    below, divisors = _factored(b)
    common = gcd(int(above.p), int(below.p)) if above.q == below.q == 1 and divisors else 1
    if common > 1:
        return divide(_product(above / common, factors), _product(below / common, divisors))
    return call("divide", a, b)


def power(base: Node, exponent: Node) -> Node:
    """The power; ``x^1`` is ``x`` and ``sqrt(x)^2`` is ``x``."""
    if _is_number(exponent, 1):
        return base
    if _is_number(exponent, 2) and (parts := _parts(base, "sqrt")):
        return parts[0]
    return call("power", base, exponent)


def transpose(node: Node) -> Node:
    """All axes reversed; twice is not at all."""
    if isinstance(node, Call) and is_call(node, "transpose") and node.options["axes"] is None:
        return node.args[0]
    return call("transpose", node)


def transpose_matrix(node: Node) -> Node:
    """The transpose of a matrix; that of a product is the product of the transposes."""
    if parts := _parts(node, "matmul"):
        return call("matmul", transpose_matrix(parts[1]), transpose_matrix(parts[0]))
    if parts := _parts(node, "outer"):
        return call("outer", parts[1], parts[0])
    return transpose(node)


def swap_last(node: Node, dimensions: int) -> Node:
    """The last two axes exchanged: ``.T`` of a matrix, and of every matrix of a batch."""
    if dimensions == 2:
        return transpose(node)
    axes = (*range(dimensions - 2), dimensions - 1, dimensions - 2)
    return call("transpose", node, axes=axes)


def reshape(node: Node, shape: Shape) -> Node:
    """The same cells in another shape; a lone symbol is left for reshape to work out."""
    if not shape:
        # The language has no way to write the empty list; a sum of one cell is that cell.
        return call("sum", node)
    if sum(isinstance(size, str) for size in shape) == 1:
        shape = tuple(-1 if isinstance(size, str) else size for size in shape)
    return call("reshape", node, shape=shape)


def expand_dims(node: Node, axes: tuple[int, ...]) -> Node:
    """The node with new axes of size 1 at these places of the result (counted from 0)."""
    factor, factors = _factored(node)
    if len(factors) == 1 and isinstance(factors[0], Call) and is_call(factors[0], "ones"):
        shape = list(factors[0].options["shape"])
        for axis in axes:
            shape.insert(axis, 1)
        return multiply(literal(factor), call("ones", shape=tuple(shape)))
    return call("expand_dims", node, axis=_axis(axes))


def spread(node: Node, over: Node, shape: Shape) -> Node:
    """The node broadcast to the shape of ``over``, which is ``shape``."""
    if not shape:
        return node
    if any(isinstance(size, str) for size in shape):
        return multiply(node, call("ones_like", over))
    if isinstance(node, Literal):
        return multiply(node, call("ones", shape=shape))
    return call("expand", node, shape=shape)


def unbroadcast(node: Node, from_shape: Shape, to_shape: Shape) -> Node:
    """The gradient of an argument that broadcasting stretched: summed over what was repeated."""
    if from_shape == to_shape:
        return node
    factor, factors = _factored(node)
    if len(factors) == 1 and is_call(factors[0], "ones") and _is_known(from_shape):
        times = prod(sizes(from_shape)) // prod(sizes(to_shape))
        return _product(factor * times, [call("ones", shape=to_shape)] if to_shape else [])
    if factor != 1 and factors:
        rest = unbroadcast(_product(fmpq(1), factors), from_shape, to_shape)
        return multiply(literal(factor), rest)
    if not to_shape:
        return call("sum", node)
    extra = len(from_shape) - len(to_shape)
    if extra:
        node = call("sum", node, axis=_axis(tuple(range(extra))))
    repeated = tuple(
        place
        for place, (found, wanted) in enumerate(zip(from_shape[extra:], to_shape, strict=True))
        if found != wanted
    )
    if repeated:
        node = call("sum", node, axis=_axis(repeated), keepdims=True)
    return node


def _is_known(shape: Shape) -> bool:
    return not any(isinstance(size, str) for size in shape)


def _axis(axes: tuple[int, ...]) -> int | tuple[int, ...]:
    return axes[0] if len(axes) == 1 else axes


def scaled(context: Context, gradient: Node, factor: Node, shape: Shape) -> Node:
    """The gradient times a factor, of the given shape, without an ``expand`` that the product makes
    idle.

    The chain rule reads from the outside in, and ends in the gradient that arrives:
    ``o*(1 - tanh(c)^2)*grad_h``.
    """
    coefficient, factors = _factored(unexpanded(gradient, context.shape(factor), shape))
    place = _arrival(factors, context.arriving)
    number, own = _factored(factor)
    return _product(coefficient * number, [*factors[:place], *own, *factors[place:]])


def _arrival(factors: list[Node], arriving: Node | None) -> int:
    """Where in a product the gradient begins that arrived at the definition or from a matrix."""
    if arriving is None:
        return 0
    tail = _factored(arriving)[1]
    if tail and factors[-len(tail) :] == tail:
        return len(factors) - len(tail)
    products = (place for place, one in enumerate(factors) if is_call(one, "matmul"))
    return next(products, len(factors))


def unexpanded(gradient: Node, other: Shape, shape: Shape) -> Node:
    """The gradient before it was expanded, where what it meets has the whole shape anyway.

    No shape of the gradient itself is asked for: its names may be quantities still to be added.
    """
    if other != shape:
        return gradient
    coefficient, factors = _factored(gradient)
    bare: list[Node] = []
    for factor in factors:
        if is_call(factor, "expand"):
            bare += factor.children()
        elif not is_call(factor, "ones") and not is_call(factor, "ones_like"):
            bare.append(factor)
    return _product(coefficient, bare)


def no_gradient(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    """The derivative rule of constants and of step functions, whose slope is 0 where they have
    one."""
    return [None for _ in node.args]
