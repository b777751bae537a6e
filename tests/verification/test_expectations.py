"""Expectations against enumerations with fractions, and against moments in closed form."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verification.formulas import graph, lines, read, symbols, value

from exsolve.errors import ExsolveError
from exsolve.verification.chains import verified_chain
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance, Setting

Distribution = dict[Fraction, Fraction]
COIN = {Fraction(1): Fraction(1, 3), Fraction(0): Fraction(2, 3)}
DIE = {Fraction(-1): Fraction(1, 2), Fraction(0): Fraction(1, 3), Fraction(2): Fraction(1, 6)}


def enumerated(function: Callable[..., Fraction], distributions: list[Distribution]) -> Fraction:
    """The mean over independent numbers, by going through all outcomes."""
    return sum(
        (
            function(*(one for one, _ in outcome))
            * prod((p for _, p in outcome), start=Fraction(1))
            for outcome in product(*(one.items() for one in distributions))
        ),
        Fraction(0),
    )


def random(**distributions: tuple[tuple[int | str, ...], Distribution]) -> Setting:
    made = {
        name: (shape, [str(one) for one in found], [str(one) for one in found.values()])
        for name, (shape, found) in distributions.items()
    }
    return symbols({}, random=made)


def expected(setting: Setting, formula: str, **definitions: str) -> Fraction:
    """The expectation of a formula, as exsolve takes it: outcome by outcome, and written out."""
    node = read(f"expectation({formula})")
    found = []
    for written_out in (False, True):
        known = graph(definitions, setting)
        prepared = Lines(known, setting, [node], [lambda offset: None], written_out)
        number = value(prepared.at(Instance({}, {})), "line 1")[()]
        found.append(Fraction(int(number.p), int(number.q)))
    assert found[0] == found[1]
    return found[0]


CASES: list[tuple[str, Callable[..., Fraction], list[tuple[str, int, Distribution]]]] = [
    ("A[0]*A[1]", lambda a, b: a * b, [("A", 2, COIN)]),
    ("(2*A[0] - 3*A[1])^2", lambda a, b: (2 * a - 3 * b) ** 2, [("A", 2, COIN)]),
    ("A[0]^3", lambda a: a**3, [("A", 1, DIE)]),
    ("sum(A)^4", lambda a, b, c: (a + b + c) ** 4, [("A", 3, DIE)]),
    ("A[0]*B[0]^2", lambda a, b: a * b**2, [("A", 1, DIE), ("B", 1, COIN)]),
    ("(A[0] + B[0])^2*A[1]", lambda a, c, b: (a + b) ** 2 * c, [("A", 2, DIE), ("B", 1, COIN)]),
    ("1/(3 + A[0])", lambda a: 1 / (3 + a), [("A", 1, DIE)]),
    ("relu(A[0] - B[0])", lambda a, b: max(a - b, Fraction(0)), [("A", 1, DIE), ("B", 1, COIN)]),
]


@pytest.mark.parametrize(("formula", "function", "names"), CASES, ids=[case[0] for case in CASES])
def test_expectations_are_those_of_an_enumeration(
    formula: str,
    function: Callable[..., Fraction],
    names: list[tuple[str, int, Distribution]],
) -> None:
    setting = random(**{name: ((size,), found) for name, size, found in names})
    each = [found for _, size, found in names for _ in range(size)]
    assert expected(setting, formula) == enumerated(function, each)


def test_a_definition_in_between_is_random_too() -> None:
    setting = random(A=((2,), DIE))
    wanted = enumerated(lambda a, b: (a + b) ** 2, [DIE, DIE])
    assert expected(setting, "total^2", total="sum(A)") == wanted


def test_an_expectation_inside_another_is_a_number() -> None:
    setting = random(A=((), DIE))
    mean = enumerated(lambda a: a, [DIE])
    wanted = enumerated(lambda a: (a - mean) ** 2, [DIE])
    assert expected(setting, "(A - expectation(A))^2") == wanted


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.fractions(-5, 5, max_denominator=6), min_size=2, max_size=4, unique=True),
    st.data(),
)
def test_expectation_is_linear_and_variance_is_not_negative(
    values: list[Fraction], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
    found = {one: Fraction(w, sum(weights)) for one, w in zip(values, weights, strict=True)}
    setting = random(A=((2,), found))
    mean = sum((one * p for one, p in found.items()), Fraction(0))
    assert expected(setting, "3*A[0] - A[1]/2 + 5") == 3 * mean - mean / 2 + 5
    assert expected(setting, "A[0]*A[1]") == mean * mean
    assert expected(setting, "A[0]^2") - mean * mean >= 0


BERNOULLI = symbols(
    {"x": ("n",), "p": ()}, ["p > 0", "p < 1"], {"R": (("n",), ["1", "0"], ["p", "1 - p"])}
)
MOMENTS = [
    # closed forms of a sum of independent Bernoulli numbers, with p any probability
    ("expectation(sum(R))", "n*p"),
    ("expectation((sum(R) - n*p)^2)", "n*p*(1 - p)"),
    ("expectation(R)", "p*ones([n])"),
    ("expectation(R*R)", "p*ones([n])"),
    ("expectation(outer(R, R))", "p^2*ones([n, n]) + p*(1 - p)*identity(n)"),
    ("expectation(sumsq(x*R))", "p*sumsq(x)"),
    # inverted dropout keeps the mean, and adds (1 - p)/p of the squares
    ("expectation(R*x/p)", "x"),
    ("expectation(sumsq(R*x/p))", "sumsq(x)/p"),
    ("expectation((R @ x/p - sum(x))^2)", "(1 - p)/p*sumsq(x)"),
    ("expectation(2^sum(R))", "(1 + p)^n"),
]


@pytest.mark.parametrize(("left", "right"), MOMENTS)
def test_moments_in_closed_form(left: str, right: str) -> None:
    found = verified_chain(graph({}, BERNOULLI), BERNOULLI, lines(left, right), 3)
    assert found.instances >= 20
    assert found.exact


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("expectation(R*R)", "p^2*ones([n])"),
        ("expectation(outer(R, R))", "p^2*ones([n, n])"),
        ("expectation(sumsq(R*x/p))", "sumsq(x)"),
        ("expectation(exp(sum(R)))", "exp(n*p)"),
    ],
)
def test_dependent_numbers_are_not_taken_for_independent_ones(left: str, right: str) -> None:
    with pytest.raises(ExsolveError, match="line 2 does not follow"):
        verified_chain(graph({}, BERNOULLI), BERNOULLI, lines(left, right), 3)


def test_too_many_outcomes_are_refused() -> None:
    with pytest.raises(ExsolveError, match="too long to take exactly"):
        expected(random(A=((13,), COIN)), "sum(A)")
