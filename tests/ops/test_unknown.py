"""Unknown functions: an identity passes if it holds for every function, and no other does."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.library import load_text
from exsolve.solution import Formula

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
        ("q(h, g) + q(2*h, 3*g)", "q(h, 3*g) + q(2*h, g)"),
        ("f(3*h) - 3*f(2*h) + 3*f(h)", "f(zeros([d]))"),
        ("f(4*h) - 4*f(3*h) + 6*f(2*h) - 4*f(h)", "-f(zeros([d]))"),
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


CHAIN = """\
id: unknown
title: Unknown functions
kind: formulas
functions: {{f: 1}}
symbols: {{h: [d], g: [d], s: []}}
define: {{tau: 2*pi}}
parts:
  - {{id: a, ask: Why?, derivations: [{{lines: [{{line: '{left}'}}, {{line: '{right}'}}]}}]}}
"""


def proved(left: str, right: str) -> tuple[str, ...]:
    text = CHAIN.format(left=left, right=right)
    (derivation,) = load_text(text.encode(), "unknown.yaml").solve().parts[0].derivations
    return derivation.verified.proved


def test_a_proof_with_symbols_holds_for_every_function() -> None:
    assert proved("f(f((h + g)*(h - g)))", "f(f(h*h - g*g))") == ("d = 1", "d = 2")


def test_a_limit_inside_of_an_unknown_function_is_not_proved_with_symbols() -> None:
    assert proved("limit(f(h + g*s), s, 0)", "f(h)") == ()


EVIDENCE = """\
id: unknown
title: Unknown functions
kind: formulas
functions: {f: 1}
givens: {x: [1, 2]}
define: {y: f(x), z: x + 1}
parts:
  - id: a
    ask: What?
    answers: [y]
    evidence: [{SHOWN}]
"""


def test_at_numbers_a_formula_stays_a_formula() -> None:
    text = EVIDENCE.replace("SHOWN", "show: [z]")
    (step,) = load_text(text.encode(), "unknown.yaml").solve().parts[0].steps
    assert isinstance(step, Formula)


@pytest.mark.parametrize("shown", ["show: [y], at: {x: [2, 3]}", "differ: [y, z]", "heat_map: y"])
def test_an_unknown_function_has_no_value_as_evidence(shown: str) -> None:
    text = EVIDENCE.replace("SHOWN", shown)
    with pytest.raises(ExsolveError, match="f is an unknown function, so this has no value"):
        load_text(text.encode(), "unknown.yaml").solve()


def test_what_holds_for_every_function_is_evidence() -> None:
    text = EVIDENCE.replace("SHOWN", "equal: ['y + f(z)', 'f(x + 1) + f(x)']")
    (statement,) = load_text(text.encode(), "unknown.yaml").solve().parts[0].evidence[0].statements
    assert statement.equal
