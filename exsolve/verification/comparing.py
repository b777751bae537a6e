"""Whether two quantities of a graph have the same value: exactly, or certified to 60 digits.

Balls come first, since they are quick and prove a difference. Equal rationals are then equal
exactly; what is irrational counts as equal when its balls leave no more than 60 digits open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from flint import arb, ctx, fmpq

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, ExactRoute, NumericRoute, evaluate_once
from exsolve.exact.balls import Balls, Undecided
from exsolve.exact.closed_form import size
from exsolve.exact.equality import equal
from exsolve.expression.tree import Operation, OptionValue, content
from exsolve.graph import Graph
from exsolve.limit_values import with_limits_taken
from exsolve.sampled_limits import numeric_values
from exsolve.verification.setting import IRRATIONAL

DIGITS = 60
ALLOWED = arb(10) ** -DIGITS
BITS = (320, 1280, 5120)
FLOAT_TOLERANCE = 1e-9
MOST_ATOMS = 200_000
"""Atoms in the arguments of an operation above which a proof with symbols is given up."""
MOST_COMPARED = 10_000
"""Atoms of two cells above which they are equal with symbols only if they look alike."""
CLOSED_FORM = "closed forms"
CLOSED_FORM_OF_SYMBOLS = "closed forms of symbols"
"""What values of these routes are kept under."""


class Difference(NamedTuple):
    """Where two values differ (a place from 0), and the two values there as decimals.

    ``shapes`` where they differ in shape already.
    """

    place: tuple[int, ...]
    left: str
    right: str


class Comparison(NamedTuple):
    """The first difference, if there is one; and whether the equality is exact."""

    difference: Difference | None
    exact: bool


def compare(graph: Graph, left: str, right: str) -> Comparison:
    """Two quantities of a graph without symbols compared cell by cell; a number fits any shape.

    Raises ExsolveError where one of them has no value, or where it could not be decided.
    """
    graph = with_limits_taken(graph, [left, right])
    leaves_rationals = _leaves_rationals(graph, (left, right))
    if not leaves_rationals and _same_rationals(graph, left, right):
        return Comparison(None, True)
    for bits in BITS:
        try:
            with Balls(bits):
                values = ball_values(graph, [left, right])
                found = _compared(values[left], values[right])
        except ExsolveError as error:
            if not isinstance(error.__cause__, Undecided):
                raise
            break  # a sign at exactly 0 stays open at any precision
        if isinstance(found, Difference):
            return Comparison(found, False)
        if found and leaves_rationals:
            return Comparison(None, False)
        if found:
            break
    values = _closed_forms(graph, [left, right])
    return _exactly(values[left], values[right])


def ball_values(graph: Graph, only: Sequence[str]) -> dict[str, Array]:
    """Values as balls of the precision of the ``with Balls(...)`` around; each computed once."""
    return evaluate_once(graph, ExactRoute(Balls(ctx.prec)), ctx.prec, only)


def _closed_forms(graph: Graph, only: Sequence[str]) -> dict[str, Array]:
    return evaluate_once(graph, ClosedFormRoute(), CLOSED_FORM, only)


def _leaves_rationals(graph: Graph, wanted: tuple[str, str]) -> bool:
    for name in graph.needed_for(wanted):
        found = content(graph.quantities[name].expression)
        if not IRRATIONAL.isdisjoint(found.operations):
            return True
        for constant in found.constants:
            if any(type(one) is not fmpq for one in constant.value.flat):
                return True
    return False


def _same_rationals(graph: Graph, left: str, right: str) -> bool:
    """Whether two quantities are the same, as can be seen; if not, balls tell more of it."""
    try:
        values = _closed_forms(graph, [left, right])
    except ExsolveError:
        return False
    pairs = _pairs(values[left], values[right])
    return pairs is not None and all(bool(a == b) for _, a, b in pairs)


def _pairs(left: Array, right: Array) -> Any:
    """The cells of both with their places; None where the shapes do not fit."""
    if left.shape != right.shape and left.shape and right.shape:
        return None
    shape = left.shape or right.shape
    return zip(
        np.ndindex(shape),
        np.broadcast_to(left, shape).flat,
        np.broadcast_to(right, shape).flat,
        strict=True,
    )


def shape_difference(left: Array, right: Array) -> Difference:
    """Two values of different shapes."""
    return Difference((), f"shape {left.shape}", f"shape {right.shape}")


def _compared(left: Array, right: Array) -> Difference | bool:
    """A difference that the balls prove; else whether they agree to enough digits."""
    pairs = _pairs(left, right)
    if pairs is None:
        return shape_difference(left, right)
    certain = True
    for place, a, b in pairs:
        gap = a - b
        if not gap.contains(0):
            return Difference(place, shown(a), shown(b))
        certain = certain and within_digits(gap, a)
    return certain


def within_digits(gap: arb, value: arb) -> bool:
    """Whether a difference is at most 10^-60 of the value, or of 1 where that is more."""
    return bool(abs(gap) < ALLOWED * max(float(abs(value).upper()), 1.0))


def shown(value: Any) -> str:
    """A cell for a message."""
    if isinstance(value, fmpq):
        return str(value)
    if not isinstance(value, arb):
        return str(value)
    if value.contains(0):
        return "0"
    digits, e, exponent = str(value.str(8, radius=False)).partition("e")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + e + exponent


def _exactly(left: Array, right: Array) -> Comparison:
    """Closed forms compared by the equality ladder."""
    pairs = _pairs(left, right)
    if pairs is None:
        return Comparison(shape_difference(left, right), True)
    for place, a, b in pairs:
        judged = equal(a, b)
        if judged.proved_equal:
            continue
        if judged.proved_different:
            return Comparison(Difference(place, _closed(a), _closed(b)), True)
        raise ExsolveError(
            "two expressions could be proved neither equal nor different",
            found=f"{_closed(a)} and {_closed(b)}",
        )
    return Comparison(None, True)


def _closed(scalar: Any) -> str:
    from exsolve.notation import scalar_tree, written

    text = written(scalar_tree(scalar), "text")
    return text if len(text) <= 60 else f"{text[:60]}…"


class _BoundedRoute(ClosedFormRoute):
    """The exact route of symbols, given up where closed forms explode."""

    def call(
        self, operation: Operation, arguments: Sequence[Array], options: Mapping[str, OptionValue]
    ) -> Array:
        if sum(size(cell) for array in arguments for cell in array.flat) > MOST_ATOMS:
            raise LanguageError("the closed forms of a proof with symbols become too long")
        return super().call(operation, arguments, options)


def symbolically(graph: Graph, left: str, right: str) -> Comparison | None:
    """The comparison with a symbol in each cell; None where it could not be decided.

    Raises ExsolveError where something has no closed form, or one too long.
    """
    values = evaluate_once(graph, _BoundedRoute(), CLOSED_FORM_OF_SYMBOLS, [left, right])
    pairs = _pairs(values[left], values[right])
    if pairs is None:
        return Comparison(shape_difference(values[left], values[right]), True)
    for place, a, b in pairs:
        if a == b:
            continue
        if size(a) + size(b) > MOST_COMPARED:
            return None
        judged = equal(a, b)
        if judged.proved_different:
            return Comparison(Difference(place, _closed(a), _closed(b)), True)
        if not judged.proved_equal:
            return None
    return Comparison(None, True)


def float_difference(graph: Graph, name: str, bits: int = BITS[0]) -> Difference | None:
    """Where the float64 route gives another value than balls of so many bits.

    Raises ExsolveError where one of them has none.
    """
    route = NumericRoute()
    numeric = numeric_values(graph, route, only=[name])[name]
    graph = with_limits_taken(graph, [name])
    try:
        with Balls(bits):
            exact = ball_values(graph, [name])[name]
            floats = np.array([float(cell.mid()) for cell in exact.flat]).reshape(exact.shape)
    except ExsolveError as error:
        if not isinstance(error.__cause__, Undecided):
            raise
        from exsolve.evaluate import as_float

        exact = _closed_forms(graph, [name])[name]
        floats = np.array([as_float(cell) for cell in exact.flat]).reshape(exact.shape)
    for place in np.ndindex(floats.shape):
        one, other = float(floats[place]), float(numeric[place])
        if not abs(one - other) <= FLOAT_TOLERANCE * max(abs(one), route.largest):
            return Difference(place, repr(one), repr(other))
    return None
