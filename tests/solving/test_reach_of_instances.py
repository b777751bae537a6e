"""Claims that hold at most numbers, or at small sizes only, are refused; what holds is not."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.library import load_text
from exsolve.solution import Formula, Verification

SYMBOLS = "{x: [n], B: [n, n], s: [], t: []}"
HEAD = """\
id: claim
title: A claim
kind: formulas
symbols: {symbols}
where: {where}
define:
"""
AS_FORMULA = """\
  value: {{formula: '{left}', equals: '{right}'}}
parts:
  - {{id: a, ask: What?, answers: [value]}}
"""
AS_CHAIN = """\
  tau: 2*pi
parts:
  - id: a
    ask: Why?
    derivations:
      - lines: [{{line: '{left}'}}, {{line: '{right}'}}]
"""


def verification(form: str, left: str, right: str, where: str = "[]") -> Verification:
    text = (HEAD + form).format(symbols=SYMBOLS, left=left, right=right, where=where)
    part = load_text(text.encode(), "claim.yaml").solve().parts[0]
    if part.derivations:
        return part.derivations[0].verified
    (step,) = part.steps
    assert isinstance(step, Formula)
    return step.verified


@pytest.mark.parametrize("form", [AS_FORMULA, AS_CHAIN])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("min(s, 10)", "s"),
        ("max(x, -12)", "x"),
        ("where(s > 20, 1, 0)", "0"),
        ("where(s == 0, 1, 0)", "0"),
        ("where(n > 4, 1, 0)", "0"),
        ("(n - 1)*(n - 2)*(n - 3)*(n - 4)*sum(x)", "0"),
        ("(n - 1)*(n - 2)*(n - 3)*(n - 4)*(n - 5)*(n - 6)", "0"),
    ],
)
def test_what_holds_at_small_numbers_only_is_refused(form: str, left: str, right: str) -> None:
    with pytest.raises(ExsolveError, match=r"is not equal to|does not follow"):
        verification(form, left, right)


@pytest.mark.parametrize("form", [AS_FORMULA, AS_CHAIN])
@pytest.mark.parametrize(
    ("left", "right", "where"),
    [
        ("where(s > t, s, t)", "max(s, t)", "[]"),
        ("sum(x)/n", "mean(x)", "[n > 2]"),
        ("sum(x)/n", "mean(x)", "[n > 7]"),
        ("s*s", "s^2", "[s > 10]"),
        ("exp(s)*exp(t)", "exp(s + t)", "[]"),
        ("1/s", "s/s^2", "[s > 0]"),
        ("sum(x)^2", "1", "[sum(x) == 1]"),
        ("B @ x", "x @ B", "[B == B.T]"),
    ],
)
def test_what_always_holds_is_verified(form: str, left: str, right: str, where: str) -> None:
    assert verification(form, left, right, where).instances == 24


@pytest.mark.parametrize("form", [AS_FORMULA, AS_CHAIN])
def test_instances_that_are_alike_count_once(form: str) -> None:
    assert verification(form, "s^2", "s", "[s == 1]").instances == 1
    assert verification(form, "n^2", "4*n", "[n == 4]").instances == 1


def test_many_letters_leave_sizes_to_chance() -> None:
    letters = [f"n_{place}" for place in range(30)]
    symbols = ", ".join(f"x_{letter}: [{letter}]" for letter in letters)
    product = "*".join(letters)
    text = (HEAD + AS_FORMULA).format(
        symbols=f"{{{symbols}}}", left=product, right=f"1*{product}", where="[]"
    )
    (step,) = load_text(text.encode(), "claim.yaml").solve().parts[0].steps
    assert isinstance(step, Formula)
    assert step.verified.sizes >= 20


def chain(left: str, right: str, size: int) -> Verification:
    text = HEAD.replace("define:", "sizes: [{{n: {size}}}]\ndefine:") + AS_CHAIN
    text = text.format(
        symbols="{A: [n, n], B: [n, n]}", where="[]", left=left, right=right, size=size
    )
    (derivation,) = load_text(text.encode(), "claim.yaml").solve().parts[0].derivations
    return derivation.verified


@pytest.mark.parametrize(
    ("left", "right", "size"),
    [("inverse(A) @ inverse(B)", "inverse(B @ A)", 4), ("inverse(inverse(A))", "A", 5)],
)
def test_proofs_that_explode_are_given_up(left: str, right: str, size: int) -> None:
    found = chain(left, right, size)
    assert found.instances == 24
    assert found.proved == ()
    assert found.unproved == (f"n = {size}",)


def test_proofs_that_do_not_are_given() -> None:
    found = chain("inverse(A) @ inverse(B)", "inverse(B @ A)", 2)
    assert found.proved == ("n = 2",)
    assert found.unproved == ()
