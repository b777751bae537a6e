"""Definitions through what a student has on paper: the variance through the mean that is asked for.

Who computes both uses the own mean for the variance, so that a wrong mean must be followed there
too. How an operation leads through others is declared in its record. In the same way who computes
one of twelve equal blocks counts it twelve times.
"""

from __future__ import annotations

from collections.abc import Collection

from exsolve.expression.tree import Call, Name, Node, transform
from exsolve.gradient import TreeContext
from exsolve.graph import Graph


def unfolded(graph: Graph, asked: Collection[str] = ()) -> Graph:
    """The graph of the same names and values whose definitions lead through more of the names.

    It is the graph itself where no definition changes. Of equal definitions those that nobody asks
    for lead through the first that is ``asked`` for.
    """
    changed = []
    worked: dict[Node, str] = {}
    for name, quantity in graph.quantities.items():
        if quantity.given or name not in graph.shapes:
            continue
        expression = quantity.expression
        if isinstance(expression, Call) and name in asked:
            worked.setdefault(expression, name)
        same = None if name in asked else worked.get(expression)
        expression = Name(same) if same is not None else through_names(graph, name, expression)
        if expression is not quantity.expression:
            changed.append(quantity._replace(expression=expression))
    return graph.with_quantities(changed) if changed else graph


def through_names(graph: Graph, name: str, expression: Node) -> Node:
    """A definition of a quantity that leads through more of the names."""
    context = TreeContext(graph, name)

    def rewritten_node(node: Node) -> Node | None:
        rewritten = node.operation.rewritten if isinstance(node, Call) else None
        return rewritten(node, context) if rewritten and isinstance(node, Call) else None

    return transform(expression, rewritten_node)
