"""The equality ladder, and SymPy as the witness of values."""

from __future__ import annotations

import threading

import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from scalars import EXP, FLOOR, LN, POWER, SIGMOID, SQRT, TANH, M, N, q, scalars

from exsolve.arithmetic import Scalar
from exsolve.exact.closed_form import (
    CLOSED_FORMS,
    PI_VALUE,
    Judgement,
    ball,
    equal,
    named,
    to_sympy,
)

E = EXP(q(1))

SAME: list[tuple[Scalar, Scalar]] = [
    (q(2, 4), q(1, 2)),
    (LN(q(80)), 4 * LN(q(2)) + LN(q(5))),
    (SIGMOID(q(1, 2)), 1 / (1 + EXP(q(-1, 2)))),
    (SIGMOID(q(1, 2)), EXP(q(1, 2)) / (1 + EXP(q(1, 2)))),
    (TANH(q(1, 2)), 2 * SIGMOID(q(1)) - 1),
    (TANH(E) * TANH(E), 1 - 4 * SIGMOID(2 * E) * (1 - SIGMOID(2 * E))),
    (1 / (1 + E), (1 - E) / (1 - E * E)),
    (E / (E + E * E), 1 / (1 + E)),
    (E / (1 + E), 1 - 1 / (1 + E)),
    (1 / (1 + E) / (2 + E), 1 / (1 + E) - 1 / (2 + E)),
    (SQRT(5 + 2 * SQRT(q(6))), SQRT(q(2)) + SQRT(q(3))),
    (LN(E + E * E), 1 + LN(1 + E)),
    (N / (N + M) + M / (N + M), q(1)),
    ((N * N - 1) / (N - 1), N + 1),
    (SIGMOID(N), 1 / (1 + EXP(-N))),
    (named("h", (0,), 1 / (1 + E)), E / (E + E * E)),
]
OTHER: list[tuple[Scalar, Scalar]] = [
    (q(1, 2), q(1, 3)),
    (LN(q(80)), LN(q(81))),
    (E, q(2718281828459045235, 10**18)),
    (E, q(27182818284590452353602874713527, 10**31)),
    (SIGMOID(q(1, 2)), SIGMOID(q(1, 3))),
    (N, M),
    (N, N + q(1, 10**6)),
    (SQRT(N * N), N),
    (FLOOR(N / 2), N / 2),
    (1 / (N + 1), 1 / N),
    (PI_VALUE, q(355, 113)),
    (named("h", (0,), E), named("h", (0,), 1 + E)),
]


@pytest.mark.parametrize(("a", "b"), SAME, ids=str)
def test_equal_values_are_proved_equal(a: Scalar, b: Scalar) -> None:
    assert equal(a, b).judgement is Judgement.EQUAL
    assert equal(b, a).proved_equal


def test_a_number_over_the_root_of_its_square_is_one_without_sympy() -> None:
    x = LN(q(5)) - E - SQRT(q(7))
    assert equal(x / SQRT(x * x), q(-1), seconds=0).proved_equal
    assert equal(x / SQRT(x * x), q(1), seconds=0).proved_different
    nested = SQRT(5 + 2 * SQRT(q(6)))
    assert equal(nested, SQRT(q(2)) + SQRT(q(3)), seconds=0).proved_equal


@pytest.mark.parametrize(("a", "b"), OTHER, ids=str)
def test_different_values_are_proved_different(a: Scalar, b: Scalar) -> None:
    assert equal(a, b).judgement is Judgement.DIFFERENT
    assert equal(b, a).proved_different


def test_what_is_not_proved_says_how_far_it_agrees() -> None:
    shift = E / fmpq(10) ** 400  # below the resolution of the ladder
    answer = equal(TANH(E) + shift, 2 * SIGMOID(2 * E) - 1, seconds=0)
    assert answer.judgement is Judgement.UNDECIDED
    assert not answer.proved_equal
    assert 280 <= answer.digits <= 320
    assert str(answer) == f"agrees to {answer.digits} digits, not proved"


def test_identities_over_integers_are_not_refuted_at_fractions() -> None:
    answer = equal(FLOOR(N / 2) + FLOOR((N + 1) / 2), N)
    assert answer.judgement is Judgement.UNDECIDED
    assert str(answer) == "not proved"
    assert equal(FLOOR(N / 2) + FLOOR((N + 2) / 2), N).proved_different


def test_works_outside_the_main_thread() -> None:
    answers: list[Judgement] = []
    pair = LN(E + E * E), 1 + LN(1 + E)  # only SymPy proves these equal
    thread = threading.Thread(target=lambda: answers.append(equal(*pair).judgement))
    thread.start()
    thread.join()
    assert answers == [Judgement.UNDECIDED]


@settings(max_examples=60, deadline=None)
@given(scalars)
def test_sympy_agrees_to_sixty_digits(scalar: Scalar) -> None:
    expression = to_sympy(scalar)
    witness = sympy.N(expression, 60, maxn=2000)
    if isinstance(scalar, fmpq):
        assert expression == sympy.Rational(int(scalar.p), int(scalar.q))
        return
    digits = ball(scalar, 400).str(50, radius=False)
    assert abs(sympy.Float(digits, 60) - witness) <= abs(witness) * sympy.Float("1e-48", 60)


def test_to_sympy_of_every_kind_of_atom() -> None:
    n, m = sympy.Symbol("N", real=True), sympy.Symbol("M", real=True)
    pairs = [
        (2 * N * N - M / N, 2 * n**2 - m / n),
        (SQRT(q(3)) * LN(q(2)), sympy.sqrt(3) * sympy.log(2)),
        (POWER(q(2), q(1, 3)), sympy.cbrt(2)),
        (1 / (1 + EXP(q(1, 2))), 1 / (1 + sympy.exp(sympy.Rational(1, 2)))),
        (SIGMOID(N), 1 / (1 + sympy.exp(-n))),
        (TANH(N), sympy.tanh(n)),
        (FLOOR(N / 2), sympy.floor(n / 2)),
        (CLOSED_FORMS.absolute(N), sympy.Abs(n)),
        (CLOSED_FORMS.maximum(N, q(3)), sympy.Max(n, 3)),
        (CLOSED_FORMS.minimum(N, M), sympy.Min(n, m)),
        (LN(N), sympy.log(n)),
        (POWER(N, M), n**m),
        (PI_VALUE, sympy.pi),
        (named("h", (0,), EXP(q(1))), sympy.E),
    ]
    for scalar, expected in pairs:
        assert to_sympy(scalar) == expected
