"""Limits by samples and extrapolation: the float64 route's own, against values known otherwise."""

from __future__ import annotations

from math import e, exp, inf, log, nan, sqrt

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.errors import ExsolveError
from exsolve.evaluate import ClosedFormRoute, NumericRoute, ShakenRoute, as_float, evaluate
from exsolve.expression.parser import parse
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.sampled_limits import extrapolated, numeric_values, sampled
from exsolve.solving.agreement import TOLERANCE, compare

NEAREST_FIRST = [2.0 ** (20 - place / 2) for place in range(36)]


def graph(**definitions: str) -> Graph:
    quantities = [Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items()]
    return Graph(quantities, {"x": (), "c": ()})


def estimate(text: str, to: str = "infinity") -> float:
    found = graph(y=f"limit({text}, x, {to})")
    return float(numeric_values(found, NumericRoute({"c": 3.0}), ["y"])["y"])


KNOWN: list[tuple[str, str, float]] = [
    # rational decay, poles near and far
    ("x/(x + 1)", "infinity", 1),
    ("(x + 1000)/(3*x + 7)", "infinity", 1 / 3),
    ("(2*x^3 + x)/(5*x^3 - 100*x^2 + 9)", "-infinity", 2 / 5),
    ("x^2/(x + 1) - x^2/(x + 2)", "infinity", 1),
    ("(1 + 1/x)^x", "infinity", e),
    # exponential decay, fast and slow
    ("sigmoid(x)", "infinity", 1),
    ("tanh(x/1000)", "-infinity", -1),
    ("softmax([x/100, 1, x/99])[2]", "infinity", 1),
    ("exp(2*x)/(3*exp(2*x) + exp(x))", "infinity", 1 / 3),
    # both
    ("x*exp(x)/((x + 1)*exp(x) + 1)", "infinity", 1),
    ("x*sigmoid(x)/(2*x + 5)", "infinity", 1 / 2),
    ("ln(exp(x) + exp(2*x))/x", "infinity", 2),
    # in roots, and with terms that cancel
    ("sqrt(x^2 + x) - x", "infinity", 1 / 2),
    ("(2*x + 1)/(sqrt(x) + 3*x)", "infinity", 2 / 3),
    ("x*(exp(1/x) - 1)", "infinity", 1),
    # at points
    ("(exp(x) - 1)/x", "0", 1),
    ("(x^2 - 4)/(x - 2)", "2", 4),
    ("(x - tanh(x))/x^3", "0", 1 / 3),
    ("ln(x)/(x - 1)", "1", 1),
    ("softmax([1000*x, 1, 0])[0]", "0", 1 / (2 + e)),
    ("exp(-1/x^2) + 2", "0", 2),
    ("c*x/(x + c)", "infinity", 3),
]


@pytest.mark.parametrize(("text", "to", "expected"), KNOWN)
def test_estimates_are_within_the_tolerance_of_the_cross_check(
    text: str, to: str, expected: float
) -> None:
    assert abs(estimate(text, to) - expected) <= TOLERANCE * abs(expected)


@pytest.mark.parametrize(
    "text",
    [
        "1/x",
        "5/(x^2 + 7)",
        "exp(-x/50)",
        "x^5*exp(-x)",
        "1/sqrt(x)",
        "x/(x + 1) - 1",
        "1/x - 2/x^2",
    ],
)
def test_what_vanishes_is_zero_and_not_nearly(text: str) -> None:
    assert abs(estimate(text)) < 1e-11
    found = graph(y=f"limit({text}, x, infinity)")
    assert compare(found, {"y": np.array(fmpq(0), dtype=object)})[0].agreeing == 1


def test_a_kink_far_out_is_not_overlooked() -> None:
    # constant for x < 100: near samples alone would make it 0
    assert abs(estimate("max(x - 100, 0)/x") - 1) < 1e-9
    assert abs(estimate("max(x - 100, 0)/x", "-infinity")) < 1e-9


@settings(deadline=None)
@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9), st.floats(0.01, 9))
def test_decay_of_both_sorts(limit: float, a: float, b: float, c: float, rate: float) -> None:
    samples = [limit + a / t + b / t**2 + c * exp(-rate * t) for t in NEAREST_FIRST]
    assert abs(extrapolated(samples) - limit) <= 1e-9 * max(abs(limit), 1e-3)


@settings(deadline=None)
@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9))
def test_decay_in_roots(limit: float, a: float, b: float) -> None:
    samples = [limit + a / sqrt(t) + b / t for t in NEAREST_FIRST]
    assert abs(extrapolated(samples) - limit) <= 1e-9 * max(abs(limit), 1e-2)


def test_samples_that_overflow_are_passed_over() -> None:
    samples = [nan if t > 700 else 2 + 1 / t for t in NEAREST_FIRST]
    assert abs(extrapolated([inf, *samples]) - 2) < 1e-9
    assert extrapolated([3.0, 2.5, nan, 7.0]) in (3.0, 3.0 + (3.0 - 2.5) / (sqrt(2) - 1))
    assert np.isnan(extrapolated([nan, inf]))


def test_a_limit_without_samples_is_refused() -> None:
    with pytest.raises(ExsolveError, match="y: the limit cannot be confirmed"):
        estimate("ln(-x^2)")


def test_sides_that_differ_are_refused() -> None:
    with pytest.raises(ExsolveError, match="y: the limit does not exist: its sides differ"):
        estimate("abs(x)/x", "0")


def test_a_side_without_values_does_not_count() -> None:
    assert abs(estimate("(sqrt(x) + 2)/(sqrt(x) + 3)", "0") - 2 / 3) < 1e-9


def test_logarithmic_decay_is_not_confirmed() -> None:
    found = graph(y="limit(ln(x)/x, x, infinity)")
    exact = evaluate(found, ClosedFormRoute())
    assert exact["y"].item() == 0
    with pytest.raises(ExsolveError, match="disagree"):
        compare(found, exact)


def test_only_limits_are_replaced_and_only_where_wanted() -> None:
    found = graph(a="x/(x + 1)", y="2*limit(a, x, infinity) + 1", z="limit(ln(-x^2), x, infinity)")
    replaced = sampled(found, NumericRoute({"x": 7.0, "c": 3.0}), ["y"])
    assert replaced.quantities["a"] is found.quantities["a"]
    assert replaced.quantities["z"] is found.quantities["z"]
    assert replaced.uses("y") == ()
    plain = graph(a="2*c")
    assert sampled(plain, NumericRoute({"c": 3.0}), ["a"]) is plain


def test_the_value_of_the_variable_elsewhere_does_not_matter() -> None:
    found = graph(a="x/(x + 1)", y="a + limit(a, x, infinity)")
    for value in (1.0, 7.0):
        numeric = numeric_values(found, NumericRoute({"x": value, "c": 3.0}), ["y"])
        assert abs(float(numeric["y"]) - (value / (value + 1) + 1)) < 1e-9


def test_shaking_moves_a_limit_by_rounding_only() -> None:
    found = graph(y="limit((3*x + 1)/(x + 2), x, infinity)")
    moved = [
        float(numeric_values(found, ShakenRoute({"c": 3.0}, seed), ["y"])["y"]) for seed in range(4)
    ]
    assert len(set(moved)) == 4
    assert all(abs(value - 3) < 1e-9 for value in moved)


weights = st.lists(st.integers(-20, 20), min_size=2, max_size=5)


@settings(max_examples=25, deadline=None)
@given(weights, st.sampled_from(["infinity", "-infinity", "0", "1/3"]))
def test_the_routes_agree_on_attention(scores: list[int], to: str) -> None:
    written = ", ".join(f"{score}/4" for score in scores)
    found = graph(s=f"[{written}]", a="softmax(x*s)", h="sum(a*s)", y=f"limit(h, x, {to})")
    exact = evaluate(found, ClosedFormRoute(), only=["y"])
    agreement, numeric = compare(found, {"y": exact["y"]})
    assert agreement.agreeing == 1
    chosen = {"infinity": max(scores), "-infinity": min(scores), "0": np.mean(scores)}
    if to in chosen:
        assert abs(float(numeric["y"]) - chosen[to] / 4) < 1e-8
        assert abs(as_float(exact["y"].item()) - chosen[to] / 4) < 1e-12


def test_the_logarithm_of_two_is_met() -> None:
    assert abs(estimate("log_softmax([x, 2*x, 2*x])[1]") + log(2)) < 1e-12
