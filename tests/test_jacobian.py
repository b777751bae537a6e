"""Jacobians as expressions: their values against reverse mode and differences, and their forms."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from flint import fmpq

from exsolve.errors import LanguageError
from exsolve.evaluate import Array, ExactRoute, evaluate, value_of
from exsolve.exact.balls import Balls
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.sizes import letters, sized, with_sizes
from exsolve.expression.tree import Constant, Node, Shape
from exsolve.gradient import with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.jacobian import LAYOUTS, jacobian, linear_map
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import call, literal, transpose

BITS = 400
STEP = fmpq(1, 2**110)
TOLERANCE = 1e-45

SQUARE = ("n", "n")
SYMBOLS: Mapping[str, Shape] = {
    "n": (), "d": (), "m": (), "W": ("n", "d"), "x": ("d",), "U": SQUARE, "b": ("n",),
    "U_z": SQUARE, "U_r": SQUARE, "U_c": SQUARE, "U_i": SQUARE, "U_f": SQUARE, "U_o": SQUARE,
    "h_prev": ("n",), "c_prev": ("n",), "V": ("m", "n"), "K": ("m", "n"), "X": ("m", "d"),
    "G": (6, 2), "e": (2,), "gamma": ("n",), "beta": (), "w": (), "u": (), "s": (), "k": (),
}  # fmt: skip

GRU = {
    "z": "sigmoid(W @ x + U_z @ h_prev)",
    "r": "sigmoid(W @ x + U_r @ h_prev)",
    "c": "tanh(W @ x + U_c @ (r*h_prev))",
    "h": "(1 - z)*h_prev + z*c",
}
LSTM = {
    "i": "sigmoid(W @ x + U_i @ h_prev)",
    "f": "sigmoid(W @ x + U_f @ h_prev + b)",
    "o": "sigmoid(W @ x + U_o @ h_prev)",
    "g": "tanh(W @ x + U_c @ h_prev)",
    "c": "f*c_prev + i*g",
    "h": "o*tanh(c)",
}
ATTENTION = {"a": "softmax(K @ h_prev / sqrt(n))", "y": "a @ X"}
LAYER_NORM = {
    "mu": "mean(h_prev)",
    "v": "mean((h_prev - mu)^2)",
    "y": "gamma*(h_prev - mu)/sqrt(v + 1/10) + b",
}
KEPT = {
    "mu": "mean(h_prev, axis=-1, keepdims=true)",
    "y": "(h_prev - mu)/sqrt(sum((h_prev - mu)^2, axis=-1, keepdims=true) + 1/10)",
}


class Case(NamedTuple):
    """What is differentiated by what, how the Jacobian reads in the numerator layout (empty: its
    form is nobody's wish), and the smallest size at which it exists."""

    definitions: Mapping[str, str]
    of: str
    by: str
    form: str = ""
    smallest: int = 1


CASES: Mapping[str, Case] = {
    "sigmoid": Case({"h": "sigmoid(W @ x + U @ h_prev)"}, "h", "h_prev", "diag(h*(1 - h)) @ U"),
    "sigmoid, input": Case({"h": "sigmoid(W @ x + U @ h_prev)"}, "h", "x", "diag(h*(1 - h)) @ W"),
    "sigmoid, bias": Case({"h": "sigmoid(U @ h_prev + b)"}, "h", "b", "diag(h*(1 - h))"),
    "tanh": Case({"h": "tanh(W @ x + U @ h_prev)"}, "h", "h_prev", "diag(1 - h^2) @ U"),
    "tanh, bias": Case({"h": "tanh(W @ x + U @ h_prev + b)"}, "h", "h_prev", "diag(1 - h^2) @ U"),
    "relu": Case({"h": "relu(W @ x + U @ h_prev)"}, "h", "h_prev", "diag(h > 0) @ U"),
    "relu, bias": Case({"h": "relu(U @ h_prev + b)"}, "h", "b", "diag(h > 0)"),
    "pre-activation": Case(
        {"a": "U @ h_prev", "h": "tanh(a)", "y": "V @ h"}, "y", "h_prev", "V @ diag(1 - h^2) @ U"
    ),
    "two steps": Case(
        {"h": "tanh(U @ h_prev)", "h_next": "tanh(U @ h)"}, "h_next", "h_prev",
        "diag(1 - h_next^2) @ U @ diag(1 - h^2) @ U",
    ),
    "row": Case({"y": "h_prev @ U"}, "y", "h_prev", "U.T"),
    "residual": Case({"y": "V.T @ (V @ h_prev) + h_prev"}, "y", "h_prev", "V.T @ V + identity(n)"),
    "cellwise": Case({"y": "h_prev^3*b"}, "y", "h_prev", "diag(3*b*h_prev^2)"),
    "LSTM, h by c": Case(LSTM, "h", "c_prev", "diag(o*(1 - tanh(c)^2)*f)"),
    "LSTM, c by c": Case(LSTM, "c", "c_prev", "diag(f)"),
    "LSTM, c by h": Case(
        LSTM, "c", "h_prev",
        "diag(i*(1 - g^2)) @ U_c + diag(c_prev*f*(1 - f)) @ U_f + diag(g*i*(1 - i)) @ U_i",
    ),
    "LSTM, h by h": Case(LSTM, "h", "h_prev"),
    "GRU": Case(
        GRU, "h", "h_prev",
        "diag(1 - z) + diag(z*(1 - c^2)) @ U_c @ diag(r)"
        " + diag(z*(1 - c^2)) @ U_c @ diag(h_prev*r*(1 - r)) @ U_r"
        " + diag((c - h_prev)*z*(1 - z)) @ U_z",
    ),
    "softmax": Case({"a": "softmax(h_prev)"}, "a", "h_prev", "diag(a) - outer(a, a)"),
    "log-softmax": Case({"y": "log_softmax(h_prev)"}, "y", "h_prev"),
    "attention": Case(
        ATTENTION, "y", "h_prev", "X.T @ (diag(a) - outer(a, a)) @ K / sqrt(n)"
    ),
    "attention, weights": Case(
        ATTENTION, "a", "h_prev", "(diag(a) - outer(a, a)) @ K / sqrt(n)"
    ),
    "layer norm": Case(LAYER_NORM, "y", "h_prev"),
    "kept axes": Case(KEPT, "y", "h_prev"),
    "variance": Case({"y": "(h_prev - mean(h_prev))/std(h_prev)"}, "y", "h_prev", smallest=2),
    "unit vector": Case(
        {"y": "h_prev/sqrt(sumsq(h_prev))"}, "y", "h_prev",
        "identity(n)/sqrt(sumsq(h_prev)) - outer(h_prev, h_prev) / "
        "(sqrt(sumsq(h_prev))*sumsq(h_prev))",
    ),
    "quadratic form": Case(
        {"y": "h_prev @ U @ h_prev"}, "y", "h_prev", "U @ h_prev + U.T @ h_prev"
    ),
    "cubic vector": Case({"y": "(h_prev @ U @ h_prev)*b"}, "y", "h_prev"),
    "stacked gates": Case(
        {"a": "G @ e", "i": "sigmoid(a[0:2])", "f": "tanh(a[2:4])", "y": "i*f + a[4:6]"}, "y", "e",
        "G[4:6] + diag(i*(1 - f^2)) @ G[2:4] + diag(f*i*(1 - i)) @ G[0:2]",
    ),
    "slice of a product": Case({"y": "(G @ (G.T @ (G @ e)))[1:3]"}, "y", "e"),
    "first cell": Case({"y": "h_prev[0]*b + tanh(h_prev)[0]*h_prev"}, "y", "h_prev"),
    "branches": Case({"y": "where(h_prev > 0, h_prev^2, U @ h_prev)"}, "y", "h_prev"),
    "largest": Case({"y": "h_prev*max(h_prev)"}, "y", "h_prev"),
    "vector by number": Case({"y": "beta^2*b + beta*h_prev"}, "y", "beta", "2*beta*b + h_prev"),
    "number by vector": Case({"y": "sumsq(V @ h_prev)"}, "y", "h_prev", "V.T @ (2*(V @ h_prev))"),
    "cross-entropy": Case(
        {"p": "softmax(h_prev)", "y": "-sum(b*ln(p))"}, "y", "h_prev", "p*sum(b) - b"
    ),
    "scalar cell": Case({"h": "sigmoid(w*s + u*k)"}, "h", "k", "h*(1 - h)*u"),
    "scalar chain": Case(
        {"p": "w*u", "q": "w*p", "r": "w*q", "y": "w*r"}, "y", "u", "w^4"
    ),
    "nothing": Case({"y": "2*b"}, "y", "h_prev", "zeros([n, n])"),
    "itself": Case({"y": "2*b"}, "y", "y", "identity(n)"),
    "no dependence by number": Case({"y": "2*b"}, "y", "beta", "zeros([n])"),
}  # fmt: skip


def symbolic(definitions: Mapping[str, str]) -> Graph:
    return Graph([Quantity(n, parse(text, OPERATIONS)) for n, text in definitions.items()], SYMBOLS)


def derived(case: Case, layout: str = "numerator") -> Node:
    return jacobian(symbolic(case.definitions), case.of, case.by, layout)


class Instance:
    """Numbers for every symbol and size of a case, and the Jacobian's value found in two ways."""

    def __init__(self, case: Case, seed: int) -> None:
        random = Random(f"{case} {seed}")
        self.case = case
        self.sizes = {
            letter: random.randint(max(case.smallest, 1 + seed % 2), 3)
            for letter in ("n", "d", "m")
        }
        quantities = []
        for name, shape in SYMBOLS.items():
            numbers = sized(shape, self.sizes)
            cells = [fmpq(random.choice((-1, 1)) * random.randint(1, 60), 32) for _ in range(99)]
            value = np.empty(numbers, dtype=object)
            value.reshape(-1)[:] = cells[: value.size]
            if name in self.sizes:
                value[()] = fmpq(self.sizes[name])
            quantities.append(Quantity(name, Constant(value), given=True))
        quantities += [
            Quantity(name, with_sizes(parse(text, OPERATIONS), self.sizes))
            for name, text in case.definitions.items()
        ]
        self.graph = Graph(quantities)

    def value(self, node: Node) -> Array:
        """A Jacobian's value in balls."""
        settled = with_sizes(node, self.sizes)
        assert letters(settled) == []
        with Balls(BITS) as balls:
            route = ExactRoute(balls)
            return value_of(settled, route, evaluate(self.graph, route))

    def by_reverse_mode(self) -> Array:
        """The rows of the numerator layout: gradients of one component at a time."""
        case = self.case
        shape = self.graph.shapes[case.of]
        rows = []
        for place in np.ndindex(tuple(map(int, shape))):
            of = parse(case.of, OPERATIONS)
            cell = call("index", of, at=place) if shape else call("multiply", of, literal(1))
            graph = self.graph.with_quantities([Quantity("component", cell)])
            graph = with_gradients(graph, "component", [case.by])
            with Balls(BITS) as balls:
                rows.append(evaluate(graph, ExactRoute(balls))[f"grad_{case.by}"])
        found = np.array(rows, dtype=object)
        return found.reshape((*shape, *self.graph.shapes[case.by]))

    def by_differences(self) -> Array:
        """The columns of the numerator layout: central differences, one component at a time."""
        case = self.case
        columns = []
        with Balls(BITS) as balls:
            here = evaluate(self.graph, ExactRoute(balls))[case.by]
            for place in np.ndindex(here.shape):
                ends = []
                for sign in (1, -1):
                    moved = here.copy()
                    moved[place] = here[place] + sign * STEP
                    replaced = {case.by: moved}
                    ends.append(evaluate(self.graph, ExactRoute(balls), replaced=replaced)[case.of])
                columns.append((ends[0] - ends[1]) / (2 * STEP))
        found = np.array(columns, dtype=object)
        shape = self.graph.shapes[case.of]
        return np.moveaxis(
            found.reshape((*here.shape, *shape)), range(here.ndim), range(-here.ndim, 0)
        )


def agrees(found: Array, expected: Array) -> bool:
    """Same shape, and each cell the same to some forty-five digits."""
    if found.shape != expected.shape:
        return False
    pairs = zip(found.flat, expected.flat, strict=True)
    return all(abs(a - b) < TOLERANCE * (1 + abs(b)) for a, b in pairs)


def holds(case: Case, node: Node, layout: str, seed: int) -> bool:
    """Whether a Jacobian is right on an instance, by both of the other ways."""
    instance = Instance(case, seed)
    rows, columns = instance.by_reverse_mode(), instance.by_differences()
    if layout == "denominator":
        rows, columns = rows.T, columns.T
    found = instance.value(node)
    assert agrees(rows, columns)
    return agrees(found, rows) and agrees(found, columns)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_jacobians_are_those_of_reverse_mode_and_of_differences(name: str, layout: str) -> None:
    node = derived(CASES[name], layout)
    for seed in range(3):
        assert holds(CASES[name], node, layout, seed)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.form])
def test_a_jacobian_reads_as_written_by_hand(name: str) -> None:
    case = CASES[name]
    found = derived(case)
    assert show(found) == case.form
    assert parse(case.form, OPERATIONS) == found


@pytest.mark.parametrize("name", CASES)
def test_the_layouts_have_the_shapes_they_are_defined_by(name: str) -> None:
    case = CASES[name]
    graph = symbolic(case.definitions)
    of, by = (graph.shape(parse(one, OPERATIONS)) for one in (case.of, case.by))
    assert graph.shape(derived(case, "numerator")) == (*of, *by)
    assert graph.shape(derived(case, "denominator")) == (*by, *of)


DENOMINATOR = {
    "sigmoid": "U.T @ diag(h*(1 - h))",
    "pre-activation": "U.T @ diag(1 - h^2) @ V.T",
    "two steps": "U.T @ diag(1 - h^2) @ U.T @ diag(1 - h_next^2)",
    "row": "U",
    "attention": "K.T @ (diag(a) - outer(a, a)) @ X / sqrt(n)",
    "LSTM, c by c": "diag(f)",
    "scalar cell": "h*(1 - h)*u",
}


@pytest.mark.parametrize("name", DENOMINATOR)
def test_a_jacobian_in_denominator_layout_has_its_transposes_pushed_down(name: str) -> None:
    assert show(derived(CASES[name], "denominator")) == DENOMINATOR[name]


FALSE = [
    ("sigmoid", "U"),
    ("sigmoid", "diag(h) @ U"),
    ("sigmoid", "diag(h*(1 - h)) @ U.T"),
    ("sigmoid", "U @ diag(h*(1 - h))"),
    ("sigmoid", "U.T @ diag(h*(1 - h))"),
    ("sigmoid", "-diag(h*(1 - h)) @ U"),
    ("sigmoid", "2*diag(h*(1 - h)) @ U"),
    ("sigmoid, bias", "h*(1 - h)"),
    ("tanh", "diag(1 - h) @ U"),
    ("tanh", "diag(h^2 - 1) @ U"),
    ("relu", "diag(h) @ U"),
    ("softmax", "diag(a)"),
    ("softmax", "outer(a, a) - diag(a)"),
    ("softmax", "diag(a) + outer(a, a)"),
    ("attention", "X.T @ diag(a) @ K / sqrt(n)"),
    ("attention", "X.T @ (diag(a) - outer(a, a)) @ K"),
    ("LSTM, c by c", "f"),
    ("LSTM, c by h", "diag(i*(1 - g^2)) @ U_c + diag(g*i*(1 - i)) @ U_i"),
    ("GRU", "diag(z)"),
    ("quadratic form", "2*(U @ h_prev)"),
    ("number by vector", "2*(V.T @ V) @ h_prev + b"),
    ("scalar chain", "w^3"),
]


@pytest.mark.parametrize(("name", "text"), FALSE)
def test_a_false_jacobian_fails_the_same_check(name: str, text: str) -> None:
    node = parse(text, OPERATIONS)
    case = CASES[name]
    assert not all(holds(case, node, "numerator", seed) for seed in range(3))


def test_the_transpose_of_a_jacobian_that_is_not_symmetric_fails_the_same_check() -> None:
    for name in ("sigmoid", "attention", "GRU", "pre-activation"):
        node = transpose(derived(CASES[name]))
        assert not all(holds(CASES[name], node, "numerator", seed) for seed in range(3))


def test_quantities_that_are_not_shown_are_written_out() -> None:
    case = CASES["pre-activation"]
    graph = symbolic(case.definitions)
    node = jacobian(graph, "y", "h_prev", shown=lambda name: name not in ("h", "a"))
    assert show(node) == "V @ diag(1 - tanh(U @ h_prev)^2) @ U"


def test_linear_map_gives_the_matrix_of_an_expression() -> None:
    shapes = {**SYMBOLS, "e": ("n",), "t": ()}
    for text, name, expected in [
        ("e", "e", "identity(n)"),
        ("U @ e", "e", "U"),
        ("e @ U", "e", "U.T"),
        ("U.T @ (b*(1 - b)*e)", "e", "U.T @ diag(b*(1 - b))"),
        ("b*(U @ (gamma*e))", "e", "diag(b) @ U @ diag(gamma)"),
        ("b*(gamma*e)", "e", "diag(gamma*b)"),
        ("-beta*e", "e", "-beta*identity(n)"),
        ("e - U @ e", "e", "identity(n) - U"),
        ("e - b*e", "e", "diag(1 - b)"),
        ("U @ e - U @ (b*e)", "e", "U @ (identity(n) - diag(b))"),
        ("dot(b, e)", "e", "b"),
        ("sum(b*e)", "e", "b"),
        ("sum(U @ e)", "e", "sum(U.T, axis=1)"),
        ("b*sum(gamma*e)", "e", "outer(b, gamma)"),
        ("sum(e)*ones([n])", "e", "ones([n, n])"),
        ("beta*b*t", "t", "beta*b"),
        ("beta*t/2", "t", "1/2*beta"),
        ("b*e - b*e", "e", "zeros([n, n])"),
    ]:
        node = linear_map(parse(text, OPERATIONS), name, shapes.__getitem__)
        assert show(node) == expected, text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("e*e", "multiply is not linear here"),
        ("b/e", "divide is not linear here"),
        ("e + b", "add is not linear here"),
        ("b", "does not depend on the vector"),
        ("tanh(e)", "tanh has no readable Jacobian here"),
        ("outer(e, b)", "outer has no readable Jacobian here"),
        ("concat(e, e)", "concat has no readable Jacobian here"),
        ("W*expand_dims(e, 1)", "expand_dims has no readable Jacobian here"),
    ],
)
def test_what_has_no_readable_jacobian_is_refused(text: str, message: str) -> None:
    shapes = {**SYMBOLS, "e": (2,), "b": (2,), "W": (2, 3)}
    with pytest.raises(LanguageError, match=message):
        linear_map(parse(text, OPERATIONS), "e", shapes.__getitem__)


@pytest.mark.parametrize(
    ("of", "by", "message"),
    [
        ("y", "W", "a Jacobian is of a vector by a vector, and W is \\(n, d\\)"),
        ("Y", "h_prev", "a Jacobian is of a vector by a vector, and Y is"),
        ("y", "missing", "'missing' is not defined"),
        ("s_2", "h_prev", "has no readable Jacobian here"),
    ],
)
def test_a_jacobian_that_there_is_not_is_refused(of: str, by: str, message: str) -> None:
    texts = {"y": "tanh(U @ h_prev)", "Y": "outer(y, b)", "s_2": "Y @ b"}
    with pytest.raises(LanguageError, match=message):
        jacobian(symbolic(texts), of, by)
