"""One walk for closed forms, balls and floats; values replaced, operations exchanged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from redefining import redefined

from exsolve.errors import ExsolveError
from exsolve.evaluate import (
    Array,
    ClosedFormRoute,
    ExactRoute,
    NumericRoute,
    evaluate,
    evaluate_once,
)
from exsolve.exact.balls import Balls
from exsolve.exact.closed_form import ClosedForm, ball
from exsolve.expression.parser import parse
from exsolve.expression.tree import Call, Node, transform
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.solving.agreement import compare
from exsolve.solving.certify import decimals


def graph(**definitions: str) -> Graph:
    return Graph(Quantity(name, parse(text, OPERATIONS)) for name, text in definitions.items())


def exact(*cells: str) -> Array:
    array = np.empty(len(cells), dtype=object)
    array[:] = [fmpq(*map(int, cell.split("/"))) for cell in cells]
    return array


ATTENTION = {
    "S": "[[ln(2), 0], [0, ln(3)]]",
    "A": "softmax(S, axis=1)",
    "H": "A @ [[1, 0], [0, 12]]",
}


def test_three_routes_agree() -> None:
    found = graph(**ATTENTION, E="exp(H)/3")
    closed = evaluate(found, ClosedFormRoute())
    numeric = evaluate(found, NumericRoute())
    with Balls(200) as balls:
        enclosed = evaluate(found, ExactRoute(balls))
    for name, value in closed.items():
        for cell, number, one in zip(
            value.flat, numeric[name].flat, enclosed[name].flat, strict=True
        ):
            with Balls(200):
                assert one.overlaps(ball(cell, 200) if isinstance(cell, ClosedForm) else arb(cell))
            assert float(one.mid()) == pytest.approx(float(number), rel=1e-12)


def test_a_value_replaced_changes_what_follows_and_nothing_else() -> None:
    found = graph(a="[1, 2]", b="2*a", c="sum(b)", d="a + 1")
    values = evaluate(found, ClosedFormRoute(), replaced={"b": exact("5/2", "1")})
    assert list(values["b"]) == [fmpq(5, 2), fmpq(1)]
    assert values["c"][()] == fmpq(7, 2)
    assert list(values["d"]) == [2, 3]


def test_an_operation_exchanged() -> None:
    found = graph(x="[1, 2, 6]", v="var(x)", w="2*v")

    def as_mean(node: Node) -> Node | None:
        if isinstance(node, Call) and node.operation.name == "var":
            return Call(OPERATIONS["mean"], node.args)
        return None

    wrong = redefined(found, "v", transform(found.quantities["v"].expression, as_mean))
    assert evaluate(wrong, ClosedFormRoute())["w"][()] == 6
    assert evaluate(found, ClosedFormRoute())["w"][()] == fmpq(28, 3)


def test_only_what_is_needed_is_evaluated() -> None:
    found = graph(a="1", b="ln(a - 1)", c="a + 1")
    assert list(evaluate(found, ClosedFormRoute(), only=["c"])) == ["a", "c"]
    with pytest.raises(ExsolveError, match=r"^b: "):
        evaluate(found, ClosedFormRoute())


def test_long_closed_forms_go_on_by_name_with_the_same_value() -> None:
    found = graph(
        a="sigmoid([1/2, 1/3, 1/5])",
        b="sigmoid([[1, 2, 3], [4, 5, 6], [7, 8, 9]] @ a)",
        c="sigmoid([[1, -2, 3], [4, -5, 6], [7, -8, 9]] @ b)",
        d="sigmoid([[1, 2, 3], [4, 5, 6], [7, 8, 9]] @ c)",
        e="sum(d)",
    )
    closed = evaluate(found, ClosedFormRoute())
    numeric = evaluate(found, NumericRoute())
    assert float(ball(closed["e"][()], 100).mid()) == pytest.approx(float(numeric["e"]), rel=1e-13)
    compare(found, closed)


def test_decimals_need_no_closed_forms() -> None:
    found = graph(**ATTENTION, E="exp(H)")
    closed = evaluate(found, ClosedFormRoute())
    with_forms = decimals(found, ["E"], 30, closed)
    without = decimals(found, ["E"], 30)
    assert [one.text for one in with_forms["E"]] == [one.text for one in without["E"]]


def test_a_disagreement_refuses_the_solution() -> None:
    add = OPERATIONS["add"]
    crooked = add._replace(numeric=lambda arrays, options: arrays[0] + arrays[1] * (1 + 1e-6))
    wrong = Graph([Quantity("a", Call(crooked, (parse("1", {}), parse("2", {}))))])
    with pytest.raises(ExsolveError, match=r"disagree[\s\S]*exactly 3\.0[\s\S]*float64 3\.000002"):
        compare(wrong, evaluate(wrong, ClosedFormRoute()))


def crooked(graph: Graph, name: str, factor: float) -> Graph:
    """The graph with the float64 rule of one quantity's operation off by a factor."""
    call = graph.quantities[name].expression
    assert isinstance(call, Call)
    right = call.operation.numeric
    wrong = call.operation._replace(numeric=lambda arrays, options: right(arrays, options) * factor)
    return redefined(graph, name, Call(wrong, call.args, call.options))


@pytest.mark.parametrize(
    ("definitions", "name"),
    [
        ({"m": "[0, -1000000000]", "a": "softmax([1, 2] + m)"}, "a"),
        ({"big": "1000000000", "a": "sigmoid(2)"}, "a"),
        ({"x": "1/10^10", "a": "3^19*x/10^12"}, "a"),
        ({"h": "tanh(12)", "a": "1 - h^2"}, "h"),
    ],
)
def test_large_numbers_elsewhere_hide_no_disagreement(
    definitions: dict[str, str], name: str
) -> None:
    found = graph(**definitions)
    closed = evaluate(found, ClosedFormRoute())
    compare(found, closed)
    with pytest.raises(ExsolveError, match=f"{name}.*disagree"):
        compare(crooked(found, name, 1 + 1e-6), closed)


@pytest.mark.parametrize(
    "formula",
    [
        "(1/3 + 10^8) - 10^8 - 1/3",
        "sqrt(2)*sqrt(2) - 2",
        "1 - tanh(30)^2",
        "1 - sigmoid(45)",
        "var([100000000, 100000001, 100000003])",
        "var(sqrt([100000000000000, 100000002000001]))",
        "sum([1/3, 10^9, -10^9])",
        "ln(1 + 10^-20)",
        "cross_entropy([50, 0, 1/3], [1, 0, 0])",
        "sum(log_softmax([[-1/3], [ln(2)]]))",
        "sqrt(2)*10^12 - sqrt(2000000000000000000000000 + 10^-9)",
        "(-2)^(5 - 2)/7",
        "exp(-720)",
    ],
)
def test_cancellation_and_underflow_are_no_disagreement(formula: str) -> None:
    found = graph(a=formula)
    assert compare(found, evaluate(found, ClosedFormRoute()))[0][:2] == (1, 1)


def test_an_overflow_is_refused_with_the_name() -> None:
    found = graph(a="exp(800)", b="a + 1")
    with pytest.raises(ExsolveError, match="a: the value is too large"):
        compare(found, evaluate(found, ClosedFormRoute()))


def test_agreement_counts_cells_and_uses_symbols() -> None:
    symbolic = Graph(
        [Quantity("s", parse("[N, floor(N/2), 3*N + 1]", OPERATIONS))], symbols={"N": ()}
    )
    agreement, _ = compare(symbolic, evaluate(symbolic, ClosedFormRoute()))
    assert agreement[:2] == (3, 3)


def test_an_exact_decimal_behind_roots_is_said_to_be_exact() -> None:
    # sqrt(3 + 2 sqrt 2) = 1 + sqrt 2, because (1 + sqrt 2)^2 = 3 + 2 sqrt 2
    found = graph(
        one="sqrt(3 + 2*sqrt(2)) - sqrt(2)",
        near="sqrt(3 + 2*sqrt(2)) - sqrt(2) + 10^-40",
    )
    closed = evaluate(found, ClosedFormRoute())
    certified = decimals(found, ["one", "near"], 4, closed)
    assert certified == {"one": [("1", True)], "near": [("1.000", False)]}


def test_squares_of_squares_end_before_memory_does() -> None:
    definitions = {"q0": "3"} | {f"q{i}": f"q{i - 1}*q{i - 1}" for i in range(1, 60)}
    with pytest.raises(ExsolveError, match=r"q20: the value is too large"):
        evaluate(graph(**definitions), ClosedFormRoute())


def test_what_was_found_before_is_not_evaluated_again() -> None:
    class Counting(ClosedFormRoute):
        called = 0

        def call(self, *arguments: Any) -> Array:
            self.called += 1
            return super().call(*arguments)

    base = graph(a="3", b="2*a", c="b + a")
    grown = base.with_quantities([Quantity("d", parse("c*b", OPERATIONS))])
    route = Counting()
    assert evaluate_once(base, route, "key", ["b"])["b"] == 6
    assert route.called == 1
    assert evaluate_once(grown, route, "key", ["d", "b"])["d"] == 54
    assert route.called == 3
    assert evaluate_once(base, route, "key", ["c"])["c"] == 9
    assert route.called == 3
    assert evaluate_once(base, route, "another key", ["c"])["c"] == 9
    assert route.called == 5


def test_known_values_stand_for_what_is_not_computed() -> None:
    found = evaluate(
        graph(a="1/0", b="2*a", c="b + 1"), ClosedFormRoute(), ["c"], known={"b": exact("5")}
    )
    assert list(found) == ["c"]
    assert found["c"].tolist() == [6]


def test_a_graph_keeps_a_bounded_number_of_programs() -> None:
    """Every set of names known before has a program of its own."""
    from itertools import combinations

    from exsolve.program import MOST_KEPT, compiled

    names = [f"x_{number}" for number in range(12)]
    quantities = [Quantity(name, parse("2", OPERATIONS)) for name in names]
    graph = Graph([*quantities, Quantity("y", parse(" + ".join(names), OPERATIONS))])
    for count in range(5):
        for known in combinations(names, count):
            compiled(graph, ["y"], True, known)
    assert len(graph.programs) == MOST_KEPT
