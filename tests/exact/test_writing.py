"""Closed forms as trees: what is written, and that reading it back gives the same value."""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from scalars import EXP, FLOOR, LN, POWER, SIGMOID, SQRT, TANH, M, N, agree, q, scalars

from exsolve.arithmetic import Scalar
from exsolve.exact.closed_form import (
    CLOSED_FORMS,
    PI_VALUE,
    free_symbols,
    named,
    replace_symbols,
    symbol,
    to_tree,
)
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Literal, Name, Node
from exsolve.ops import OPERATIONS

E, E2 = EXP(q(1)), EXP(q(2))
H = named("h_1", (0, 1), E + TANH(q(1, 2)))
W = symbol("w")

WRITTEN: list[tuple[Scalar, str]] = [
    (q(-3, 4), "-3/4"),
    (SQRT(q(3)) * LN(q(80)), "sqrt(3)*log(80)"),
    (3 * LN(q(2)), "3*log(2)"),
    (LN(q(3)) - LN(q(2)), "log(3/2)"),
    (-LN(q(80)), "-log(80)"),
    (LN(q(17)) / 4, "log(17) / 4"),
    (LN(q(5)) * E - 2 * LN(q(3)), "log(5)*exp(1) - 2*log(3)"),
    (SQRT(q(2)) * SQRT(q(3)), "sqrt(6)"),
    (1 / SQRT(q(3)), "sqrt(3) / 3"),
    (-2 * SQRT(q(3)), "-2*sqrt(3)"),
    (POWER(q(2), q(2, 3)), "4^(1/3)"),
    (64 * N, "64*N"),
    (-N / 3, "-N / 3"),
    (1 / N, "1/N"),
    (1 - 3 * N + 2 * N * N, "2*N^2 - 3*N + 1"),
    (N * M - M, "M*N - M"),
    (POWER(W, q(19)), "w^19"),
    (POWER(q(2), N), "2^N"),
    (SQRT(N) / 2, "sqrt(N) / 2"),
    (FLOOR((N - 3) / 2 + 1), "floor((N + 1)/2) - 1"),
    (CLOSED_FORMS.maximum(N, q(0)), "max(N, 0)"),
    (CLOSED_FORMS.absolute(2 * N), "2*abs(N)"),
    (EXP(q(-1, 2)), "exp(-1/2)"),
    (SIGMOID(q(-1, 2)), "sigmoid(-1/2)"),
    (1 - 2 * SIGMOID(q(1, 2)), "1 - 2*sigmoid(1/2)"),
    (TANH(q(-1, 2)), "-tanh(1/2)"),
    (PI_VALUE / 4, "pi/4"),
    (H * (1 - H), "h_1[0, 1]*(1 - h_1[0, 1])"),
    (2 * H * named("y", (), E) * (1 - H) / 3, "2*h_1[0, 1]*y*(1 - h_1[0, 1]) / 3"),
    (H * H - H * E + H, "h_1[0, 1]*(h_1[0, 1] - exp(1) + 1)"),
    (H + 1, "h_1[0, 1] + 1"),
    (named("y", (), E), "y"),
    ((5 * E + 2 * E2) / (E + E2 + 3), "(5*exp(1) + 2*exp(2)) / (exp(1) + exp(2) + 3)"),
    (2 - 1 / (1 + E / 2), "2 - 2/(exp(1) + 2)"),
    (-(1 + E) / (3 + 3 * N), "-(exp(1) + 1) / (3*(N + 1))"),
    (E / (2 * SQRT(1 + E2)), "exp(1) / (2*sqrt(exp(2) + 1))"),
    (EXP(q(10)) + EXP(q(2)), "exp(2) + exp(10)"),
]


def flat(text: str) -> str:
    """Without the blanks, which the printer is free to set."""
    return text.replace(" ", "")


@pytest.mark.parametrize(("scalar", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_is_written_as_a_person_writes_it(scalar: Scalar, text: str) -> None:
    assert flat(show(to_tree(scalar, OPERATIONS))) == flat(text)


def value(node: Node, names: dict[str, Scalar]) -> Scalar:
    """The tree evaluated by the operations' own exact rules."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return names[node.name] if node.name in names else symbol(node.name)
    assert isinstance(node, Call)
    if node.operation.name == "index":
        assert isinstance(node.args[0], Name)
        return names[node.args[0].name + str(list(node.options["at"]))]
    arrays = []
    for arg in node.args:
        array = np.empty((), dtype=object)
        array[()] = value(arg, names)
        arrays.append(array)
    result = node.operation.exact(CLOSED_FORMS, arrays, node.options)
    return result[()] if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize("scalar", [s for s, _ in WRITTEN], ids=[text for _, text in WRITTEN])
def test_reading_gives_the_value_back(scalar: Scalar) -> None:
    names = {"pi": PI_VALUE, "h_1[0, 1]": H, "y": named("y", (), E)}
    assert value(parse(show(to_tree(scalar, OPERATIONS)), OPERATIONS), names) == scalar


@settings(max_examples=200, deadline=None)
@given(scalars, scalars)
def test_reading_gives_random_values_back(a: Scalar, b: Scalar) -> None:
    scalar = a * N / (1 + b * b) + b
    tree = to_tree(scalar, OPERATIONS)
    assert to_tree(scalar, OPERATIONS) == tree
    back = value(parse(show(tree), OPERATIONS), {})
    assert back == scalar or agree(*(replace_symbols(s, {"N": q(3, 7)}) for s in (back, scalar)))
    assert free_symbols(back) == free_symbols(scalar)


def test_literals_are_rationals_of_flint() -> None:
    tree = to_tree(2 * SQRT(q(3)) / 5 + N**3, OPERATIONS)
    stack, found = [tree], 0
    while stack:
        node = stack.pop()
        stack.extend(node.children())
        if isinstance(node, Literal):
            found += 1
            assert type(node.value) is fmpq
    assert found == 4
