"""Graphs with the values of an instance in the place of names without values."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
from flint import fmpq

from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array
from exsolve.expression.sizes import letters, with_sizes
from exsolve.expression.tree import Constant, Literal, Node, content, names
from exsolve.graph import Graph, Locate, Pattern, Quantity
from exsolve.ops.limits import LIMIT
from exsolve.own_variables import with_own_variables
from exsolve.verification.expectations import Means, is_random, without_expectations
from exsolve.verification.setting import IRRATIONAL, Instance, Setting


class Lines:
    """Expressions over the quantities and symbols of a graph, which instances put values into.

    ``names`` are what they are called in the graphs that ``at`` makes: ``line 1``, ``line 2``, ...
    ``written_out``: expectations are sums in those graphs, as derivatives and readers need them.
    Raises ExsolveError where one of them has no shape.
    """

    def __init__(
        self,
        graph: Graph,
        setting: Setting,
        nodes: Sequence[Node],
        locate: Sequence[Locate],
        written_out: bool = False,
    ) -> None:
        self.names = [f"line {place}" for place in range(1, len(nodes) + 1)]
        lines = [
            Quantity(name, node, locate=where)
            for name, node, where in zip(self.names, nodes, locate, strict=True)
        ]
        # a limit asks for no value of its variable, which an instance may have
        self.graph = with_own_variables(graph.with_quantities(lines))
        self._used = self.graph.needed_for(self.names)
        used = {name for one in self._used for name in self.graph.uses(one)}
        used.update(letter for one in self._used for letter in self._letters(one))
        self.setting = setting.narrowed(used)
        self._random_line = self._random()
        without = () if self._random_line else self.setting.random
        self.used = [name for name in setting.names if name in used and name not in without]
        """The symbols, letters and random symbols that the lines depend on."""
        self._means = self._by_outcomes() if not written_out else None
        if self._means:
            self._used = list(self._means.graph.quantities)
        self._sized: dict[Hashable, list[Quantity]] = {}
        self._patterns: dict[Hashable, Pattern] = {}

    @property
    def are_random(self) -> bool:
        """Whether a line depends on a random symbol outside of an expectation."""
        return self._random_line is not None

    def _by_outcomes(self) -> Means | None:
        """The expectations to be evaluated outcome by outcome; None where there are no such."""
        random = self.setting.random
        if not random or self.are_random or LIMIT.name in self.graph.operations:
            return None
        nodes = [node for one in random.values() for node in (*one.values, *one.probabilities)]
        if not all(content(node).operations.isdisjoint(IRRATIONAL) for node in nodes):
            return None
        return Means(self.graph, self._used, random)

    def _random(self) -> Quantity | None:
        """The first line that depends on a random symbol outside of an expectation."""
        found = {*self.setting.random}
        for name in self._used:
            if is_random(self.graph.quantities[name].expression, found):
                found.add(name)
        return next((self.graph.quantities[line] for line in self.names if line in found), None)

    def _letters(self, name: str) -> list[str]:
        return letters(self.graph.quantities[name].expression)

    def at(self, instance: Instance) -> Graph:
        """The graph with values in the place of symbols.

        Raises ExsolveError where an expression has no shape at these sizes, or depends on a random
        symbol that has no outcome.
        """
        line = self._random_line
        if line is not None:
            if not instance.outcomes:
                raise ExsolveError(_random_value(line))
            instance = instance._replace(values={**instance.values, **instance.outcomes})
        sizes = instance.sizes
        quantities = self._at_sizes(sizes)
        own = given(instance)
        known = {one.name: one for one in own}
        kept = [quantity for quantity in quantities if quantity.name not in known]
        others = {
            name: tuple(sizes.get(str(size), size) for size in shape)
            for name, shape in self.graph.symbols.items()
            if name not in known and (self._means or name not in self.setting.random)
        }
        pattern = self._pattern(known, sizes)
        if self._means:
            self._means.refuse_many(sizes)
            mean = self._means.value
            return Graph([*own, *kept], others, pattern=pattern, sizes=sizes, expectation=mean)
        return Graph([*own, *kept], others, pattern=pattern, sizes=sizes)

    def _pattern(self, own: Collection[str], sizes: Mapping[str, int]) -> Pattern:
        """The pattern of the graphs that have these values; at these sizes, where expectations are
        written out: how long they are depends on the sizes."""
        written_out = self.setting.random and not self._means
        key = (tuple(own), tuple(sizes.items()) if written_out else ())
        if key not in self._patterns:
            graph = self._means.graph if self._means else self.graph
            lettered = {
                name: expression
                for name in self._used
                if content(expression := graph.quantities[name].expression).lettered
            }
            random = self._means.random if self._means else ()
            self._patterns[key] = Pattern({} if written_out else lettered, random)
        return self._patterns[key]

    def _at_sizes(self, sizes: Mapping[str, int]) -> list[Quantity]:
        """The quantities without letters and expectations; remembered, for the next instance."""
        key = tuple(sizes.items())
        if key not in self._sized:
            if self._means:
                concrete = list(self._means.graph.quantities.values())
            else:
                random, kept = self.setting.random, self.are_random
                concrete = without_expectations(self.graph, self._used, random, sizes, kept)
            self._sized[key] = [
                quantity._replace(expression=with_sizes(quantity.expression, sizes))
                for quantity in concrete
            ]
        return self._sized[key]


def _random_value(line: Quantity) -> Problem:
    used = ", ".join(names(line.expression))
    return Problem(
        "what depends on a random symbol has no value of its own",
        "expectation(...) around it",
        used,
        "ask for its expectation",
        line.locate(0) if line.locate else None,
    )


def given(instance: Instance) -> list[Quantity]:
    """The letters and symbols of an instance as quantities."""
    sizes = [
        Quantity(letter, Literal(fmpq(size)), given=True) for letter, size in instance.sizes.items()
    ]
    return [*sizes, *(given_array(name, value) for name, value in instance.values.items())]


def given_array(name: str, value: Array) -> Quantity:
    """An exact array as a quantity."""
    if not value.shape and isinstance(value[()], fmpq):
        return Quantity(name, Literal(value[()]), given=True)
    return Quantity(name, Constant(np.asarray(value, dtype=object)), given=True)
