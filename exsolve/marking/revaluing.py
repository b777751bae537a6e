"""Evaluating an exercise anew, with a student's own values in the place of some quantities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from flint import fmpq

from exsolve.errors import ExsolveError
from exsolve.evaluate import Array, ClosedFormRoute, ExactRoute, Route, evaluate, value_of
from exsolve.exact.balls import Balls, Undecided
from exsolve.expression.tree import Node, content
from exsolve.graph import CONSTANT_NAMES, Graph
from exsolve.marking.numbers import BITS, Target
from exsolve.marking.reference import Reference
from exsolve.verification.setting import IRRATIONAL


class Revaluing:
    """Values of an exercise that follow from values which are not the key's.

    ``graph`` is the exercise's, or one of the same names and values whose definitions lead through
    more of them.
    """

    def __init__(self, reference: Reference, graph: Graph) -> None:
        self._reference = reference
        self.graph = graph
        self._users: dict[str, list[str]] = {}
        for name in graph.quantities:
            for used in graph.uses(name):
                self._users.setdefault(used, []).append(name)
        self._below: dict[str, frozenset[str]] = {}
        self._searched: Mapping[str, Array] | None = None
        self._known_of: dict[str, Array | None] = {}
        self._seen_of: dict[type[Route], dict[str, Array]] = {}
        self._symbolic = any(name not in CONSTANT_NAMES for name in graph.symbols)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a value."""
        found: tuple[int, ...] = self.key(name).shape
        return found

    def key(self, name: str) -> Array:
        """The value of the key."""
        return self._reference.exact[name]

    def below(self, name: str) -> frozenset[str]:
        """All quantities that a quantity depends on."""
        if name not in self._below:
            self._below[name] = frozenset(self.graph.needed_for([name])) - {name}
        return self._below[name]

    def depending(self, names: Iterable[str]) -> set[str]:
        """All quantities that depend on one of these, those themselves left out."""
        found: set[str] = set()
        pending = [*names]
        while pending:
            for user in self._users.get(pending.pop(), ()):
                if user not in found:
                    found.add(user)
                    pending.append(user)
        return found

    def nearest(self, name: str, among: Iterable[str]) -> tuple[str, ...]:
        """Those of some quantities that a quantity depends on, and not only through another."""
        wanted = {one for one in among if one in self.below(name)}
        if not wanted:
            return ()
        found: set[str] = set()
        seen: set[str] = set()
        pending = [*self.graph.uses(name)]
        while pending:
            used = pending.pop()
            if used in wanted:
                found.add(used)
            elif used not in seen and used in self.graph.quantities:
                seen.add(used)
                pending += self.graph.uses(used)
        return tuple(one for one in self.graph.quantities if one in found)

    def value(self, name: str, own: Mapping[str, Array]) -> Array | None:
        """What a quantity is with one's own values (exact, or balls) in the place of others.

        None where it has no value then, or none of its shape.
        """
        known = self._known(name, own)

        def compute(route: Route) -> Array:
            return evaluate(self.graph, route, [name], known=known)[name]

        return self._on_a_route(compute, known, self.graph.operations)

    def of(self, expression: Node, own: Mapping[str, Array]) -> Array | None:
        """What another definition is worth, in the same way; quickest for one ``own`` after the
        other, since what it leads to is found once."""
        if own is not self._searched:
            self._searched, self._known_of, self._seen_of = own, {}, {}
        known: dict[str, Array] = {}
        for name in content(expression).free:
            if name not in self._known_of:
                self._known_of[name] = own[name] if name in own else self._value_of(name, own)
            value = self._known_of[name]
            if value is not None:
                known[name] = value

        def compute(route: Route) -> Array:
            seen = self._seen_of.setdefault(type(route), {})
            for one, value in known.items():
                if one not in seen:
                    seen[one] = route.passed_on(one, route.constant(value))
            return value_of(expression, route, seen)

        return self._on_a_route(compute, known, content(expression).operations)

    def _value_of(self, name: str, own: Mapping[str, Array]) -> Array | None:
        if name in self.graph.symbols and name not in self.graph.quantities:
            return None  # a symbol stands for itself
        if name in self._reference.exact and own.keys().isdisjoint(self.below(name)):
            return self._reference.exact[name]
        return self.value(name, own)

    def _known(self, name: str, own: Mapping[str, Array]) -> dict[str, Array]:
        """One's own values, and those of the key that do not depend on them."""
        exact = self._reference.exact
        changed = self.depending(own)
        known = {
            one: exact[one]
            for one in self.graph.needed_for([name], known=own)
            if one != name and one in exact and one not in changed
        }
        return {**known, **own}

    def _on_a_route(
        self,
        compute: Callable[[Route], Array],
        known: Mapping[str, Array],
        operations: frozenset[str],
    ) -> Array | None:
        """Exactly where all stays rational or has symbols, else in balls, if they decide it."""
        try:
            rational = all(type(cell) is fmpq for value in known.values() for cell in value.flat)
            if self._symbolic or (rational and operations.isdisjoint(IRRATIONAL)):
                return None if _has_balls(known) else compute(ClosedFormRoute())
            try:
                with Balls(BITS) as balls:
                    return compute(_Enclosing(balls))
            except Undecided:
                return None if _has_balls(known) else compute(ClosedFormRoute())
            except ExsolveError as error:
                if not isinstance(error.__cause__, Undecided):
                    raise
                return None if _has_balls(known) else compute(ClosedFormRoute())
        except (ExsolveError, ZeroDivisionError, OverflowError):
            return None


class _Enclosing(ExactRoute):
    """The route of balls, into which known closed forms are turned as they are met."""

    def passed_on(self, name: str, value: Array) -> Array:
        return self.constant(value)


def _has_balls(known: Mapping[str, Array]) -> bool:
    """Whether values are there as balls only, which have no closed form."""
    from flint import arb

    return any(isinstance(cell, arb) for value in known.values() for cell in value.flat)


def targets(value: Array) -> list[Target]:
    """The cells of a value, exact or balls, to hold numbers against."""
    from flint import arb

    return [
        Target(None, cell) if isinstance(cell, arb) else Target(cell)
        for cell in np.asarray(value, dtype=object).flat
    ]
