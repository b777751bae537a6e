"""Which expressions count as written alike, and how a text falls into sides of equations."""

from __future__ import annotations

import pytest

from exsolve.expression.parser import parse
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Node, Shape
from exsolve.marking.chain_forms import Form, form
from exsolve.marking.chain_text import is_prose, sides
from exsolve.ops import OPERATIONS

SHAPES: dict[str, Shape] = {
    "X": ("n", "d"),
    "y": ("n",),
    "w": ("d",),
    "v": ("d",),
    "A": ("n", "n"),
    "B": ("n", "n"),
    "p": (),
    "q": (),
}


def form_of(text: str) -> Form:
    def shape(node: Node) -> Shape:
        return shape_of(node, SHAPES.__getitem__)

    return form(parse(text, OPERATIONS), shape)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y + X @ w", "X @ w + y"),
        ("y - (X @ w - y)", "2*y - X @ w"),
        ("p*X @ w", "X @ (w*p)"),
        ("(p*X) @ w", "p*(X @ w)"),
        ("X @ w/p", "(X/p) @ w"),
        ("X.T @ (X @ w)", "X.T @ X @ w"),
        ("sumsq(y - p*X @ w)", "sumsq(p*X @ w - y)"),
        ("p*(1 - p)*q", "q*(1 - p)*p"),
        ("p*p", "p^2"),
        ("-(-w)", "w"),
        ("w + 0", "w"),
        ("1*w", "w"),
        ("(A @ B).T", "B.T @ A.T"),
        ("(A + B).T", "B.T + A.T"),
        ("A.T.T", "A"),
        ("dot(v, w)", "dot(w, v)"),
        ("2*(v + w)", "2*v + 2*w"),
        ("w/2", "1/2*w"),
        ("-(p - q)", "q - p"),
        ("p*(q - p)", "-p*(p - q)"),
    ],
)
def test_written_alike(one: str, other: str) -> None:
    assert form_of(one) == form_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A @ B", "B @ A"),
        ("A.T", "A"),
        ("p*(p + q)", "p*p + p*q"),  # multiplied out
        ("sumsq(w)", "dot(w, w)"),
        ("sumsq(v - w)", "sumsq(v + w)"),
        ("y - X @ w", "X @ w - y"),
        ("v*w", "dot(v, w)"),
        ("p^2", "p"),
        ("p/q", "q/p"),
        ("exp(p + q)", "exp(p)*exp(q)"),
        ("sum(X, axis=0)", "sum(X, axis=1)"),
        ("2*w", "w"),
        ("A*B", "A @ B"),
    ],
)
def test_written_otherwise(one: str, other: str) -> None:
    assert form_of(one) != form_of(other)


KNOWN = frozenset(("sum", "sumsq", "lambda", "w_star"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\n= b\n= c", ["a", "b", "c"]),
        ("a = b = c", ["a", "b", "c"]),
        ("sum(x, axis=0) = b", ["sum(x, axis=0)", "b"]),
        ("a = b   (because of c = d)\n = e", ["a", "b", "e"]),
        ("a = b, since it is so", ["a", "b"]),
        ("a = b   # the definition", ["a", "b"]),
        ("a &= b \\\\\n &= c", ["a", "b", "c"]),
        ("\\[ a = b \\]", ["a", "b"]),
        ("a = b\n + c\n = d", ["a", "b\n + c", "d"]),
        ("a = b\n - c\n = d", ["a", "b\n - c", "d"]),
        ("a = (b\n + c)\n = d", ["a", "(b\n + c)", "d"]),
        ("Hence a = b", ["a", "b"]),
        ("1) a = b\n2) = c", ["a", "b", "c"]),
        ("This is the definition of it.\na = b", ["a", "b"]),
        ("a = W  (x + y)", ["a", "W  (x + y)"]),
        ("a <= b", ["a <= b"]),
        ("a == b", ["a == b"]),
        ("a = p**2\n= q", ["a", "p**2", "q"]),
        (
            "a &= \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix} \\\\ &= b",
            ["a", "\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}", "b"],
        ),
        (r"a &= b && \text{(by linearity)} \\ &= c", ["a", "b", "c"]),
    ],
)
def test_sides_of_a_text(text: str, wanted: list[str]) -> None:
    found = sides(text, KNOWN)
    assert [one.text.replace("\n", " ").split() for one in found] == [
        one.replace("\n", " ").split() for one in wanted
    ]
    for one in found:
        assert text[one.offset] == one.text[0]
        assert one.line == text.count("\n", 0, one.offset) + 1


@pytest.mark.parametrize("line", ["The masks are independent.", "Proof", "we get", "with E[R] = p"])
def test_prose(line: str) -> None:
    assert is_prose(line, KNOWN) == (line != "with E[R] = p")


@pytest.mark.parametrize(
    "line", ["w_star", "sumsq(w)", "= lambda*w", "2", "x", "a = loss + penalty + noise + rest"]
)
def test_mathematics(line: str) -> None:
    assert not is_prose(line, KNOWN)
