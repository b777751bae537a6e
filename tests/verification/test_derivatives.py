"""Two routes of differentiation agree with each other, and catch each sort of false formula."""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpq
from verification.formulas import graph, read, symbols

from exsolve.errors import ExsolveError
from exsolve.evaluate import ExactRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.graph import Graph, Quantity
from exsolve.verification.authored import AuthoredClaim
from exsolve.verification.claims import Derivative, verified
from exsolve.verification.derivatives import (
    BITS,
    KinkError,
    central_differences,
    difference,
    reverse_mode,
)
from exsolve.verification.lines import given_array

X = np.array([[fmpq(1, 2), fmpq(-1), fmpq(2)], [fmpq(3), fmpq(1, 3), fmpq(-2)]], dtype=object)
V = np.array([fmpq(2), fmpq(-1, 3), fmpq(1)], dtype=object)
FUNCTIONS = ["X @ v", "tanh(X @ v)", "softmax(X @ v)", "outer(X @ v, v)", "sumsq(X*exp(v))"]


def numbers(**formulas: str) -> Graph:
    made = [Quantity(name, read(text)) for name, text in formulas.items()]
    return Graph([given_array("X", X), given_array("v", V), *made])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("by", ["X", "v"])
def test_differences_and_reverse_mode_agree(function: str, by: str) -> None:
    formulas = numbers(y=function)
    with Balls(BITS) as balls:
        differences = central_differences(formulas, "y", by)
        rows, names = reverse_mode(formulas, "y", by)
        found = evaluate(rows, ExactRoute(balls), only=names)
        flat = [cell for name in names for cell in found[name].flat]
        gaps = [abs(a - b) for a, b in zip(differences.flat, flat, strict=True)]
    assert differences.shape == (*formulas.shapes["y"], *formulas.shapes[by])
    assert all(gap < 1e-60 for gap in gaps)


def test_the_layout_turns_the_jacobian_of_a_vector_only() -> None:
    formulas = numbers(y="X @ v", J="X", G="X.T", f="sumsq(v)", slope="2*v")
    assert difference(formulas, "J", "y", "v", "numerator") is None
    assert difference(formulas, "G", "y", "v", "denominator") is None
    assert difference(formulas, "J", "y", "v", "denominator") is not None
    assert difference(formulas, "slope", "f", "v", "denominator") is None


def test_a_kink_has_no_derivative() -> None:
    formulas = numbers(y="relu(v - v)", J="zeros([3, 3])")
    with pytest.raises(KinkError):
        difference(formulas, "J", "y", "v", "numerator")


SHAPES = {"X": ("n", "d"), "W": ("d", "d"), "w": ("d",), "y": ("n",)}
SQUARES = "sumsq(X @ w - y)"
TRUE = [
    (SQUARES, "w", "2*X.T @ (X @ w - y)"),
    (SQUARES, "X", "2*outer(X @ w - y, w)"),
    ("w @ W @ w", "w", "(W + W.T) @ w"),
    ("w @ W @ w", "W", "outer(w, w)"),
    ("tanh(W @ w)", "w", "diag(1 - tanh(W @ w)^2) @ W"),
    ("softmax(w)", "w", "diag(softmax(w)) - outer(softmax(w), softmax(w))"),
]
FALSE = {
    "sign": (SQUARES, "w", "2*X.T @ (y - X @ w)"),
    "factor 2": (SQUARES, "w", "X.T @ (X @ w - y)"),
    "transpose": ("w @ W @ w", "w", "2*W @ w"),
    "missing diag": ("softmax(w)", "w", "softmax(w) - outer(softmax(w), softmax(w))"),
    "missing derivative of tanh": ("tanh(W @ w)", "w", "W"),
    "wrong side": ("tanh(W @ w)", "w", "W @ diag(1 - tanh(W @ w)^2)"),
    "order": (SQUARES, "X", "2*outer(w, X @ w - y)"),
}


def judged(function: str, by: str, formula: str) -> tuple[Graph, AuthoredClaim]:
    setting = symbols(SHAPES)
    formulas = graph({"f": function, "slope": formula}, setting)
    claim = Derivative("f", by, "numerator")
    return formulas, AuthoredClaim(formulas, setting, "slope", (), [claim], 11)


@pytest.mark.parametrize(("function", "by", "formula"), TRUE)
def test_true_derivatives_pass(function: str, by: str, formula: str) -> None:
    formulas, claim = judged(function, by, formula)
    found = verified(formulas.quantities["slope"], claim)
    assert found.instances >= 20
    assert found.sizes >= 3
    assert found.witnesses == ("reverse mode on numbers", "central differences")


@pytest.mark.parametrize("mistake", FALSE)
def test_false_derivatives_are_caught(mistake: str) -> None:
    function, by, formula = FALSE[mistake]
    formulas, claim = judged(function, by, formula)
    with pytest.raises(ExsolveError, match=f"it is not equal to the derivative of f by {by}") as no:
        verified(formulas.quantities["slope"], claim)
    (problem,) = no.value.problems
    assert " for " in problem.found
    assert "w = [" in problem.found


def test_too_many_kinks_are_said() -> None:
    setting = symbols({"w": ()}, ["w == 1"])
    formulas = graph({"f": "relu(w - 1)", "slope": "w - 1"}, setting)
    claim = AuthoredClaim(formulas, setting, "slope", (), [Derivative("f", "w", "numerator")])
    with pytest.raises(ExsolveError, match="verified on 0 random instances only"):
        verified(formulas.quantities["slope"], claim)
