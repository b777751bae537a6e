"""Bound variables as symbols of their own: the values stay, and the symbol may get a value."""

from __future__ import annotations

import pytest

from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.own_variables import inlined, with_own_variables


def graph(**definitions: str) -> Graph:
    quantities = [Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items()]
    return Graph(quantities, {"x": (), "c": ()})


def given_a_value(found: Graph, text: str) -> Graph:
    """The graph in which x is a quantity with this value."""
    x = Quantity("x", parse(text, OPERATIONS))
    symbols = {name: shape for name, shape in found.symbols.items() if name != "x"}
    return Graph([x, *found.quantities.values()], symbols)


def test_a_limit_keeps_its_variable_when_the_symbol_gets_a_value() -> None:
    found = graph(a="x/(x + 1)", b="2*a", y="b + limit(b, x, infinity)")
    apart = with_own_variables(found)
    assert show(apart.quantities["y"].expression) == "b + limit(2*(x' / (x' + 1)), x', infinity)"
    assert apart.quantities["b"] is found.quantities["b"]
    assert "x'" in apart.symbols
    values = evaluate(given_a_value(apart, "3"), ClosedFormRoute(), only=["y"])
    assert str(values["y"]) == "7/2"


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ({"y": "limit(limit(c*x/(x + c), x, infinity)/(c + 1), c, infinity)"}, "1"),
        ({"f": "c*x/(x + c)", "y": "limit(limit(f, x, infinity)/(c + 1), c, infinity)"}, "1"),
        ({"f": "x/(x + 1)", "y": "limit(f + limit(f, x, 1), x, infinity)"}, "3/2"),
        ({"f": "x/(x + 1)", "g": "limit(f, x, 1)", "y": "limit(f*g, x, infinity)"}, "1/2"),
        ({"f": "c/(x + 1)", "y": "limit(f, x, 1) + limit(f, x, 0)"}, "3/2*sc"),
    ],
)
def test_no_value_changes(definitions: dict[str, str], expected: str) -> None:
    found = graph(**definitions)
    apart = with_own_variables(found)
    assert str(evaluate(found, ClosedFormRoute(), only=["y"])["y"]) == expected
    assert str(evaluate(apart, ClosedFormRoute(), only=["y"])["y"]) == expected
    assert "x" not in apart.uses("y")
    again = given_a_value(apart, "5")
    assert str(evaluate(again, ClosedFormRoute(), only=["y"])["y"]) == expected


def test_without_limits_the_graph_is_the_same() -> None:
    found = graph(a="2*x", b="a + c")
    assert with_own_variables(found) is found


def test_only_what_depends_on_the_symbol_is_written_in() -> None:
    found = graph(w="[1, 2]", a="x*w", b="a + c*w", y="sum(b*w)")
    node = found.quantities["y"].expression
    assert show(inlined(found, node, ["x"])) == "sum((x*w + c*w)*w)"
    assert show(inlined(found, node, ["c"])) == "sum((a + c*w)*w)"
    assert (
        inlined(found, found.quantities["a"].expression, ["c"]) is found.quantities["a"].expression
    )
