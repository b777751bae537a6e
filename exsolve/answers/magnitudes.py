"""Whether two ways of writing a number agree, as far as the decimals among them go."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from flint import fmpq

from exsolve.answers.written import Number
from exsolve.errors import LanguageError
from exsolve.expression.tree import Call, Literal, Name, Node, postorder

_RELATIVE = 1e-9
"""Of two values that are no rational numbers, compared in float64."""


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
    allowed = max((0.5 * 10.0 ** -min(max(place, -300), 300) for place in places), default=0.0)
    return abs(first - second) <= allowed + _RELATIVE * max(abs(first), abs(second))


def _places(number: Number) -> Iterator[int]:
    """The places of a number that may be a rounding; an integer is meant exactly."""
    if number.places is not None and (number.places != 0 or number.approximate):
        yield number.places


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
