"""Claims of gradients at kinks, at large numbers, and where float64 overflows."""

from __future__ import annotations

import pytest
from redefining import redefined

from exsolve.authoring.blueprint import GradientRequest
from exsolve.errors import ExsolveError
from exsolve.library import load_text
from exsolve.ops.construct import call, literal
from exsolve.solution import Formula
from exsolve.solving.derived import derived_gradients
from exsolve.verification.authored import AuthoredClaim
from exsolve.verification.claims import Derivative, verified

EXERCISE = """\
id: slope
title: A gradient
kind: formulas
symbols: {{x: [n], W: [n, n], s: [], t: []}}
define:
  L: '{of}'
  slope: {{formula: '{formula}', gradient: {{of: L, for: {by}}}}}
parts:
  - {{id: a, ask: What?, answers: [slope]}}
"""


def solve(of: str, by: str, formula: str) -> None:
    text = EXERCISE.format(of=of, by=by, formula=formula)
    load_text(text.encode(), "slope.yaml").solve()


@pytest.mark.parametrize(
    ("of", "by", "formula"),
    [
        ("sum(abs(x))", "x", "where(x > 0, 1, -1)"),
        ("max(s, t)", "s", "where(s > t, 1, 0)"),
        ("sum(relu(W @ x))", "x", "W.T @ where(W @ x > 0, 1, 0)"),
        ("(exp(40*s) + t) - exp(40*s)", "t", "1"),
        ("sum(exp(W @ exp(x)))", "x", "exp(x)*(W.T @ exp(W @ exp(x)))"),
    ],
)
def test_gradients_are_verified(of: str, by: str, formula: str) -> None:
    solve(of, by, formula)


@pytest.mark.parametrize(
    ("of", "by", "formula"),
    [
        ("sum(abs(x))", "x", "where(x > 20, -1, where(x > 0, 1, -1))"),
        ("max(s, t)", "s", "where(s > t, 0, 1)"),
        ("sum(relu(W @ x))", "x", "W.T @ where(W @ x > 0, 1, where(W @ x < -50, 1, 0))"),
        ("(exp(40*s) + t) - exp(40*s)", "t", "2"),
        ("sum(exp(W @ exp(x)))", "x", "exp(x)*(W @ exp(W @ exp(x)))"),
    ],
)
def test_false_gradients_are_refused(of: str, by: str, formula: str) -> None:
    with pytest.raises(ExsolveError, match="not equal to the derivative of L"):
        solve(of, by, formula)


BETWEEN = """\
id: between
title: A gradient on the way
kind: formulas
symbols: {A: [k, d], x: [d], t: [k]}
define:
  s: A @ x
  L: sumsq(s - t)
gradients:
  - {of: L, for: [x]}
parts:
  - {id: a, ask: What?, answers: [grad_x]}
"""


def test_a_gradient_on_the_way_is_held_to_differences_too() -> None:
    steps = load_text(BETWEEN.encode(), "between.yaml").solve().parts[0].steps
    found = {step.name: step for step in steps if isinstance(step, Formula)}
    assert "central differences" in found["grad_s"].verified.witnesses
    assert found["grad_s"].reasons


def test_each_gradient_is_held_to_what_it_was_derived_from() -> None:
    twice = BETWEEN.replace("  L: sumsq(s - t)", "  L: sumsq(s - t)\n  M: 3*sum(s)")
    twice = twice.replace("for: [x]}", "for: [x]}\n  - {of: M, for: [A]}").replace(
        "[grad_x]", "[grad_x, grad_A]"
    )
    workbook = load_text(twice.encode(), "between.yaml").workbook
    held = {"grad_x", "grad_A", "grad_s", "grad_s_of_M"}
    assert held <= workbook.claims.keys()
    for name in held:
        assert verified(workbook.graph.quantities[name], workbook.claims[name]).instances == 24


def test_a_wrong_gradient_on_the_way_is_caught() -> None:
    workbook = load_text(BETWEEN.encode(), "between.yaml").workbook
    doubled = call("multiply", literal(2), workbook.graph.quantities["grad_s"].expression)
    graph = redefined(workbook.graph, "grad_s", doubled)
    gradients = derived_gradients([GradientRequest("L", ["x"])], graph, ())
    (of, by) = gradients["grad_s"]
    claim = AuthoredClaim(graph, workbook.setting, "grad_s", (), [Derivative(of, by, "numerator")])
    with pytest.raises(ExsolveError, match="grad_s: the formula is wrong"):
        verified(graph.quantities["grad_s"], claim)
