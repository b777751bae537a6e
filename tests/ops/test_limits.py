"""limit(x, variable, to): how it is written, what it depends on, and its value on both routes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from flint import fmpq

from exsolve.arithmetic import Infinity
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import ClosedFormRoute, NumericRoute, evaluate
from exsolve.exact.closed_form import equal
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Name, bound_names, free_names, names, substitute
from exsolve.gradient import with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.solving.agreement import compare
from exsolve.solving.certify import decimals


def read(text: str) -> Call:
    node = parse(text, OPERATIONS)
    assert isinstance(node, Call)
    return node


def graph(definitions: Mapping[str, str], *symbols: str) -> Graph:
    quantities = [Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items()]
    return Graph(quantities, dict.fromkeys(symbols, ()))


def solved(definitions: Mapping[str, str], wanted: str, *symbols: str) -> list[str]:
    """The exact cells, after the float64 route has confirmed them and decimals were certified."""
    found = graph(definitions, *symbols)
    exact = {wanted: evaluate(found, ClosedFormRoute(), only=[wanted])[wanted]}
    agreement, _ = compare(found, exact)
    assert agreement.agreeing == exact[wanted].size
    rounded = decimals(found, [wanted], 6, exact)[wanted]
    for cell, decimal in zip(exact[wanted].flat, rounded, strict=True):
        if isinstance(cell, fmpq):
            assert abs(float(decimal.text) - int(cell.p) / int(cell.q)) < 1e-5
    return [str(cell) for cell in exact[wanted].flat]


# The language


@pytest.mark.parametrize(
    ("text", "terminal", "latex"),
    [
        (
            "limit(softmax(beta*s), beta, infinity)",
            "lim(β→∞) softmax(β ⊙ s)",
            r"\lim_{\beta \to \infty} \operatorname{softmax}\left(\beta \odot s\right)",
        ),
        (
            "limit(a + b, alpha, -infinity)",
            "lim(α→-∞) (a + b)",
            r"\lim_{\alpha \to -\infty} \left(a + b\right)",
        ),
        ("limit(f, x_1, 0)", "lim(x_1→0) f", r"\lim_{x_{1} \to 0} f"),
        ("limit(f, x, -1/2)", "lim(x→-1/2) f", r"\lim_{x \to -\frac{1}{2}} f"),
        ("limit(f, x, 1)^2", "(lim(x→1) f)²", r"\left(\lim_{x \to 1} f\right)^{2}"),
        ("limit(f, x, 1) - y", "lim(x→1) f - y", r"\lim_{x \to 1} f - y"),
        ("limit(f, x, 1) @ y", "(lim(x→1) f) y", r"\left(\lim_{x \to 1} f\right) y"),
    ],
)
def test_notation(text: str, terminal: str, latex: str) -> None:
    node = read(text)
    assert show(node) == text
    assert parse(show(node), OPERATIONS) == node
    assert show(node, "terminal") == terminal
    assert show(node, "latex") == latex


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("limit(f, x, infinity)", Infinity.PLUS),
        ("limit(f, x, - infinity)", Infinity.MINUS),
        ("limit(f, to=-infinity, variable=x)", Infinity.MINUS),
        ("limit(f, x, 0.25)", fmpq(1, 4)),
        ("limit(f, x, -2/3)", fmpq(-2, 3)),
        ("limit(f, x, ½)", fmpq(1, 2)),
    ],
)
def test_the_points_that_can_be_written(text: str, to: fmpq | Infinity) -> None:
    node = read(text)
    assert node.options == {"variable": "x", "to": to}
    assert bound_names(node) == ("x",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("infinity + 1", "'infinity' is no number"),
        ("x*(-infinity)", "'infinity' is no number"),
        ("limit(f, x, -infinity + 2)", "'infinity' is no number"),
        ("limit(infinity, x, 0)", "'infinity' is not an array"),
        ("max(-infinity, x)", "'-infinity' is not an array"),
        ("limit(f, infinity, 0)", "'variable' must be the name of a symbol"),
        ("limit(f, 2, 0)", "'variable' must be the name of a symbol"),
        ("limit(f, x*y, 0)", "'variable' must be the name of a symbol"),
        ("limit(f, x, y)", "'to' must be a number that is written out"),
        ("limit(f, x, 1 + 1)", "'to' must be a number that is written out"),
        ("limit(f, x, none)", "'to' must be a number that is written out"),
        ("limit(f, x, ∞)", "infinity is spelled out"),
        ("limit(f, x)", "'to' is missing"),
        ("limit(f)", "'variable' is missing"),
        ("sum(X, axis=infinity)", "'axis' must be an axis"),
        ("sum(X, axis=-none)", "'none' is a word for settings"),
    ],
)
def test_what_cannot_be_written(text: str, message: str) -> None:
    with pytest.raises(LanguageError, match=message):
        parse(text, OPERATIONS)


def test_the_variable_is_bound() -> None:
    node = read("x + limit(x*y, x, 0) + limit(z, y, 1)")
    assert free_names(node) == ["x", "y", "z"]
    assert names(node) == ["x", "y", "z"]
    assert free_names(read("2*limit(x*y*limit(x*z, z, 0), x, 0)")) == ["y"]
    assert free_names(read("limit(limit(x*y, x, 0), y, 0)")) == []


def test_a_bound_variable_is_not_replaced() -> None:
    node = read("x + limit(x*y, x, 0)")
    assert substitute(node, {"x": Name("u")}) == read("u + limit(x*y, x, 0)")
    assert substitute(node, {"y": Name("x")}) == read("x + limit(x*x, x, 0)")
    assert substitute(node, {"x": Name("u"), "y": Name("v")}) == read("u + limit(x*v, x, 0)")


# The graph


def test_what_a_limit_depends_on() -> None:
    found = graph({"s": "[1, 2]", "a": "softmax(beta*s)", "y": "limit(a*s, beta, 0)"}, "beta")
    assert found.uses("y") == ("a", "s")
    assert found.shapes["y"] == (2,)
    assert found.dependents(["s"]) == ["a", "y"]


@pytest.mark.parametrize(
    ("definitions", "message", "hint"),
    [
        ({"y": "limit(x, x, 0)"}, "'x' is not defined", "declare x under symbols"),
        ({"x": "2", "y": "limit(x, x, 0)"}, "'x' has a value here", "and not under givens"),
        ({"y": "limit(pi, pi, 0)"}, "'pi' has a value here", "and not under givens"),
    ],
)
def test_the_variable_must_be_a_symbol(
    definitions: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(ExsolveError, match=message) as error:
        graph(definitions)
    assert hint in error.value.problems[0].hint


def test_a_limit_has_no_gradient() -> None:
    found = graph({"w": "2", "y": "limit(w*x/(1 + x), x, infinity)"}, "x")
    with pytest.raises(ExsolveError, match="y: limit has no derivative"):
        with_gradients(found, "y", ["w"])


# Values


def test_hard_attention_and_the_mean() -> None:
    shared = {
        "s": "[1, 2, 2, 1/2]",
        "a": "softmax(beta*s)",
        "V": "[[1, 0], [0, 1], [2, 2], [5, 5]]",
    }
    weights = {**shared, "y": "limit(a, beta, infinity)"}
    assert solved(weights, "y", "beta") == ["0", "1/2", "1/2", "0"]
    assert solved({**shared, "y": "limit(a, beta, -infinity)"}, "y", "beta") == ["0", "0", "0", "1"]
    assert solved({**shared, "y": "limit(a, beta, 0)"}, "y", "beta") == ["1/4"] * 4
    output = {**shared, "h": "a @ V", "y": "limit(h, beta, infinity) - [1, 1]"}
    assert solved(output, "y", "beta") == ["0", "1/2"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("[1, 2]", "[1, 0, 0]"),
        ("[2, -1]", "softmax([0, 1, 2])"),
        ("[-1, -2]", "[0, exp(1)/(exp(1) + exp(2)), exp(2)/(exp(1) + exp(2))]"),
    ],
    ids=["k.q > 0", "k.q = 0", "k.q < 0"],
)
def test_a_stretched_key(key: str, expected: str) -> None:
    definitions = {
        "q": "[1, 2]",
        "k": key,
        "scores": "[alpha*(k @ q), 1, 2]",
        "a": "softmax(scores)",
        "y": "limit(a, alpha, infinity)",
        "expected": expected,
    }
    assert len(solved(definitions, "y", "alpha")) == 3
    values = evaluate(graph(definitions, "alpha"), ClosedFormRoute(), only=["y", "expected"])
    for found, cell in zip(values["y"], values["expected"], strict=True):
        assert equal(found, cell).proved_equal


def test_what_does_not_depend_on_the_variable_is_its_own_limit() -> None:
    assert solved({"w": "[1, 2/3]", "y": "limit(w, x, infinity)"}, "y", "x") == ["1", "2/3"]


def test_limits_inside_one_another() -> None:
    inner = {"f": "limit(a^2*x/(x + a), x, infinity)", "y": "limit(f/(a^2 + 1), a, infinity)"}
    assert solved(inner, "y", "x", "a") == ["1"]
    both = {"y": "limit(limit(a*x/(x + a), x, infinity)/(a + 1), a, infinity)"}
    assert solved(both, "y", "x", "a") == ["1"]


def test_one_variable_of_two_limits() -> None:
    definitions = {
        "f": "x/(x + 1)",
        "far": "limit(f, x, infinity)",
        "y": "far + limit(f + far, x, 1)",
    }
    assert solved(definitions, "y", "x") == ["5/2"]


def test_other_symbols_stay_in_the_limit() -> None:
    assert solved({"y": "limit((a*x + 1)/(x + 2), x, infinity)"}, "y", "x", "a") == ["1*sa"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("limit(x, x, infinity)", "the limit is infinite"),
        ("limit(1/x, x, 0)", "the limit does not exist"),
        ("limit(exp(a*x), x, infinity)", "the sign depends on a"),
    ],
)
def test_no_limit_is_an_error_of_the_quantity(text: str, message: str) -> None:
    found = graph({"y": f"2*{text}"}, "x", "a")
    with pytest.raises(ExsolveError, match=f"y: .*{message}") as error:
        evaluate(found, ClosedFormRoute())
    cause = error.value.__cause__
    assert isinstance(cause, LanguageError)
    assert cause.offset == 2


def test_a_wrong_limit_is_refused() -> None:
    found = graph({"y": "limit((3*x + 1)/(x + 2), x, infinity)"}, "x")
    wrong = np.array(fmpq(3) + fmpq(1, 10**6), dtype=object)
    with pytest.raises(ExsolveError, match="disagree"):
        compare(found, {"y": wrong})


def test_floats_by_themselves_have_no_limit() -> None:
    found = graph({"y": "limit(x/(x + 1), x, infinity)"}, "x")
    with pytest.raises(ExsolveError, match="y: a limit has no value in float64 by itself"):
        evaluate(found, NumericRoute({"x": 7.0}))
