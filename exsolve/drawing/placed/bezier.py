"""Cubic Bézier curves: points, parts, and the shapes that edges of a diagram have."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from exsolve.drawing.placed.elements import Box, Point, around

_SAMPLES = 32


class Curve(NamedTuple):
    """Two ends and the two control points between them."""

    start: Point
    first: Point
    second: Point
    end: Point

    def at(self, share: float) -> Point:
        """The point at a parameter from 0 to 1."""
        rest = 1 - share
        weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
        return (
            sum(weight * point[0] for weight, point in zip(weights, self, strict=True)),
            sum(weight * point[1] for weight, point in zip(weights, self, strict=True)),
        )

    def direction(self, share: float) -> Point:
        """The unit tangent at a parameter."""
        low, high = max(share - 0.01, 0.0), min(share + 0.01, 1.0)
        (x, y), (to_x, to_y) = self.at(low), self.at(high)
        length = math.hypot(to_x - x, to_y - y) or 1.0
        return (to_x - x) / length, (to_y - y) / length

    def points(self) -> list[Point]:
        """Points along the curve, both ends included."""
        return [self.at(index / _SAMPLES) for index in range(_SAMPLES + 1)]

    def bounds(self) -> Box:
        """A rectangle that holds the curve: that of its four points."""
        return around([*self])

    def part(self, low: float, high: float) -> Curve:
        """The curve between two parameters (de Casteljau)."""
        after = _split(self, low)[1]
        return _split(after, (high - low) / (1 - low) if low < 1 else 1.0)[0]

    def last(self, inside: Callable[[Point], bool]) -> float:
        """The largest parameter at which the curve is still inside, where it begins inside."""
        low, high = 0.0, 1.0
        for index in range(_SAMPLES, -1, -1):
            if inside(self.at(index / _SAMPLES)):
                low, high = index / _SAMPLES, min((index + 1) / _SAMPLES, 1.0)
                break
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if inside(self.at(middle)) else (low, middle)
        return high

    def turned(self) -> Curve:
        """The same curve from its end to its start."""
        return Curve(self.end, self.second, self.first, self.start)


def _split(curve: Curve, share: float) -> tuple[Curve, Curve]:
    def between(one: Point, other: Point) -> Point:
        return (
            one[0] + (other[0] - one[0]) * share,
            one[1] + (other[1] - one[1]) * share,
        )

    a, b, c = (
        between(curve.start, curve.first),
        between(curve.first, curve.second),
        between(curve.second, curve.end),
    )
    d, e = between(a, b), between(b, c)
    middle = between(d, e)
    return Curve(curve.start, a, d, middle), Curve(middle, e, c, curve.end)


def arc(start: Point, end: Point, bulge: float) -> Curve:
    """A line from one point to another that leaves the straight way by ``bulge`` at its middle,
    to the left as seen on its way (negative: to the right)."""
    across, along = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, along) or 1.0
    # a cubic whose two control points are off by d is off by 3/4 d in its middle
    off = bulge * 4 / 3
    shift = (along / length * off, -across / length * off)

    def control(share: float) -> Point:
        return start[0] + across * share + shift[0], start[1] + along * share + shift[1]

    return Curve(start, control(1 / 3), control(2 / 3), end)
