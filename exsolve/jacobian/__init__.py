"""Jacobians as expressions, derived by reverse mode.

The vector-Jacobian products of the definitions in between are linear in the gradient that arrives;
their matrices, multiplied along all ways and added up, are the Jacobian. (Magnus and Neudecker,
Matrix Differential Calculus, 3rd ed., Wiley 2019, chapter 5: the chain rule.) In the numerator
layout a row belongs to each component of what is differentiated, in the denominator layout a
column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from exsolve.errors import LanguageError
from exsolve.expression.tree import Name, Node, Shape, names, substitute
from exsolve.gradient import vector_jacobian
from exsolve.graph import Graph
from exsolve.jacobian.linear import linear_map, map_of
from exsolve.jacobian.maps import LinearMap, added, identity, transposed, written
from exsolve.ops.construct import ONE, ZERO, add, call
from exsolve.ops.shapes import describe

__all__ = ["LAYOUTS", "jacobian", "linear_map"]

LAYOUTS = ("numerator", "denominator")

ARRIVING = "the arriving gradient"
"""Stands for the vector while a matrix is derived; no author can write it, so it is never taken."""


def jacobian(
    graph: Graph,
    of: str,
    by: str,
    layout: str = "numerator",
    shown: Callable[[str], bool] = lambda name: True,
) -> Node:
    """The Jacobian of one quantity by another, over the names of the graph.

    of, by: a vector or a number each, [a] and [b]; ``by`` may be a symbol. The result is [a, b] in
    the numerator layout, [b, a] in the denominator layout; a vector where one of the two is a
    number, and a number where both are. Quantities that ``shown`` does not answer for are written
    out. Raises LanguageError for an unknown name, for a matrix, where an operation has no
    derivative, and where the Jacobian is nothing that can be read.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"no layout {layout!r}: {', '.join(LAYOUTS)}")
    for name in (of, by):
        _require_vector(graph, name)
    between = _between(graph, of, by)
    if graph.shape(Name(of)) == ():
        found = _gradient_of_number(graph, of, by, between)
    else:
        one = _map(graph, of, by, between)
        found = written(transposed(one) if layout == "numerator" else one)
    return written_out(graph, found, shown)


def _require_vector(graph: Graph, name: str) -> None:
    shape = graph.shape(Name(name))
    if len(shape) > 1:
        raise LanguageError(
            f"a Jacobian is of a vector by a vector, and {name} is {describe(shape)}",
            expected="a vector or a number",
            found=describe(shape),
            hint="take one of its rows or columns in a definition of its own",
        )


def _between(graph: Graph, of: str, by: str) -> list[str]:
    """What ``of`` is made of and ``by`` goes into, ``of`` first and ``by`` last."""
    needed = graph.needed_for([of])
    depending = {by, *graph.dependents([by])}
    path = [name for name in reversed(needed) if name in depending and name != by]
    return [*path, by] if path or of == by else [by]


def _gradient_of_number(graph: Graph, of: str, by: str, order: list[str]) -> Node:
    arriving: dict[str, Node] = {of: ONE}
    for name in order[:-1]:
        if name in arriving:
            found = vector_jacobian(graph, name, arriving[name], order.__contains__)
            for used, parts in found.items():
                arriving[used] = add(*(arriving[n] for n in (used,) if n in arriving), *parts)
    shape = graph.shape(Name(by))
    return arriving.get(by, call("zeros", shape=shape) if shape else ZERO)


def _map(graph: Graph, of: str, by: str, order: list[str]) -> LinearMap:
    """The map from the gradient of ``of`` to that of ``by``: the Jacobian's transpose."""

    def shape_of(name: str) -> Shape:
        return graph.shape(Name(name))

    maps: dict[str, LinearMap] = {of: identity(shape_of(of))}
    for name in order[:-1]:
        if name not in maps:
            continue
        known = {ARRIVING: maps[name]}
        found = vector_jacobian(graph, name, Name(ARRIVING), order.__contains__)
        for used, parts in found.items():
            for part in parts:
                one = map_of(part, known, shape_of)
                maps[used] = added(maps[used], one) if used in maps else one
    return maps.get(by, LinearMap(shape_of(by), shape_of(of), ()))


def written_out(graph: Graph, node: Node, shown: Callable[[str], bool]) -> Node:
    """The expression with the definitions of quantities that are not shown in their place."""
    hidden = [name for name in _defined(graph, names(node)) if not shown(name)]
    while hidden:
        definitions = {name: graph.quantities[name].expression for name in hidden}
        node = substitute(node, definitions)
        hidden = [name for name in _defined(graph, names(node)) if not shown(name)]
    return node


def _defined(graph: Graph, used: Iterable[str]) -> list[str]:
    return [n for n in used if n in graph.quantities and not graph.quantities[n].given]
