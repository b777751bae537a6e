"""Chains of equal expressions: true ones pass, each sort of false link is named."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verification.formulas import at, graph, lines, symbols

from exsolve.errors import ExsolveError, Problem
from exsolve.solution import Verification
from exsolve.verification.chains import verified_chain

SETTING = symbols(
    {"W": ("n", "n"), "X": ("n", "d"), "y": ("n",), "w": ("d",), "a": (), "b": (), "p": ()},
    ["p > 0", "p < 1"],
    {"R": (("n",), ["1", "0"], ["p", "1 - p"])},
)
TRUE = {
    "square of a sum": ["(a + b)^2", "a^2 + 2*a*b + b^2"],
    "normal equations": [
        "sumsq(y - X @ w)",
        "(y - X @ w) @ (y - X @ w)",
        "sumsq(y) - 2*y @ X @ w + w @ X.T @ X @ w",
    ],
    "trace of an outer product": ["sum(diag(outer(y, y)))", "sumsq(y)"],
    "shift of a softmax": ["softmax(y + a)", "softmax(y)"],
    "variance": ["expectation((R - p)^2)", "expectation(R*R) - p^2", "p*(1 - p)*ones([n])"],
    "a definition": ["residual @ residual", "sumsq(residual)"],
    "a number for every cell": ["y - y", "0"],
    "where something has an inverse": ["inverse(W) @ W @ y", "y"],
}


def chained(*texts: str, small: Mapping[str, int] | None = None) -> Verification:
    setting = SETTING._replace(small=(small,) if small else ())
    return verified_chain(graph({"residual": "y - X @ w"}, setting), setting, lines(*texts), 17)


@pytest.mark.parametrize("name", TRUE)
def test_true_chains_pass(name: str) -> None:
    found = chained(*TRUE[name])
    assert found.instances >= 20
    assert found.exact == (name != "shift of a softmax")


def test_small_sizes_are_proved_with_symbols() -> None:
    found = chained(*TRUE["normal equations"], small={"n": 2, "d": 2})
    assert found.proved == ("n = 2, d = 2",)


FALSE = {
    # the lines, which of them is false, and the smallest sizes at which it shows
    "sign": (["sumsq(y - X @ w)", "sumsq(y + X @ w)"], 2, {"n": 1, "d": 1}),
    "factor": (["(a + b)^2", "a^2 + a*b + b^2"], 2, {}),
    "transpose": (["y @ W", "W @ y"], 2, {"n": 2}),
    "missing diag": (["sum(diag(W))", "sum(W)"], 2, {"n": 2}),
    "wrong index": (["sum(X[0, :])", "sum(X[-1, :])"], 2, {"n": 2}),
    "wrong axis": (["sum(X, axis=0)", "ones([n]) @ X", "X.T @ X @ w"], 3, {"n": 1, "d": 1}),
    "order of a product": (["W @ X", "W @ X", "W @ W @ X"], 3, {"n": 1, "d": 1}),
    "an inverse": (["inverse(W + W.T) @ y", "(inverse(W) + inverse(W.T)) @ y"], 2, {"n": 1}),
    "dependent variables": (["expectation(R*R)", "expectation(R)*expectation(R)"], 2, {"n": 1}),
    "a function of an expectation": (["expectation(1/(1 + sum(R)))", "1/(1 + n*p)"], 2, {"n": 1}),
    "the last line": (["a", "a + b - b", "a*b/b", "b"], 4, {}),
}


def problem_of(*texts: str) -> Problem:
    with pytest.raises(ExsolveError) as found:
        chained(*texts)
    (problem,) = found.value.problems
    return problem


def shape_of(text: str, name: str) -> tuple[int, ...]:
    """The shape of ``W = [[1, 2], [3, 4]]`` in a message."""
    match = re.search(rf"\b{name} = (\[.*?\](?=, \w+ =|$)|[^,]+)", text)
    assert match is not None, text
    written = match.group(1)
    rows = written.count("[") - 1 if written.startswith("[[") else 1
    count = written.count(",") + 1
    return (rows, count // rows) if written.startswith("[[") else (count,)


@pytest.mark.parametrize("mistake", FALSE)
def test_false_links_are_named(mistake: str) -> None:
    texts, line, sizes = FALSE[mistake]
    problem = problem_of(*texts)
    assert problem.message == (f"line {line} does not follow: it is not equal to line {line - 1}")
    assert problem.position == at(line, 0)
    assert problem.expected.startswith(f"{texts[line - 2]} = ")
    assert problem.found.startswith(f"{texts[line - 1]} = ")
    assert " for " in problem.found
    instance = problem.found.rpartition(", for ")[2]
    declared = SETTING.symbols
    shown = [name for name in declared if f"{name} = " in instance and declared[name]]
    for name in shown:
        wanted = tuple(sizes.get(str(size)) for size in declared[name])
        found = shape_of(instance, name)
        assert all(w is None or w == f for w, f in zip(wanted, found, strict=True)), instance


def test_the_values_in_the_message_are_those_of_the_instance() -> None:
    problem = problem_of("a + b", "a - b")
    numbers = dict(re.findall(r"(\b[ab]) = (-?\d+)", problem.found.rpartition(", for ")[2]))
    a, b = int(numbers["a"]), int(numbers["b"])
    assert problem.expected == f"a + b = {a + b}"
    assert problem.found.startswith(f"a - b = {a - b}, for ")


def test_a_cell_is_named_where_arrays_differ() -> None:
    problem = problem_of("W", "W.T")
    assert re.search(r"in cell \[[12], [12]\]", problem.found)


def test_lines_outside_of_their_domain_say_what_to_declare() -> None:
    problem = problem_of("ln(a*b)", "ln(a) + ln(b)")
    assert "the logarithm is defined for positive numbers only" in problem.message
    assert problem.hint.startswith("declare under where")


def test_conditions_make_it_true() -> None:
    setting = symbols({"a": (), "b": ()}, ["a > 0", "b > 0"])
    found = verified_chain(graph({}, setting), setting, lines("ln(a*b)", "ln(a) + ln(b)"), 1)
    assert found.instances >= 20
    assert not found.exact


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(-6, 6), st.integers(-6, 6))
def test_polynomials_pass_just_where_their_coefficients_agree(n: int, c: int, other: int) -> None:
    left, right = f"(a - b)*a^{n} + {c}*b", f"a^{n + 1} - b*a^{n} + {other}*b"
    if c == other:
        assert chained(left, right).exact
    else:
        assert problem_of(left, right).message.startswith("line 2 does not follow")
