"""Definitions as they stand on paper: told from their shapes, and still the same definitions."""

from __future__ import annotations

import pytest
from redefining import redefined

from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.tree import Call, Name, Node
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, Quantity
from exsolve.notation import written
from exsolve.ops import OPERATIONS
from exsolve.solving.paper import on_paper

GIVENS = {
    "X": "[[1, 2, 3], [4, 5, 6]]",
    "S": "[[1, 2], [3, 4]]",
    "u": "[7, 8]",
    "v": "[7, 8, 9]",
    "c": "5",
    "T": "[[[1, 2], [3, 4]]]",
    "k": "[[2], [3]]",
    "Q": "[[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]",
}


def shown(text: str, notation: str = "terminal") -> str:
    quantities = [Quantity(name, parse(value, OPERATIONS)) for name, value in GIVENS.items()]
    graph = Graph([*quantities, Quantity("r", parse(text, OPERATIONS))])
    expression = graph.quantities["r"].expression
    by_hand = on_paper(expression, TreeContext(graph, "r"))
    again = parse(written(by_hand, "text"), OPERATIONS)
    values = evaluate(graph, ClosedFormRoute())["r"]
    other = evaluate(redefined(graph, "r", again), ClosedFormRoute())["r"]
    assert (values == other).all()
    return written(by_hand, notation)


@pytest.mark.parametrize(
    ("text", "terminal"),
    [
        # the rows of a matrix are no cells
        ("X[1]", "X[2, :]"),
        ("X[1, 0]", "X₂₁"),
        ("X[-1]", "X[2, :]"),
        ("v[1]", "v₂"),
        ("T[0]", "T[1, :, :]"),
        ("T[0, 1]", "T[1, 2, :]"),
        # a number or vector beside an array of the whole shape
        ("X + expand(c/3, [2, 3])", "X + c/3"),
        ("expand(c/3, [2, 3])", "c/3"),
        ("X - expand_dims(u, 1)", "X - u"),
        ("X * reshape(u, [2, 1])", "X ⊙ u"),
        ("X * expand(c, [2, 3])", "X·c"),
        ("X * expand(expand_dims(u, 1), [2, 3])", "X ⊙ u"),
        ("X - sum(X, axis=1, keepdims=true)", "X - sum(X over columns)"),
        ("X + ones_like(X)", "X + 1"),
        ("reshape(sum(X, axis=1, keepdims=true), [2])", "sum(X over columns)"),
        # a square matrix does not tell whether u stands as a row or as a column
        ("S - reshape(u, [2, 1])", "S - reshape(u, [2, 1])"),
        ("S - reshape(u, [1, 2])", "S - u"),
        # a column is read as a column
        ("S * reshape(k, [2])", "S ⊙ reshape(k, [2])"),
        ("S + k", "S + k"),
        ("reshape(k, [2]) * u", "reshape(k, [2]) ⊙ u"),
        # a column beside a vector would be spread itself
        ("sum(expand_dims(u, 1) - k)", "sum(expand_dims(u, 1) - k)"),
        # u is as long as two axes, v as long as one
        ("Q - expand_dims(u, 1)", "Q - expand_dims(u, 1)"),
        ("Q - expand_dims(expand_dims(u, 1), 2)", "Q - expand_dims(expand_dims(u, 1), 2)"),
        ("Q - expand_dims(S, 2)", "Q - S"),
        ("Q - v", "Q - v"),
        # the other array has not the whole shape either
        ("k/expand(c, [3])", "k/expand(c, [3])"),
        ("expand(c, [2, 1])/u", "expand(c, [2, 1])/u"),
        ("expand(c, [3]) - 2", "c - 2"),
        (
            "reshape(sum(X, axis=1, keepdims=true) * sum(S, axis=0, keepdims=true), [4])",
            "reshape(sum(X over columns, keepdims=true) ⊙ sum(S over rows, keepdims=true), [4])",
        ),
        # nothing beside them tells the shape
        ("sum(expand(c, [3]))", "sum(expand(c, [3]))"),
        ("sum(expand(c, [3])*2)", "sum(expand(c, [3])·2)"),
        ("reshape(u, [2, 1]) * reshape(v, [1, 3])", "reshape(u, [2, 1]) ⊙ reshape(v, [1, 3])"),
        ("X.T + reshape(X, [3, 2])", "Xᵀ + reshape(X, [3, 2])"),
        ("expand(v, [2, 3])", "expand(v, [2, 3])"),
        ("sum(X, axis=1, keepdims=true)", "sum(X over columns)"),
        ("sum(-sum(X, axis=1, keepdims=true))", "sum(-sum(X over columns, keepdims=true))"),
        ("ones_like(X)", "ones_like(X)"),
        # reductions say what they run over; axes are counted from 1, as places are
        ("mean(X, axis=0)", "mean(X over rows)"),
        ("max(X, axis=-1)", "max(X over columns)"),
        ("var(X, axis=[0, 1], ddof=1)", "var(X, ddof=1)"),
        ("var(X, axis=1, ddof=1)", "var(X over columns, ddof=1)"),
        ("mean(v, axis=0)", "mean(v)"),
        ("mean(Q, axis=[2, 0])", "mean(Q over axes 1 and 3)"),
        ("sum(Q, axis=1)", "sum(Q over axis 2)"),
        # joined matrices stand side by side
        ("concat(X, X, axis=1)", "[X | X]"),
        ("concat(X, concat(X, zeros([2, 3])), axis=0)", "[X; [X; 0]]"),
        ("concat(u, v)", "concat(u, v)"),
        ("concat(Q, Q, axis=-1)", "concat(Q, Q along axis 3)"),
        ("S - zeros([2, 2])", "S - 0"),
        # zeros but for one place
        ("scatter(expand_dims(c, 0), [3], [1])", "at₂(c)"),
        ("X + scatter(expand_dims(v, 0), [2, 3], [1, 0])", "X + at[2, :](v)"),
        ("scatter(expand_dims(u, 1), [2, 3], [0, 2])", "at[:, 3](u)"),
        ("scatter(S, [2, 3], [0, 1])", "at[:, 2…3](S)"),
    ],
)
def test_on_paper(text: str, terminal: str) -> None:
    assert shown(text) == terminal


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("X[1]", "{X}_{2, :}"),
        ("X - expand_dims(u, 1)", "X - u"),
        ("scatter(expand_dims(v, 0), [2, 3], [1, 0])", r"\operatorname{at}_{2, :}\left(v\right)"),
        ("mean(X, axis=0)", r"\operatorname{mean}\left(X \text{ over rows}\right)"),
        ("concat(X, X, axis=1)", r"\left[X \mid X\right]"),
        ("concat(Q, Q)", r"\operatorname{concat}\left(Q, Q \text{ along axis 1}\right)"),
        ("c*1e-5", r"c \cdot 10^{-5}"),
        ("(-2)*sqrt(3)/3", r"-\frac{2\sqrt{3}}{3}"),
        ("c - (-2)*sqrt(3)/3", r"c - \left(-\frac{2\sqrt{3}}{3}\right)"),
        ("-1*sqrt(3)/3", r"-\frac{\sqrt{3}}{3}"),
        ("sqrt(3)*ln(80)", r"\sqrt{3} \, \ln 80"),
        ("2*3", r"2 \cdot 3"),
        ("-3/c", r"-\frac{3}{c}"),
        ("1e-5^2", r"\left(10^{-5}\right)^{2}"),
    ],
)
def test_on_paper_in_latex(text: str, latex: str) -> None:
    assert shown(text, "latex") == latex


def test_tall_products_are_no_problem() -> None:
    product: Node = Name("c")
    for _ in range(3000):
        product = Call(OPERATIONS["multiply"], (product, Name("c")))
    graph = Graph([Quantity("c", parse("5", OPERATIONS)), Quantity("r", product)])
    text = written(on_paper(product, TreeContext(graph, "r")), "terminal")
    assert text == "·".join(["c"] * 3001)
