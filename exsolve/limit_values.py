"""Graphs with values in the place of their limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, value_of
from exsolve.expression.shapes import placed
from exsolve.expression.tree import Call, Constant, Node, content, free_names, transform
from exsolve.graph import Graph, Quantity
from exsolve.ops.limits import LIMIT

ValueOfLimit = Callable[[Call], Array]
"""The value of a limit as an array of exact scalars."""


def with_limits_taken(graph: Graph, wanted: Iterable[str]) -> Graph:
    """The graph with closed forms in the place of the limits that the wanted quantities need.

    Balls can then evaluate it. The same graph where there are none.
    Raises ExsolveError for a limit that is infinite, does not exist or is not decided.
    """
    seen: dict[str, Array] = {}
    route = ClosedFormRoute()

    def taken(call: Call) -> Array:
        used = [name for name in free_names(call) if name not in graph.symbols]
        for name in graph.needed_for(used):
            if name not in seen:
                value = value_of(graph.quantities[name].expression, route, seen)
                seen[name] = route.passed_on(name, value)
        return value_of(call, route, seen)

    return with_limits_replaced(graph, wanted, taken)


def has_limits(graph: Graph, wanted: Iterable[str]) -> bool:
    """Whether the wanted quantities need a limit."""
    return LIMIT.name in graph.operations and any(
        LIMIT.name in content(graph.quantities[name].expression).operations
        for name in graph.needed_for(wanted)
    )


def with_limits_replaced(graph: Graph, wanted: Iterable[str], value: ValueOfLimit) -> Graph:
    """The graph with ``value`` of each limit in its place, as far as the wanted quantities go.

    Of limits inside one another the outermost is replaced. The same graph where there are none.
    Raises ExsolveError, with the quantity's place, for a limit that has no value.
    """
    if LIMIT.name not in graph.operations:
        return graph
    found: list[Quantity] = []
    pending = [name for name in wanted if name in graph.quantities]
    seen = set(pending)
    while pending:
        quantity = graph.quantities[pending.pop()]
        expression = quantity.expression
        if LIMIT.name in content(expression).operations:
            try:
                expression = _replaced(expression, value)
            except LanguageError as error:
                raise ExsolveError(quantity.problem(error)) from error
            found.append(quantity._replace(expression=expression))
        used = [name for name in free_names(expression) if name in graph.quantities]
        pending += (name for name in used if name not in seen)
        seen.update(used)
    return graph.with_quantities(found) if found else graph


def _replaced(expression: Node, value: ValueOfLimit) -> Node:
    def change(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.operation is not LIMIT:
            return None
        try:
            return Constant(value(node), node.offset)
        except LanguageError as error:
            raise placed(error, node.offset) from error

    return transform(expression, change)
