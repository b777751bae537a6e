"""Paper notation means what the tree says: read back by a reader that knows school rules only.

Values are integers modulo a prime, in which + - * / obey the laws of algebra and every function is
just some polynomial: brackets that are missing change the value, however near the numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Literal, Name, Node
from exsolve.notation import dotted
from exsolve.ops import OPERATIONS

PRIME = 2**61 - 1
NAMES = {"x": 1_234_567, "y": 89_101_112, "z": 13_141_516}


def _function(number: int) -> Callable[[int], int]:
    return lambda v: (v * v + number * v + 3 * number + 1) % PRIME


FUNCTIONS = {
    name: _function(place + 2)
    for place, name in enumerate(
        ("ln", "sqrt", "exp", "sigmoid", "tanh", "abs", "relu", "floor", "ceil")
    )
}
PAPER = {"ln": "ln", "σ": "sigmoid", "tanh": "tanh", "ReLU": "relu"}
FENCES = {"|": ("|", "abs"), "⌊": ("⌋", "floor"), "⌈": ("⌉", "ceil")}


def power(a: int, b: int) -> int:
    return (7 * a * a + 11 * b * b + 13 * a * b + 1) % PRIME


def divide(a: int, b: int) -> int:
    return a * pow(b, PRIME - 2, PRIME) % PRIME  # 1/0 counts as 0


def value(node: Node) -> int:
    """The value of a tree, by its nodes."""
    if isinstance(node, Literal):
        return divide(int(node.value.p), int(node.value.q))
    if isinstance(node, Name):
        return NAMES[node.name]
    assert isinstance(node, Call)
    args = [value(arg) for arg in node.args]
    match node.operation.name:
        case "add":
            return (args[0] + args[1]) % PRIME
        case "subtract":
            return (args[0] - args[1]) % PRIME
        case "multiply":
            return args[0] * args[1] % PRIME
        case "divide":
            return divide(args[0], args[1])
        case "power":
            return power(args[0], args[1])
        case "negate":
            return -args[0] % PRIME
        case name:
            return FUNCTIONS[name](args[0])


SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
TOKEN = re.compile(r"\d+|[A-Za-zσ]+|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\S")


class Reader:
    """School rules: powers, then signs, then · ⊙ / from left to right, then + and -.

    A function without brackets takes all of the product that follows it.
    """

    def __init__(self, text: str) -> None:
        self.tokens = [*TOKEN.findall(text), ""]
        self.place = 0

    def take(self, *wanted: str) -> str:
        token = self.tokens[self.place]
        if wanted and token not in wanted:
            return ""
        self.place += 1
        return token

    def whole(self) -> int:
        found = self.sum()
        assert self.tokens[self.place] == "", self.tokens[self.place :]
        return found

    def sum(self) -> int:
        found = self.product()
        while sign := self.take("+", "-"):
            found += self.product() * (1 if sign == "+" else -1)
        return found % PRIME

    def product(self) -> int:
        found = self.signed()
        while sign := self.take("·", "⊙", "/"):
            other = self.signed()
            found = found * other if sign != "/" else divide(found, other)
        return found % PRIME

    def signed(self) -> int:
        return -self.signed() % PRIME if self.take("-") else self.raised()

    def raised(self) -> int:
        if self.take("e"):
            found = FUNCTIONS["exp"](self.atom() if self.take("^") else 1)
        else:
            found = self.atom()
            if self.take("^"):
                found = power(found, self.atom())
        if re.fullmatch("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", self.tokens[self.place]):
            found = power(found, int(self.take().translate(SUPERSCRIPTS)) % PRIME)
        assert self.tokens[self.place] != "^", "two powers without brackets"
        return found

    def atom(self) -> int:
        token = self.take()
        if token.isdigit():
            return int(token)
        if token in NAMES:
            return NAMES[token]
        if token == "(":
            found = self.sum()
            assert self.take(")")
            return found
        if token == "√":
            return FUNCTIONS["sqrt"](self.atom())
        if token in FENCES:
            closing, name = FENCES[token]
            found = self.sum()
            assert self.take(closing)
            return FUNCTIONS[name](found)
        function = FUNCTIONS[PAPER[token]]
        bare = self.tokens[self.place] != "("
        return function(self.product() if bare else self.atom())


def call(name: str, *args: Node) -> Node:
    return Call(OPERATIONS[name], args)


def _larger(smaller: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = ("add", "subtract", "multiply", "divide", "power", "multiply")
    return st.one_of(
        st.builds(call, st.sampled_from(pairs), smaller, smaller),
        st.builds(call, st.sampled_from(("negate", *FUNCTIONS)), smaller),
    )


LEAVES = st.sampled_from([*NAMES, "2", "3", "-2", "1/2", "-3/5", "-1", "80"]).map(
    lambda text: parse(text, OPERATIONS)
)
TREES = st.recursive(LEAVES, _larger, max_leaves=9)


@given(TREES)
@example(parse("sqrt(3)*ln(80)*x", OPERATIONS))
@example(parse("-ln(x)*y/2", OPERATIONS))
@settings(max_examples=500)
def test_the_terminal_means_what_the_tree_says(tree: Node) -> None:
    for node in (tree, dotted(tree)):
        text = show(node, "terminal")
        assert Reader(text).whole() == value(node), text


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("√3·ln 80·x", "sqrt(3)*ln(80)*x"),
        ("x - y + z", "x - (y + z)"),
        ("x / y·z", "x/(y*z)"),
        ("-x²", "(-x)^2"),
        ("e^x·y", "exp(x*y)"),
    ],
)
def test_the_reader_sees_missing_brackets(text: str, other: str) -> None:
    assert Reader(text).whole() != value(parse(other, OPERATIONS))
