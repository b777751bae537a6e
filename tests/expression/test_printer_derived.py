"""Trees that nobody typed: derivatives and closed forms are read back as they are printed."""

from __future__ import annotations

import pytest
from flint import fmpq
from test_printer import assert_reads_back, assert_well_formed, read

from exsolve.exact.closed_form import ClosedForms, to_tree
from exsolve.expression.printer import show
from exsolve.expression.tree import Name, Node, Shape
from exsolve.gradient import TreeContext, vector_jacobian
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS

SHAPES: dict[str, Shape] = {
    "X": (4, 3),
    "W": (3, 3),
    "b": (3,),
    "c": (3,),
    "s": (),
    "M": (4, 3),
}

DEFINITIONS = [
    "sumsq(X @ W + b)",
    "sumsq(tanh(X @ W - b)/s)",
    "sum(softmax(X @ W, axis=1)*M)",
    "mean(log_softmax(X, axis=0)^3)",
    "sum(sigmoid(X)[0, 1:]*c[::2])",
    "sum(exp(-X^2)*M, axis=[0, 1])",
    "dot(W @ b, c)/sqrt(var(X, ddof=1))",
    "sum(outer(b, c) @ W.T)",
    "sum(max(X, M) - min(X, 0)*relu(M))",
    "sum(abs(concat(X, M, axis=1)))",
    "sum(reshape(X, [2, -1])^s)",
    "sum([s, s^2, ln(s)]*b)",
    "std(X)*sum(where(X > M, X, -M))",
    "sum(diag(b) @ W)/(2*s)",
    "-sumsq(b - c)/2",
]


@pytest.mark.parametrize("text", DEFINITIONS)
def test_derivatives_are_read_back(text: str) -> None:
    graph = Graph([Quantity("loss", read(text))], SHAPES)
    found = vector_jacobian(graph, "loss", read("-1"), lambda name: name in SHAPES)
    parts = [part for several in found.values() for part in several]
    assert parts
    for part in parts:
        assert_reads_back(part)
        assert_well_formed(show(part, "latex"))
        assert show(part, "terminal")


@pytest.mark.parametrize(
    ("text", "index"),
    [("X @ W + b", (1, 2)), ("softmax(X, axis=1)", (0, 1)), ("X.T[0]*2", (3,)), ("b/s - c", (0,))],
)
def test_entries_are_read_back(text: str, index: tuple[int, ...]) -> None:
    root = read(text)
    graph = Graph([Quantity("out", root)], SHAPES)
    entry: Node = TreeContext(graph, "out").cell(root, index)
    assert entry != root
    assert_reads_back(entry)
    assert_well_formed(show(entry, "latex"))


@pytest.mark.parametrize("value", [fmpq(0), fmpq(-7), fmpq(4, 5), fmpq(-14, 9)])
def test_scalars_are_read_back(value: fmpq) -> None:
    tree = to_tree(value, OPERATIONS)
    assert show(tree) == str(value)
    assert_reads_back(tree)


FUNCTIONS = ClosedForms()
THREE, HALF = fmpq(3), fmpq(1, 2)
CLOSED_FORMS = {
    "product": FUNCTIONS.sqrt(THREE) * FUNCTIONS.ln(fmpq(7)) * fmpq(-2, 5),
    "sum": FUNCTIONS.exp(-HALF) - FUNCTIONS.sqrt(THREE) + HALF,
    "quotient": FUNCTIONS.divide(fmpq(1), fmpq(1) + FUNCTIONS.exp(FUNCTIONS.sqrt(THREE))),
    "power": FUNCTIONS.power(FUNCTIONS.ln(THREE), fmpq(-3)),
    "root": FUNCTIONS.power(fmpq(2), fmpq(-2, 3)) + fmpq(1),
    "nested": FUNCTIONS.sigmoid(FUNCTIONS.tanh(HALF) - FUNCTIONS.exp(-THREE)),
    "negative": -FUNCTIONS.exp(-FUNCTIONS.sqrt(fmpq(2))),
}


@pytest.mark.parametrize("scalar", CLOSED_FORMS.values(), ids=CLOSED_FORMS)
def test_closed_forms_are_read_back(scalar: object) -> None:
    tree = to_tree(scalar, OPERATIONS)
    assert_reads_back(tree)
    assert_well_formed(show(tree, "latex"))


def test_a_name_reads_back_alone() -> None:
    assert_reads_back(Name("grad_h_next"))
