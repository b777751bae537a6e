"""The numbers along an axis, and where a value stands between its ends."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from exsolve.drawing.pictures import Curves

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGEST_PLAIN, _SMALLEST_PLAIN = 5, -4
"""Powers of ten between which a number is written out."""


class Tick(NamedTuple):
    """A value on an axis and how it is written."""

    value: float
    text: str


class Axis(NamedTuple):
    """The ends of an axis and the ticks between them, from low to high."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value stands: 0 at the low end, 1 at the high end."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        # halves, so that no difference of large numbers overflows
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return min(max(share, 0.0), 1.0)


def linear(values: Iterable[float], most: int) -> Axis:
    """An axis with round ticks, about ``most`` of them, that reaches over the values."""
    numbers = list(values)
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = max(abs(low), abs(high)) / 2 or 0.5
        low, high = low - room, high + room
    if not math.isfinite(high - low) or high - low < 1e-290:
        return Axis(low, high, (Tick(low, f"{low:.3g}"), Tick(high, f"{high:.3g}")))
    exponent = math.floor(math.log10((high - low) / most))
    for digit, power in ((1, 0), (2, 0), (5, 0), (1, 1), (2, 1)):
        step = Decimal(digit).scaleb(exponent + power)
        first = (Decimal(low) / step).to_integral_value("ROUND_CEILING")
        last = (Decimal(high) / step).to_integral_value("ROUND_FLOOR")
        if last - first < most:
            break
    multiples = [first + index for index in range(int(last - first) + 1)]
    ticks = tuple(Tick(float(k * step), _plain(k * step, exponent)) for k in multiples)
    return Axis(low, high, ticks)


def powers(values: Iterable[float], most: int) -> Axis:
    """A logarithmic axis between powers of ten; the values are positive."""
    exponents = [math.log10(value) for value in values]
    low = math.floor(min(exponents, default=0.0))
    high = max(math.ceil(max(exponents, default=1.0)), low + 1)
    low, high = max(low, -323), min(high, 308)
    stride = max(-(-(high - low) // max(most - 1, 1)), 1)
    ticks = tuple(
        Tick(float(f"1e{power}"), f"10{str(power).translate(_SUPERSCRIPTS)}")
        for power in range(low, high + 1, stride)
    )
    return Axis(float(f"1e{low}"), float(f"1e{high}"), ticks, True)


def _plain(value: Decimal, exponent: int) -> str:
    if value == 0:
        return "0"
    if _SMALLEST_PLAIN <= value.adjusted() <= _LARGEST_PLAIN and exponent >= -9:
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa = f"{value.scaleb(-value.adjusted()).normalize():f}"
    return f"{mantissa}·10{str(value.adjusted()).translate(_SUPERSCRIPTS)}"


class Plot(NamedTuple):
    """What of some curves can be drawn: for each series its points, both axes, what is left out."""

    points: tuple[tuple[tuple[float, float], ...], ...]
    across: Axis
    upwards: Axis
    left_out: tuple[str, ...]


def plot(curves: Curves, names: list[str], most_across: int, most_upwards: int) -> Plot:
    """The axes of curves; ``names`` of the series serve to say which points are left out."""
    kept = []
    left_out = []
    for name, series in zip(names, curves.series, strict=True):
        finite = [point for point in series.points if all(map(math.isfinite, point))]
        usable = [point for point in finite if point[1] > 0 or not curves.logarithmic]
        kept.append(tuple(usable))
        infinite, negative = len(series.points) - len(finite), len(finite) - len(usable)
        whose = f"{name}: " if name else ""
        if negative:
            left_out.append(f"{whose}{_counted(negative)} not positive, left out of the log scale")
        if infinite:
            left_out.append(f"{whose}{_counted(infinite)} not finite, left out")
    across = linear((x for points in kept for x, _ in points), most_across)
    heights = [y for points in kept for _, y in points]
    upwards = (powers if curves.logarithmic else linear)(heights, most_upwards)
    return Plot(tuple(kept), across, upwards, tuple(left_out))


def _counted(number: int) -> str:
    return "1 point is" if number == 1 else f"{number} points are"
