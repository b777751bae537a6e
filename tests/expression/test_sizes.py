"""Sizes that are letters: read, printed, given a shape, replaced by numbers, refused without."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError
from exsolve.evaluate import ClosedFormRoute, NumericRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.sizes import letters, with_sizes
from exsolve.expression.tree import Shape
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS

SYMBOLS: dict[str, Shape] = {"W": ("n", "d_model"), "b": ("n",), "k": ()}

WRITTEN: list[tuple[str, Shape, str]] = [
    ("identity(n)", ("n", "n"), "I_{n}"),
    ("zeros([n, d_model])", ("n", "d_model"),
     r"\operatorname{zeros}\left([n, d_{\mathrm{model}}]\right)"),
    ("ones([2, n])", (2, "n"), r"\operatorname{ones}\left([2, n]\right)"),
    ("one_hot(0, n)", ("n",), r"\operatorname{one\_hot}\left(0, n\right)"),
    ("expand(b, [k, n])", ("k", "n"), r"\operatorname{expand}\left(b, [k, n]\right)"),
    ("reshape(b, [n, 1])", ("n", 1), r"\operatorname{reshape}\left(b, [n, 1]\right)"),
    ("scatter(W, [n, d_model], [0, 0])", ("n", "d_model"),
     r"\operatorname{scatter}\left(W, [n, d_{\mathrm{model}}], [0, 0]\right)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape", "latex"), WRITTEN)
def test_a_letter_is_read_printed_and_in_the_shape(text: str, shape: Shape, latex: str) -> None:
    node = parse(text, OPERATIONS)
    assert show(node) == text
    assert show(node, "latex") == latex
    assert Graph([Quantity("y", node)], SYMBOLS).shapes["y"] == shape
    assert set(letters(node)) <= {str(size) for size in shape}


@pytest.mark.parametrize(("text", "shape", "_"), WRITTEN)
def test_numbers_take_the_place_of_letters(text: str, shape: Shape, _: str) -> None:
    numbers = {"n": 3, "d_model": 2, "k": 4}
    node = with_sizes(parse(text, OPERATIONS), numbers)
    assert letters(node) == []
    assert letters(parse(text, OPERATIONS)) != []
    symbols: dict[str, Shape] = {"W": (3, 2), "b": (3,)}
    expected = tuple(numbers[size] if isinstance(size, str) else size for size in shape)
    assert Graph([Quantity("y", node)], symbols).shapes["y"] == expected


def test_letters_inside_are_replaced_and_the_others_stay() -> None:
    node = parse("W @ zeros([d_model, n]) + 2*(n*identity(n))", OPERATIONS)
    assert show(with_sizes(node, {"n": 3})) == "W @ zeros([d_model, 3]) + 2*(n*identity(3))"
    assert letters(node) == ["d_model", "n"]
    settled = with_sizes(node, {"n": 3, "d_model": 2})
    assert with_sizes(settled, {"n": 5}) is settled


@pytest.mark.parametrize("text", ["identity(n)", "zeros([n, 2])", "ones(n)", "one_hot(0, n)"])
def test_without_a_number_there_is_no_value(text: str) -> None:
    graph = Graph([Quantity("y", parse(text, OPERATIONS))], SYMBOLS)
    for route in (ClosedFormRoute(), NumericRoute()):
        with pytest.raises(ExsolveError, match="the size n has no value here"):
            evaluate(graph, route)


def test_a_letter_that_is_no_size_of_a_symbol_is_refused() -> None:
    three = Quantity("q", parse("3", OPERATIONS))
    for text, message in [
        ("sum(ones([j]))", "the size 'j' is not defined"),
        ("identity(q)", "the size 'q' has its value only later(.|\n)*write the number that q is"),
    ]:
        with pytest.raises(ExsolveError, match=message):
            Graph([three, Quantity("y", parse(text, OPERATIONS))], SYMBOLS)
