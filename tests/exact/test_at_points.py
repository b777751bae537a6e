"""Balls of closed forms at points, against the closed forms with the numbers put in."""

from __future__ import annotations

import pytest
from flint import arb, fmpq
from scalars import EXP, FLOOR, LN, POWER, SIGMOID, SQRT, TANH, M, N, q

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.at_points import ball_at
from exsolve.exact.closed_form import PI_VALUE, ball, named, replace_symbols

FORMS = [
    N * M - 3,
    EXP(N / 2) / (1 + EXP(M)),
    SIGMOID(N) * TANH(M - N),
    SQRT(N * N + M) + POWER(N + M, fmpq(1, 3)),
    LN(N + 2 * M) * PI_VALUE,
    FLOOR(N / 3) + SQRT(q(2)),
    named("h", (0,), EXP(N) + M),
    1 / (N + EXP(M)) ** 2,
]
POINT = {"N": fmpq(7, 3), "M": fmpq(5, 11)}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_balls_at_a_point_are_those_of_the_closed_form_there(form: Scalar) -> None:
    found, wanted = ball_at(form, POINT, 200), ball(replace_symbols(form, POINT), 300)
    assert found.overlaps(wanted)
    assert found.rad() < arb(2) ** -150


def test_outside_of_a_domain_nothing_is_told_from_0() -> None:
    assert ball_at(SQRT(N), {"N": fmpq(-2)}, 100).contains(0)
    assert ball_at(1 / (N + M), {"N": fmpq(1), "M": fmpq(-1)}, 100).contains(0)
    with pytest.raises(LanguageError, match="positive numbers only"):
        ball_at(LN(N), {"N": fmpq(-2)}, 100)
