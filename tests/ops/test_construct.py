"""The smart constructors: what they tidy, and that no value changes by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Call, Literal, Name, Node, Shape
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import (
    add,
    call,
    divide,
    expand_dims,
    literal,
    multiply,
    negate,
    power,
    reshape,
    subtract,
    transpose,
    transpose_matrix,
    unbroadcast,
)

a, b, c, h = (Name(name) for name in "abch")
two, three, zero, one = (literal(number) for number in (2, 3, 0, 1))

TIDIED = [
    (multiply(one, a), "a"),
    (multiply(a, one), "a"),
    (multiply(a, two, b, three), "6*a*b"),
    (multiply(a, multiply(b, c)), "a*b*c"),
    (multiply(zero, a), "0*a"),
    (multiply(two, literal(fmpq(1, 2)), a), "a"),
    (multiply(a, negate(b)), "-a*b"),
    (multiply(negate(a), negate(b)), "a*b"),
    (multiply(two, divide(a, b)), "(2*a)/b"),
    (multiply(two, divide(a, two), b), "a*b"),
    (multiply(b, divide(a, three)), "1/3*b*a"),
    (multiply(a, a, a), "a^3"),
    (multiply(a, b, power(a, two), b), "a^3*b^2"),
    (multiply(power(a, literal(-1)), a), "a^(-1)*a"),
    (divide(multiply(two, a), multiply(literal(4), b)), "a / (2*b)"),
    (divide(multiply(three, a), multiply(three, b)), "a/b"),
    (divide(multiply(literal(-2), a), multiply(two, b)), "-a/b"),
    (add(negate(a), b), "b - a"),
    (add(a, a), "2*a"),
    (add(b, multiply(two, a), a), "b + 3*a"),
    (add(b, negate(a), multiply(three, a)), "b + 2*a"),
    (add(b, a, negate(a)), "b + a - a"),
    (add(zero, a), "a"),
    (add(a, zero), "a"),
    (add(a, negate(b)), "a - b"),
    (add(a, multiply(literal(-2), b)), "a - 2*b"),
    (add(a, add(b, c)), "a + b + c"),
    (add(a, subtract(b, c)), "a + b - c"),
    (add(one, two), "3"),
    (subtract(a, zero), "a"),
    (subtract(zero, a), "-a"),
    (subtract(a, negate(b)), "a + b"),
    (subtract(three, one), "2"),
    (subtract(a, multiply(literal(-2), b)), "a + 2*b"),
    (subtract(a, multiply(zero, b)), "a - 0*b"),
    (multiply(call("multiply", a, three), b), "3*a*b"),
    (multiply(call("multiply", two, a), literal(5)), "10*a"),
    (negate(negate(a)), "a"),
    (negate(subtract(a, b)), "b - a"),
    (negate(multiply(two, subtract(a, b))), "2*(b - a)"),
    (multiply(literal(-2), subtract(a, b), h), "2*(b - a)*h"),
    (negate(multiply(h, subtract(one, h))), "-h*(1 - h)"),
    (negate(divide(a, b)), "-a / b"),
    (negate(literal(2)), "-2"),
    (divide(a, one), "a"),
    (divide(multiply(two, a), literal(6)), "1/3*a"),
    (divide(one, three), "1/3"),
    (divide(a, literal(6)), "a/6"),
    (power(a, one), "a"),
    (power(a, two), "a^2"),
    (power(call("sqrt", a), two), "a"),
    (transpose(transpose(a)), "a"),
    (transpose_matrix(call("matmul", transpose(a), call("matmul", b, c))), "(c.T @ b.T) @ a"),
    (transpose_matrix(call("outer", a, b)), "outer(b, a)"),
    (reshape(a, ("n", 1)), "reshape(a, [-1, 1])"),
    (reshape(a, ()), "sum(a)"),
    (expand_dims(call("ones", shape=(2, 3)), (1,)), "ones([2, 1, 3])"),
    (unbroadcast(a, (2, 3), (2, 3)), "a"),
    (unbroadcast(a, (4, 2, 3), (1, 3)), "sum(sum(a, axis=0), axis=0, keepdims=true)"),
    (unbroadcast(a, (2, 3, 4), (1, 3, 1)), "sum(a, axis=[0, 2], keepdims=true)"),
    (unbroadcast(negate(a), (2, 3), ()), "-sum(a)"),
    (unbroadcast(call("ones", shape=(2, 3)), (2, 3), (3,)), "2*ones([3])"),
    (unbroadcast(multiply(two, call("ones", shape=(4,))), (4,), ()), "8"),
]


@pytest.mark.parametrize(("node", "text"), TIDIED, ids=[text for _, text in TIDIED])
def test_tidied(node: Node, text: str) -> None:
    assert parse(text, OPERATIONS) == node, show(node)
    assert parse(show(node), OPERATIONS) == node


def test_unbroadcast_gives_the_shape_it_is_asked_for() -> None:
    shapes: list[tuple[Shape, Shape]] = [
        ((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), (1, 1)), ((2, 3), (1,)), ((2, 3), ()),
        (("n", "d"), ("d",)), (("n", "d"), (1, "d")), ((5, 2, 3), (2, 1)), ((1, 3), (3,)),
    ]  # fmt: skip
    for from_shape, to_shape in shapes:
        node = unbroadcast(Name("g"), from_shape, to_shape)
        assert shape_of(node, {"g": from_shape}.__getitem__) == to_shape


# A pair: the expression as the constructors tidy it, and its value by plain arithmetic.
Pair = tuple[Node, fmpq]
VALUES = {"a": fmpq(7, 3), "b": fmpq(-5, 2), "c": fmpq(11)}
LEAVES: st.SearchStrategy[Pair] = st.one_of(
    st.sampled_from([(Name(name), value) for name, value in VALUES.items()]),
    st.integers(-3, 3).map(lambda n: (literal(n), fmpq(n))),
)


def _combined(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    operations: list[tuple[Callable[..., Node], Callable[[fmpq, fmpq], Any]]] = [
        (add, lambda x, y: x + y),
        (subtract, lambda x, y: x - y),
        (multiply, lambda x, y: x * y),
        (lambda x, y: negate(multiply(x, y)), lambda x, y: -(x * y)),
    ]
    binary = st.tuples(st.sampled_from(operations), inner, inner).map(
        lambda t: (t[0][0](t[1][0], t[2][0]), t[0][1](t[1][1], t[2][1]))
    )
    quotient = st.tuples(inner, LEAVES.filter(lambda pair: pair[1] != 0)).map(
        lambda t: (divide(t[0][0], t[1][0]), t[0][1] / t[1][1])
    )
    return st.one_of(binary, quotient, inner.map(lambda p: (negate(p[0]), -p[1])))


def value_of(node: Node) -> fmpq:
    """The value of a tree of the four rules of arithmetic, by rational numbers."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return VALUES[node.name]
    assert isinstance(node, Call)
    parts = [value_of(arg) for arg in node.args]
    results: dict[str, Callable[..., fmpq]] = {
        "add": lambda x, y: x + y,
        "subtract": lambda x, y: x - y,
        "multiply": lambda x, y: x * y,
        "divide": lambda x, y: x / y,
        "negate": lambda x: -x,
        "power": lambda x, y: x ** int(y),
    }
    return results[node.operation.name](*parts)


@settings(max_examples=300, deadline=None)
@given(st.recursive(LEAVES, _combined, max_leaves=12))
def test_tidying_changes_no_value(pair: Pair) -> None:
    node, expected = pair
    assert value_of(node) == expected
    # what is printed is read back as the same formula
    assert value_of(parse(show(node), OPERATIONS)) == expected
