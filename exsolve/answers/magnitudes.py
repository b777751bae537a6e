"""Whether two ways of writing a number agree, as far as the decimals among them go."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np
from flint import fmpq

from exsolve.answers.written import Number
from exsolve.errors import LanguageError
from exsolve.expression.tree import Call, Literal, Name, Node, postorder, transform

_RELATIVE = 1e-9
"""Of two values that are no rational numbers, compared in float64."""


_DECIMAL = re.compile(r"-?[0-9]*\.[0-9]+")
_MOST_DECIMALS = 10
"""Decimals in an expression of which it is found how far each moves it."""


def agree(one: Number, other: Number) -> bool:
    """Whether the two are equal, or as near as their last written places allow."""
    a, b = one.node, other.node
    places = [*_places(one), *_places(other)]
    if isinstance(a, Literal) and isinstance(b, Literal):
        room = max((_half_unit(place) for place in places), default=fmpq(0))
        return bool(abs(a.value - b.value) <= room)
    first, second = _magnitude(a), _magnitude(b)
    if first is None or second is None:
        return a == b
    allowed = _room(one, first) + _room(other, second)
    allowed += max((0.5 * 10.0 ** -min(max(place, -300), 300) for place in places), default=0.0)
    return abs(first - second) <= allowed + _RELATIVE * max(abs(first), abs(second))


def _places(number: Number) -> Iterator[int]:
    """The places of a number that may be a rounding; an integer is meant exactly."""
    if number.places is not None and (number.places != 0 or number.approximate):
        yield number.places


def _room(number: Number, value: float) -> float:
    """How far the decimals in an expression may move its value."""
    if number.places is not None or isinstance(number.node, Literal):
        return 0.0
    decimals = {
        part.text: part
        for part in postorder(number.node)
        if isinstance(part, Literal) and _DECIMAL.fullmatch(part.text)
    }
    room = 0.0
    for decimal in [*decimals.values()][:_MOST_DECIMALS]:
        there = _magnitude(_moved(number.node, decimal))
        room += 0.0 if there is None else abs(there - value)
    return room


def _moved(node: Node, decimal: Literal) -> Node:
    """An expression with a decimal half a unit of its last place larger."""
    larger = Literal(decimal.value + _half_unit(len(decimal.text.partition(".")[2])))

    def replaced(part: Node) -> Node | None:
        return larger if isinstance(part, Literal) and part.text == decimal.text else None

    return transform(node, replaced)


def _half_unit(places: int) -> fmpq:
    return fmpq(1, 2) / fmpq(10) ** places


def _magnitude(node: Node) -> float | None:
    """The value in float64; None where there is a name in it, or no such value."""
    values: list[float] = []
    with np.errstate(all="ignore"):
        for part in postorder(node):
            if isinstance(part, Literal):
                try:
                    values.append(int(part.value.p) / int(part.value.q))
                except OverflowError:
                    return None
            elif isinstance(part, Name):
                if part.name != "pi":
                    return None
                values.append(math.pi)
            elif isinstance(part, Call):
                below = values[len(values) - len(part.args) :]
                del values[len(values) - len(part.args) :]
                try:
                    arrays = [np.asarray(value) for value in below]
                    values.append(float(part.operation.numeric(arrays, part.options)))
                except (LanguageError, ArithmeticError, TypeError, ValueError):
                    return None
            else:
                return None
    return values[0] if math.isfinite(values[0]) else None
