from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from trees import trees

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.layout import layout
from exsolve.expression.layout.tree import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Function,
    Identifier,
    Layout,
    Number,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Styled,
    Table,
    Text,
)
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Literal, Node
from exsolve.ops import OPERATIONS

A, B, N, X = (Identifier(letter) for letter in "abnx")
ONE, TWO = Number("1"), Number("2")
PLUS = Operator("+", "binary")
EQUALS = Operator("=", "relation")
MINUS = Operator("−", "binary")
SIGN = Operator("−", "prefix")
COMMA = Operator(",", "punctuation")
SUM = Operator("∑", "large")


def row(*items: Layout) -> Row:
    return Row(items)


TREES = [
    ("", row()),
    ("x", X),
    ("1.25", Number("1.25")),
    ("x x", row(X, X)),
    (r"\alpha", Identifier("α")),
    (r"\Gamma", Identifier("Γ", "upright")),
    (r"\mathrm{batch}", Identifier("batch", "upright")),
    (r"\mathrm{conv2d\_a}", Identifier("conv2d_a", "upright")),
    (r"\mathbf{x}", Identifier("x", "bold")),
    (r"\mathbb{R}^{n}", Scripts(Identifier("R", "double-struck"), None, N)),
    (r"\mathcal L", Identifier("L", "script")),
    (r"\mathbf{1}", Number("1", "bold")),
    (r"\operatorname{log\_softmax}", Function("log_softmax")),
    (r"\ln x", row(Function("ln"), X)),
    (r"\frac{1}{2}", Fraction(ONE, TWO)),
    (r"\frac12", Fraction(ONE, TWO)),
    (r"\tfrac{1}{2}", Fraction(ONE, TWO, "text")),
    (r"\dfrac{1}{2}", Fraction(ONE, TWO, "display")),
    (r"\binom{n}{2}", Binomial(N, TWO)),
    (r"\sqrt{x}", Root(X)),
    (r"\sqrt[n]{x}", Root(X, N)),
    ("x_1", Scripts(X, ONE)),
    ("x^12", row(Scripts(X, None, ONE), TWO)),
    ("x_{1}^{2}", Scripts(X, ONE, TWO)),
    ("x^{2}_{1}", Scripts(X, ONE, TWO)),
    ("{x_1}_2", Scripts(row(Scripts(X, ONE)), TWO)),
    ("x''", Scripts(X, None, Operator("″", "ordinary"))),
    ("x'^2", Scripts(X, None, row(Operator("′", "ordinary"), TWO))),
    (r"\sum_{a}^{n} x", row(Scripts(SUM, A, N, "display"), X)),
    (r"\sum\nolimits_a", Scripts(SUM, A)),
    (r"\sum\limits_a", Scripts(SUM, A, None, "always")),
    (r"\int_a^b", Scripts(Operator("∫", "large"), A, B)),
    (r"\max_x", Scripts(Function("max", True), X, None, "display")),
    (r"\hat{x}", Accent(X, "ˆ")),
    (r"\overline{x}", Accent(X, "¯", wide=True)),
    (r"\underbrace{x}_{n}", Scripts(Accent(X, "⏟", True, True), N, None, "always")),
    (r"\overset{n}{=}", Scripts(EQUALS, None, N, "always")),
    (r"\left(x\right)", Fenced("(", (X,), ")")),
    (r"\left.x\right|_{1}", Scripts(Fenced("", (X,), "|"), ONE)),
    (r"\left(a \middle| b\right)", Fenced("(", (A, B), ")", ("|",))),
    (r"\left(\frac{a}{b}\right)", Fenced("(", (Fraction(A, B),), ")", (), tall=True)),
    (r"\bigl(", Operator("(", "open", 1.2)),
    (r"\text{ a $x$}", row(Text(" a "), X)),
    (r"\text{a\_b \& c}", Text("a_b & c")),
    (r"a \, b", row(A, Space(1 / 6), B)),
    (r"\displaystyle x", Styled(X, True)),
    ("a = b", row(A, EQUALS, B)),
    (r"a \not= b", row(A, Operator("≠", "relation"), B)),
    ("a - b", row(A, MINUS, B)),
    ("-a", row(SIGN, A)),
    ("a = -b", row(A, EQUALS, SIGN, B)),
    ("a, -b", row(A, COMMA, SIGN, B)),
    ("a + -b", row(A, PLUS, SIGN, B)),
    ("x^{-1}", Scripts(X, None, row(SIGN, ONE))),
    ("x^{+}", Scripts(X, None, Operator("+", "ordinary"))),
    (r"\begin{bmatrix} 1 & -2 \end{bmatrix}", Table(((ONE, row(SIGN, TWO)),), "[", "]")),
    (r"\begin{matrix} a \\ b \\ \end{matrix}", Table(((A,), (B,)))),
    (r"\begin{cases} a & b \end{cases}", Table(((A, B),), "{", "", "cases")),
    (
        r"\begin{aligned} a &= b \\ &+ n \end{aligned}",
        Table(((A, row(EQUALS, B)), (row(), row(PLUS, N))), arrangement="aligned"),
    ),
]


@pytest.mark.parametrize(("latex", "tree"), TREES, ids=[latex for latex, _ in TREES])
def test_each_construct_has_its_tree(latex: str, tree: Layout) -> None:
    # nodes are tuples, which are equal whatever they are called
    assert repr(layout(latex)) == repr(tree)


REFUSED = [
    (r"a \input{b}", 2, r"\\input is not known"),
    (r"\frac{1}", 0, "nothing to stand with"),
    ("{a", 0, "not closed"),
    ("a}", 1, "closes nothing"),
    ("a & b", 2, "outside of a table"),
    (r"a \\ b", 2, "outside of a table"),
    (r"\left(a", 0, "not closed"),
    (r"a\right)", 1, r"without \\left"),
    (r"\left a\right)", 0, "no bracket"),
    ("x^1^2", 3, "two superscripts"),
    ("x_1_2", 3, "two subscripts"),
    ("x^_2", 2, "argument must stand"),
    (r"\begin{tikzpicture}", 0, "environment"),
    (r"\begin{matrix} a \end{bmatrix}", 17, "closes nothing"),
    ("a % b", 2, "means nothing"),
    ("#1", 0, "means nothing"),
    ("a$b", 1, "closes nothing"),
    ("a\x07", 1, "does not have"),
    ("a\u202eb", 1, "does not have"),
    (r"\text{a" + "\u202e}", 6, "cannot be shown"),
    (r"\text{\input{a}}", 6, "not known among words"),
    (r"\text{a", 0, "without an end"),
    (r"\operatorname{a$b}", 0, "no name"),
    (r"\not{ab}", 0, "crossed out"),
]


@pytest.mark.parametrize(("latex", "offset", "message"), REFUSED)
def test_what_is_outside_of_the_subset_is_refused_at_its_place(
    latex: str, offset: int, message: str
) -> None:
    with pytest.raises(LanguageError, match=message) as refusal:
        layout(latex)
    assert refusal.value.offset == offset


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 5_000,
        r"\frac" * 5_000,
        r"\left(" * 5_000,
        "x^{" * 5_000,
        r"\text{$" * 5_000,
        r"\textstyle x" * 5_000,
    ],
)
def test_depth_is_bounded(latex: str) -> None:
    with pytest.raises(LanguageError, match="nested too deep"):
        layout(latex)


def test_length_is_bounded() -> None:
    with pytest.raises(LanguageError, match="too long"):
        layout("x" * (limits.MATHEMATICS_LENGTH + 1))


def test_what_is_written_side_by_side_is_not_nested() -> None:
    many = layout("x_{1} + " * 20_000 + "x")
    assert isinstance(many, Row)
    assert len(many.items) == 40_001


@pytest.mark.parametrize("name", ["exp", "sqrt", "negate", "divide"])
def test_expressions_as_deep_as_an_author_may_write_are_read(name: str) -> None:
    node: Node = Literal(fmpq(2))
    for _ in range(limits.DEPTH - 1):
        operation = OPERATIONS[name]
        node = Call(operation, (node,) * len(operation.parameters[:1]) + _others(name))
    assert layout(show(node, "latex")) != Row(())


def _others(name: str) -> tuple[Node, ...]:
    return (Literal(fmpq(3)),) if name == "divide" else ()


@given(trees)
def test_whatever_the_printer_writes_is_read(node: Node) -> None:
    layout(show(node, "latex"))


def assert_read_or_refused(latex: str) -> None:
    """Nothing but a tree or a refusal with its place."""
    offset = 0
    try:
        layout(latex)
    except LanguageError as refusal:
        offset = refusal.offset
    assert 0 <= offset <= len(latex)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(latex: str) -> None:
    assert_read_or_refused(latex)


STRUCTURES = [r"\begin{cases}", r"\end{cases}", r"\left(", r"\middle|", r"\right)", r"\text{", "$"]
COMMANDS = [r"\frac", r"\sqrt[", r"\binom", r"\hat", r"\mathrm", r"\not", r"\bigl(", r"\sum"]
SIGNS = [r"\limits", r"\displaystyle", "{", "}", "^", "_", "x", "2", "&", r"\\", "]", "'", "-"]


@given(st.lists(st.sampled_from([*STRUCTURES, *COMMANDS, *SIGNS]), max_size=12).map(" ".join))
def test_any_order_of_what_is_known_is_read_or_refused(latex: str) -> None:
    assert_read_or_refused(latex)
