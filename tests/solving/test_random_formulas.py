"""Formulas over random symbols: what is random itself, and expectations of it."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.library import load_text
from exsolve.solution import Derivation, Formula

HEAD = """\
id: masks
title: Random masks
kind: formulas
symbols: {x: [n], p: []}
random:
  R: {sizes: [n], bernoulli: p}
  z: {sizes: [], values: [-1, 1], probabilities: [1/2, 1/2]}
where: [p > 0, p < 1]
"""


def formulas(definitions: str, answers: str) -> dict[str, Formula]:
    text = f"{HEAD}define: {definitions}\nparts: [{{id: a, ask: What?, answers: [{answers}]}}]\n"
    steps = load_text(text.encode(), "masks.yaml").solve().parts[0].steps
    return {step.name: step for step in steps if isinstance(step, Formula)}


def derivation(left: str, right: str) -> Derivation:
    text = (
        f"{HEAD}define: {{tau: 2*pi}}\nparts: [{{id: a, ask: Why?, derivations: [{{lines: "
        f"[{{line: '{left}'}}, {{line: '{right}'}}]}}]}}]\n"
    )
    (found,) = load_text(text.encode(), "masks.yaml").solve().parts[0].derivations
    return found


def test_a_random_quantity_is_a_step_on_the_way_to_its_expectation() -> None:
    found = formulas("{masked: R*x, m: expectation(masked)}", "m")
    assert list(found) == ["masked", "m"]
    assert found["masked"].verified.instances == 24


def test_an_expectation_without_symbols_is_a_formula() -> None:
    found = formulas("{m: {formula: expectation(z), equals: '0'}}", "m")
    assert found["m"].verified.instances == 1


@pytest.mark.parametrize(("left", "right"), [("R*R", "R"), ("z^2", "1"), ("(R - z)*z", "R*z - 1")])
def test_what_holds_at_every_outcome_is_verified(left: str, right: str) -> None:
    assert formulas(f"{{v: {{formula: '{left}', equals: '{right}'}}}}", "v")
    assert derivation(left, right).verified.proved == ()


@pytest.mark.parametrize(
    ("left", "right"), [("R", "p*ones([n])"), ("R*x", "expectation(R*x)"), ("z", "0")]
)
def test_a_random_number_is_not_its_mean(left: str, right: str) -> None:
    with pytest.raises(ExsolveError, match="the formula is wrong"):
        formulas(f"{{v: {{formula: '{left}', equals: '{right}'}}}}", "v")
    with pytest.raises(ExsolveError, match=r"does not follow(.|\n)*(R|z) = "):
        derivation(left, right)


def test_a_random_number_has_no_value_as_evidence() -> None:
    text = (
        f"{HEAD}define: {{v: R*x}}\nparts: [{{id: a, ask: What?, answers: [v], "
        "evidence: [{show: [v], at: {x: [1, 2], p: 1/2}}]}]\n"
    )
    with pytest.raises(ExsolveError, match="has no value of its own"):
        load_text(text.encode(), "masks.yaml").solve()
