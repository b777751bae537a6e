"""Claims of gradients at kinks, at large numbers, and where float64 overflows."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.library import load_text

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
