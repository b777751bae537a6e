"""How an exercise varies, read and held to its names: what `exsolve.variation` searches with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import factorial, prod
from typing import NamedTuple

import numpy as np
from flint import fmpq

from exsolve.errors import Position
from exsolve.evaluate import Array
from exsolve.expression.tree import Node
from exsolve.graph import Graph
from exsolve.spec.nodes import Mapping as Tree


class Drawn(NamedTuple):
    """An exact array, and how each of its cells is written, row by row."""

    value: Array
    spelled: tuple[str, ...]

    @classmethod
    def of_cells(
        cls, cells: Sequence[object], spelled: Sequence[str], shape: tuple[int, ...]
    ) -> Drawn:
        """The array of these cells, which stand row by row."""
        value = np.empty(len(cells), dtype=object)
        value[:] = cells
        return cls(value.reshape(shape), tuple(spelled))


class RangeDraw(NamedTuple):
    """Cells from ``start`` in equal steps, each of so many values but for those left out, by their
    places in the range.

    ``decimals``: how many are written; None for fractions.
    """

    start: fmpq
    step: fmpq
    values: int
    left_out: tuple[int, ...]
    decimals: int | None
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return int((self.values - len(self.left_out)) ** prod(self.shape))

    def at(self, index: int) -> Drawn:
        cells = []
        for _ in range(prod(self.shape)):
            index, place = divmod(index, self.values - len(self.left_out))
            for taken in self.left_out:
                place += taken <= place
            cells.append(self.start + self.step * place)
        return Drawn.of_cells(cells, [spelling(cell, self.decimals) for cell in cells], self.shape)


class ChoiceDraw(NamedTuple):
    """One of several arrays of one shape; with ``sizes`` a number for each cell."""

    choices: tuple[Drawn, ...]
    sizes: tuple[int, ...] | None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.choices[0].value.shape) if self.sizes is None else self.sizes

    @property
    def size(self) -> int:
        return int(len(self.choices) ** (1 if self.sizes is None else prod(self.sizes)))

    def at(self, index: int) -> Drawn:
        if self.sizes is None:
            return self.choices[index]
        chosen = []
        for _ in range(prod(self.sizes)):
            index, place = divmod(index, len(self.choices))
            chosen.append(self.choices[place])
        cells = [one.value[()] for one in chosen]
        return Drawn.of_cells(cells, [one.spelled[0] for one in chosen], self.sizes)


class ShuffleDraw(NamedTuple):
    """An array in another order along an axis; None: all its cells change places."""

    drawn: Drawn
    axis: int | None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.drawn.value.shape)

    @property
    def _items(self) -> int:
        return self.drawn.value.size if self.axis is None else self.shape[self.axis]

    @property
    def size(self) -> int:
        return factorial(self._items)

    def at(self, index: int) -> Drawn:
        left = list(range(self._items))
        order = []
        for remaining in range(self._items, 0, -1):
            index, place = divmod(index, remaining)
            order.append(left.pop(place))
        places = np.arange(self.drawn.value.size).reshape(self.shape)
        axis = self.axis
        moved = places.reshape(-1)[order] if axis is None else np.take(places, order, axis)
        flat = [int(place) for place in moved.flat]
        cells = self.drawn.value.reshape(-1)
        spelled = [self.drawn.spelled[place] for place in flat]
        return Drawn.of_cells([cells[place] for place in flat], spelled, self.shape)


Draw = RangeDraw | ChoiceDraw | ShuffleDraw


class Derived(NamedTuple):
    """An array whose cells are formulas over what is drawn; of one formula, it may be an array.

    ``decimals``: whether its numbers are written as decimals where they have an end.
    """

    nodes: tuple[Node, ...]
    shape: tuple[int, ...]
    decimals: bool
    position: Position


class Placeholder(NamedTuple):
    """A formula in a text, whose value is put there."""

    node: Node
    decimals: bool


Template = tuple[str | Placeholder, ...]
"""A text in pieces."""
Pattern = Template | list["Pattern"] | dict[str, "Pattern"]
"""A value of a field, with formulas in its texts."""


class Passage(NamedTuple):
    """Words of the file, a regular expression that finds them, and what stands there instead."""

    words: str
    pattern: str
    template: Template


class Condition(NamedTuple):
    """A comparison that holds (of one node), or formulas whose values all differ.

    ``names`` are the quantities that have to be computed first.
    """

    text: str
    nodes: tuple[Node, ...]
    differ: bool
    names: tuple[str, ...]
    position: Position


class AnswerCondition(NamedTuple):
    """What must hold of the values of quantities: the field that says it, and its bound."""

    field: str
    bound: fmpq | None
    names: tuple[str, ...]
    position: Position

    @property
    def text(self) -> str:
        return self.field if self.bound is None else f"{self.field}: {self.bound}"


class WholeDivisions(NamedTuple):
    """Nothing on the way to these quantities is rounded down."""

    names: tuple[str, ...]
    position: Position
    text: str = "whole_divisions"


Check = Condition | AnswerCondition | WholeDivisions


class VariationPlan(NamedTuple):
    """How an exercise varies. ``graph`` has the numbers that are derived from those drawn, in
    order; ``given`` the base's own values of its givens; ``texts`` are passages and what stands
    there instead. ``late`` are the placeholders' names that must be computed first.
    """

    id: str
    draws: Mapping[str, Draw]
    words: Mapping[str, tuple[str, ...]]
    graph: Graph
    derived: Mapping[str, Derived]
    new_givens: Mapping[str, Derived]
    given: Mapping[str, Array]
    fields: Mapping[str, Pattern]
    texts: tuple[Passage, ...]
    late: tuple[str, ...]
    checks: tuple[Check, ...]
    position: Position
    tree: Tree

    @property
    def size(self) -> int:
        """How many draws there are."""
        words = prod(len(one) for one in self.words.values())
        return words * prod(one.size for one in self.draws.values())


def spelling(value: fmpq, decimals: int | None) -> str:
    """A rational as it is written: with so many decimals at most (zeros at the end left out)
    where it has no more, else as a fraction."""
    if decimals is not None and value.q != 1:
        scaled = value * 10**decimals
        if scaled.q == 1:
            digits = str(abs(int(scaled.p))).rjust(decimals + 1, "0")
            text = f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")
            return f"-{text}" if value < 0 else text
    return str(value)
