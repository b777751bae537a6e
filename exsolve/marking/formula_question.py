"""A question for a formula on its instances: the right formula there, the known wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from exsolve.exact.balls import Balls
from exsolve.expression.tree import Node, content, substitute
from exsolve.graph import Graph
from exsolve.marking.formula_values import (
    Difference,
    Equality,
    Values,
    used_names,
    value_in,
)
from exsolve.marking.worlds import BITS, PlainWorlds, Unequal, World, compared
from exsolve.marking.wrong_definitions import WrongDefinition, wrong_definitions

LONG = 70
"""Characters of an instance in words for which a smaller one is looked for."""


class FormulaQuestion:
    """What the answers to one question are compared with.

    ``plain`` makes smaller instances; None where there are no others.
    """

    def __init__(
        self,
        graph: Graph,
        worlds: Sequence[World],
        plain: PlainWorlds | None,
        name: str,
        definition: Node,
    ) -> None:
        self._graph = graph
        self._worlds = worlds
        self._plain = plain
        self._name = name
        self.right = self.values(definition)

    def values(self, node: Node) -> Values:
        """The values of a formula."""
        return Values(self._graph, self._worlds, node)

    @cached_property
    def wrong(self) -> list[tuple[WrongDefinition, Values]]:
        """The known wrong ways to write the formula with their values, the likeliest first."""
        graph, quantity = self._graph, self._graph.quantities[self._name]
        if self.right.node != quantity.expression:
            graph = graph.with_quantities([quantity._replace(expression=self.right.node)])
        found = wrong_definitions(graph, self._name)
        return [(one, self.values(one.expression)) for one in found]

    def difference(self, node: Node, outcome: Equality) -> Difference:
        """Where a formula differs from the right one, in words: on a small instance."""
        assert outcome.unequal is not None
        world, unequal = self._worlds[outcome.at], outcome.unequal
        names = used_names(self._graph, node, self.right.node)
        if self._plain is not None and len(world.describe(names)) > LONG:
            world, unequal = self._smaller(self._plain, world, unequal, node, names)
        return Difference(*unequal, world.describe(names))

    def _smaller(
        self,
        plain: PlainWorlds,
        world: World,
        unequal: Unequal,
        node: Node,
        names: Sequence[str],
    ) -> tuple[World, Unequal]:
        """An instance with each size as small as the formulas still differ at."""
        shapes = [self._graph.symbols.get(name, ()) for name in names]
        wanted = {*names, *(size for shape in shapes for size in shape)}
        for letter in [one for one in world.sizes if one in wanted]:
            found = next(
                (
                    (smaller, outcome)
                    for several in plain.smaller(world.sizes, letter)
                    for smaller in several
                    if (outcome := self._unequal_in(smaller, node)) is not None
                ),
                None,
            )
            if found is not None:
                world, unequal = found
        return world, unequal

    def _unequal_in(self, world: World, node: Node) -> Unequal | None:
        given, right = value_in(world, node, False), value_in(world, self.right.node, False)
        if isinstance(given, Exception) or isinstance(right, Exception):
            return None
        with Balls(BITS):
            outcome = compared(given, right)
        return outcome if isinstance(outcome, Unequal) else None


def in_known_names(graph: Graph, name: str, known: frozenset[str]) -> Node:
    """The definition of a quantity in names that are known: what else it uses is written in."""
    node = graph.quantities[name].expression
    while True:
        unknown = {
            one: graph.quantities[one].expression
            for one in content(node).free
            if one not in known and one in graph.quantities and not graph.quantities[one].given
        }
        if not unknown:
            return node
        node = substitute(node, unknown)
