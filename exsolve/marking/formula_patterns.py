"""Wrong formulas that are right but for one thing: transposed, negated, scaled, not summed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from flint import arb, fmpq

from exsolve.errors import ShapeError
from exsolve.evaluate import Array
from exsolve.exact.balls import Balls
from exsolve.expression.tree import Call, Name, Node, Shape, content, walk
from exsolve.marking.formula_values import Values, equality
from exsolve.marking.worlds import BITS
from exsolve.notation import written
from exsolve.ops.construct import call, divide, literal

NUMBERS = tuple(
    fmpq(above, below)
    for below in range(1, 5)
    for above in range(1, 9)
    if fmpq(above, below).q == below and above != below
)
"""Factors that are looked for, with either sign."""
FEW = 8
"""Instances, the last ones, on which a factor is looked for."""
Make = Callable[[Node], Values]


class Pattern(NamedTuple):
    """What a wrong formula is, beside the right one, and a sentence on it to the student."""

    name: str
    says: str


def patterns(
    given: Values, right: Values, shape: Shape, scalars: Mapping[str, Shape], make: Make
) -> Iterator[Pattern]:
    """All that a formula is beside the right one, the likeliest first.

    ``shape`` is that of the formula; ``scalars`` are the names that it may be scaled by; ``make``
    gives the values of a formula.
    """
    if len(shape) >= 2:
        yield from _transposed(given, right)
    if not shape:
        yield from _of_a_number(given, right)
    yield from _scaled(given, right, scalars, make)
    yield from _one_step(given, right, make)


def _transposed(given: Values, right: Values) -> Iterator[Pattern]:
    if equality(given, right, _swapped).equal:
        yield Pattern(
            "transposed",
            "Your formula is the transpose of the right one: rows and columns are exchanged. "
            "Keep to the layout that the exercise states.",
        )
    elif equality(given, right, lambda value: -_swapped(value)).equal:
        yield Pattern(
            "transposed and negated",
            "Your formula is minus the transpose of the right one: rows and columns are "
            "exchanged, and a sign is wrong.",
        )


def _swapped(value: Array) -> Array:
    return np.swapaxes(value, -1, -2)


def _of_a_number(given: Values, right: Values) -> Iterator[Pattern]:
    if equality(given, right, _reciprocal).equal:
        yield Pattern(
            "reciprocal", "Your formula is the reciprocal of the right one: 1 over it is right."
        )
    if equality(given, right, _square_root).equal:
        yield Pattern(
            "square root forgotten",
            "Your formula is the square of the right one: its square root is right.",
        )


def _reciprocal(value: Array) -> Array:
    """1 over a number; 0 as a ball gives a ball without bounds, which is equal to nothing."""
    return np.array(arb(1) / _ball(value[()]), dtype=object)


def _square_root(value: Array) -> Array:
    return np.array(_ball(value[()]).sqrt(), dtype=object)


def _ball(cell: object) -> arb:
    assert isinstance(cell, (arb, fmpq))
    return arb(cell)


def _scaled(
    given: Values, right: Values, scalars: Mapping[str, Shape], make: Make
) -> Iterator[Pattern]:
    with Balls(BITS):
        factors = list(_factors(given, right, scalars, make))
    for factor in factors:
        if equality(given, make(call("multiply", factor, right.node))).equal:
            yield _said(factor)
            return


def _factors(
    given: Values, right: Values, scalars: Mapping[str, Shape], make: Make
) -> Iterator[Node]:
    """The factors that fit one cell of one instance."""
    # the last instances have larger numbers than 1 and 2, which many factors would fit
    places = range(len(given.worlds) - 1, max(-1, len(given.worlds) - 1 - FEW), -1)
    found = ((place, _ratio(given, right, place)) for place in places)
    place, ratio = next(((one, ratio) for one, ratio in found if ratio is not None), (-1, None))
    if ratio is None:
        return
    for number in (fmpq(-1), *(sign * one for one in NUMBERS for sign in (1, -1))):
        if (ratio - arb(number)).contains(0):
            yield literal(number)
    # of a number that is made of such names alone, any other is some multiple
    telling = [] if set(content(right.node).free) <= scalars.keys() else scalars
    for name in telling:
        value = make(Name(name)).ball(place)
        if value is None:
            continue
        named = _ball(value[()])
        for size, shown in ((named, Name(name)), (named.sqrt(), call("sqrt", Name(name)))):
            if (ratio - size).contains(0):
                yield shown
            if (ratio * size - 1).contains(0):
                yield divide(literal(1), shown)


def _ratio(given: Values, right: Values, place: int) -> arb | None:
    """The first cell over that of the right formula; None where that may be 0."""
    found, expected = given.ball(place), right.ball(place)
    if found is None or expected is None or found.shape != expected.shape:
        return None
    for one, other in zip(found.flat, expected.flat, strict=True):
        if not other.contains(0):
            return _ball(one / other)
    return None


def _said(factor: Node) -> Pattern:
    text = written(factor, "text")
    if text == "-1":
        return Pattern("sign", "Your formula is minus the right one: a sign is wrong.")
    what = ""
    if text.startswith("1/"):
        what = f": a factor {text.removeprefix('1/')} is missing"
    elif isinstance(factor, Name) or text == "2":
        what = f": there is a factor {text} too many"
    return Pattern("factor", f"Your formula is {text} times the right one{what}.")


def _one_step(given: Values, right: Values, make: Make) -> Iterator[Pattern]:
    if "sum_t" not in content(right.node).operations or "sum_t" in content(given.node).operations:
        return
    if equality(make(call("sum_t", given.node)), right).equal:
        yield Pattern(
            "sum over time forgotten",
            "Your formula is the part of one time step; the parts of all steps add up.",
        )


def refuse_sum_over_time(node: Node) -> None:
    """Raise ShapeError, with its place, for a sum over time where there is one step only."""
    for part in walk(node):
        if isinstance(part, Call) and part.operation.name == "sum_t":
            raise ShapeError(
                "what is asked for belongs to one time step, so that no sum over time stands in it",
                part.offset,
                expected="a formula at time t",
            )
