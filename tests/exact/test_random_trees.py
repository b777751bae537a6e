"""Random calculations done twice, in closed forms and in balls: values and refusals must agree."""

from __future__ import annotations

import random

from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.balls import Balls
from exsolve.exact.closed_form import CLOSED_FORMS, ClosedForm, ball, equal

BITS = 400
TREES = 60
UNARY = ["exp", "ln", "sqrt", "sigmoid", "tanh", "absolute"]
BINARY = ["divide", "maximum", "minimum"]


def calculate(source: random.Random, balls: Balls, depth: int) -> tuple[Scalar, arb]:
    if depth == 0:
        number = fmpq(source.randint(-9, 9), source.randint(1, 6))
        return number, balls.number(number)
    a, x = calculate(source, balls, depth - 1)
    kind = source.randrange(14)
    if kind < len(UNARY):
        name = UNARY[kind]
        return getattr(CLOSED_FORMS, name)(a), getattr(balls, name)(x)
    if kind == len(UNARY):
        exponent = fmpq(source.randint(-5, 5), source.choice([1, 1, 2, 3]))
        return CLOSED_FORMS.power(a, exponent), balls.power(x, balls.number(exponent))
    b, y = calculate(source, balls, source.randrange(depth))
    if kind < 10:
        name = BINARY[kind - len(UNARY) - 1]
        return getattr(CLOSED_FORMS, name)(a, b), getattr(balls, name)(x, y)
    return [(a + b, x + y), (a - b, x - y), (a * b, x * y), (a * a + b, x * x + y)][kind - 10]


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_values_agree(seed: int) -> None:
    source = random.Random(seed)
    compared = 0
    with Balls(BITS) as balls:
        for _ in range(TREES):
            try:
                scalar, interval = calculate(source, balls, source.randrange(2, 7))
            except LanguageError:
                continue  # outside a domain; that both refuse alike is the subject of test_balls
            compared += 1
            assert ball(scalar, BITS).overlaps(interval)
            if isinstance(scalar, ClosedForm):
                assert scalar - scalar == 0
                assert equal(scalar * 3 - scalar, scalar + scalar).proved_equal
    assert compared > TREES // 4
