"""Definitions through what a student has on paper: the variance through the mean that is asked for.

Who computes both uses the own mean for the variance, so that a wrong mean must be followed there
too. How an operation leads through others is declared in its record.
"""

from __future__ import annotations

from exsolve.expression.tree import Call, Node, names, transform
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
    later = {name, *graph.dependents([name])}

    def through_names(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.operation.rewritten is None:
            return None
        found = node.operation.rewritten(node, context)
        # a quantity that comes later would make a circle
        return None if found is None or not later.isdisjoint(names(found)) else found

    return transform(graph.quantities[name].expression, through_names)
