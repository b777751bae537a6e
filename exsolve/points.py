"""Points of questions: numbers with at most two decimals, and exact shares of them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def total(points: Iterable[int | float]) -> int | float:
    """The sum of points, without the noise of binary fractions."""
    found = round(sum(points), 2)
    return int(found) if found == int(found) else found


def exact_total(points: Iterable[Fraction]) -> Fraction:
    """The sum of exact points, which is reduced once: every sum of two fractions would be."""
    numerator, denominator = 0, 1
    for one in points:
        more, of = one.numerator, one.denominator
        if of == denominator:
            numerator += more
        elif more:
            numerator, denominator = numerator * of + more * denominator, denominator * of
    return Fraction(numerator, denominator)
