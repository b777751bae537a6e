"""A student's value, ready to be held against others: its numbers, and what each is worth."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np
from flint import arb, fmpq

from exsolve.answers.written import Number, Written
from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, value_of
from exsolve.exact.ring import ClosedForm
from exsolve.expression.shapes import placed
from exsolve.expression.tree import Call, Literal, Node
from exsolve.marking.numbers import Asked, Outcome, Target, interval, judge_number


class Given(NamedTuple):
    """Numbers in an arrangement: as they were written, and their exact values, row by row."""

    shape: tuple[int, ...]
    numbers: tuple[Number, ...]
    scalars: tuple[Scalar, ...]

    @property
    def array(self) -> Array:
        """The exact values in their arrangement."""
        return _arranged(self.scalars, self.shape)

    def intervals(self, bits: int) -> Array:
        """Balls of what the student may have meant: all that rounds to what was written."""
        pairs = zip(self.numbers, self.scalars, strict=True)
        return _arranged(tuple(interval(*pair, bits) for pair in pairs), self.shape)

    def as_shape(self, shape: tuple[int, ...]) -> Given | None:
        """The same with axes of a single entry added or left out; None for another arrangement."""
        if self.shape == shape:
            return self
        if [one for one in self.shape if one != 1] != [one for one in shape if one != 1]:
            return None
        return self._replace(shape=shape)

    def moved(self, order: Array, shape: tuple[int, ...]) -> Given:
        """The numbers in another order, given by the places where each is found."""
        places = [int(place) for place in order.flat]
        return Given(
            shape,
            tuple(self.numbers[place] for place in places),
            tuple(self.scalars[place] for place in places),
        )

    @property
    def is_constant(self) -> bool:
        """Whether it is the same number everywhere, zero say, which shows no work."""
        return len(set(map(_key, self.scalars))) == 1

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 everywhere."""
        return all(isinstance(one, fmpq) and one == 0 for one in self.scalars)

    @property
    def is_default(self) -> bool:
        """Whether it is what stands everywhere before any work: zero, or an array of ones."""
        ones = all(isinstance(one, fmpq) and one == 1 for one in self.scalars)
        return self.is_zero or (ones and len(self.scalars) > 1)


def _key(scalar: Scalar) -> object:
    return scalar if isinstance(scalar, ClosedForm) else (int(scalar.p), int(scalar.q))


def _arranged(cells: tuple[Scalar | arb, ...], shape: tuple[int, ...]) -> Array:
    array = np.empty(prod(shape), dtype=object)
    array[:] = cells
    return array.reshape(shape)


def given(written: Written) -> Given:
    """The value that was read. Raises LanguageError, with its place, for a number without one."""
    route = ClosedFormRoute()
    scalars: list[Scalar] = []
    arrays: dict[int, Array] = {}
    for number in written.numbers:
        node = number.node
        if isinstance(node, Literal):
            scalars.append(node.value)
            continue
        try:
            value = _cell(node, route, arrays)
            route.passed_on("", value)
        except LanguageError as error:
            raise placed(error, number.offset) from error
        if value.shape:
            raise LanguageError("a number is expected here", number.offset, found=number.text[:80])
        scalars.append(value[()])
    assert written.shape is not None
    return Given(written.shape, written.numbers, tuple(scalars))


def _cell(node: Node, route: ClosedFormRoute, arrays: dict[int, Array]) -> Array:
    """The value of a number; of an entry of an array, which its neighbours share, found once."""
    if not isinstance(node, Call) or node.operation.name != "index":
        return value_of(node, route, {})
    (array,) = node.args
    if id(array) not in arrays:
        arrays[id(array)] = value_of(array, route, {})
    return route.call(node.operation, [arrays[id(array)]], node.options)


def outcomes(found: Given, targets: list[Target], asked: Asked) -> list[Outcome]:
    """Each number held against the one that is right in its place."""
    return [
        judge_number(number, scalar, target, asked)
        for number, scalar, target in zip(found.numbers, found.scalars, targets, strict=True)
    ]
