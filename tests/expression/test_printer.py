from __future__ import annotations

import re

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from trees import trees

from exsolve.expression.naming import escape_latex, show_name
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Constant, Literal, Name, Node
from exsolve.ops import OPERATIONS


def read(text: str) -> Node:
    return parse(text, OPERATIONS)


def assert_reads_back(node: Node) -> None:
    text = show(node, "text")
    assert read(text) == node, text


@given(trees)
def test_text_is_read_back(node: Node) -> None:
    assert_reads_back(node)


@given(trees)
def test_latex_is_well_formed(node: Node) -> None:
    latex = show(node, "latex")
    assert_well_formed(latex)


def assert_well_formed(latex: str) -> None:
    """Braces and \\left, \\right match, and nothing has two superscripts or two subscripts."""
    assert len(re.findall(r"\\left(?![a-z])", latex)) == len(re.findall(r"\\right(?![a-z])", latex))
    scripts: list[set[str]] = [set()]
    previous = ""
    for symbol in re.findall(r"\\[a-zA-Z]+|\\.|.", latex):
        if symbol in ("^", "_"):
            assert symbol not in scripts[-1], f"double {symbol}: {latex}"
            scripts[-1].add(symbol)
        elif symbol == "{":
            if previous not in ("^", "_"):
                scripts[-1].clear()
            scripts.append(set())
        elif symbol == "}":
            scripts.pop()
            assert scripts, latex
        elif previous not in ("^", "_"):
            scripts[-1].clear()
        previous = symbol
    assert len(scripts) == 1, latex


def test_the_check_of_latex_can_fail() -> None:
    for wrong in ("x^{2}^{3}", "x_{a}_{b}", "{x", r"\left(x", "x_1^2_3"):
        with pytest.raises(AssertionError):
            assert_well_formed(wrong)


# Each text is as short as it can be: it is printed as it was written.
MINIMAL = [
    "a + b + c",
    "a - (b - c)",
    "a - b - c",
    "a + (b - c)",
    "a*b + c",
    "a*(b + c)",
    "(a + b)*c",
    "a*b*c",
    "a*(b*c)",
    "a/b",
    "a/b*c",
    "a*b / c",
    "1/exp(a)*b",
    "Q @ K.T / sqrt(d_model)",
    "a*(b/c)",
    "-a",
    "-a*b",
    "-(a*b)",
    "-(a + b)",
    "-a + b",
    "-a^2",
    "(-a)^2",
    "a^b^c",
    "(a^b)^c",
    "a^(b + c)",
    "2^(-1)",
    "2^(1/2)",
    "2*(-3)",
    "a - (-b)",
    "-2*a",
    "1/2*a",
    "a*(1/2)",
    "-(2)",
    "A @ B @ C",
    "A @ (B @ C)",
    "A @ (B + C)",
    "A @ B.T",
    "(A @ B).T",
    "-A.T",
    "(-A).T",
    "A.T.T",
    "A.T^2",
    "(A^2).T",
    "A[0]",
    "A[0][1]",
    "(A + B)[0, 1:3]",
    "A[-1, ::2].T",
    "a > b",
    "(a > b)*c",
    "a + b > c*d",
    "exp(-a)",
    "exp(a + b)",
    "[[1, 2], [3, -4]]",
    "[a + b, c]",
    "[a, b].T",
    "V.T @ (-2*(y_t - z_t)) + U.T @ (grad_h_next*h_next*(1 - h_next))",
    "outer(grad_h*h_t*(1 - h_t), x_t)",
    "dot(a, b)",
    "softmax(S)",
    "softmax(S, axis=0)",
    "softmax(S, mask=M, axis=0)",
    "sum(X, axis=[0, 2], keepdims=true)",
    "var(X, axis=0, ddof=1)",
    "identity(3)",
    "one_hot(t, 3)",
    "zeros([2, 3])",
    "reshape(x, [2, -1])",
    "concat(a, b, axis=1)",
    "stack(a, b, axis=1)",
    "max(a, b)",
    "max(a, axis=0)",
    "0.6*x",
    "1.16e-10",
]


@pytest.mark.parametrize("text", MINIMAL)
def test_no_bracket_too_many(text: str) -> None:
    assert show(read(text), "text") == text
    assert_reads_back(read(text))


# text -> how a person writes it on a terminal, and in LaTeX
WRITTEN = {
    "Q @ K.T / sqrt(d_model)": (
        "Q Kᵀ / √d_model",
        r"\frac{Q K^{\top}}{\sqrt{d_{\mathrm{model}}}}",
    ),
    "sqrt(3)*ln(80)": ("√3·ln 80", r"\sqrt{3} \, \ln 80"),
    "ln(80)*sqrt(3)": ("(ln 80)·√3", r"\left(\ln 80\right) \, \sqrt{3}"),
    "sqrt(3)*ln(80)*x/2": (
        "(√3·ln 80)·x / 2",
        r"\frac{\left(\sqrt{3} \, \ln 80\right) \cdot x}{2}",
    ),
    "sqrt(3)*ln(80)/2": ("(√3·ln 80) / 2", r"\frac{\sqrt{3} \, \ln 80}{2}"),
    "-ln(x)*y": ("(-ln x) ⊙ y", r"\left(-\ln x\right) \odot y"),
    "x*ln(y) + x": ("x ⊙ ln y + x", r"x \odot \ln y + x"),
    "ln(x + 1)": ("ln(x + 1)", r"\ln\left(x + 1\right)"),
    "ln(x)^2": ("(ln x)²", r"\left(\ln x\right)^{2}"),
    "sqrt(x + 1)": ("√(x + 1)", r"\sqrt{x + 1}"),
    "exp(-sqrt(3))": ("e^(-√3)", r"e^{-\sqrt{3}}"),
    "exp(sqrt(3))": ("e^√3", r"e^{\sqrt{3}}"),
    "sqrt(x)^2": ("(√x)²", r"\sqrt{x}^{2}"),
    "-(2*x/5)": ("-2·x / 5", r"-\frac{2 \cdot x}{5}"),
    "-(a*b) @ C": ("(-a ⊙ b) C", r"\left(-a \odot b\right) C"),
    "x - (-(a*b))": ("x - (-a ⊙ b)", r"x - \left(-a \odot b\right)"),
    "-(a + b)": ("-(a + b)", r"-\left(a + b\right)"),
    "3^19": ("3¹⁹", "3^{19}"),
    "x^(-1)": ("x⁻¹", "x^{-1}"),
    "2^x^3": ("2^(x³)", "2^{x^{3}}"),
    "(2^x)^3": ("(2^x)³", r"\left(2^{x}\right)^{3}"),
    "exp(ln(80))": ("e^(ln 80)", r"e^{\ln 80}"),
    "A @ (B @ C)": ("A (B C)", r"A \left(B C\right)"),
    "A / x @ B": ("(A/x) B", r"\frac{A}{x} B"),
    "x / (a*b)": ("x / (a ⊙ b)", r"\frac{x}{a \odot b}"),
    "2*x/3*y": ("2·x / 3 ⊙ y", r"\frac{2 \cdot x}{3} \odot y"),
    "3*sqrt(2)/5*sqrt(3)": ("(3·√2 / 5)·√3", r"\frac{3\sqrt{2}}{5} \, \sqrt{3}"),
    "0.6": ("0.6", "0.6"),
    "½*x": ("½·x", r"\frac{1}{2} \cdot x"),
    "12/20": ("12/20", r"\frac{12}{20}"),
    "-4/5": ("-4/5", r"-\frac{4}{5}"),
    "(4/5)^2": ("(4/5)²", r"\left(\frac{4}{5}\right)^{2}"),
    "1.16e-10": ("1.16e-10", r"1.16 \cdot 10^{-10}"),
    "h_1_next^2": ("h_1_next²", r"\left(h_{1}^{\mathrm{next}}\right)^{2}"),
    "X.T^2": ("(Xᵀ)²", r"\left(X^{\top}\right)^{2}"),
    "mu_batch": ("μ_batch", r"\mu_{\mathrm{batch}}"),
    "softmax(S, axis=0)": (
        "softmax(S, axis=0)",
        r"\operatorname{softmax}\left(S, \mathrm{axis}=0\right)",
    ),
    "X[0, 1:3]": ("X[1, 2…3]", r"X[1, 2 \ldots 3]"),
}


@pytest.mark.parametrize(("text", "terminal", "latex"), [(t, *w) for t, w in WRITTEN.items()])
def test_written(text: str, terminal: str, latex: str) -> None:
    node = read(text)
    assert show(node, "terminal") == terminal
    assert show(node, "latex") == latex
    assert_well_formed(latex)


NAMES = {
    "x": ("x", "x"),
    "W_Q": ("W_Q", "W_{Q}"),
    "h_1": ("h_1", "h_{1}"),
    "h1": ("h1", "h_{1}"),
    "S_3_2": ("S_3_2", "S_{3, 2}"),
    "h_1_next": ("h_1_next", r"h_{1}^{\mathrm{next}}"),
    "h_prev": ("h_prev", r"h_{\mathrm{prev}}"),
    "mu_batch": ("μ_batch", r"\mu_{\mathrm{batch}}"),
    "sigma_max_1": ("σ_max_1", r"\sigma_{\mathrm{max}, 1}"),
    "alpha": ("α", r"\alpha"),
    "λ_2": ("λ_2", r"\lambda_{2}"),
    "Δx": ("Δx", r"\Delta x"),
    "agg": ("agg", r"\mathrm{agg}"),
    "w_star": ("w_star", r"w^{\star}"),
    "x_hat": ("x_hat", r"\hat{x}"),
    "x_1_bar": ("x_1_bar", r"\bar{x}_{1}"),
    "grad_W": ("grad_W", r"\nabla_{W}"),
    "grad_h_3": ("grad_h_3", r"\nabla_{h_{3}}"),
    "dh3_dh1": ("dh3_dh1", r"\frac{\partial h_{3}}{\partial h_{1}}"),
    "dy_dh_next": ("dy_dh_next", r"\frac{\partial y}{\partial h_{\mathrm{next}}}"),
    "data_dim": ("data_dim", r"\mathrm{data}_{\mathrm{dim}}"),
    "Größe": ("Größe", r"\text{Größe}"),
    "a_": ("a_", "a"),
    "50%&#": ("50%&#", r"\mathrm{50\%\&\#}"),
}


@pytest.mark.parametrize(("name", "terminal", "latex"), [(n, *w) for n, w in NAMES.items()])
def test_names(name: str, terminal: str, latex: str) -> None:
    assert show_name(name, "text") == name
    assert show_name(name, "terminal") == terminal
    assert show_name(name, "latex") == latex
    assert_well_formed(latex)


def test_latex_is_escaped() -> None:
    assert escape_latex(r"a_b{c}$%&#\^~") == (
        r"a\_b\{c\}\$\%\&\#\textbackslash{}\textasciicircum{}\textasciitilde{}"
    )


def constant(*rows: object) -> Constant:
    cells = np.array(rows, dtype=object)
    return Constant(np.vectorize(fmpq, otypes=[object])(cells))


def test_constants() -> None:
    matrix = constant([1, 2], [3, -4])
    assert show(matrix) == "[[1, 2], [3, -4]]"
    assert show(matrix, "latex") == r"\begin{bmatrix} 1 & 2 \\ 3 & -4 \end{bmatrix}"
    # a vector is neither a row nor a column, and stands as it does among the values
    assert show(constant(1, 2), "latex") == r"\left[1, 2\right]"


def test_products_of_arrays_have_their_own_sign_around_functions_too() -> None:
    vector = constant(1, 2)
    product = OPERATIONS["multiply"]
    logarithm = Call(OPERATIONS["ln"], (vector,), {})
    shown = show(Call(product, (vector, logarithm), {}), "latex")
    assert r"\odot" in shown
    assert r"\cdot" not in shown
    number = Call(OPERATIONS["ln"], (Literal(fmpq(2)),), {})
    assert r"\cdot" in show(Call(product, (vector, number), {}), "latex")
    cube = constant([[1], [2]], [[3], [4]])
    assert show(cube) == "[[[1], [2]], [[3], [4]]]"
    assert_well_formed(show(cube, "latex"))
    scalar = np.empty((), dtype=object)
    scalar[()] = fmpq(-4, 5)
    assert show(Call(OPERATIONS["power"], (Constant(scalar), Name("n")))) == "(-4/5)^n"


def test_constants_with_closed_forms() -> None:
    cells = np.empty((2,), dtype=object)
    cells[:] = ["root", fmpq(1, 2)]

    def tree(cell: object) -> Node:
        assert cell == "root"
        return read("sqrt(3)*ln(80)")

    assert show(Constant(cells), "terminal", tree) == "[√3·ln 80, 1/2]"


def test_trees_of_any_height_are_printed() -> None:
    node: Node = Name("x")
    for _ in range(3_000):
        node = Call(OPERATIONS["add"], (node, Literal(fmpq(1))))
    assert show(node) == "x" + " + 1" * 3_000


def test_unknown_notation() -> None:
    with pytest.raises(ValueError, match="no notation 'html'"):
        show(Name("x"), "html")


@pytest.mark.parametrize(
    ("text", "terminal", "latex"),
    [
        ("1*1 + -1*-2", "1·1 + (-1)·(-2)", r"1 \cdot 1 + \left(-1\right) \cdot \left(-2\right)"),
        (
            "1 - (-1/4)*(-1/4)",
            "1 - (-1/4)·(-1/4)",
            r"1 - \left(-\frac{1}{4}\right) \cdot \left(-\frac{1}{4}\right)",
        ),
        ("1 + (-3)*sqrt(2)/4", "1 + (-3·√2 / 4)", ""),
        ("2*(-1*3)", "2·(-1·3)", ""),
    ],
)
def test_a_negative_first_factor_has_the_brackets(text: str, terminal: str, latex: str) -> None:
    assert show(read(text), "terminal") == terminal
    if latex:
        assert show(read(text), "latex") == latex


@pytest.mark.parametrize(
    ("text", "terminal", "latex"),
    [
        ("Q[:, 0:2]", "Q[:, 1…2]", r"Q[:, 1 \ldots 2]"),
        ("Q[:, 2:4]", "Q[:, 3…4]", r"Q[:, 3 \ldots 4]"),
        ("Q[0, :3]", "Q[1, 1…3]", r"Q[1, 1 \ldots 3]"),
        ("Q[1:, 2:3]", "Q[2…, 3]", r"Q[2 \ldots, 3]"),
        ("Q[-1]", "Q[-1]", "Q[-1]"),
        ("Q[::2]", "Q[::2]", "Q[::2]"),
        ("Q[:-1]", "Q[:-1]", "Q[:-1]"),
    ],
)
def test_slices_are_counted_from_1_on_paper(text: str, terminal: str, latex: str) -> None:
    assert show(read(text), "text") == text
    assert show(read(text), "terminal") == terminal
    assert show(read(text), "latex") == latex
