"""The graph: order, shapes, errors, and the graph with something changed."""

from __future__ import annotations

import pytest
from work import at_most_calls

from exsolve.errors import ExsolveError, Position
from exsolve.expression.parser import parse
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS


def quantity(name: str, text: str, line: int = 1) -> Quantity:
    return Quantity(
        name,
        parse(text, OPERATIONS),
        locate=lambda offset: Position("test.yaml", line, offset + 1),
    )


def graph(**definitions: str) -> Graph:
    return Graph(
        quantity(name, text, line) for line, (name, text) in enumerate(definitions.items(), 1)
    )


def test_definitions_come_after_what_they_use() -> None:
    found = graph(c="a + b", b="2*a", a="3")
    assert list(found.quantities) == ["a", "b", "c"]


def test_order_of_writing_is_kept_where_it_can_be() -> None:
    assert list(graph(z="1", y="2", x="z + y").quantities) == ["z", "y", "x"]


def test_shapes_are_inferred() -> None:
    found = graph(W="[[1, 2, 3], [4, 5, 6]]", x="[1, 0, 1]", y="W @ x", s="sum(y)")
    assert found.shapes == {"W": (2, 3), "x": (3,), "y": (2,), "s": ()}


def test_needed_and_dependents() -> None:
    found = graph(a="1", b="2", c="a + b", d="2*c", e="b + 1")
    assert found.needed_for(["d"]) == ["a", "b", "c", "d"]
    assert found.dependents(["a"]) == ["c", "d"]
    assert found.dependents(["b"]) == ["c", "d", "e"]


def test_every_error_is_reported_at_once_with_its_place() -> None:
    with pytest.raises(ExsolveError) as raised:
        graph(
            a="[[1, 2], [3, 4]] @ [1, 2, 3]",
            b="a + 1",
            c="undefined + 1",
            d="e",
            e="2*d",
        )
    messages = [str(problem) for problem in raised.value.problems]
    assert len(messages) == 3
    assert any(m.startswith("test.yaml:3:1: c: 'undefined' is not defined") for m in messages)
    assert any("defined in terms of itself" in m and "d -> e -> d" in m for m in messages)
    assert any(m.startswith("test.yaml:1:") and "a: " in m for m in messages)


def test_a_definition_that_uses_a_wrong_one_is_not_reported_again() -> None:
    with pytest.raises(ExsolveError) as raised:
        graph(a="[1, 2] @ [1, 2, 3]", b="a + 1", c="b + 1")
    assert len(raised.value.problems) == 1


def test_twice_defined() -> None:
    with pytest.raises(ExsolveError, match=r"defined twice[\s\S]*test\.yaml:1:1"):
        Graph([quantity("a", "1", 1), quantity("a", "2", 2)])


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(ExsolveError, match="did you mean scores"):
        graph(scores="[1, 2]", weights="softmax(score)")


def test_a_long_chain_needs_no_recursion() -> None:
    definitions = {"q0": "1"} | {f"q{i}": f"q{i - 1} + 1" for i in range(1, 5_000)}
    reversed_order = dict(reversed(definitions.items()))
    assert list(graph(**reversed_order).quantities)[-1] == "q4999"


def test_another_definition_gives_another_graph() -> None:
    first = graph(a="[1, 2]", b="sum(a)")
    second = first.with_quantities([quantity("a", "[[1, 2], [3, 4]]")])
    assert first.shapes["a"] == (2,)
    assert second.shapes["a"] == (2, 2)


def test_symbols_stand_for_themselves() -> None:
    found = Graph([quantity("shape", "[N, 3, 2*N]")], symbols={"N": ()})
    assert found.shapes["shape"] == (3,)


def test_thousands_of_unknown_names_are_reported_at_once() -> None:
    # finding the nearest of 3,000 names for each of them would take minutes
    with at_most_calls(10_000_000), pytest.raises(ExsolveError) as raised:
        graph(**{f"q{i}": f"u{i}x + 1" for i in range(3_000)})
    assert len(raised.value.problems) == 3_000


def chosen(beta: str) -> Graph:
    """A symbol beta of no dimensions that has a definition as well."""
    return Graph(
        [quantity("w", "exp(beta*x)"), quantity("beta", beta, 2)], {"beta": (), "x": (), "d": ()}
    )


def test_what_uses_a_symbol_does_not_depend_on_its_definition() -> None:
    found = chosen("1/sqrt(d)")
    assert found.needed_for(["w"]) == ["w"]
    assert found.needed_for(["beta"]) == ["beta"]
    assert found.dependents(["beta"]) == ["w"]


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("[d, d]", "beta: the symbol of this name has another shape"),
        ("2*beta", "beta: defined in terms of itself"),
    ],
)
def test_the_definition_of_a_symbol_is_one_of_its_values(definition: str, message: str) -> None:
    with pytest.raises(ExsolveError, match=message) as raised:
        chosen(definition)
    assert raised.value.problems[0].position == Position("test.yaml", 2, 1)


def test_a_graph_that_grows_is_the_graph_of_all() -> None:
    grown = graph(a="3", b="[a, 2]").with_quantities(
        [quantity("d", "sum(c)"), quantity("c", "b*a")]
    )
    whole = graph(a="3", b="[a, 2]", d="sum(c)", c="b*a")
    assert list(grown.quantities) == list(whole.quantities)
    assert grown.shapes == whole.shapes
    assert grown.dependents(["a"]) == whole.dependents(["a"])


def test_what_is_added_to_a_graph_is_judged() -> None:
    with pytest.raises(ExsolveError, match="'nothing' is not defined"):
        graph(a="3").with_quantities([quantity("b", "a + nothing")])
    with pytest.raises(ExsolveError, match="in terms of itself"):
        graph(a="3").with_quantities([quantity("b", "a + c"), quantity("c", "b")])


def test_a_definition_put_in_the_place_of_another_changes_what_uses_it() -> None:
    changed = graph(a="3", b="2*a").with_quantities([quantity("a", "[1, 2, 3]")])
    assert changed.shapes == {"a": (3,), "b": (3,)}
