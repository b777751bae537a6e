"""Balls contain the exact value, refuse what they must, and leave the precision alone."""

from __future__ import annotations

import random

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scalars import EXP, LN, SQRT, N, positive, q, rationals, scalars

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.balls import Balls, Undecided
from exsolve.exact.closed_form import CLOSED_FORMS, ball, equal

UNARY = ["exp", "sigmoid", "tanh", "absolute"]
BINARY = ["maximum", "minimum"]


def same(interval: arb, exact: Scalar) -> bool:
    """Whether the ball is narrow and may hold the exact value."""
    narrow = interval.rad() <= arb(2) ** -80 * (1 + abs(interval.mid()))
    return bool(narrow and interval.overlaps(ball(exact, 300)))


@settings(max_examples=120, deadline=None)
@given(scalars, scalars)
def test_both_arithmetics_agree(a: Scalar, b: Scalar) -> None:
    with Balls(200) as balls:
        x, y = balls.convert(a), balls.convert(b)
        if -500 < x < 500:
            for name in UNARY:
                assert same(getattr(balls, name)(x), getattr(CLOSED_FORMS, name)(a)), name
        for name in BINARY:
            assert same(getattr(balls, name)(x, y), getattr(CLOSED_FORMS, name)(a, b)), name
        assert same(balls.divide(x, y * y + 1), CLOSED_FORMS.divide(a, b * b + 1))
        assert same(balls.sqrt(x * x + 1), CLOSED_FORMS.sqrt(a * a + 1))
        assert same(balls.ln(x * x + 1), CLOSED_FORMS.ln(a * a + 1))


@settings(max_examples=120, deadline=None)
@given(positive, rationals)
def test_powers_floors_and_signs_agree(base: fmpq, exponent: fmpq) -> None:
    with Balls(200) as balls:
        power = balls.power(balls.number(base), balls.number(exponent))
        assert same(power, CLOSED_FORMS.power(base, exponent))
        whole = exponent.floor()
        assert same(balls.power(arb(exponent) - 40, arb(whole)), (exponent - 40) ** int(whole))
        assert balls.sign(balls.number(exponent)) == CLOSED_FORMS.sign(exponent)
        shifted = EXP(q(1)) * exponent + base
        assert same(balls.floor(balls.convert(shifted)), CLOSED_FORMS.floor(shifted))


@pytest.mark.parametrize("x", [-(10**5), -2000, -50, 50, 2000, 10**5])
def test_sigmoid_and_tanh_keep_their_digits_far_out(x: int) -> None:
    with Balls(100) as balls:
        for result in (balls.sigmoid(arb(x)), balls.tanh(arb(x))):
            assert result.rel_accuracy_bits() >= 90
        assert (balls.sigmoid(arb(-abs(x))) > 0) is True


@pytest.mark.parametrize("x", [21, 600, 10**5])
def test_saturated_sigmoids_need_no_long_balls(x: int) -> None:
    small = CLOSED_FORMS.sigmoid(q(-x))
    assert ball(small, 80).rel_accuracy_bits() >= 60
    assert small + CLOSED_FORMS.sigmoid(q(x)) == 1
    log_sigmoid = CLOSED_FORMS.ln(CLOSED_FORMS.sigmoid(q(x)))  # close to -exp(-x)
    assert ball(log_sigmoid, 80).rel_accuracy_bits() >= 60
    assert (-ball(log_sigmoid, 80) / ball(EXP(q(-x)), 80) - 1).overlaps(arb(0, 1e-9))
    softplus = CLOSED_FORMS.ln(1 + EXP(q(-x)))
    assert ball(softplus + log_sigmoid, 80).contains(0)


def test_precision_is_put_back() -> None:
    before = ctx.prec
    with Balls(300) as outer:
        assert ctx.prec == 300
        with Balls(80):
            assert ctx.prec == 80
        assert ctx.prec == 300
        with outer:
            assert ctx.prec == 300
        assert ctx.prec == 300
    assert ctx.prec == before
    with pytest.raises(Undecided), Balls(300) as balls:
        balls.sign(arb(0, 1))
    assert ctx.prec == before
    ball(EXP(q(1)), 999)
    assert ctx.prec == before


def test_what_the_precision_leaves_open() -> None:
    wide = arb(0, 1)
    with Balls(64) as balls:
        with pytest.raises(Undecided, match="64 bits do not settle whether a denominator is zero"):
            balls.divide(arb(1), wide)
        for name in ("sign", "floor", "ln", "sqrt"):
            with pytest.raises(Undecided, match="64 bits do not settle"):
                getattr(balls, name)(wide)
        with pytest.raises(Undecided, match="the sign of a base"):
            balls.power(wide, arb(0.5))
        assert balls.maximum(wide, arb(-3)).overlaps(arb(1))
        hidden = balls.convert(LN(q(80))) - balls.convert(LN(q(16))) - balls.convert(LN(q(5)))
        with pytest.raises(Undecided, match="the sign of a value"):
            balls.sign(hidden)


def test_refusals_are_those_of_closed_forms() -> None:
    with Balls(64) as balls:
        for arithmetic, number in ((balls, arb), (CLOSED_FORMS, fmpq)):
            zero, minus = number(0), number(-2)
            with pytest.raises(LanguageError, match="division by zero"):
                arithmetic.divide(number(1), zero)
            with pytest.raises(LanguageError, match="division by zero"):
                arithmetic.power(zero, number(-1))
            with pytest.raises(LanguageError, match="root of a negative number"):
                arithmetic.power(minus, number(1) / 2)
            with pytest.raises(LanguageError, match="root of a negative number"):
                arithmetic.sqrt(minus)
            with pytest.raises(LanguageError, match="positive numbers only"):
                arithmetic.ln(zero)
            with pytest.raises(LanguageError, match="too large"):
                arithmetic.power(number(9), number(9**9))
            with pytest.raises(LanguageError, match="too large"):
                arithmetic.exp(arithmetic.exp(arithmetic.exp(number(10))))
            assert arithmetic.power(zero, number(3)) == 0
            assert arithmetic.power(zero, number(1) / 2) == 0
            assert arithmetic.sqrt(zero) == 0
        with pytest.raises(LanguageError, match="N stands for any number"):
            balls.convert(N + 1)


def array(cells: list[list[Scalar]]) -> np.ndarray:
    result = np.empty((len(cells), len(cells[0])), dtype=object)
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            result[i, j] = cell
    return result


def by_definition(a: np.ndarray, b: np.ndarray) -> list[Scalar]:
    return [
        sum((a[i, k] * b[k, j] for k in range(a.shape[1])), q(0))
        for i in range(a.shape[0])
        for j in range(b.shape[1])
    ]


E = EXP(q(1))
SHARED = [q(0), q(3, 7), -2 * SQRT(q(3)), SQRT(q(3)) * LN(q(80)), E / 2 - 1]
FAMILIES: dict[str, list[Scalar]] = {
    "rational": [q(1, 2), q(-3), q(0), q(5, 9)],
    "few monomials": SHARED,
    "symbols": [N, q(0), 2 * N + 1, q(1, 3)],
    "divisors": [1 / (1 + E), E / (1 + E), q(0), 1 / SQRT(1 + E), SQRT(1 + E)],
    "many monomials": [EXP(q(k, 7)) for k in range(40)],
}


@settings(max_examples=60, deadline=None)
@given(
    st.data(),
    st.sampled_from(sorted(FAMILIES)),
    st.sampled_from(sorted(FAMILIES)),
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6)),
)
def test_matrix_product(
    data: st.DataObject, left: str, right: str, sizes: tuple[int, int, int]
) -> None:
    n, m, p = sizes
    rows = st.lists(st.sampled_from(FAMILIES[left]), min_size=m, max_size=m)
    columns = st.lists(st.sampled_from(FAMILIES[right]), min_size=p, max_size=p)
    a = array(data.draw(st.lists(rows, min_size=n, max_size=n)))
    b = array(data.draw(st.lists(columns, min_size=m, max_size=m)))
    product = CLOSED_FORMS.matmul(a, b)
    assert product.shape == (n, p)
    for cell, expected in zip(product.ravel(), by_definition(a, b), strict=True):
        assert equal(cell, expected).proved_equal
    if "symbols" not in (left, right):
        with Balls(200) as balls:
            convert = np.frompyfunc(balls.convert, 1, 1)
            intervals = balls.matmul(convert(a), convert(b))
        assert all(map(same, intervals.ravel(), product.ravel()))


@pytest.mark.parametrize("left", sorted(FAMILIES))
@pytest.mark.parametrize("right", sorted(FAMILIES))
def test_matrix_product_of_larger_matrices(left: str, right: str) -> None:
    source = random.Random(7)
    a = array([source.choices(FAMILIES[left], k=5) for _ in range(4)])
    b = array([source.choices(FAMILIES[right], k=6) for _ in range(5)])
    product = CLOSED_FORMS.matmul(a, b)
    for cell, expected in zip(product.ravel(), by_definition(a, b), strict=True):
        assert equal(cell, expected).proved_equal


@pytest.mark.parametrize("arithmetic", [CLOSED_FORMS, Balls(64)], ids=["closed forms", "balls"])
def test_matrices_that_do_not_fit(arithmetic: Balls) -> None:
    ones = array([[q(1), q(1)]])
    with pytest.raises(LanguageError, match="the matrices do not multiply") as caught:
        arithmetic.matmul(ones, ones)
    assert "(1, 2) @ (1, 2)" in str(caught.value)
