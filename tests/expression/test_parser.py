from __future__ import annotations

import ast
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsolve.expression.parser import parse
from exsolve.expression.tree import Call, Literal, Name, Node, Slice, walk
from exsolve.ops import OPERATIONS


def read(text: str) -> Node:
    return parse(text, OPERATIONS)


TREES = {
    # how signs bind
    "a+b*c": "add(Name(a), multiply(Name(b), Name(c)))",
    "a-b-c": "subtract(subtract(Name(a), Name(b)), Name(c))",
    "a/b/c": "divide(divide(Name(a), Name(b)), Name(c))",
    "(a+b)*c": "multiply(add(Name(a), Name(b)), Name(c))",
    "A@B*C": "multiply(matmul(Name(A), Name(B)), Name(C))",
    "-a*b": "multiply(negate(Name(a)), Name(b))",
    "-a^b": "negate(power(Name(a), Name(b)))",
    "-2^2": "negate(power(Literal(2), Literal(2)))",
    "2^-1": "power(Literal(2), Literal(-1))",
    "a^-b^c": "power(Name(a), negate(power(Name(b), Name(c))))",
    "2^3^2": "power(Literal(2), power(Literal(3), Literal(2)))",
    "2**3**2": "power(Literal(2), power(Literal(3), Literal(2)))",
    "9**9**9": "power(Literal(9), power(Literal(9), Literal(9)))",
    "A.T@B": "matmul(transpose(Name(A)), Name(B))",
    "-A.T": "negate(transpose(Name(A)))",
    "a.T^2": "power(transpose(Name(a)), Literal(2))",
    "+a": "Name(a)",
    "a - -b": "subtract(Name(a), negate(Name(b)))",
    "a+b > c*d": "greater(add(Name(a), Name(b)), multiply(Name(c), Name(d)))",
    "(a>b)==c": "equal_to(greater(Name(a), Name(b)), Name(c))",
    # numbers
    "4/5": "Literal(4/5)",
    "-4 / 5": "Literal(-4/5)",
    "-(2)": "negate(Literal(2))",
    "(4)/5": "divide(Literal(4), Literal(5))",
    "4/(5)": "divide(Literal(4), Literal(5))",
    "1/0": "divide(Literal(1), Literal(0))",
    "1/2/3": "divide(Literal(1/2), Literal(3))",
    "x/2/3": "divide(divide(Name(x), Literal(2)), Literal(3))",
    "x*1/2": "divide(multiply(Name(x), Literal(1)), Literal(2))",
    "1/2^3": "divide(Literal(1), power(Literal(2), Literal(3)))",
    "2^1/3": "divide(power(Literal(2), Literal(1)), Literal(3))",
    "0.5/2": "divide(Literal(0.5), Literal(2))",
    # signs as people type them
    "−x": "negate(Name(x))",
    "a·b×c⊙d": "multiply(multiply(multiply(Name(a), Name(b)), Name(c)), Name(d))",
    "a÷b": "divide(Name(a), Name(b))",
    "a≤b": "less_equal(Name(a), Name(b))",
    "a≥b": "greater_equal(Name(a), Name(b))",
    "a≠b": "not_equal_to(Name(a), Name(b))",
    "√3·ln(80)": "multiply(sqrt(Literal(3)), ln(Literal(80)))",
    "√(x+1)": "sqrt(add(Name(x), Literal(1)))",
    "√d_model": "sqrt(Name(d_model))",
    "√exp(x)": "sqrt(exp(Name(x)))",
    "½": "Literal(½)",
    "-¾": "Literal(-¾)",
    "x²": "power(Name(x), Literal(2))",
    "-x³": "negate(power(Name(x), Literal(3)))",
    "x⁻¹": "power(Name(x), Literal(-1))",
    "3¹⁹": "power(Literal(3), Literal(19))",
    "2^x²": "power(Literal(2), power(Name(x), Literal(2)))",
    "Q Kᵀ".replace(" ", "@"): "matmul(Name(Q), transpose(Name(K)))",
    "2*π": "multiply(Literal(2), Name(π))",
    "pi": "Name(pi)",
    "μ_1+\u00b5_1": "add(Name(μ_1), Name(μ_1))",
    "Δx": "Name(Δx)",
    "y\u0302": "Name(ŷ)",
    # lists, calls
    "[1,[2]][0]".replace("[2]", "x"): "index(stack(Literal(1), Name(x)))",
    "[[1,2],[3,4]]": "stack(stack(Literal(1), Literal(2)), stack(Literal(3), Literal(4)))",
    "log(x)": "ln(Name(x))",
    "max(a, b, 0)": "max(Name(a), Name(b), Literal(0))",
    "softmax(S, mask=M)": "softmax(Name(S), Name(M))",
    "softmax(S, M)": "softmax(Name(S), Name(M))",
    "cross_entropy(target=t, logits=z)": "cross_entropy(Name(z), Name(t))",
    "add(a, b)": "add(Name(a), Name(b))",
    " a\n + \u00a0b\t": "add(Name(a), Name(b))",
}


@pytest.mark.parametrize(("text", "tree"), TREES.items())
def test_tree(text: str, tree: str) -> None:
    assert repr(read(text)) == tree


# The value that Python's own Fraction reads is the independent source.
@pytest.mark.parametrize(
    "text", ["0", "3", "0.6", ".5", "1.16e-10", "2E3", "1e+2", "12/20", "1e1000", "9" * 1000]
)
def test_numbers_are_exact(text: str) -> None:
    for sign in ("", "-"):
        node = read(sign + text)
        assert isinstance(node, Literal)
        assert Fraction(int(node.value.p), int(node.value.q)) == Fraction(sign + text)
        assert node.text == sign + text


OPTIONS = {
    "softmax(S, axis=0)": {"axis": 0},
    "softmax(S)": {"axis": -1},
    "softmax(S, M, 0)": {"axis": 0},
    "sum(X)": {"axis": None, "keepdims": False},
    "sum(X, 1)": {"axis": 1, "keepdims": False},
    "sum(X, -1, true)": {"axis": -1, "keepdims": True},
    "sum(X, axis=[0,2])": {"axis": (0, 2), "keepdims": False},
    "sum(X, axis=none, keepdims=true)": {"axis": None, "keepdims": True},
    "sum(X, keepdims=true, axis=1)": {"axis": 1, "keepdims": True},
    "var(X, ddof=1, keepdims=true)": {"axis": None, "keepdims": True, "ddof": 1},
    "zeros([2,3])": {"shape": (2, 3)},
    "zeros(3)": {"shape": (3,)},
    "identity(3)": {"n": 3},
    "one_hot(t, 3)": {"n": 3},
    "one_hot(t, n=3)": {"n": 3},
    "reshape(x, [2,-1])": {"shape": (2, -1)},
    "concat(a, b, axis=1)": {"axis": 1},
    "X[0]": {"at": (0,)},
    "X[-1]": {"at": (-1,)},
    "X[−1, ::2]": {"at": (-1, Slice(None, None, 2))},
    "X[:, 1:3]": {"at": (Slice(), Slice(1, 3))},
    "X[::-1]": {"at": (Slice(None, None, -1),)},
    "X[2:]": {"at": (Slice(2),)},
}


@pytest.mark.parametrize(("text", "options"), OPTIONS.items())
def test_options(text: str, options: dict[str, object]) -> None:
    node = read(text)
    assert isinstance(node, Call)
    assert node.options == options
    assert [type(value) for value in node.options.values()] == [type(v) for v in options.values()]


def test_every_node_knows_its_place() -> None:
    text = "  ab + exp(-c @ d.T)/3 - [5, x²][0]"
    at = {
        (type(node).__name__, repr(node).split("(")[0]): text[node.offset]
        for node in walk(read(text))
        if isinstance(node, Call)
    }
    assert at[("Call", "add")] == "+"
    assert at[("Call", "exp")] == "e"
    assert at[("Call", "negate")] == "-"
    assert at[("Call", "transpose")] == "."
    assert at[("Call", "stack")] == "["
    assert at[("Call", "power")] == "²"
    for node in walk(read(text)):
        if isinstance(node, Name):
            assert text.startswith(node.name, node.offset)
        if isinstance(node, Literal) and node.text != "2":
            assert text.startswith(node.text, node.offset)


# Python's grammar has the same levels for these signs: an independent parser to agree with.

PYTHON = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.MatMult: "matmul",
    ast.Pow: "power",
}


def from_python(node: ast.expr) -> Node:
    if isinstance(node, ast.BinOp):
        args = (from_python(node.left), from_python(node.right))
        return Call(OPERATIONS[PYTHON[type(node.op)]], args)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return Call(OPERATIONS["negate"], (from_python(node.operand),))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return Call(OPERATIONS["index"], (from_python(node.value),), {"at": (node.slice.value,)})
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return Call(OPERATIONS["transpose"], (from_python(node.value),))
    assert isinstance(node, ast.Name), ast.dump(node)
    return Name(node.id)


formulas = st.recursive(
    st.sampled_from(["a", "b", "c"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "-", "*", "/", "@", "**"]), inner).map("".join),
        inner.map("-{}".format),
        inner.map("({})".format),
        inner.map("({}).T".format),
        inner.map("({})[1]".format),
    ),
    max_leaves=12,
)


@given(formulas)
def test_binds_as_python_does(text: str) -> None:
    assert read(text) == from_python(ast.parse(text, mode="eval").body)
