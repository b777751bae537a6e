"""Equal exactly, equal to 60 digits, or different: each is told from the others."""

from __future__ import annotations

import numpy as np
import pytest
from verification.formulas import graph, read

from exsolve.exact.closed_form import symbol
from exsolve.expression.tree import Call
from exsolve.graph import Graph, Quantity
from exsolve.verification.comparing import compare, float_difference, symbolically
from exsolve.verification.lines import given_array

EXACTLY = [
    # rational on both sides
    ("1/3 + 1/6", "1/2"),
    ("[[1, 2], [3, 4]] @ [1, 1]", "[3, 7]"),
    ("zeros([2, 2])", "0"),
    ("inverse([[2, 1], [1, 1]])", "[[1, -1], [-1, 2]]"),
]
TO_DIGITS = [
    # identities of irrational functions
    ("exp(2)*exp(-2)", "1"),
    ("sqrt(2)*sqrt(3)", "sqrt(6)"),
    ("tanh(1/3)", "2*sigmoid(2/3) - 1"),
    ("softmax([1, 2])[0]", "sigmoid(-1)"),
]
DIFFERENT = [
    ("1/3", "0.3333333333", (), "0.333"),
    ("10^(-100)", "0", (), "1e-100"),
    ("sqrt(2)", "sqrt(2) + 10^(-70)", (), "1.4142136"),
    ("[1, 2, 3]", "[1, 2, 4]", (2,), "3"),
    ("[[1, 2], [3, 4]].T", "[[1, 2], [3, 4]]", (0, 1), "3"),
]


@pytest.mark.parametrize(("left", "right"), EXACTLY)
def test_equal_rationals_are_equal_exactly(left: str, right: str) -> None:
    found = compare(graph({"left": left, "right": right}), "left", "right")
    assert found == (None, True)


@pytest.mark.parametrize(("left", "right"), TO_DIGITS)
def test_irrational_values_are_certified_to_digits(left: str, right: str) -> None:
    found = compare(graph({"left": left, "right": right}), "left", "right")
    assert found == (None, False)


@pytest.mark.parametrize(("left", "right", "place", "shown"), DIFFERENT)
def test_differences_are_found_however_small(
    left: str, right: str, place: tuple[int, ...], shown: str
) -> None:
    found = compare(graph({"left": left, "right": right}), "left", "right").difference
    assert found is not None
    assert found.place == place
    assert found.left.startswith(shown)


def test_shapes_differ_before_any_value() -> None:
    found = compare(graph({"left": "[1, 2]", "right": "[1, 2, 3]"}), "left", "right").difference
    assert found == ((), "shape (2,)", "shape (3,)")


def with_symbols(**definitions: str) -> Graph:
    cells = np.array([symbol("a"), symbol("b")], dtype=object)
    made = [Quantity(name, read(text)) for name, text in definitions.items()]
    return Graph([given_array("x", cells), *made])


def test_identities_are_proved_with_symbols() -> None:
    square = with_symbols(left="(x[0] + x[1])^2", right="x[0]^2 + 2*x[0]*x[1] + x[1]^2")
    assert symbolically(square, "left", "right") == (None, True)


def test_what_is_no_identity_differs_with_symbols() -> None:
    found = symbolically(with_symbols(left="x[0] + x[1]", right="x[0] - x[1]"), "left", "right")
    assert found is not None
    assert found.difference is not None


def test_another_float_route_is_found_out() -> None:
    node = read("[1, 2] + [3, 4]")
    assert isinstance(node, Call)
    wrong = node.operation._replace(numeric=lambda arrays, options: arrays[0] - arrays[1])
    right = Graph([Quantity("total", node)])
    broken = Graph([Quantity("total", Call(wrong, node.args, node.options))])
    assert float_difference(right, "total") is None
    assert float_difference(broken, "total") == ((0,), "4.0", "-2.0")
