"""Expectations over independent random numbers with finitely many values, taken exactly.

``expectation(f)`` is the sum of f over all outcomes, each with its probability, so that it becomes
an ordinary expression as soon as the sizes are known.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from exsolve.errors import ExsolveError, LanguageError
from exsolve.expression.sizes import sized
from exsolve.expression.tree import Call, Name, Node, content, substitute, transform
from exsolve.graph import Graph, Quantity
from exsolve.ops.construct import add, call, literal, multiply, power
from exsolve.verification.setting import RandomSymbol

EXPECTATION = "expectation"
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
    if not random:
        return [graph.quantities[name] for name in used]
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
        raise LanguageError(
            f"an expectation over {count:,} outcomes is too long to take exactly",
            node.offset,
            expected=f"at most {OUTCOMES:,} outcomes",
            found=f"{count:,}",
            hint="declare smaller sizes",
        )
    terms = []
    for outcome in product(*map(outcomes.of, used)):
        arrays = {name: array for name, (array, _) in zip(used, outcome, strict=True)}
        weight = multiply(*(weight for _, weight in outcome))
        # nobody reads this sum: nothing in it is collected or put in order
        terms.append(call("multiply", weight, substitute(inside, arrays)))
    return _balanced(terms)


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
