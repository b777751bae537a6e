"""Graphs of numbers that stand on a kink or a jump, told before anything is compared.

There a formula and its witnesses may go by different sides, and float64 by another than exact
numbers. Kinks of a derivative that no operation tells of are met by ``derivatives.KinkError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flint import arb

from exsolve.evaluate import ExactRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.expression.tree import Call, Node, walk
from exsolve.graph import Graph, Quantity
from exsolve.ops.construct import subtract

STEPPED = frozenset({"floor", "ceil"})
EXTREMES = frozenset({"max", "min"})
KINKED = frozenset({"relu", "abs"}) | STEPPED | EXTREMES
"""Operations without a derivative at 0, at whole numbers, or where two values are equal."""
BITS = 128
NEAR = 2.0**-36
"""How near to a kink float64 may be on its other side."""


def on_kink(graph: Graph) -> bool:
    """Whether a ReLU, an absolute value, a maximum, ... has no derivative in a graph of numbers, or
    is so near to such a place that float64 cannot tell."""
    found = [
        node
        for quantity in graph.quantities.values()
        for node in walk(quantity.expression)
        if isinstance(node, Call) and node.operation.name in KINKED
    ]
    if not found:
        return False
    gaps = [Quantity(f"gap {place}", _gap(node)) for place, node in enumerate(found)]
    with Balls(BITS) as balls:
        only = [gap.name for gap in gaps]
        values = evaluate(graph.with_quantities(gaps), ExactRoute(balls), only)
        near = arb(0, NEAR)
        return any(
            _is_kink(node, [balls.convert(cell) + near for cell in values[gap.name].flat])
            for node, gap in zip(found, gaps, strict=True)
        )


def _gap(node: Call) -> Node:
    """What tells a kink: the argument, or the difference of two."""
    return subtract(*node.args) if len(node.args) == 2 else node.args[0]


def _is_kink(node: Call, cells: Sequence[arb]) -> bool:
    name = node.operation.name
    if name in STEPPED:
        return any(cell.contains_integer() for cell in cells)
    if name in EXTREMES and len(node.args) == 1:
        return any((one - other).contains(0) for one, other in combinations(cells, 2))
    return any(cell.contains(0) for cell in cells)
