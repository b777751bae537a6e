"""Whether two formulas have the same values on all instances of a question; where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from exsolve.errors import ExsolveError
from exsolve.evaluate import Array
from exsolve.exact.balls import Balls
from exsolve.expression.sizes import letters
from exsolve.expression.tree import Node, content
from exsolve.graph import Graph
from exsolve.marking.worlds import BITS, Unequal, World, compared, is_rational

ENOUGH = 6
"""On how many instances two formulas must have values to be called equal."""
Change = Callable[[Array], Array]
"""Something done to a value before it is compared."""


class Difference(NamedTuple):
    """A cell (from 0) with two values there, as they are shown; an empty place for numbers.

    ``on``: the instance in words.
    """

    place: tuple[int, ...]
    given: str
    expected: str
    on: str


class Equality(NamedTuple):
    """What is found of two formulas: ``equal`` is None where it could not be decided.

    ``at``: the place of the first instance on which they differ, and how. ``without``: why the
    first has no value, where it has none on an instance on which the second has one; ``never``
    where it has none at all.
    """

    equal: bool | None
    at: int = -1
    unequal: Unequal | None = None
    without: ExsolveError | None = None
    never: bool = False


class Values:
    """A formula's values on the instances of a question, each found when it is asked for."""

    def __init__(self, graph: Graph, worlds: Sequence[World], node: Node) -> None:
        self.node = node
        self.worlds = worlds
        self.is_rational = is_rational(graph, node)
        self._found: dict[tuple[int, bool], Array | ExsolveError] = {}

    def at(self, place: int, exact: bool = False) -> Array | ExsolveError:
        """The value on one instance, as balls or exactly; why there is none."""
        key = place, exact
        if key not in self._found:
            self._found[key] = value_in(self.worlds[place], self.node, exact)
        return self._found[key]

    def ball(self, place: int) -> Array | None:
        """The value on one instance as balls, where there is one."""
        found = self.at(place)
        return None if isinstance(found, ExsolveError) else found

    def is_zero(self) -> bool:
        """Whether it may be 0 on every instance, in every cell."""
        found = (self.ball(place) for place in range(len(self.worlds)))
        return all(cell.contains(0) for value in found if value is not None for cell in value.flat)


def value_in(world: World, node: Node, exact: bool) -> Array | ExsolveError:
    """A formula's value on an instance; why there is none."""
    try:
        return world.exact(node) if exact else world.balls(node)
    except ExsolveError as error:
        return error


def equality(one: Values, other: Values, change: Change | None = None) -> Equality:
    """Whether a formula has the values of another one, a change of its own values made before.

    The first difference ends it.
    """
    exact = one.is_rational and other.is_rational
    without: ExsolveError | None = None
    agreeing = valued = missing = 0
    for place in range(len(one.worlds)):
        expected = other.at(place, exact)
        if isinstance(expected, ExsolveError):
            continue
        valued += 1
        found = one.at(place, exact)
        if isinstance(found, ExsolveError):
            without = without or found
            missing += 1
            continue
        with Balls(BITS):
            outcome = compared(change(found) if change else found, expected)
        if isinstance(outcome, Unequal):
            return Equality(False, place, outcome)
        agreeing += outcome
    if agreeing and agreeing >= min(ENOUGH, valued):
        return Equality(True)
    return Equality(None, without=without, never=missing == valued > 0)


def used_names(graph: Graph, *nodes: Node) -> list[str]:
    """The names without values that formulas depend on."""
    found = [name for node in nodes for name in (*content(node).free, *letters(node))]
    below = [name for name in found if name not in graph.symbols]
    for name in graph.needed_for(below):
        found += [*graph.uses(name), *letters(graph.quantities[name].expression)]
    return found
