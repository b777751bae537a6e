"""Instances on which formulas are judged: made once for a question, and what is known of each.

Formulas are compared by their values there. A formula costs one walk of its own tree on each; what
it names was evaluated before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from flint import arb, ctx, fmpq

from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError
from exsolve.evaluate import Array, ClosedFormRoute, ExactRoute, evaluate_once, value_of
from exsolve.exact.balls import Balls
from exsolve.expression.sizes import letters, with_sizes
from exsolve.expression.tree import Name, Node, content
from exsolve.graph import Graph, fixed_place
from exsolve.ops import OPERATIONS
from exsolve.verification.claims import Situated
from exsolve.verification.comparing import CLOSED_FORM, within_digits
from exsolve.verification.instances import (
    allowed_sizes,
    instances,
    is_allowed,
    simple_instance,
)
from exsolve.verification.lines import Lines
from exsolve.verification.setting import IRRATIONAL, Instance, Setting

BITS = 320
"""Of balls: 60 digits remain where as many cancel again."""
MOST = 16
"""Worlds of a question."""
SMALL = 2
TRIES = 2
"""The largest size that a size is made smaller to, and how many instances are drawn then."""
REMEMBERED = 128
"""Sizes whose small instances are kept."""
DIGITS = (8, 16, 32, 64)
"""Digits of values that are shown beside each other, until they show that they differ."""
ABOUT = "about "
LONGEST_FRACTION = 16
"""Characters of a fraction that is shown as it is."""


class World:
    """An instance: values of all names, found when they are first asked for, on both exact routes.

    ``put`` says a formula over the names of the graph; ``describe`` the values of some names;
    ``sizes`` are those that can be made smaller.
    """

    def __init__(
        self,
        graph: Graph,
        put: Callable[[Node], Node],
        describe: Callable[[Sequence[str]], str],
        sizes: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._graph = graph
        self._put = put
        self.describe = describe
        self.sizes = sizes
        self._balls: dict[str, Array] = {}
        self._exact: dict[str, Array] = {}

    def balls(self, node: Node) -> Array:
        """The value as balls. Raises ExsolveError where there is none, or none can be enclosed."""
        node = self._fitting(node)
        with Balls(BITS) as balls:
            route = ExactRoute(balls)
            self._find(node, self._balls, route, BITS)
            return value_of(node, route, self._balls)

    def exact(self, node: Node) -> Array:
        """The value as closed forms. Raises ExsolveError where there is none."""
        node = self._fitting(node)
        route = ClosedFormRoute()
        self._find(node, self._exact, route, CLOSED_FORM)
        return value_of(node, route, self._exact)

    def _fitting(self, node: Node) -> Node:
        """A formula over the names of the graph; raises LanguageError where it has no shape."""
        put = self._put(node)
        # an index may be outside at these sizes, for example
        if any(OPERATIONS[one].options for one in content(put).operations if one in OPERATIONS):
            self._graph.shape(put)
        return put

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


class PlainWorlds:
    """Random instances of the symbols of an exercise, with its quantities evaluated.

    ``names`` are those whose values formulas may need, ``nodes`` the expressions. Raises
    ExsolveError where no sizes fulfil the conditions.
    """

    def __init__(self, workbook: Workbook, names: Sequence[str], nodes: Sequence[Node]) -> None:
        setting = workbook.setting
        everything = [*(Name(one) for one in names if one not in setting.random), *nodes]
        places = [fixed_place(None)] * len(everything)
        self._lines = Lines(workbook.graph, setting, everything, places)
        self._seed = workbook.seed
        self._small: dict[tuple[tuple[str, int], ...], list[World]] = {}
        self.worlds = [
            found
            for one in _instances(self._lines.setting, workbook.seed)
            if (found := self._world(one)) is not None
        ]

    def _world(self, instance: Instance) -> World | None:
        try:
            graph = self._lines.at(instance)
        except ExsolveError:
            return None
        return World(graph, _sizing(instance.sizes), instance.describe, instance.sizes)

    def smaller(self, sizes: Mapping[str, int], letter: str) -> Iterator[list[World]]:
        """Instances of small numbers with one size made smaller, 1 first; each made once."""
        for size in range(1, min(sizes[letter], SMALL + 1)):
            smaller = {**sizes, letter: size}
            key = tuple(smaller.items())
            if key not in self._small:
                if len(self._small) >= REMEMBERED:
                    self._small.clear()
                self._small[key] = self._made(smaller)
            yield self._small[key]

    def _made(self, sizes: Mapping[str, int]) -> list[World]:
        setting = self._lines.setting
        if not is_allowed(setting, sizes):
            return []
        drawn = (simple_instance(setting, sizes, self._seed + one) for one in range(TRIES))
        return [found for one in drawn if (found := self._world(one)) is not None]


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
                return Unequal(place, *_apart(one, other))
            certain = certain and within_digits(gap, one)
        elif isinstance(gap, fmpq):
            if gap != 0:
                return Unequal(place, *_apart(one, other))
        else:
            certain = certain and bool(one == other)
    return certain


def _apart(one: Any, other: Any) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as show it."""
    for digits in DIGITS:
        texts = _shown(one, digits), _shown(other, digits)
        if len({text.removeprefix(ABOUT) for text in texts}) > 1:
            break
    return texts


def _shown(cell: Any, digits: int) -> str:
    if isinstance(cell, fmpq) and len(str(cell)) <= LONGEST_FRACTION:
        return str(cell)
    before = ctx.prec
    ctx.prec = BITS
    try:
        ball = arb(cell)
        text, e, exponent = str(ball.str(digits, radius=False)).partition("e")
    finally:
        ctx.prec = before
    text = text.rstrip("0").rstrip(".") if "." in text else text
    about = ABOUT if isinstance(cell, fmpq) else ""
    return "0" if ball.contains(0) else f"{about}{text}{e}{exponent}"
