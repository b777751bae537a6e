"""Inverses of matrices of roots, exponentials and symbols, and in balls."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, fmpq
from instances import array, assert_close, floats

from exsolve.errors import ExsolveError, LanguageError
from exsolve.exact.atoms import UndecidedError
from exsolve.exact.balls import Balls
from exsolve.exact.closed_form import CLOSED_FORMS, symbol
from exsolve.exact.elementary import exp, sqrt
from exsolve.exact.equality import EQUAL, equal
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.library import load_text
from exsolve.ops import OPERATIONS

INVERSE = OPERATIONS["inverse"]


def exact_inverse(matrix: np.ndarray) -> np.ndarray:
    return np.asarray(INVERSE.exact(CLOSED_FORMS, [matrix], {}))


@pytest.mark.parametrize("rows", range(1, 7))
def test_matrices_of_roots_and_exponentials(rows: int) -> None:
    numbers = [fmpq(place * place * 7 % 23 + 2) for place in range(rows * rows)]
    for function in (sqrt, lambda number: exp(number / 9)):
        matrix = array([function(number) for number in numbers], (rows, rows))
        found = floats(exact_inverse(matrix))
        assert_close(floats(matrix) @ found, np.eye(rows))


def test_the_inverse_of_four_symbols_is_the_formula_of_the_textbook() -> None:
    a, b, c, d = (symbol(name) for name in "abcd")
    found = exact_inverse(array([a, b, c, d], (2, 2)))
    determinant = a * d - b * c
    for cell, expected in zip(found.flat, (d, -b, -c, a), strict=True):
        assert equal(cell, CLOSED_FORMS.divide(expected, determinant)) == EQUAL


def test_symbols_that_make_a_matrix_singular() -> None:
    a, b = symbol("a"), symbol("b")
    with pytest.raises(LanguageError, match="singular"):
        exact_inverse(array([a, b, 2 * a, 2 * b], (2, 2)))


def test_balls_tell_what_is_singular_from_what_they_cannot_tell() -> None:
    with Balls(100) as balls:
        with pytest.raises(LanguageError, match="singular"):
            INVERSE.exact(balls, [array([arb(1), arb(2), arb(2), arb(4)], (2, 2))], {})
        third = arb(1) / 3
        nearly = array([third, third, arb(1), arb(1)], (2, 2))
        with pytest.raises(UndecidedError):
            INVERSE.exact(balls, [nearly], {})


def test_a_singular_matrix_has_no_inverse_in_float64_either() -> None:
    with pytest.raises(LanguageError, match="singular"):
        INVERSE.numeric([np.ones((2, 2))], {})


@pytest.mark.parametrize(
    ("text", "terminal", "latex"),
    [
        ("inverse(A @ B)", "(A B)⁻¹", r"\left(A B\right)^{-1}"),
        ("inverse(A + B)", "(A + B)⁻¹", r"\left(A + B\right)^{-1}"),
        ("inverse(A.T)", "(Aᵀ)⁻¹", r"\left(A^{\top}\right)^{-1}"),
        ("inverse(A).T", "(A⁻¹)ᵀ", r"\left(A^{-1}\right)^{\top}"),
        ("inverse(X.T @ X) @ X.T @ y", "(Xᵀ X)⁻¹ Xᵀ y", r"\left(X^{\top} X\right)^{-1} X^{\top} y"),
        ("-inverse(A)", "-A⁻¹", "-A^{-1}"),
        ("inverse(inverse(A))", "(A⁻¹)⁻¹", r"\left(A^{-1}\right)^{-1}"),
    ],
)
def test_brackets_stand_where_a_reader_needs_them(text: str, terminal: str, latex: str) -> None:
    node = parse(text, OPERATIONS)
    assert show(node, "text") == text
    assert show(node, "terminal") == terminal
    assert show(node, "latex") == latex


GENERAL = """\
id: general
title: general
kind: formulas
symbols:
  A: [n, n]
  b: [n]
define:
  L: sumsq(inverse(A) @ b)
  slope:
    formula: "{slope}"
    gradient: {{of: L, for: A}}
  apart: {{formula: inverse(A.T @ A), equals: inverse(A) @ inverse(A).T}}
parts:
  - {{id: a, ask: Derive., answers: [slope, apart]}}
"""


def test_general_formulas_are_verified_where_the_matrix_has_an_inverse() -> None:
    text = GENERAL.format(slope="-2*outer(inverse(A).T @ inverse(A) @ b, inverse(A) @ b)")
    steps = load_text(text).solve().parts[0].steps
    for step in steps:
        assert step.verified is not None
        assert step.verified.instances >= 20
        assert step.verified.sizes > 1


def test_a_general_formula_with_a_transpose_left_out_is_refused() -> None:
    text = GENERAL.format(slope="-2*outer(inverse(A) @ inverse(A) @ b, inverse(A) @ b)")
    with pytest.raises(ExsolveError, match="the formula is wrong"):
        load_text(text).solve()
