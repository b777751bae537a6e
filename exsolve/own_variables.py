"""Bound variables apart from the symbols of the same name.

``limit(a, beta, infinity)`` asks how a depends on the symbol beta. Where beta is to get a value for
the rest of an exercise (a random instance of a general formula), the limit keeps a symbol of its
own: the definitions that depend on beta are written into it, and beta is renamed.
"""

from __future__ import annotations

from exsolve.expression.binding import OWN
from exsolve.expression.tree import Call, Name, Node, bound_names, content, substitute, transform
from exsolve.graph import Graph, Quantity


def with_own_variables(graph: Graph) -> Graph:
    """The graph with every bound variable a symbol that nothing else depends on.

    The same graph where nothing is bound. No value changes.
    """
    symbols = dict(graph.symbols)
    changed: list[Quantity] = []
    for quantity in graph.quantities.values():
        if content(quantity.expression).bound:
            own = _Renaming(graph)
            changed.append(quantity._replace(expression=own.of(quantity.expression)))
            symbols |= {f"{name}{OWN}": graph.symbols[name] for name in own.variables}
    if not changed:
        return graph
    merged = {**graph.quantities, **{one.name: one for one in changed}}
    return Graph(merged.values(), symbols)


class _Renaming:
    """The renaming inside one definition; ``variables`` are those that were met."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.variables: set[str] = set()

    def of(self, node: Node) -> Node:
        return transform(node, self._call)

    def _call(self, node: Node) -> Node | None:
        if not isinstance(node, Call) or not bound_names(node):
            return None
        variables = [name for name in bound_names(node) if not name.endswith(OWN)]
        self.variables.update(variables)
        names = {name: f"{name}{OWN}" for name in variables}
        written = [inlined(self.graph, arg, variables) for arg in node.args]
        replacements = {old: Name(new) for old, new in names.items()}
        args = tuple(self.of(substitute(arg, replacements)) for arg in written)
        options = {
            key: names.get(value, value) if isinstance(value, str) else value
            for key, value in node.options.items()
        }
        return Call(node.operation, args, options, node.offset)


def inlined(graph: Graph, node: Node, symbols: list[str]) -> Node:
    """The expression with the definitions of all that depends on these symbols written in."""
    affected = set(graph.dependents(symbols))

    def definition(part: Node) -> Node | None:
        if isinstance(part, Name) and part.name in affected:
            return transform(graph.quantities[part.name].expression, definition)
        return None

    return transform(node, definition) if affected else node
