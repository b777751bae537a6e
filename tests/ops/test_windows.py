"""Convolution and pooling beyond the table: ties, closed forms, amount of work."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from flint import fmpq
from instances import array, assert_close, floats
from work import at_most_calls

from exsolve.evaluate import ClosedFormRoute, ExactRoute, NumericRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.exact.closed_form import CLOSED_FORMS
from exsolve.exact.elementary import sqrt
from exsolve.expression.parser import parse
from exsolve.expression.tree import Constant
from exsolve.gradient import with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS


def graph(givens: Mapping[str, np.ndarray], **formulas: str) -> Graph:
    known = [Quantity(name, Constant(value), given=True) for name, value in givens.items()]
    defined = [Quantity(name, parse(text, OPERATIONS)) for name, text in formulas.items()]
    return Graph([*known, *defined])


def test_the_gradient_goes_to_the_first_of_equal_cells_on_every_route() -> None:
    # In float64 0.1 + 0.2 is greater than 0.3.
    x = array([fmpq(3, 10), fmpq(1, 10), fmpq(1, 10), fmpq(1, 5)], (1, 4))
    y = "sum(max_pool(concat(x[:, 0:1], x[:, 2:3] + x[:, 3:4], axis=1), 2))"
    graded = with_gradients(graph({"x": x}, y=y), "y", ["x"])
    for route in (NumericRoute(), ClosedFormRoute()):
        assert floats(evaluate(graded, route)["grad_x"]).tolist() == [[1, 0, 0, 0]]


def test_the_first_of_three_equal_cells_gets_what_arrives() -> None:
    x = array([fmpq(n) for n in (1, 5, 5, 5, 2)], (1, 5))
    pooled = graph({"x": x}, y="max_unpool([[10, 20, 40]], x, 3, stride=1)")
    for route in (NumericRoute(), ClosedFormRoute()):
        assert floats(evaluate(pooled, route)["y"]).tolist() == [[0, 30, 40, 0, 0]]


@pytest.mark.parametrize(
    "text", ["conv(x, w)", "conv_transpose(x, w)", "max_pool(x, 2)", "avg_pool(x, 3, stride=2)"]
)
def test_roots_are_kept_exact(text: str) -> None:
    image = [sqrt(fmpq((5 * place) % 17 + 2)) for place in range(25)]
    kernel = [sqrt(fmpq(place + 2)) for place in range(4)]
    givens = {"x": array(image, (1, 5, 5)), "w": array(kernel, (1, 1, 2, 2))}
    tree = graph(givens, y=text)
    exact = evaluate(tree, ClosedFormRoute())["y"]
    assert_close(exact, evaluate(tree, NumericRoute())["y"])
    with Balls(120) as balls:
        enclosing = evaluate(tree, ExactRoute(balls))["y"]
        for found, expected in zip(enclosing.flat, exact.flat, strict=True):
            assert found.overlaps(balls.convert(expected))


def test_an_image_is_convolved_as_one_product_of_matrices() -> None:
    cells = [fmpq(place % 19 - 9, place % 4 + 1) for place in range(3 * 32 * 32)]
    weights = [fmpq(place % 7 - 3, 2) for place in range(8 * 3 * 3 * 3)]
    arrays = [array(cells, (3, 32, 32)), array(weights, (8, 3, 3, 3))]
    options = {"stride": 1, "padding": 1, "groups": 1, "dilation": 1}
    # 8*32*32 cells of 27 products each, one by one, would be 221,184 products
    with at_most_calls(100_000):
        found = OPERATIONS["conv"].exact(CLOSED_FORMS, arrays, options)
    assert_close(found, OPERATIONS["conv"].numeric([floats(one) for one in arrays], options))
