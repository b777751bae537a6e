"""Limits in an exercise file: as values, in general formulas, in chains."""

from __future__ import annotations

from pathlib import Path

import pytest

import exsolve
from exsolve.errors import ExsolveError

EXERCISE = """\
id: limits-of-attention
title: Limits of attention
kind: formulas
source: Written for this test.
symbols:
  beta: []
  v: [n]
  c: []
givens:
  s: [1, 2, 2]
define:
  a: softmax(beta*s)
  hard: limit(a, beta, infinity)
  mean: limit(a, beta, 0)
  wide:
    formula: limit(softmax(beta*v), beta, 0)
    equals: ones([n])/n
  slope:
    formula: c*limit(tanh(beta*c)/beta, beta, 0)
    equals: c^2
parts:
  - {id: a, ask: The limits., points: 1, answers: [hard, mean]}
  - {id: b, ask: In general., points: 1, answers: [wide, slope]}
  - id: c
    ask: The mean.
    points: 1
    derivations:
      - claim: The mean comes back.
        lines:
          - line: limit(sum(softmax(beta*v)*v), beta, 0)
          - {line: sum(v)/n, reason: All weights are equal.}
"""


def solved(folder: Path, text: str) -> str:
    path = folder / "limits.yaml"
    path.write_text(text, encoding="utf-8")
    return exsolve.load(path).solve().text("plain")


def test_values_formulas_and_chains_with_limits(tmp_path: Path) -> None:
    shown = solved(tmp_path, EXERCISE)
    assert "= [0, 1/2, 1/2]" in shown
    assert "= [1/3, 1/3, 1/3]" in shown
    assert "wide = lim(β→0) softmax(β·v)" in shown
    assert shown.count("Verified on") == 2
    assert shown.count("Computed on") == 1
    assert "12 of 12 agree" in shown


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("equals: ones([n])/n", "equals: ones([n])/(n + 1)", "wide: the formula is wrong"),
        ("equals: c^2", "equals: -c^2", "slope: the formula is wrong"),
        ("line: sum(v)/n", "line: sum(v)", "line 2 does not follow"),
    ],
)
def test_a_wrong_formula_is_refused(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in EXERCISE
    with pytest.raises(ExsolveError, match=message):
        solved(tmp_path, EXERCISE.replace(right, wrong))


def test_a_variable_that_is_no_symbol(tmp_path: Path) -> None:
    text = EXERCISE.replace("limit(a, beta, 0)", "limit(a, gamma, 0)")
    with pytest.raises(ExsolveError, match=r"limits.yaml:14:9: mean: 'gamma' is not defined"):
        solved(tmp_path, text)
    given = EXERCISE.replace("  beta: []\n", "").replace("  s: [1", "  beta: 2\n  s: [1")
    with pytest.raises(ExsolveError, match="'beta' has a value here"):
        solved(tmp_path, given)
