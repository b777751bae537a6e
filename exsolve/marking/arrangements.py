"""Right numbers in the wrong arrangement, and arrays that are wrong in one way everywhere.

What is recognised here needs no knowledge of the exercise: transposed, flattened, shifted by a
place, in another order; negated, a constant multiple, off by a constant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np

from exsolve.answers.written import Number
from exsolve.evaluate import Array, as_float
from exsolve.marking.given import Given, outcomes
from exsolve.marking.numbers import Asked, Target, is_rounded

CLOSE = 1e-9
"""Relative; floats tell only which sentence is said of a wrong answer."""
LARGEST_RATIO = 1e100
"""Beyond this nobody has forgotten a constant, and floats overflow."""
FLOAT_PLACES = 300
LARGEST_NICE = 64
"""Whole numbers up to this one, their reciprocals and roots are constants that people forget."""


class Pattern(NamedTuple):
    """In what way a whole array is wrong: its name as a slip, and a sentence to the student."""

    name: str
    says: str


def arrangement(found: Given, shape: tuple[int, ...], targets: list[Target]) -> Pattern | None:
    """How the right numbers stand in the wrong places; None where they do not."""
    if len(found.numbers) != len(targets) or len(targets) < 2:
        return None
    for pattern, order in _orders(found.shape, shape):
        judged = outcomes(found.moved(order, shape), targets, Asked())
        if all(one.is_right for one in judged):
            return pattern
    return None


def _orders(given: tuple[int, ...], shape: tuple[int, ...]) -> Iterator[tuple[Pattern, Array]]:
    """Patterns, each with the place in what is given of every cell that is right."""
    places = np.arange(int(np.prod(given))).reshape(given)
    turned = places.T
    if turned.shape == shape and len(shape) >= 2:
        yield Pattern("transposed", "Rows and columns are swapped: this is the transpose."), turned
    if given != shape:
        said = "The numbers are right, in another shape."
        if len(given) <= 1:
            said = "The numbers are right, flattened into one row."
        yield Pattern("flattened", said), places.reshape(shape)
        if len(shape) >= 2:
            said = "The numbers are right, read column by column."
            by_columns = np.arange(places.size).reshape(shape[::-1]).T
            yield Pattern("flattened", said), by_columns
        return
    for axis, size in enumerate(shape):
        for step in (1, -1):
            if size >= 3:
                what = "entries" if len(shape) == 1 else ("rows", "columns", "slices")[min(axis, 2)]
                says = f"The {what} are right, shifted by one place."
                yield Pattern("shifted", says), np.roll(places, step, axis)
    if len(shape) == 1:
        yield Pattern("reversed", "The entries are right, in reverse order."), places[::-1]


def multiple(found: Given, targets: list[Target]) -> Pattern | None:
    """How an array of the right shape is wrong by one constant; None where it is not.

    A constant is believed where it is one that people forget, or where many entries tell it.
    """
    right = [_float(target) for target in targets]
    wrong = [_as_float(one) for one in found.scalars]
    if None in right or None in wrong:
        return None
    key = [one for one in right if one is not None]
    own = [one for one in wrong if one is not None]
    slack = [_slack(number) for number in found.numbers]
    largest = max(range(len(key)), key=lambda place: abs(key[place]))
    if not key[largest] or not own[largest]:
        return None
    if any(a and _agree([a], [b], [some]) for a, b, some in zip(key, own, slack, strict=True)):
        return None  # then there is no constant, but a mistake in the other entries
    different = len({abs(one) for one in key} - {0.0})
    ratio = own[largest] / key[largest]
    if not 1 / LARGEST_RATIO < abs(ratio) < LARGEST_RATIO:
        return None
    factor = _rounded(ratio)
    if factor != 1.0 and _agree(own, [factor * one for one in key], slack):
        return _factor(factor, different)
    offset = own[largest] - key[largest]
    if offset and len({*key}) >= 2 and _agree(own, [one + offset for one in key], slack):
        said = _number(abs(offset))
        way = "above" if offset > 0 else "below"
        return Pattern("shifted by a constant", f"Every entry is {said} {way} what it should be.")
    return None


def _factor(factor: float, different: int) -> Pattern | None:
    if factor == -1.0:
        return Pattern("sign", "The sign is wrong: this is the negative of what is asked for.")
    said = _nice(abs(factor))
    if different < 2 and said not in ("2", "1/2"):
        return None  # any number is some multiple of another
    if not said:
        if different < 3:
            return None
        said = _number(abs(factor))
    sign = "−" if factor < 0 else ""
    name = {"2": "factor 2", "1/2": "half"}.get(said, "constant factor")
    return Pattern(name, f"This is {sign}{said} times what is asked for.")


def _nice(factor: float) -> str:
    """A constant as people write it; empty for one that nobody forgets."""
    near = Fraction(factor).limit_denominator(LARGEST_NICE)
    simple = near.numerator == 1 or near.denominator == 1 or near.denominator <= 4
    if simple and near.numerator <= LARGEST_NICE and abs(factor - near) <= CLOSE * factor:
        return str(near)
    square = factor * factor
    for power, text in ((square, "√{}"), (1 / square, "1/√{}")):
        whole = round(power)
        if 2 <= whole <= LARGEST_NICE and abs(power - whole) <= CLOSE * whole:
            return text.format(whole)
    return ""


def _slack(number: Number) -> float:
    """How far a number may lie from what was meant. An integer is meant as it is, and of a single
    digit nearly everything is a multiple."""
    if not is_rounded(number) or (number.digits or 0) < 2:
        return 0.0
    assert number.places is not None
    if abs(number.places) > FLOAT_PLACES:
        return 0.0
    return 0.5 * 10.0**-number.places


def _rounded(factor: float) -> float:
    """A factor freed of the rounding of what was written, where it is nearly a nice one."""
    for candidate in (*range(1, 13), *(1 / n for n in range(2, 13)), *(sqrt(n) for n in (2, 3, 5))):
        if abs(abs(factor) - candidate) <= 5e-3 * candidate:
            return float(candidate if factor > 0 else -candidate)
    return factor


def _agree(own: list[float], other: list[float], slack: list[float]) -> bool:
    return all(
        abs(a - b) <= CLOSE * max(abs(a), abs(b)) + some
        for a, b, some in zip(own, other, slack, strict=True)
    )


def _number(value: float) -> str:
    return f"{value:.4g}"


def roughly(targets: Sequence[Target]) -> tuple[float, ...] | None:
    """Cells as floats; None where one of them has symbols, or is too large for a float."""
    found: list[float] = []
    for target in targets:
        value = _float(target)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _float(target: Target) -> float | None:
    if target.is_symbolic:
        return None
    return _as_float(target.exact if target.exact is not None else target.ball(0))


def _as_float(scalar: object) -> float | None:
    symbols = getattr(scalar, "symbols", None)
    if symbols:
        return None
    mid = getattr(scalar, "mid", None)
    found = float(mid()) if mid else as_float(scalar)
    return found if isfinite(found) else None
