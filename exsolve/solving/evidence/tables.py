"""Tables of evidence: a row for each value of what varies, or for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from exsolve.arithmetic import Infinity
from exsolve.authoring.workbook import EvidencePlan
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.expression.naming import show_name
from exsolve.expression.parser import parse
from exsolve.expression.tree import Literal, Name, Node, free_names
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import call
from exsolve.solution import Table, TableRow, Value
from exsolve.solving.evidence.evaluating import Evaluator, text_of

LONGEST_EXACT = 24
"""Characters of a fraction that still stands in a table; of a longer one stands its decimal."""
LONGEST_IRRATIONAL = 10
"""The same for other exact values, whose size is harder to see."""
MOST_ROWS = 25


class Row(NamedTuple):
    """A value of what varies, or the number of a step, and what is shown for it."""

    label: Node | str
    values: list[Value]


def rows_of(evaluator: Evaluator, plan: EvidencePlan) -> list[Row]:
    """The rows of a plan that varies or iterates. Raises ExsolveError for what has no value."""
    return _varied(evaluator, plan) if plan.vary is not None else _iterated(evaluator, plan)


def _varied(evaluator: Evaluator, plan: EvidencePlan) -> list[Row]:
    """A row for each value of the name that varies."""
    name = plan.vary
    assert name is not None
    rows: list[Row] = []
    for label, value in plan.values:
        if isinstance(value, Infinity):
            nodes: list[Node] = [
                call("limit", Name(one), variable=name, to=value) for one in plan.show
            ]
            rows.append(Row(label, evaluator.values(nodes, plan.at, plan)))
        else:
            nodes = [Name(one) for one in plan.show]
            rows.append(Row(label, evaluator.values(nodes, {**plan.at, name: value}, plan)))
    return rows


def _iterated(evaluator: Evaluator, plan: EvidencePlan) -> list[Row]:
    """A row for each step, the start among them."""
    iterate = plan.iterate
    assert iterate is not None
    current = dict(iterate.start)
    rows: list[Row] = []
    shown: list[Node] = [Name(one) for one in plan.show]
    following: list[Node] = [Name(one) for one in iterate.step.values()]
    for step in range(iterate.times + 1):
        values = {**plan.at, **current}
        rows.append(Row(str(step), evaluator.values(shown, values, plan)))
        graph, called = evaluator.graph(following, values, plan)
        found = evaluate(graph, ClosedFormRoute(), only=called)
        current = {name: found[one] for name, one in zip(iterate.step, called, strict=True)}
    return rows


def table(plan: EvidencePlan, rows: Sequence[Row]) -> Table:
    """The table of a plan; a column has decimals in all rows where one of them needs them."""
    head = plan.vary if plan.vary is not None else "step"
    approximate = [
        any(_is_approximate(values[column]) for _, values in rows)
        for column in range(len(plan.show))
    ]
    columns = (
        show_name(head, "terminal"),
        *(
            f"{show_name(name, 'terminal')}{' ≈' if about else ''}"
            for name, about in zip(plan.show, approximate, strict=True)
        ),
    )
    body = [
        TableRow(
            (
                label,
                *(
                    _in_decimals(value) if about else value
                    for value, about in zip(values, approximate, strict=True)
                ),
            )
        )
        for label, values in rows
    ]
    counted = all(
        isinstance(label, Literal) or label == str(step) for step, (label, _) in enumerate(rows)
    )
    return Table("", columns, tuple(_thinned(body)), (), (), (counted, *(True for _ in plan.show)))


def _longest(exact: Node) -> int:
    return LONGEST_EXACT if isinstance(exact, Literal) else LONGEST_IRRATIONAL


def _is_approximate(value: Value) -> bool:
    """Whether decimals stand for it: an exact value is too long, or is said by another's name."""
    return any(
        not cell.equal
        and (
            len(text_of(cell.exact)) > _longest(cell.exact)
            or (cell.decimal and free_names(cell.exact))
        )
        for cell in value.cells
    )


def _in_decimals(value: Value) -> Value:
    """A value with decimals in the place of exact numbers."""
    cells = []
    for cell in value.cells:
        node = parse(cell.decimal, OPERATIONS) if cell.decimal else cell.exact
        cells.append(cell.with_exact(node if isinstance(node, Literal) else cell.exact))
    return Value(value.shape, tuple(cells))


def _thinned(rows: Sequence[TableRow]) -> Iterator[TableRow]:
    """The rows of a long table: the first, the last and some between."""
    every = max(1, -(-len(rows) // MOST_ROWS))
    for place, row in enumerate(rows):
        if place % every == 0 or place == len(rows) - 1:
            yield row
