"""Unknown functions: an identity passes if it holds for every function, and no other does."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.library import load_text

EXERCISE = """\
id: unknown
title: Unknown functions
kind: formulas
functions: {{f: 1, q: 2}}
symbols: {{h: [d], g: [d], H: [k, d]}}
define:
  value: {{formula: '{formula}', equals: '{other}'}}
parts:
  - {{id: a, ask: What?, answers: [value]}}
"""


def solve(formula: str, other: str) -> None:
    text = EXERCISE.format(formula=formula, other=other)
    load_text(text.encode(), "unknown.yaml").solve()


@pytest.mark.parametrize(
    ("formula", "other"),
    [
        ("q(h, sum(f(H), axis=0))", "q(h, ones([k]) @ f(H))"),
        ("f(h) + f(g)", "f(g) + f(h)"),
        ("q(f(h), g) - q(f(h), g)", "zeros([d])"),
        ("f(h - g + g)", "f(h)"),
    ],
)
def test_what_holds_for_every_function_is_verified(formula: str, other: str) -> None:
    solve(formula, other)


@pytest.mark.parametrize(
    ("formula", "other"),
    [
        ("f(h + g)", "f(h) + f(g)"),
        ("f(2*h)", "2*f(h)"),
        ("f(zeros([d]))", "zeros([d])"),
        ("q(h, g)", "q(g, h)"),
        ("f(f(h))", "f(h)"),
        ("f(-h)", "-f(h)"),
        ("f(-h)", "f(h)"),
        ("f(h)", "h"),
        ("sum(f(H), axis=0)", "f(sum(H, axis=0))"),
        ("q(h, h)", "f(h)"),
        ("f(f(h)*g)", "f(h*f(g))"),
    ],
)
def test_what_holds_for_some_functions_is_refused(formula: str, other: str) -> None:
    with pytest.raises(ExsolveError, match="the formula is wrong"):
        solve(formula, other)


def test_arguments_of_different_shapes_are_refused_in_letters() -> None:
    with pytest.raises(
        ExsolveError, match=r"arguments of q do not fit together: \(d,\) and \(k, d\)"
    ):
        solve("q(h, H)", "h")


def test_a_function_cannot_take_the_name_of_an_operation() -> None:
    text = EXERCISE.format(formula="f(h)", other="f(h)").replace("q: 2", "sum: 1")
    with pytest.raises(ExsolveError, match="sum is an operation of the language"):
        load_text(text.encode(), "unknown.yaml")
