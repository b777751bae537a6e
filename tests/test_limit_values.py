"""Closed forms in the place of limits, for the routes that cannot take one."""

from __future__ import annotations

import pytest
from flint import arb

from exsolve.errors import ExsolveError
from exsolve.evaluate import ClosedFormRoute, ExactRoute, evaluate
from exsolve.exact.balls import Balls, Undecided
from exsolve.expression.parser import parse
from exsolve.graph import Graph, Quantity
from exsolve.limit_values import with_limits_taken
from exsolve.ops import OPERATIONS


def graph(**definitions: str) -> Graph:
    quantities = [Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items()]
    return Graph(quantities, {"x": (), "c": ()})


def test_balls_evaluate_what_is_left() -> None:
    found = graph(
        s="[1, 2, 3]",
        a="softmax(x*s)",
        f="a @ s",
        y="exp(limit(f, x, 1)) + limit(limit(c*x/(x + c), x, infinity)/(c + 1), c, infinity)",
    )
    with Balls(120) as balls:
        enclosed = evaluate(with_limits_taken(found, ["y"]), ExactRoute(balls), only=["y"])
        weights = [arb(s).exp() for s in (1, 2, 3)]
        mean = (weights[0] + 2 * weights[1] + 3 * weights[2]) / sum(weights)
        assert abs(enclosed["y"].item() - (mean.exp() + 1)) < arb(10) ** -30


def test_balls_by_themselves_are_undecided_about_a_limit() -> None:
    found = graph(y="limit(7, x, 0)")
    with Balls(80) as balls, pytest.raises(ExsolveError) as error:
        evaluate(found, ExactRoute(balls))
    assert isinstance(error.value.__cause__, Undecided)


def test_what_is_not_wanted_is_left_alone() -> None:
    found = graph(y="limit(x/(x + 1), x, infinity)", z="limit(x, x, infinity)", a="2*x")
    taken = with_limits_taken(found, ["y"])
    assert taken.uses("y") == ()
    assert taken.quantities["z"] is found.quantities["z"]
    assert with_limits_taken(found, ["a"]) is found
    assert str(evaluate(taken, ClosedFormRoute(), only=["y"])["y"]) == "1"


def test_a_limit_that_does_not_exist_is_an_error_of_its_quantity() -> None:
    found = graph(z="3 + limit(x, x, infinity)")
    with pytest.raises(ExsolveError, match="z: the limit is infinite"):
        with_limits_taken(found, ["z"])
