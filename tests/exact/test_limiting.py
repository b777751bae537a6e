"""Exact limits: SymPy as the witness of a table, values far out as that of random quotients."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scalars import EXP, FLOOR, LN, POWER, SIGMOID, SQRT, TANH, agree, q

from exsolve.arithmetic import Infinity, Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import enclose
from exsolve.exact.closed_form import CLOSED_FORMS, PI_VALUE, equal, named, symbol, to_sympy
from exsolve.exact.limiting import limit

X, A = symbol("x"), symbol("a")
MAX, MIN, ABS = CLOSED_FORMS.maximum, CLOSED_FORMS.minimum, CLOSED_FORMS.absolute
FAR, BELOW = Infinity.PLUS, Infinity.MINUS
Target = fmpq | Infinity

FINITE: list[tuple[Scalar, Target]] = [
    ((3 * X * X + 2 * X) / (X * X - 5), FAR),
    ((3 * X + 2) / (X * X - 5), FAR),
    ((X + 1000) / (3 * X + 7), BELOW),
    (X * X / (X + 1) - X * X / (X + 2), FAR),
    (1 / (1 - 1 / X) - 1 / (1 - 2 / X), FAR),
    (X / (X + 1) - (X + 3) / (X + 2), FAR),
    (X * (X / (X + 1) - (X + 3) / (X + 2)), FAR),
    (EXP(2 * X) / (2 * EXP(2 * X) + EXP(X)), FAR),
    (EXP(2 * X) / (2 * EXP(2 * X) + EXP(X)), BELOW),
    (EXP(X * q(1, 2)) / (EXP(X * q(1, 2)) + EXP(X * q(-1, 3)) + 1), FAR),
    (EXP(X) / (EXP(X) + EXP(X + 1)), FAR),
    (EXP(X * SQRT(q(2))) / (EXP(X * SQRT(q(2))) + EXP(X * q(141, 100))), FAR),
    (EXP(X * LN(q(2))) / (EXP(X * LN(q(2))) + EXP(X * q(7, 10))), FAR),
    (EXP(X * PI_VALUE) / (3 * EXP(X * PI_VALUE) + EXP(X * q(22, 7)) * EXP(-X)), FAR),
    ((X * EXP(X) + 1) / ((X + 1) * EXP(X)), FAR),
    (X**5 * EXP(-X * X), FAR),
    (X**5 * EXP(-X * X), BELOW),
    (EXP(X * X) / (EXP(X * X - X) + 1), BELOW),
    (SIGMOID(3 * X), FAR),
    (SIGMOID(X), BELOW),
    (SIGMOID(X) * EXP(-X), BELOW),
    (TANH(X / 7), FAR),
    (TANH(X), BELOW),
    ((1 - TANH(X)) * EXP(2 * X), FAR),
    (LN(EXP(X) + EXP(2 * X)) / X, FAR),
    (LN(EXP(X) + EXP(2 * X)) - 2 * X, FAR),
    ((LN(EXP(X) + EXP(2 * X)) - 2 * X) * EXP(X), FAR),
    (LN(3 * EXP(X) + X) - X, FAR),
    (POWER(1 + 1 / X, X), FAR),
    (POWER(1 + A * 0 + 2 / X, 3 * X), FAR),
    (X * (EXP(1 / X) - 1), FAR),
    (EXP(EXP(-X)), FAR),
    (EXP(X / (X + 1)), FAR),
    (EXP((X * X + 1) / (X + 1)) / EXP(X), FAR),
    (SQRT(X * X + X) - X, FAR),
    (SQRT(X * X + 1) / (2 * X + 1), FAR),
    (SQRT(X + 1) - SQRT(X), FAR),
    (SQRT(4 * X + 1) / SQRT(X), FAR),
    (LN(X) / X, FAR),
    (MAX(X, q(0)) / (X + 1), FAR),
    (MAX(X, q(0)), BELOW),
    (ABS(1 - X) / X, FAR),
    ((X * X - 4) / (X - 2), q(2)),
    ((EXP(X) - 1) / X, q(0)),
    ((EXP(X) - 1 - X) / (X * X), q(0)),
    (LN(1 + X) / X, q(0)),
    (LN(X) / (X - 1), q(1)),
    ((SQRT(1 + X) - 1) / X, q(0)),
    ((TANH(X) - X) / X**3, q(0)),
    ((SIGMOID(X) - q(1, 2)) / X, q(0)),
    ((1 / (X + 1) - q(1, 2)) / (X - 1), q(1)),
    ((EXP(8 * X) - 1) / (EXP(3 * X) - 1), q(0)),
    (EXP(-1 / (X * X)), q(0)),
    (EXP(-1 / (X * X)) / X**4, q(0)),
    (EXP(X) / (1 + X), q(-1, 2)),
    (ABS(X * X - X) * SQRT(q(3)), q(-2)),
]


def by_sympy(x: Scalar, to: Target) -> sympy.Expr:
    at = {FAR: sympy.oo, BELOW: -sympy.oo}.get(to) if isinstance(to, Infinity) else None
    if at is None:
        assert isinstance(to, fmpq)
        at = sympy.Rational(int(to.p), int(to.q))
    return sympy.limit(to_sympy(x), sympy.Symbol("x", real=True), at)


@pytest.mark.parametrize(("x", "to"), FINITE, ids=lambda value: str(value)[:60])
def test_limits_are_those_of_sympy(x: Scalar, to: Target) -> None:
    found = limit(x, "x", to)
    expected = by_sympy(x, to)
    assert (to_sympy(found) - expected).equals(0), (found, expected)


INFINITE: list[tuple[Scalar, Target, str]] = [
    (X * X / (X + 1), FAR, "infinity"),
    (X * X / (X + 1), BELOW, "-infinity"),
    (EXP(X) / X**9, FAR, "infinity"),
    (SQRT(q(2)) * X - q(99, 70) * X, FAR, "-infinity"),
    (LN(EXP(X) + 1), FAR, "infinity"),
    (1 / (X * X), q(0), "infinity"),
    (1 / (X - 2) ** 2 * -1, q(2), "-infinity"),
    (A * X, FAR, "infinity of either sign"),
]


@pytest.mark.parametrize(("x", "to", "found"), INFINITE, ids=str)
def test_infinite_limits_are_refused(x: Scalar, to: Target, found: str) -> None:
    with pytest.raises(LanguageError, match="the limit is infinite") as error:
        limit(x, "x", to)
    assert error.value.problem.found == found


def test_extremes_settle_on_one_side() -> None:
    # from x = 5 on the smaller of x and 2x - 5 is x; for x < 5 it is 2x - 5
    assert limit(MIN(X, 2 * X - 5) / X, "x", FAR) == 1
    assert limit(MIN(X, 2 * X - 5) / X, "x", BELOW) == 2
    assert limit(MAX(EXP(X) - X**9, X) * EXP(-X), "x", FAR) == 1


@pytest.mark.parametrize(
    ("x", "to", "above", "below"),
    [
        (ABS(X) / X, q(0), q(1), q(-1)),
        (SIGMOID(1 / X), q(0), q(1), q(0)),
        (MAX(X, q(0)) / X, q(0), q(1), q(0)),
        (FLOOR(X / 2 + X * X), q(1), q(1), q(1)),
        (FLOOR(X / 2), q(2), q(1), q(0)),
    ],
    ids=str,
)
def test_each_side_has_its_limit(x: Scalar, to: fmpq, above: fmpq, below: fmpq) -> None:
    assert limit(x, "x", to, "+") == above
    assert limit(x, "x", to, "-") == below
    if above != below:
        with pytest.raises(LanguageError, match="the limit does not exist"):
            limit(x, "x", to)
    else:
        assert limit(x, "x", to) == above


def test_an_infinite_side_is_no_limit() -> None:
    with pytest.raises(LanguageError, match="does not exist") as error:
        limit(1 / X, "x", q(0))
    assert error.value.problem.found == "-infinity and infinity"
    with pytest.raises(LanguageError, match="does not exist"):
        limit(EXP(1 / X), "x", q(0))


def test_a_side_without_real_values_does_not_count() -> None:
    assert limit((SQRT(X) + 2) / (SQRT(X) + 3), "x", q(0)) == q(2, 3)
    with pytest.raises(LanguageError, match="not real"):
        limit(SQRT(-1 - X) * X, "x", FAR)


def test_what_is_not_decided_says_so() -> None:
    with pytest.raises(LanguageError, match="the sign depends on a"):
        limit(EXP(A * X) / (EXP(A * X) + 1), "x", FAR)
    with pytest.raises(LanguageError, match="the limit is not decided"):
        limit(EXP(EXP(A * A + X)) / EXP(X), "x", FAR)


def test_other_symbols_stay() -> None:
    assert limit((A * X + 1) / (X + 2), "x", FAR) == A
    assert limit(A * EXP(X) / (EXP(X) + A), "x", FAR) == A
    assert limit((EXP(A * X) - 1) / X, "x", q(0)) == A
    assert limit(A * A + 1, "x", FAR) == A * A + 1
    assert limit(q(7), "x", FAR) == 7


def test_the_symbol_behind_a_name_counts() -> None:
    weight = EXP(2 * X) / (EXP(2 * X) + EXP(X))
    hidden = named("weight", (0,), weight)
    assert limit(hidden, "x", FAR) == 1
    assert limit(1 - hidden * hidden, "x", q(0)) == q(3, 4)


def test_ties_share_and_the_mean_comes_back() -> None:
    scores = [q(1), q(2), q(2), q(-3)]
    sums: Scalar = sum((EXP(X * s) for s in scores), q(0))
    weights = [EXP(X * s) / sums for s in scores]
    assert [limit(w, "x", FAR) for w in weights] == [0, q(1, 2), q(1, 2), 0]
    assert [limit(w, "x", BELOW) for w in weights] == [0, 0, 0, 1]
    assert [limit(w, "x", q(0)) for w in weights] == [q(1, 4)] * 4


rates = st.sampled_from([q(n, 2) for n in range(-6, 7)]) | st.sampled_from(
    [LN(q(2)), SQRT(q(2)), -LN(q(3)), PI_VALUE]
)
coefficients = st.integers(-5, 5).filter(bool).map(q)
terms = st.tuples(coefficients, st.integers(0, 3), rates)
polynomials = st.lists(terms, min_size=1, max_size=4)
Parts = list[tuple[fmpq, int, Scalar]]


def scalar_of(parts: Parts) -> Scalar:
    """The exponential polynomial: the sum of c * x^power * exp(rate * x)."""
    total: Scalar = q(0)
    for c, power, rate in parts:
        total = total + c * X**power * EXP(X * rate)
    return total


def value_at(parts: Parts, x: fmpq) -> arb:
    """Its value at a number, term by term at the working precision."""
    total = arb(0)
    for c, power, rate in parts:
        total += arb(c * x**power) * (x * enclose(rate)).exp()
    return total


@pytest.fixture
def precise() -> Iterator[None]:
    """So many bits that exp(6000) + 1 - exp(6000) keeps its 1."""
    before = ctx.prec
    ctx.prec = 18_000
    yield
    ctx.prec = before


@pytest.mark.usefixtures("precise")
@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials, polynomials, polynomials)
def test_random_quotients_come_near_their_limit(
    above: Parts, below: Parts, other_above: Parts, other_below: Parts
) -> None:
    divisors = scalar_of(below), scalar_of(other_below)
    assume(all(divisor != 0 for divisor in divisors))
    x = scalar_of(above) / divisors[0] + scalar_of(other_above) / divisors[1]
    found = outcome(x, FAR)
    far = [
        value_at(above, n) / value_at(below, n)
        + value_at(other_above, n) / value_at(other_below, n)
        for n in (q(500), q(1000), q(2000))
    ]
    if isinstance(found, str):
        sizes = [value * (-1 if found == "-infinity" else 1) for value in far]
        assert sizes[2] > 1
        assert sizes[2] > sizes[1] * arb(1.5) > sizes[0] * arb(2)
        return
    apart = [abs(value - enclose(found)) for value in far]
    for nearer, farther in ((apart[1], apart[0]), (apart[2], apart[1])):
        assert nearer < farther * arb(0.8) or nearer < arb(10) ** -100


def outcome(x: Scalar, to: Target) -> Scalar:
    """The limit, or in what it is not one."""
    try:
        return limit(x, "x", to)
    except LanguageError as error:
        return error.problem.found


@pytest.mark.usefixtures("precise")
@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials, st.sampled_from([q(0), q(1), q(-1, 2)]))
def test_random_quotients_at_a_point(above: Parts, below: Parts, point: fmpq) -> None:
    divisor, shift = scalar_of(below), X - point
    assume(divisor != 0)
    # the zero that numerator and denominator have in common makes it 0/0
    found = outcome(scalar_of(above) * (EXP(shift) - 1) / (divisor * shift), point)
    for side in (1, -1):
        h = q(side, 10**12)
        factor = (arb(h).exp() - 1) / h
        near = value_at(above, point + h) / value_at(below, point + h) * factor
        if isinstance(found, str):
            assert "infinity" in found
            assert abs(near) > 10**9
        else:
            assert abs(near - enclose(found)) < arb(10) ** -6


def test_equal_limits_are_proved_equal() -> None:
    one = limit((EXP(8 * X) - 1) / (EXP(3 * X) - 1), "x", q(0))
    assert equal(one, q(8, 3)).proved_equal
    assert agree(limit(POWER(1 + 1 / X, X), "x", FAR), EXP(q(1)))


def test_softmax_needs_no_sympy() -> None:
    script = """
import sys
from flint import fmpq
from exsolve.exact.closed_form import CLOSED_FORMS, symbol
from exsolve.exact.limiting import limit
from exsolve.arithmetic import Infinity
x = symbol("x")
weights = [CLOSED_FORMS.exp(x * fmpq(i, 3)) for i in range(16)]
total = sum(weights[1:], weights[0])
limits = [limit(w / total, "x", Infinity.PLUS) for w in weights]
print(sum(limits), limits[-1], "sympy" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "1", "False"]
