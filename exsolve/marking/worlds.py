"""Instances on which formulas are judged: made once for a question, and what is known of each.

Formulas are compared by their values there. A formula costs one walk of its own tree on each; what
it names was evaluated before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from flint import arb, fmpq

from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError
from exsolve.evaluate import Array, ClosedFormRoute, ExactRoute, evaluate_once, value_of
from exsolve.exact.balls import Balls
from exsolve.expression.sizes import letters, with_sizes
from exsolve.expression.tree import Name, Node, content
from exsolve.graph import Graph, fixed_place
from exsolve.verification.claims import Situated
from exsolve.verification.comparing import CLOSED_FORM, shown, within_digits
from exsolve.verification.instances import allowed_sizes, instances, simple_instance
from exsolve.verification.lines import Lines
from exsolve.verification.setting import IRRATIONAL, Instance, Setting

BITS = 320
"""Of balls: 60 digits remain where as many cancel again."""
MOST = 16
"""Worlds of a question."""
ENOUGH = 6
"""On how many of them two formulas must have values to be called equal."""


class World:
    """An instance: values of all names, found when they are first asked for, on both exact routes.

    ``put`` says a formula over the names of the graph; ``describe`` the values of some names.
    """

    def __init__(
        self,
        graph: Graph,
        put: Callable[[Node], Node],
        describe: Callable[[Sequence[str]], str],
    ) -> None:
        self._graph = graph
        self._put = put
        self.describe = describe
        self._balls: dict[str, Array] = {}
        self._exact: dict[str, Array] = {}

    def balls(self, node: Node) -> Array:
        """The value as balls. Raises ExsolveError where there is none, or none can be enclosed."""
        node = self._put(node)
        with Balls(BITS) as balls:
            route = ExactRoute(balls)
            self._find(node, self._balls, route, BITS)
            return value_of(node, route, self._balls)

    def exact(self, node: Node) -> Array:
        """The value as closed forms. Raises ExsolveError where there is none."""
        node = self._put(node)
        route = ClosedFormRoute()
        self._find(node, self._exact, route, CLOSED_FORM)
        return value_of(node, route, self._exact)

    def _find(self, node: Node, known: dict[str, Array], route: ExactRoute, key: str | int) -> None:
        graph = self._graph
        missing = [
            name for name in content(node).free if name not in known and name in graph.quantities
        ]
        if missing:
            found = evaluate_once(graph, route, key, missing)
            known.update((name, route.passed_on(name, found[name])) for name in missing)


def unrolled_worlds(claim: Situated) -> Iterator[World]:
    """Networks over several steps: what adds up over time has a value there only."""
    for one in islice(claim.situations(), MOST):
        yield World(one.graph, one.put, _same(one.described))


def _same(described: str) -> Callable[[Sequence[str]], str]:
    return lambda names: described


def plain_worlds(
    workbook: Workbook, names: Sequence[str], nodes: Sequence[Node] = ()
) -> Iterator[World]:
    """Random instances of the symbols of an exercise, with its quantities evaluated."""
    graph, setting = workbook.graph, workbook.setting
    usable = [Name(one) for one in names if one not in setting.random and one not in graph.sizes]
    everything = [*usable, *nodes]
    lines = Lines(graph, setting, everything, [fixed_place(None)] * len(everything))
    for instance in _instances(lines.setting, workbook.seed):
        try:
            at = lines.at(instance)
        except ExsolveError:
            continue
        yield World(at, _sizing(instance.sizes), instance.describe)


def _sizing(sizes: Mapping[str, int]) -> Callable[[Node], Node]:
    def put(node: Node) -> Node:
        return with_sizes(node, sizes) if letters(node) else node

    return put


def _instances(setting: Setting, seed: int) -> Iterator[Instance]:
    """A small one that tells rows from columns, one still smaller, then those of a verification."""
    allowed = allowed_sizes(setting) if setting.symbols or setting.random else []
    telling = next((one for one in allowed if all(size > 1 for size in one.values())), None)
    first = [allowed[0]] if allowed else []
    for sizes in [*first, *([telling] if telling is not None else [])]:
        yield simple_instance(setting, sizes, seed)
    yield from instances(setting, MOST - 2, seed)


def is_rational(graph: Graph, node: Node) -> bool:
    """Whether an expression and all that it is defined by keep to the rationals, as a rule."""
    trees = [node]
    trees += [graph.quantities[name].expression for name in graph.needed_for(content(node).free)]
    return all(IRRATIONAL.isdisjoint(content(one).operations) for one in trees)


class Unequal(NamedTuple):
    """A cell (from 0) where two values differ, and both there as they are shown."""

    place: tuple[int, ...]
    left: str
    right: str


def compared(left: Array, right: Array) -> Unequal | bool:
    """The first difference that is certain; else whether they are equal, certified to 60 digits.

    A number fits an array whose every cell it is.
    """
    if left.shape != right.shape:
        if left.shape:
            return Unequal((), f"shape {left.shape}", f"shape {right.shape}")
        left = np.broadcast_to(left, right.shape)
    certain = True
    for place, one, other in zip(np.ndindex(right.shape), left.flat, right.flat, strict=True):
        gap = one - other
        if isinstance(gap, arb):
            if not gap.contains(0):
                return Unequal(place, shown(one), shown(other))
            certain = certain and within_digits(gap, one)
        elif isinstance(gap, fmpq):
            if gap != 0:
                return Unequal(place, shown(one), shown(other))
        else:
            certain = certain and bool(one == other)
    return certain
