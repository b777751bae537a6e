"""Definitions through what a student has on paper: the variance through the mean that is asked for.

Who computes both uses the own mean for the variance, so that a wrong mean must be followed there
too. How an operation leads through others is declared in its record.
"""

from __future__ import annotations

from exsolve.expression.tree import Call, Node, transform
from exsolve.gradient import TreeContext
from exsolve.graph import Graph


def unfolded(graph: Graph) -> Graph:
    """The graph of the same names and values whose definitions lead through more of the names.

    It is the graph itself where no definition changes.
    """
    changed = []
    for name, quantity in graph.quantities.items():
        if quantity.given or name not in graph.shapes:
            continue
        expression = _rewritten(graph, name)
        if expression is not quantity.expression:
            changed.append(quantity._replace(expression=expression))
    return graph.with_quantities(changed) if changed else graph


def _rewritten(graph: Graph, name: str) -> Node:
    context = TreeContext(graph, name)

    def through_names(node: Node) -> Node | None:
        rewritten = node.operation.rewritten if isinstance(node, Call) else None
        return rewritten(node, context) if rewritten and isinstance(node, Call) else None

    return transform(graph.quantities[name].expression, through_names)
