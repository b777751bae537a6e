"""A graph in which one quantity has another definition."""

from __future__ import annotations

from exsolve.expression.tree import Node
from exsolve.graph import Graph


def redefined(graph: Graph, name: str, expression: Node) -> Graph:
    """The graph with a value or an exchanged operation in the place of a definition."""
    return graph.with_quantities([graph.quantities[name]._replace(expression=expression)])
