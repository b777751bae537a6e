"""Long sums are shortened for readers, never in the language itself."""

from __future__ import annotations

import pytest

from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.shortening import shortened
from exsolve.expression.tree import Name, Node
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import add, call


def total(count: int) -> Node:
    return add(*(Name(f"L_{place}") for place in range(1, count + 1)))


def test_a_short_sum_is_left_alone() -> None:
    for count in (2, 4, 5, 60):
        assert shortened(total(count)) is not None
        assert show(shortened(total(count))) == show(total(count))


@pytest.mark.parametrize("count", [150, 2_000, 20_000])
def test_a_long_sum_shows_its_first_terms_and_its_last(count: int) -> None:
    assert show(total(count), "terminal") == f"L_1 + L_2 + L_3 + … + L_{count}"
    assert show(total(count), "latex") == rf"L_{{1}} + L_{{2}} + L_{{3}} + \cdots + L_{{{count}}}"


def test_the_language_keeps_every_term() -> None:
    text = show(total(90), "text")
    assert parse(text, OPERATIONS) == total(90)
    assert show(total(300), "text").count("L_") == 300


def test_signs_stay_with_their_terms() -> None:
    node: Node = Name("a_0")
    for place in range(1, 150):
        node = call("subtract" if place % 2 else "add", node, Name(f"a_{place}"))
    assert show(node, "latex") == r"a_{0} - a_{1} + a_{2} + \cdots - a_{149}"
    falling: Node = Name("a_0")
    for place in range(1, 150):
        falling = call("subtract", falling, Name(f"a_{place}"))
    assert show(falling, "latex") == r"a_{0} - a_{1} - a_{2} - \cdots - a_{149}"


def test_a_long_sum_inside_of_another_expression() -> None:
    inner = "L_1 + L_2 + L_3 + … + L_150"
    assert show(call("exp", total(150)), "terminal") == f"e^({inner})"
    both = add(total(150), call("exp", total(150)))
    assert show(both, "terminal") == f"L_1 + L_2 + L_3 + … + e^({inner})"
