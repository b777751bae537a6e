"""Random values of a network's symbols: parameters first, then the inputs of each step.

Each step is drawn until the conditions hold there, since all steps at once would hardly ever fulfil
them. Numbers are small, so that no state grows beyond all bounds over the steps.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
from flint import fmpq

from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array
from exsolve.expression.sizes import sized
from exsolve.expression.tree import Shape, names
from exsolve.verification.instances import fulfils
from exsolve.verification.setting import Condition, Instance

TRIES = 400
"""Draws after which conditions count as impossible to fulfil."""
FINE = (7, 11, 13)
"""Denominators of numbers that are not round."""
PATIENCE = 20
"""Draws after which numbers may be larger than before."""


class Values:
    """Draws values for names with shapes, group by group, that fulfil conditions.

    fine: no whole numbers, where kinks are, and none that saturate, as far as conditions allow.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        conditions: Sequence[Condition],
        source: random.Random,
        fine: bool = False,
    ) -> None:
        self._sizes = sizes
        self._fine = fine
        self._conditions = conditions
        self._source = source
        self.drawn: dict[str, Array] = {}

    def draw(self, shapes: Mapping[str, Shape], simple: bool) -> None:
        """Values for these names, which fulfil what the conditions say of them and of those before.

        simple: small whole numbers. Raises ExsolveError, with the place of a condition.
        """
        known = {*shapes, *self.drawn, *self._sizes}
        about = [
            one
            for one in self._conditions
            if known.issuperset(names(one.node)) and not shapes.keys().isdisjoint(names(one.node))
        ]
        bound = {name for one in about for name in names(one.node)}
        for attempt in range(TRIES):
            found = {
                name: self._array(shape, simple and attempt < PATIENCE, attempt, name in bound)
                for name, shape in shapes.items()
            }
            instance = Instance(self._sizes, {**self.drawn, **found})
            if all(fulfils(instance, one) for one in about):
                self.drawn.update(found)
                return
        raise ExsolveError(
            Problem(
                f"no random instance fulfils {', '.join(one.text for one in about)}",
                expected=f"what one of {TRIES} random instances fulfils",
                hint="declare the symbols so that it holds by itself, or relax it",
                position=about[0].locate(0),
            )
        )

    def _array(self, shape: Shape, simple: bool, attempt: int, bound: bool) -> Array:
        numbers = sized(shape, self._sizes)
        cells = np.empty(prod(numbers), dtype=object)
        cells[:] = [self._number(simple, attempt) for _ in range(len(cells))]
        if len(numbers) == 2 and not (simple or bound):
            cells = cells / fmpq(numbers[1])
        return cells.reshape(numbers)

    def _number(self, simple: bool, attempt: int) -> fmpq:
        if self._fine and attempt < PATIENCE:
            below = self._source.choice(FINE)
            above = self._source.choice([n for n in range(-2 * below, 2 * below) if n % below])
            return fmpq(above, below)
        if simple:
            return fmpq(self._source.choice((1, 2, 3, -1, -2)))
        largest = 4 + 4 * (attempt // PATIENCE)
        sign = self._source.choice((-1, 1))
        return fmpq(sign * self._source.randint(1, largest), self._source.randint(1, 5))
