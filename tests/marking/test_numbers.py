"""One number against the exact one: true rounding, near misses, forms."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exsolve.answers.written import Number
from exsolve.exact.closed_form import CLOSED_FORMS, ClosedForm
from exsolve.expression.tree import Literal
from exsolve.marking.numbers import Asked, Form, Outcome, Target, is_within, judge_number
from exsolve.ops.construct import call


def decimal(text: str) -> Number:
    """A plain decimal, as the reader of answers gives it."""
    whole, _, behind = text.lstrip("-").partition(".")
    digits = len((whole + behind).lstrip("0")) or 1
    value = Fraction(text)
    node = Literal(fmpq(value.numerator, value.denominator), text)
    return Number(node, text, 0, len(text), len(behind), digits)


def judged(text: str, key: object, digits: int = 2, form: Form = "any") -> Outcome:
    number = decimal(text)
    assert isinstance(number.node, Literal)
    return judge_number(number, number.node.value, Target(key), Asked(digits, form))


def third_root() -> ClosedForm:
    found = CLOSED_FORMS.sqrt(fmpq(3))  # 1.7320508...
    assert isinstance(found, ClosedForm)
    return found


@pytest.mark.parametrize(
    ("text", "key", "verdict"),
    [
        ("1.42", fmpq(17, 12), "rounded"),
        ("1.41", fmpq(17, 12), "imprecise"),
        ("1.43", fmpq(17, 12), "imprecise"),
        ("1.44", fmpq(17, 12), "wrong"),
        ("1.40", fmpq(17, 12), "wrong"),
        ("1.4167", fmpq(17, 12), "rounded"),
        ("-1.42", fmpq(-17, 12), "rounded"),
        ("-1.41", fmpq(-17, 12), "imprecise"),
        ("1.42", fmpq(-17, 12), "wrong"),
        ("0", fmpq(4, 1000), "wrong"),
        ("0.00", fmpq(4, 1000), "wrong"),
        ("0.004", fmpq(4, 1000), "correct"),
        ("0.8", fmpq(4, 5), "correct"),
        ("0.80", fmpq(4, 5), "correct"),
        ("0.81", fmpq(4, 5), "wrong"),
        ("0.79", fmpq(4, 5), "wrong"),
        ("1", fmpq(4, 5), "wrong"),
        ("0.1", fmpq(1, 12), "imprecise"),
        ("0.08", fmpq(1, 12), "imprecise"),
        ("0.083", fmpq(1, 12), "rounded"),
        ("11", fmpq(12), "wrong"),
        ("12", fmpq(12), "correct"),
        ("12.0", fmpq(12), "correct"),
        ("13", fmpq(127, 10), "rounded"),
        ("0.125", fmpq(1, 8), "correct"),
        ("0.12", fmpq(1, 8), "rounded"),  # half to even
        ("0.13", fmpq(1, 8), "rounded"),  # half up, as in school
        ("1.73", third_root(), "rounded"),
        ("1.7", third_root(), "rounded"),
        ("1.72", third_root(), "imprecise"),
        ("1.74", third_root(), "imprecise"),
        ("1.75", third_root(), "wrong"),
        ("1.7320508075688772935274463415058723669428052538103806", third_root(), "rounded"),
        ("1.7320508075688772935274463415058723669428052538103805", third_root(), "imprecise"),
        ("2", third_root(), "wrong"),
    ],
)
def test_decimals(text: str, key: object, verdict: str) -> None:
    assert judged(text, key).verdict == verdict


def test_a_decimal_that_is_the_value_of_a_closed_form() -> None:
    ln = CLOSED_FORMS.ln
    ratio = CLOSED_FORMS.divide(ln(fmpq(9)), ln(fmpq(3)))
    assert judged("2.0", ratio).verdict == "correct"
    assert judged("2.1", ratio).verdict == "wrong"


@pytest.mark.parametrize(
    ("text", "key", "digits", "form", "verdict"),
    [
        ("1.42", fmpq(17, 12), 4, "any", "imprecise"),
        ("1.417", fmpq(17, 12), 4, "any", "rounded"),
        ("0.8", fmpq(4, 5), 4, "any", "correct"),
        ("1.42", fmpq(17, 12), 2, "exact", "imprecise"),
        ("0.8", fmpq(4, 5), 2, "exact", "correct"),
        ("0.8", fmpq(4, 5), 2, "fraction", "imprecise"),
        ("2", fmpq(2), 2, "fraction", "correct"),
        ("1.42", fmpq(17, 12), 3, "decimal", "rounded"),
    ],
)
def test_forms_of_decimals(text: str, key: object, digits: int, form: Form, verdict: str) -> None:
    assert judged(text, key, digits, form).verdict == verdict


def quotient(above: int, below: int) -> Number:
    text = f"{above}/{below}"
    node = call("divide", Literal(fmpq(above)), Literal(fmpq(below)))
    return Number(node, text, 0, len(text))


@pytest.mark.parametrize(
    ("above", "below", "form", "verdict"),
    [
        (4, 5, "fraction", "correct"),
        (8, 10, "fraction", "imprecise"),
        (-4, 5, "fraction", "wrong"),
        (4, 5, "decimal", "imprecise"),
        (8, 10, "any", "correct"),
        (7, 9, "any", "wrong"),
    ],
)
def test_forms_of_fractions(above: int, below: int, form: Form, verdict: str) -> None:
    number = quotient(above, below)
    found = judge_number(number, fmpq(above, below), Target(fmpq(4, 5)), Asked(2, form))
    assert found.verdict == verdict


fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=5000)


@given(fractions.filter(lambda one: one != 0), st.integers(2, 12))
def test_every_true_rounding_is_right(value: Fraction, digits: int) -> None:
    """Python's decimal module rounds, by either of its rules for halves."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    place = exact.adjusted() - digits + 1
    if place > 0:
        return
    for rule in (ROUND_HALF_EVEN, ROUND_HALF_UP):
        text = format(exact.quantize(Decimal(1).scaleb(place), rule), "f")
        found = judged(text, fmpq(value.numerator, value.denominator))
        assert found.verdict in ("correct", "rounded"), text


@given(fractions, st.integers(2, 12))
def test_what_is_cut_off_is_not_a_rounding(value: Fraction, digits: int) -> None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    place = exact.adjusted() - digits + 1
    cut = exact.quantize(Decimal(1).scaleb(min(place, 0)), ROUND_DOWN)
    up = exact.quantize(Decimal(1).scaleb(min(place, 0)), ROUND_HALF_UP)
    if cut == up or not cut or len(cut.as_tuple().digits) < 2:
        return
    even = exact.quantize(Decimal(1).scaleb(min(place, 0)), ROUND_HALF_EVEN)
    expected = "rounded" if cut == even else "imprecise"
    found = judged(format(cut, "f"), fmpq(value.numerator, value.denominator))
    assert found.verdict == expected


def test_rounding_that_was_carried() -> None:
    from flint import arb

    number = decimal("2.66")
    assert is_within(number, fmpq(266, 100), arb(2.67, 0.006), 0.1)
    assert not is_within(number, fmpq(266, 100), arb(2.7, 0.01), 0.1)
    # what may be anything explains nothing
    assert not is_within(number, fmpq(266, 100), arb(2.66, 1), 0.1)


def test_a_decimal_that_is_the_value_of_a_ball() -> None:
    """0.2 is in no ball of 256 bits around 1/5 where it is turned into one of 53 bits."""
    from exsolve.exact.balls import Balls

    with Balls(256) as balls:
        fifth = balls.divide(balls.number(fmpq(1)), balls.number(fmpq(5)))
    number = decimal("0.2")
    assert judge_number(number, fmpq(1, 5), Target(None, fifth), Asked()).verdict == "correct"
