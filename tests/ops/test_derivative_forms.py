"""The formulas that derivative rules write, beside those that a person writes on paper."""

from __future__ import annotations

import pytest

from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Name, Shape
from exsolve.gradient import TreeContext, with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS

SYMBOLS: dict[str, Shape] = {
    "a": (2, 3), "b": (3,), "A": ("n", "d"), "B": ("d", "m"), "v": ("d",), "s": (), "X": (2, 3, 4),
}  # fmt: skip

FORMS = [
    ("a + b", ["g", "sum(g, axis=0)"]),
    ("a - b", ["g", "-sum(g, axis=0)"]),
    ("a*b", ["b*g", "sum(a*g, axis=0)"]),
    ("a/b", ["g/b", "-sum(a*g / b^2, axis=0)"]),
    ("a*s", ["s*g", "sum(a*g)"]),
    ("a^2", ["2*a*g", None]),
    ("a^3", ["3*a^2*g", None]),
    ("a^0", [None, None]),
    ("s^s", ["s*s^(s - 1)*g", "y*ln(s)*g"]),
    ("-a", ["-g"]),
    ("A @ B", ["g @ B.T", "A.T @ g"]),
    ("A @ v", ["outer(g, v)", "A.T @ g"]),
    ("v @ B", ["B @ g", "outer(v, g)"]),
    ("v @ v", ["g*v", "g*v"]),
    ("A.T", ["g.T"]),
    ("a[:, 1:3]", ["scatter(g, [2, 3], [0, 1])"]),
    ("a[1]", ["scatter(expand_dims(g, 0), [2, 3], [1, 0])"]),
    ("exp(A)", ["y*g"]),
    ("ln(A)", ["g/A"]),
    ("sqrt(A)", ["g / (2*y)"]),
    ("sigmoid(A)", ["y*(1 - y)*g"]),
    ("tanh(A)", ["(1 - y^2)*g"]),
    ("relu(A)", ["(y > 0)*g"]),
    ("abs(A)", ["((A > 0) - (A < 0))*g"]),
    ("max(a, s)", ["1/2*((a > s) + (a >= s))*g", "1/2*sum(((s > a) + (s >= a))*g)"]),
    ("max(A)", ["(A == y)*g / sum(A == y)"]),
    ("where(a, s, b)", [None, "sum(where(a, g, 0))", "sum(where(a, 0, g), axis=0)"]),
    ("softmax(A)", ["y*(g - sum(y*g, axis=-1, keepdims=true))"]),
    ("softmax(A, axis=0)", ["y*(g - sum(y*g, axis=0, keepdims=true))"]),
    ("log_softmax(A)", ["g - softmax(A)*sum(g, axis=-1, keepdims=true)"]),
    ("cross_entropy(v, v)", ["(softmax(v) - v)*g", "-log_softmax(v)*g"]),
    ("sum(A)", ["g*ones_like(A)"]),
    ("sum(a, axis=0)", ["expand(g, [2, 3])"]),
    ("mean(a)", ["expand(g/6, [2, 3])"]),
    ("var(a)", ["1/3*(a - mean(a))*g"]),
    ("var(A, axis=0)", ["2*(A - mean(A, axis=0, keepdims=true))*g / size(A, axis=0)"]),
    ("std(a)", ["(a - mean(a))*g / (6*y)"]),
    ("sumsq(A)", ["2*A*g"]),
    ("outer(v, v)", ["g @ v", "g.T @ v"]),
    ("diag(v)", ["diag(g)"]),
    ("concat(b, b)", ["g[0:3]", "g[3:6]"]),
    ("[b, b]", ["g[0]", "g[1]"]),
    ("reshape(a, [3, 2])", ["reshape(g, [2, 3])"]),
]


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_derivative_reads_as_written_by_hand(text: str, expected: list[str | None]) -> None:
    root = parse(text, OPERATIONS)
    assert isinstance(root, Call)
    assert root.operation.derivative is not None
    shape = Graph([Quantity("y", root)], SYMBOLS).shapes["y"]
    graph = Graph([Quantity("y", root)], {**SYMBOLS, "g": shape})
    parts = root.operation.derivative(root, Name("g"), TreeContext(graph, "y"))
    for part, text_expected in zip(parts, expected, strict=True):
        assert part == (text_expected and parse(text_expected, OPERATIONS)), part and show(part)
    for part, argument in zip(parts, root.args, strict=True):
        if part is not None:
            assert graph.shape(part) == graph.shape(argument)


LOSSES = [
    (
        {"h": "sigmoid(W @ x + U @ h_prev)", "L": "sumsq(z - h)"},
        {
            "h": "2*(h - z)",
            "W": "outer(h*(1 - h)*grad_h, x)",
            "h_prev": "U.T @ (h*(1 - h)*grad_h)",
        },
    ),
    ({"L": "sumsq(z - W @ x)"}, {"W": "outer(2*(W @ x - z), x)", "x": "W.T @ (2*(W @ x - z))"}),
    ({"L": "mean(cross_entropy(D, T))"}, {"D": "1/4*(softmax(D) - T)"}),
    (
        {"S": "W @ U.T / sqrt(2)", "A": "softmax(S)", "H": "A @ D.T", "L": "sumsq(H)"},
        {
            "H": "2*H",
            "D": "grad_H.T @ A",
            "A": "grad_H @ D",
            "S": "A*(grad_A - sum(A*grad_A, axis=-1, keepdims=true))",
            "W": "grad_S/sqrt(2) @ U",
            "U": "(grad_S/sqrt(2)).T @ W",
        },
    ),
    ({"m": "mean(x)", "L": "m^2"}, {"m": "2*m", "x": "expand(grad_m/2, [2])"}),
    ({"L": "mean(sigmoid(x))^2"}, {"x": "mean(sigmoid(x))*sigmoid(x)*(1 - sigmoid(x))"}),
    ({"L": "sum(z*x)"}, {"z": "x", "x": "z"}),
    ({"L": "mean(D + x)"}, {"D": "1/8*ones([4, 2])", "x": "1/2*ones([2])"}),
    ({"A": "-C", "L": "sum(tanh(A))"}, {"A": "1 - tanh(A)^2"}),
    ({"A": "-C", "L": "sum(A*A)"}, {"A": "2*A"}),
    ({"A": "-C", "L": "mean(A)"}, {"A": "1 / size(A)*ones_like(A)"}),
]


@pytest.mark.parametrize(("definitions", "expected"), LOSSES)
def test_gradients_through_several_operations(
    definitions: dict[str, str], expected: dict[str, str]
) -> None:
    shapes: dict[str, str] = {
        "W": "zeros([2, 2])", "U": "zeros([2, 2])", "D": "zeros([4, 2])", "T": "zeros([4, 2])",
        "x": "zeros([2])", "z": "zeros([2])", "h_prev": "zeros([2])",
    }  # fmt: skip
    texts = {**shapes, **definitions}
    quantities = [Quantity(name, parse(text, OPERATIONS)) for name, text in texts.items()]
    graph = with_gradients(Graph(quantities, {"C": ("n", "d")}), "L", list(expected))
    for name, text in expected.items():
        found = graph.quantities[f"grad_{name}"].expression
        assert found == parse(text, OPERATIONS), show(found)


def test_the_gradient_of_an_index_and_of_its_gradient_keep_symbolic_shapes() -> None:
    graph = Graph(
        [Quantity("y", parse("A[1]", OPERATIONS))], {**SYMBOLS, "g": ("d",), "G": ("n", "d")}
    )
    root = graph.quantities["y"].expression
    assert isinstance(root, Call)
    assert root.operation.derivative is not None
    context = TreeContext(graph, "y")
    (scattered,) = root.operation.derivative(root, Name("g"), context)
    assert isinstance(scattered, Call)
    assert scattered.operation.derivative is not None
    assert graph.shape(scattered) == ("n", "d")
    (taken,) = scattered.operation.derivative(scattered, Name("G"), context)
    assert taken is not None
    assert graph.shape(taken) == (1, "d")
