"""Points of questions: numbers with at most two decimals."""

from __future__ import annotations

from collections.abc import Iterable


def total(points: Iterable[int | float]) -> int | float:
    """The sum of points, without the noise of binary fractions."""
    found = round(sum(points), 2)
    return int(found) if found == int(found) else found
