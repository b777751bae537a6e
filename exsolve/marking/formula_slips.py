"""Wrong formulas that come of one known mistake in the right one."""

from __future__ import annotations

from exsolve.expression.tree import Node
from exsolve.graph import Graph
from exsolve.marking.wrong_definitions import WrongDefinition, wrong_definitions


def wrong_formulas(graph: Graph, name: str, definition: Node) -> list[WrongDefinition]:
    """The known wrong ways to write the formula of a quantity, the likeliest first.

    ``definition``: the quantity's, with the parts that a student has no names for written in.
    """
    quantity = graph.quantities[name]
    if definition != quantity.expression:
        graph = graph.with_quantities([quantity._replace(expression=definition)])
    return list(wrong_definitions(graph, name))
