"""Decimals against 200-digit arithmetic of mpmath and against the decimal module."""

from __future__ import annotations

import decimal as standard
import random
from collections.abc import Callable, Iterator

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.balls import Balls
from exsolve.exact.closed_form import CLOSED_FORMS, equal, symbol
from exsolve.exact.decimals import decimal, rounded

BATCHES = 60
BATCH = 400
"""60 batches of 400: 24 000 checked values."""

WITNESS = standard.Context(prec=400, rounding=standard.ROUND_HALF_EVEN, Emax=10**9, Emin=-(10**9))
mp = mpmath.mp.clone()
mp.dps = 200

Case = tuple[Scalar, standard.Decimal]


def of_mpmath(value: mpmath.mpf) -> standard.Decimal:
    """The binary number that 200-digit arithmetic gave, in decimal."""
    sign, mantissa, exponent, _ = value._mpf_
    scaled = WITNESS.multiply(
        standard.Decimal(int(mantissa)), WITNESS.power(2, standard.Decimal(int(exponent)))
    )
    return scaled.copy_negate() if sign else scaled


def of_fmpq(value: fmpq) -> standard.Decimal:
    return WITNESS.divide(standard.Decimal(int(value.p)), standard.Decimal(int(value.q)))


def terminates(value: fmpq) -> bool:
    rest = int(value.q)
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def expected_text(value: standard.Decimal, digits: int, exact: bool) -> str:
    """The text by the rules of exsolve.exact.decimals, from the decimal module's own rounding."""
    if value == 0:
        return "0"
    exponent = value.adjusted()
    if exact and -4 <= exponent <= 20:
        return format(value.normalize(WITNESS), "f")
    result = value
    for _ in range(2):  # rounding up to the next power of ten changes what is a unit
        plain = -4 <= exponent <= 20
        unit = exponent - digits + 1
        if plain:
            unit = min(unit, 0)
        result = value.quantize(standard.Decimal(1).scaleb(unit, WITNESS), context=WITNESS)
        exponent = result.adjusted()
    if -4 <= exponent <= 20:
        return format(result, "f")
    figures = "".join(map(str, result.as_tuple().digits))[:digits]
    if exact:
        figures = figures.rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{figures[0]}{'.' if figures[1:] else ''}{figures[1:]}e{exponent}"


def fits(value: fmpq, digits: int) -> bool:
    """Whether the rational is written exactly."""
    if not terminates(value):
        return False
    figures = of_fmpq(value).normalize(WITNESS)
    whole = value.q == 1 and abs(value) < 10**21
    return whole or len(figures.as_tuple().digits) <= digits


def check(scalar: Scalar, witness: standard.Decimal, digits: int) -> None:
    exact = isinstance(scalar, fmpq) and fits(scalar, digits)
    answer = decimal(scalar, digits)
    assert answer == (expected_text(witness, digits, exact), exact), (scalar, digits)
    error = WITNESS.subtract(standard.Decimal(answer.text), witness)
    if exact:
        assert error == 0
    else:
        unit = min(standard.Decimal(answer.text).as_tuple().exponent, 0)
        if "e" in answer.text:
            unit = standard.Decimal(answer.text).as_tuple().exponent
        assert abs(error) <= standard.Decimal(5).scaleb(int(unit) - 1, WITNESS)


def rational(source: random.Random) -> fmpq:
    size = source.choice((10, 1000, 10**6, 10**12))
    value = fmpq(source.randint(-size, size), source.randint(1, size))
    return value * fmpq(10) ** source.randint(-12, 12) if source.random() < 0.3 else value


def rationals(source: random.Random) -> Iterator[Case]:
    while True:
        value = rational(source)
        yield value, of_fmpq(value)


def irrational(source: random.Random) -> tuple[Scalar, mpmath.mpf]:
    """A closed form, and mpmath's value of the same."""
    kind = source.randrange(5)
    n, d = source.randint(2, 5000), source.randint(1, 60)
    q = fmpq(n, d)
    if kind == 0:
        return CLOSED_FORMS.ln(q), mp.log(mp.mpf(int(q.p)) / int(q.q))
    if kind == 1:
        return CLOSED_FORMS.sqrt(q), mp.sqrt(mp.mpf(int(q.p)) / int(q.q))
    if kind == 2:
        x = fmpq(source.randint(-900, 900), source.randint(1, 30))
        return CLOSED_FORMS.exp(x), mp.exp(mp.mpf(int(x.p)) / int(x.q))
    x = fmpq(source.randint(-300, 300), source.randint(1, 40))
    y = mp.mpf(int(x.p)) / int(x.q)
    if kind == 3:
        return CLOSED_FORMS.sigmoid(x), 1 / (1 + mp.exp(-y))
    return CLOSED_FORMS.tanh(x), mp.tanh(y)


def irrationals(source: random.Random) -> Iterator[Case]:
    while True:
        scalar, witness = irrational(source)
        if isinstance(scalar, fmpq):
            yield scalar, of_fmpq(scalar)
        else:
            yield scalar, of_mpmath(witness)


def sums(source: random.Random) -> Iterator[Case]:
    while True:
        total: Scalar = fmpq(0)
        witness = mp.mpf(0)
        for _ in range(source.randint(2, 4)):
            scalar, value = irrational(source)
            factor = fmpq(source.randint(-50, 50), source.randint(1, 20))
            total = total + scalar * factor
            witness += value * int(factor.p) / int(factor.q)
        if isinstance(total, fmpq):
            yield total, of_fmpq(total)
        else:
            yield total, of_mpmath(witness)


def half_way(source: random.Random, digits: int) -> fmpq:
    number = source.randint(10 ** (digits - 1), 10**digits - 1)
    sign = source.choice((-1, 1))
    return fmpq(sign * (2 * number + 1), 2) * fmpq(10) ** source.randint(-digits - 9, -digits + 1)


def near_ties(source: random.Random, digits: int) -> Iterator[Case]:
    """Exact half-way cases, and values less than 1e-60 of the unit beside one."""
    with mp.workdps(200):
        small = [
            (CLOSED_FORMS.exp(fmpq(-160)), mp.exp(-160)),
            (CLOSED_FORMS.sqrt(fmpq(2)) / fmpq(10) ** 75, mp.sqrt(2) / mp.mpf(10) ** 75),
            (CLOSED_FORMS.ln(fmpq(3, 2)) / fmpq(10) ** 80, mp.log(1.5) / mp.mpf(10) ** 80),
        ]
    while True:
        tie = half_way(source, digits)
        kind = source.randrange(4)
        if kind == 0:
            yield tie, of_fmpq(tie)
        elif kind == 1:
            value = tie + fmpq(source.choice((-1, 1)), 10 ** source.randint(75, 120))
            yield value, of_fmpq(value)
        else:
            scalar, witness = source.choice(small)
            sign = source.choice((-1, 1))
            centre = mp.mpf(int(tie.p)) / int(tie.q)
            yield tie + scalar * sign, of_mpmath(centre + witness * sign)


@settings(max_examples=BATCHES // 4, deadline=None)
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=30))
@pytest.mark.parametrize("cases", [rationals, irrationals, sums])
def test_digits_are_those_of_200_digit_arithmetic(
    cases: Callable[[random.Random], Iterator[Case]], seed: int, digits: int
) -> None:
    source = cases(random.Random(seed))
    for _ in range(BATCH):
        check(*next(source), digits)


@settings(max_examples=BATCHES // 4, deadline=None)
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=20))
def test_near_ties_round_to_the_right_side(seed: int, digits: int) -> None:
    source = near_ties(random.Random(seed), digits)
    for _ in range(BATCH):
        check(*next(source), digits)


@pytest.mark.parametrize(
    ("value", "digits", "text", "exact"),
    [
        (fmpq(4, 5), 4, "0.8", True),
        (fmpq(-1, 8), 4, "-0.125", True),
        (fmpq(0), 4, "0", True),
        (fmpq(59999, 100000), 4, "0.6000", False),
        (fmpq(99996, 100000), 4, "1.000", False),
        (fmpq(12345678, 1000), 4, "12346", False),
        (fmpq(123456789), 2, "123456789", True),
        (fmpq(10) ** 19 + 1, 4, "10000000000000000001", True),
        (fmpq(10) ** 21, 4, "1e21", True),
        (fmpq(10) ** 21 + 1, 4, "1.000e21", False),
        (fmpq(10**22 - 1, 10), 4, "1.000e21", False),
        (fmpq(1, 8000), 4, "0.000125", True),
        (fmpq(1, 80000), 4, "1.25e-5", True),
        (fmpq(1, 30000), 4, "3.333e-5", False),
        (fmpq(5, 2), 1, "2", False),
        (fmpq(7, 2), 1, "4", False),
        (fmpq(-1, 2 * 10**9), 1, "-5e-10", True),
        (fmpq(3**19) / fmpq(10) ** 19, 4, "1.162e-10", False),
    ],
)
def test_text(value: fmpq, digits: int, text: str, exact: bool) -> None:
    assert decimal(value, digits) == (text, exact)


def test_enormous_and_minute_values() -> None:
    # log10(e) * 10^9 = 434294481.903251827651..., so exp(-10^9) = 10^-0.903... * 10^-434294481
    assert decimal(CLOSED_FORMS.exp(fmpq(-(10**9))), 6) == ("1.24953e-434294482", False)
    assert decimal(CLOSED_FORMS.exp(fmpq(100_000)), 5) == (
        mpmath.nstr(mpmath.exp(100_000), 5).replace("e+", "e"),
        False,
    )


def test_values_rational_in_disguise_are_recognised() -> None:
    half = fmpq(1, 2)
    hidden_zero = CLOSED_FORMS.tanh(half) - 2 * CLOSED_FORMS.sigmoid(fmpq(1)) + 1
    assert equal(hidden_zero, fmpq(0)).proved_equal
    assert decimal(hidden_zero, 4) == ("0", True)
    assert decimal(hidden_zero + half, 4) == ("0.5", True)
    assert decimal(hidden_zero + fmpq(100005, 100000), 5) == ("1.0000", False)


def test_rounded_refuses_what_the_ball_leaves_open() -> None:
    assert rounded(arb("0.12345", "1e-7"), 4) is None
    assert rounded(arb("0.12346", "1e-7"), 4) == ("0.1235", False)
    assert rounded(arb("0", "1e-70"), 4) is None
    assert rounded(arb("inf"), 4) is None
    assert rounded(arb(0.5), 4) == ("0.5", True)
    assert rounded(-arb(2).sqrt(), 5) == ("-1.4142", False)


def test_symbols_have_no_decimal() -> None:
    with pytest.raises(LanguageError, match="n stands for any number"):
        decimal(symbol("n") + 1, 4)


@pytest.mark.parametrize("bits", [300, 2_000, 9_000, 20_000])
def test_a_negative_ball_keeps_its_precision_outside_of_its_block(bits: int) -> None:
    with Balls(bits):
        positive = arb(2).sqrt()
        negative = -positive
    expected = "1.4142135623730950488016887242096980785696718753769"  # OEIS A002193
    assert rounded(positive, 50) == (expected, False)
    assert rounded(negative, 50) == ("-" + expected, False)
