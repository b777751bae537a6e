"""Which names without a value each quantity depends on, and so which of them have values."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from exsolve.expression.sizes import letters
from exsolve.expression.tree import Call, Name, Node, Shape, bound_names, names, walk
from exsolve.graph import Graph
from exsolve.ops.unknown import function_symbols
from exsolve.verification.setting import Setting


def numeric_part(graph: Graph, general: Collection[str], setting: Setting) -> Graph:
    """The graph of the quantities that have values, with what a limit binds on the way to them."""
    if not setting.names and not general:
        return graph
    having = [name for name in graph.quantities if name not in general]
    needed = graph.needed_for(having)
    used = {name for one in needed for name in all_names(graph.quantities[one].expression)}
    symbols = {name: shape for name, shape in graph.symbols.items() if name in used}
    return Graph([graph.quantities[name] for name in needed], symbols)


def all_names(node: Node) -> set[str]:
    """The names in an expression, those that something binds among them."""
    bound = (one for part in walk(node) if isinstance(part, Call) for one in bound_names(part))
    return {*names(node), *bound}


def free_of(graph: Graph, setting: Setting) -> dict[str, frozenset[str]]:
    """Which names without a value each quantity depends on, outside of what binds them."""
    declared = setting.names
    found: dict[str, frozenset[str]] = {}
    for name, quantity in graph.quantities.items():
        found[name] = free_symbols(quantity.expression, found, declared)
    return found


def free_symbols(
    node: Node,
    of_quantities: Mapping[str, frozenset[str]],
    declared: Mapping[str, Shape],
) -> frozenset[str]:
    """The declared names that an expression depends on, unknown functions among them.

    An expectation depends on its random symbols too: it has a value only where it is verified.
    """
    found = {*function_symbols(node)}
    found |= {letter for letter in letters(node) if letter in declared}
    pending: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while pending:
        current, bound = pending.pop()
        if isinstance(current, Name):
            known = of_quantities.get(current.name, frozenset())
            found |= (frozenset({current.name}) if current.name in declared else known) - bound
        elif isinstance(current, Call):
            bound = bound.union(bound_names(current))
        pending += ((child, bound) for child in current.children())
    return frozenset(found)
