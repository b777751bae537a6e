"""Expectations over independent random numbers with finitely many values, taken exactly.

``expectation(f)`` is the sum of f over all outcomes, each with its probability, so that it becomes
an ordinary expression as soon as the sizes are known. Where nobody differentiates or reads that
expression, f is evaluated at each outcome instead.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from math import prod

import numpy as np

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, Route, evaluate, value_of
from exsolve.expression.sizes import sized
from exsolve.expression.tree import Call, Name, Node, content, substitute, transform
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import add, call, literal, multiply, power
from exsolve.program import EXPECTATION
from exsolve.verification.setting import RandomSymbol

OUTCOMES = 4096
"""Most outcomes over which an expectation is summed."""


def without_expectations(
    graph: Graph,
    used: Sequence[str],
    random: Mapping[str, RandomSymbol],
    sizes: Mapping[str, int],
    kept: bool = False,
) -> list[Quantity]:
    """The quantities, each expectation written out as a sum; those that are random are gone.

    Unless they are ``kept``, for their random symbols to be given values.
    Raises ExsolveError with the quantity's place for too many outcomes.
    """
    written_out: dict[str, Node] = {}
    outcomes = Outcomes(random, sizes)
    found = []
    for name in used:
        quantity = graph.quantities[name]
        inside = content(quantity.expression)
        if not (written_out.keys() | random.keys()).isdisjoint(inside.names):
            inlined = substitute(quantity.expression, written_out)
            if is_random(inlined, random):
                written_out[name] = inlined
                if not kept:
                    continue
        if EXPECTATION not in inside.operations:
            found.append(quantity)
            continue
        try:
            plain = transform(
                quantity.expression, lambda node: _summed(node, written_out, outcomes)
            )
        except LanguageError as error:
            raise ExsolveError(quantity.problem(error)) from error
        found.append(quantity._replace(expression=plain))
    return found


def is_random(node: Node, random: Container[str]) -> bool:
    """Whether it depends on one of these names outside of an expectation."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Name) and current.name in random:
            return True
        if not _is_expectation(current):
            stack.extend(current.children())
    return False


def _is_expectation(node: Node) -> bool:
    return isinstance(node, Call) and node.operation.name == EXPECTATION


class Outcomes:
    """The outcomes of random symbols at some sizes, each symbol's made once."""

    def __init__(self, random: Mapping[str, RandomSymbol], sizes: Mapping[str, int]) -> None:
        self.random = random
        self._sizes = sizes
        self._made: dict[str, list[tuple[Node, Node]]] = {}

    def count(self, used: Iterable[str]) -> int:
        """How many outcomes these symbols have together."""
        return prod(self.random[name].outcomes(self._sizes) for name in used)

    def of(self, name: str) -> list[tuple[Node, Node]]:
        """Every array that a random symbol may be, and its probability."""
        if name not in self._made:
            self._made[name] = list(self._make(self.random[name]))
        return self._made[name]

    def _make(self, one: RandomSymbol) -> Iterator[tuple[Node, Node]]:
        shape = sized(one.shape, self._sizes)
        for chosen in product(range(len(one.values)), repeat=prod(shape)):
            array = _array([one.values[place] for place in chosen], shape)
            weight: Node = literal(1)
            for place, probability in enumerate(one.probabilities):
                if times := chosen.count(place):
                    weight = multiply(weight, power(probability, literal(times)))
            yield array, weight


def _summed(node: Node, written_out: Mapping[str, Node], outcomes: Outcomes) -> Node | None:
    """An expectation as a sum over the outcomes; None for any other node."""
    if not _is_expectation(node):
        return None
    inside = transform(
        substitute(node.children()[0], written_out), lambda part: _summed(part, {}, outcomes)
    )
    used = [name for name in content(inside).names if name in outcomes.random]
    if not used:
        return inside
    count = outcomes.count(used)
    if count > OUTCOMES:
        raise _too_many(count, node.offset)
    terms = []
    for outcome in product(*map(outcomes.of, used)):
        arrays = {name: array for name, (array, _) in zip(used, outcome, strict=True)}
        weight = multiply(*(weight for _, weight in outcome))
        # nobody reads this sum: nothing in it is collected or put in order
        terms.append(call("multiply", weight, substitute(inside, arrays)))
    return _balanced(terms)


def _too_many(count: int, offset: int) -> LanguageError:
    return LanguageError(
        f"an expectation over {count:,} outcomes is too long to take exactly",
        offset,
        expected=f"at most {OUTCOMES:,} outcomes",
        found=f"{count:,}",
        hint="declare smaller sizes",
    )


def _array(cells: Sequence[Node], shape: Sequence[int]) -> Node:
    """The cells, row by row, as nested stacks."""
    rows = list(cells)
    for size in reversed(shape):
        rows = [call("stack", *rows[start : start + size]) for start in range(0, len(rows), size)]
    return rows[0]


def _balanced(terms: Iterable[Node]) -> Node:
    """The sum of many terms as a tree that is not tall."""
    rows = list(terms)
    while len(rows) > 1:
        pairs = [rows[start : start + 2] for start in range(0, len(rows), 2)]
        rows = [call("add", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return add(rows[0])


class Means:
    """Expectations that are evaluated outcome by outcome.

    ``graph`` has each as a quantity of its own: the expectation of another one, which is among the
    ``random`` ones, that have a value at outcomes only.
    """

    def __init__(
        self, graph: Graph, used: Sequence[str], symbols: Mapping[str, RandomSymbol]
    ) -> None:
        self._symbols = symbols
        self._quantities: list[Quantity] = []
        self.random = {*symbols}
        for name in used:
            quantity = graph.quantities[name]
            expression = transform(quantity.expression, partial(self._named, quantity))
            self._quantities.append(quantity._replace(expression=expression))
            if not self.random.isdisjoint(content(expression).names):
                self.random.add(name)
        self.graph = Graph(self._quantities, graph.symbols)
        self._over = {name: self._symbols_of(name) for name in self.random - symbols.keys()}

    def _named(self, quantity: Quantity, node: Node) -> Node | None:
        """The name of an expectation in a quantity; None for any other node."""
        if not _is_expectation(node):
            return None
        inside = transform(node.children()[0], partial(self._named, quantity))
        if self.random.isdisjoint(content(inside).names):
            return inside
        number = sum(_is_expectation(one.expression) for one in self._quantities) + 1
        body = f"{quantity.name}, outcome of expectation {number}"
        mean = f"{quantity.name}, expectation {number}"
        self.random.add(body)
        self._quantities += [
            Quantity(body, inside, locate=quantity.locate),
            Quantity(mean, call(EXPECTATION, Name(body)), locate=quantity.locate),
        ]
        return Name(mean)

    def _symbols_of(self, name: str) -> list[str]:
        """The random symbols that a quantity depends on."""
        reached = {name}
        pending = [name]
        while pending:
            new = self.random.intersection(self.graph.uses(pending.pop())) - reached
            reached |= new
            pending += new - self._symbols.keys()
        return [one for one in self._symbols if one in reached]

    def refuse_many(self, sizes: Mapping[str, int]) -> None:
        """Raise ExsolveError, with the quantity's place, for too many outcomes at these sizes."""
        for quantity in self._quantities:
            if quantity.name in self._over:
                count = prod(
                    self._symbols[one].outcomes(sizes) for one in self._over[quantity.name]
                )
                if count > OUTCOMES:
                    raise ExsolveError(quantity.problem(_too_many(count, -1)))

    def value(self, graph: Graph, route: Route, body: Node, seen: Mapping[str, Array]) -> Array:
        """The expectation of a random quantity, all that is not random ``seen`` before."""
        assert isinstance(body, Name)
        known = {name: value for name, value in seen.items() if name not in self.random}
        used = self._over[body.name]
        weighed = [name for one in used for name in self._symbols[one].names]
        known |= evaluate(
            graph, route, [name for name in weighed if name not in known], known=known
        )
        terms: list[Array] = []
        for outcome in product(*(self._outcomes(one, graph, route, known) for one in used)):
            for name, (array, _) in zip(used, outcome, strict=True):
                known[name] = array
            try:
                value = evaluate(graph, route, [body.name], known=known)[body.name]
            except ExsolveError as error:
                if isinstance(error.__cause__, LanguageError):
                    raise error.__cause__ from error
                raise
            for _, weight in outcome:
                value = route.call(_MULTIPLY, [weight, value], {})
            terms.append(value)
        while len(terms) > 1:
            # pairs, since a sum of many closed forms is long
            odd = terms[len(terms) & ~1 :]
            pairs = zip(terms[::2], terms[1::2], strict=False)
            terms = [*(route.call(_ADD, pair, {}) for pair in pairs), *odd]
        return terms[0]

    def _outcomes(
        self, name: str, graph: Graph, route: Route, known: Mapping[str, Array]
    ) -> list[tuple[Array, Array]]:
        """Every array that a random symbol may be, and its probability."""
        one = self._symbols[name]
        values = [value_of(node, route, known)[()] for node in one.values]
        probabilities = [value_of(node, route, known) for node in one.probabilities]
        shape = tuple(int(size) for size in graph.symbols[name])
        weights: dict[tuple[int, ...], Array] = {}
        found = []
        for chosen in product(range(len(values)), repeat=prod(shape)):
            array = np.empty(len(chosen), dtype=probabilities[0].dtype)
            array[:] = [values[place] for place in chosen]
            counts = tuple(sorted(chosen))
            if counts not in weights:
                weight = probabilities[counts[0]]
                for place in counts[1:]:
                    weight = route.call(_MULTIPLY, [weight, probabilities[place]], {})
                weights[counts] = weight
            found.append((array.reshape(shape), weights[counts]))
        return found


_ADD = OPERATIONS["add"]
_MULTIPLY = OPERATIONS["multiply"]
