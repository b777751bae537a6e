"""Every operation against the table: both routes, derivatives, entries and notation."""

from __future__ import annotations

import numpy as np
import pytest
from instances import Instance, assert_close, floats
from operation_table import TABLE, WITHOUT_VALUES_OF_THEIR_ARGUMENTS, Case

from exsolve.errors import LanguageError
from exsolve.evaluate import ClosedFormRoute, ExactRoute, NumericRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.exact.closed_form import ball
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Name, Node
from exsolve.gradient import TreeContext, with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import call

CASES = [
    pytest.param(name, case, id=f"{name}: {case.text} {[g.shape for g in case.given.values()]}")
    for name, row in TABLE.items()
    for case in row.cases
]


def test_every_operation_has_a_row() -> None:
    assert set(TABLE) | set(WITHOUT_VALUES_OF_THEIR_ARGUMENTS) == set(OPERATIONS)
    assert TABLE.keys().isdisjoint(WITHOUT_VALUES_OF_THEIR_ARGUMENTS)


def test_only_operations_without_arguments_lack_a_derivative() -> None:
    without = {n for n in TABLE if OPERATIONS[n].derivative is None}
    assert without == {n for n in TABLE if not OPERATIONS[n].parameters}


def test_every_operation_has_an_entry_rule() -> None:
    assert [n for n in TABLE if OPERATIONS[n].entry is None] == []


@pytest.mark.parametrize("name", sorted(WITHOUT_VALUES_OF_THEIR_ARGUMENTS))
def test_operations_without_values_of_their_arguments_claim_no_rule(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.derivative is None
    assert operation.entry is None
    with pytest.raises(LanguageError):
        operation.numeric([np.ones(2)], {})


@pytest.mark.parametrize(("name", "case"), CASES)
def test_both_routes_and_the_shape_rule_agree_with_the_oracle(name: str, case: Case) -> None:
    for seed in range(8):
        instance = Instance(case, seed)
        assert instance.root.operation.name == name
        expected = instance.oracle()
        numeric = evaluate(instance.graph, NumericRoute())["y"]
        exact = evaluate(instance.graph, ClosedFormRoute())["y"]
        assert exact.dtype == object
        assert instance.graph.shapes["y"] == exact.shape == numeric.shape == expected.shape
        assert_close(numeric, expected)
        assert_close(exact, expected)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_balls_enclose_the_closed_forms(name: str, case: Case) -> None:
    for seed in range(3):
        instance = Instance(case, seed)
        exact = evaluate(instance.graph, ClosedFormRoute())["y"]
        with Balls(100) as balls:
            enclosing = evaluate(instance.graph, ExactRoute(balls))["y"]
            assert enclosing.shape == exact.shape
            for found, expected in zip(enclosing.flat, exact.flat, strict=True):
                assert found.overlaps(ball(expected, 200)), (found, expected)
                assert found.rad() < 1e-20


@pytest.mark.parametrize("name", sorted(TABLE))
def test_notation_is_what_the_table_says(name: str) -> None:
    row = TABLE[name]
    node = parse(row.cases[0].text, OPERATIONS)
    assert show(node, "terminal") == row.terminal
    assert show(node, "latex") == row.latex


@pytest.mark.parametrize(("name", "case"), CASES)
def test_text_is_read_back_as_it_was_written(name: str, case: Case) -> None:
    node = parse(case.text, OPERATIONS)
    assert show(node, "text") == case.text
    for notation in ("terminal", "latex"):
        written = show(node, notation)
        assert all(given in written for given in case.given)
        assert written.count("{") == written.count("}")


def central_difference(instance: Instance, name: str, weights: np.ndarray) -> np.ndarray:
    """The gradient of sum(weights*y) by the oracle, one cell at a time."""
    value = floats(instance.values[name])
    result = np.zeros(value.shape)
    step = 1e-5
    for place in np.ndindex(value.shape):
        up, down = value.copy(), value.copy()
        up[place] += step
        down[place] -= step
        change = instance.oracle(**{name: up}) - instance.oracle(**{name: down})
        result[place] = (weights * change).sum() / (2 * step)
    return result


DIFFERENTIABLE = [
    param for param in CASES if OPERATIONS[str(param.values[0])].derivative is not None
]


@pytest.mark.parametrize(("name", "case"), DIFFERENTIABLE)
def test_derivative_is_the_central_difference(name: str, case: Case) -> None:
    for seed in range(3):
        instance = Instance(case, seed)
        rule = instance.root.operation.derivative
        assert rule is not None
        parts = rule(instance.root, Name("g"), TreeContext(instance.graph, "y"))
        assert len(parts) == len(instance.root.args)
        found: dict[str, Node] = {}
        for argument, part in zip(instance.root.args, parts, strict=True):
            if part is not None:
                written = show(part, "text")
                assert parse(written, OPERATIONS) == part, written
            if isinstance(argument, Name):
                assert (part is None) == (argument.name in case.still)
                if part is not None:
                    found[argument.name] = part
        graph = instance.graph.with_quantities(Quantity(f"d_{n}", p) for n, p in found.items())
        numeric = evaluate(graph, NumericRoute())
        exact = evaluate(graph, ClosedFormRoute())
        for argument_name in found:
            expected = central_difference(instance, argument_name, floats(instance.gradient))
            assert graph.shapes[f"d_{argument_name}"] == expected.shape
            assert_close(numeric[f"d_{argument_name}"], expected, 1e-6)
            assert_close(exact[f"d_{argument_name}"], numeric[f"d_{argument_name}"])


@pytest.mark.parametrize("loss", ["sum", "mean", "sumsq"])
@pytest.mark.parametrize(("name", "case"), DIFFERENTIABLE)
def test_gradient_of_a_loss_around_the_operation(name: str, case: Case, loss: str) -> None:
    instance = Instance(case, 0)
    y = instance.oracle()
    weights = {"sum": np.ones(y.shape), "mean": np.full(y.shape, 1 / y.size), "sumsq": 2 * y}
    graph = instance.graph.with_quantities([Quantity("y", call(loss, instance.root))])
    targets = [n for n in case.given if n not in case.still]
    graph = with_gradients(graph, "y", targets)
    numeric = evaluate(graph, NumericRoute())
    for target in targets:
        gradient = graph.quantities[f"grad_{target}"].expression
        assert parse(show(gradient), OPERATIONS) == gradient
        expected = central_difference(instance, target, weights[loss])
        assert graph.shapes[f"grad_{target}"] == expected.shape
        assert_close(numeric[f"grad_{target}"], expected, 1e-6)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_entry_is_the_cell_of_the_whole(name: str, case: Case) -> None:
    instance = Instance(case, 1)
    rule = instance.root.operation.entry
    assert rule is not None
    context = TreeContext(instance.graph, "y")
    whole = evaluate(instance.graph, NumericRoute())["y"]
    cells = [
        Quantity(f"cell_{place}", rule(instance.root, index, context))
        for place, index in enumerate(np.ndindex(whole.shape))
    ]
    graph: Graph = instance.graph.with_quantities(cells)
    for route in (NumericRoute(), ClosedFormRoute()):
        values = evaluate(graph, route)
        for cell, expected in zip(cells, whole.flat, strict=True):
            assert graph.shapes[cell.name] == ()
            assert_close(values[cell.name], np.asarray(expected))
