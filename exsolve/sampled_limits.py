"""Limits in float64, independent of the exact ones: sampled ever nearer, then extrapolated.

The body of a limit is evaluated with numbers t = 2^20, 2^19.5, 2^19, ... in the place of the symbol
(at a point p: p + 1/t and p - 1/t). Exponential decay is over long before; a body in powers of 1/t
or of 1/sqrt(t) is extrapolated to 1/t = 0 (L. F. Richardson, Phil. Trans. R. Soc. A 226, 1927),
in a table from which the entry of the least estimated error is taken (as C. J. F. Ridders, Advances
in Engineering Software 4, 1982, does for derivatives). The farthest samples lose digits where terms
cancel, and overflow where exponentials are written out; nearer ones stand in for them then.
A decay with logarithms (ln(t)/t) is not found, and its limit therefore not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

import numpy as np

from exsolve.arithmetic import Infinity
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, NumericRoute, ShakenRoute, evaluate, largest_of
from exsolve.expression.tree import Call
from exsolve.graph import Graph, Quantity
from exsolve.limit_values import has_limits, with_limits_replaced

FARTHEST = 20.0
NEAREST = -12.0
STEP = 0.5
"""Powers of two, of t: what cancels twice leaves 1e-4 of a value at 2^20, and none at 2^26."""
ENOUGH = 36
"""Samples with a value, in every cell, after which no others are taken."""
SETTLED = 8
"""Equal samples that need no extrapolation."""
ORDERS = 9
ROUNDING = 2.0**-53
NOTHING = 1e-11
"""An extrapolated value is 0 when it is this small beside the samples it comes from."""
SIDES_APART = 1e-8
"""Relative difference of two sides that rounding does not explain."""
BODY = "the body of a limit"


def numeric_values(graph: Graph, route: NumericRoute, only: Iterable[str]) -> dict[str, Array]:
    """``evaluate`` on a float64 route, of a graph that may have limits in it."""
    wanted = tuple(only)
    return evaluate(sampled(graph, route, wanted), route, only=wanted)


def sampled(graph: Graph, route: NumericRoute, wanted: Iterable[str]) -> Graph:
    """The graph with numbers in the place of the limits that the wanted quantities need.

    Raises ExsolveError for a limit of which no sample has a value, or whose sides differ.
    """
    from flint import fmpq

    def numbers(call: Call) -> Array:
        value = _estimate_once(call, graph, route)
        cells = np.empty(value.shape, dtype=object)
        for index, cell in np.ndenumerate(value):
            cells[index] = fmpq(*float(cell).as_integer_ratio())
        return cells

    return with_limits_replaced(graph, wanted, numbers)


class _Unguarded(NumericRoute):
    """The numeric route without its refusal: a sample may overflow, and is left out then."""

    def _checked(self, value: Array) -> Array:
        size = largest_of(value)
        if not isfinite(size):
            size = largest_of(value[np.isfinite(value)])
        self.largest = max(self.largest, size)
        return value


def _near(route: NumericRoute, name: str, value: float) -> NumericRoute:
    """The same route with a number in the place of one more symbol."""
    symbols = {**route.symbols, name: value}
    if isinstance(route, ShakenRoute):
        return ShakenRoute(symbols, route.seed)
    return _Unguarded(symbols)


def _estimate_once(call: Call, graph: Graph, route: NumericRoute) -> Array:
    """The estimate of a limit; kept with the graph, for quantities are compared more than once."""
    if type(route) is not NumericRoute:
        return _estimate(call, graph, route)
    key = ("a limit", call, tuple(route.symbols.items()))
    if key not in graph.values:
        own = NumericRoute(route.symbols)
        value = _estimate(call, graph, own)
        graph.values[key] = {"value": value, "largest": np.asarray(own.largest)}
    kept: dict[str, Array] = graph.values[key]
    route.largest = max(route.largest, float(kept["largest"]))
    return kept["value"]


def _estimate(call: Call, graph: Graph, route: NumericRoute) -> Array:
    extended = graph.with_quantities([Quantity(BODY, call.args[0])])
    shape = tuple(int(size) for size in extended.shapes[BODY])
    name, to = call.options["variable"], call.options["to"]
    sides = [_from_one_side(extended, route, name, to, 1.0)]
    if not isinstance(to, Infinity):
        sides.append(_from_one_side(extended, route, name, to, -1.0))
    cells = [_of_sides(several) for several in zip(*sides, strict=True)]
    return np.array(cells, dtype=np.float64).reshape(shape)


def _of_sides(sides: Sequence[float]) -> float:
    """The limit of a cell, from those of its sides; a side without values does not count."""
    known = [one for one in sides if isfinite(one)]
    if not known:
        raise LanguageError(
            "the limit cannot be confirmed: near it the expression has no value in float64",
            hint="write it so that nothing overflows, like softmax(x) for exp(x)/sum(exp(x))",
        )
    if max(known) - min(known) > SIDES_APART * max(1.0, *map(abs, known)):
        raise LanguageError(
            "the limit does not exist: its sides differ in float64",
            found=f"{known[0]!r} from above and {known[1]!r} from below",
        )
    return known[0]


def _from_one_side(
    graph: Graph, route: NumericRoute, name: str, to: Infinity, side: float
) -> list[float]:
    """The extrapolated value of each cell; not a number where no sample has one."""
    rows: list[Array] = []
    error: ExsolveError | None = None
    nested = has_limits(graph, [BODY])
    moving = {BODY, *graph.dependents([name])}
    fixed: dict[str, Array] = {}
    for value in _values(to, side):
        near = _near(route, name, value)
        try:
            if nested or isinstance(near, ShakenRoute):
                found = numeric_values(graph, near, [BODY])
            else:
                found = evaluate(graph, near, [BODY], known=fixed)
                fixed = fixed or {one: found[one] for one in found if one not in moving}
            rows.append(np.ravel(found[BODY]))
        except ExsolveError as problem:
            error = problem
            continue
        route.largest = max(route.largest, near.largest)
        if len(rows) >= ENOUGH and np.all(np.isfinite(rows).sum(axis=0) >= ENOUGH):
            break
    if not rows:
        assert error is not None
        raise error
    return [extrapolated(column) for column in np.stack(rows, axis=1).tolist()]


def _values(to: Infinity, side: float) -> Iterator[float]:
    """Numbers for the symbol, the nearest to the limit first."""
    power = FARTHEST
    while power >= NEAREST:
        t = 2.0**power
        power -= STEP
        if isinstance(to, Infinity):
            yield t if to is Infinity.PLUS else -t
        else:
            yield float(to) + side / t


def extrapolated(nearest_first: Sequence[float]) -> float:
    """The limit of samples at t, t/sqrt(2), t/2, ..., not a number where there are none.

    Samples that are not finite at the near end are passed over; the first further on ends the row.
    """
    samples: list[float] = []
    for value in nearest_first:
        if isfinite(value):
            samples.append(value)
        elif samples:
            break
    if not samples:
        return float("nan")
    if len(samples) >= SETTLED and len(set(samples[:SETTLED])) == 1:
        return samples[0]
    samples.reverse()
    last = samples[-1]
    spread = max(
        (abs(a - b) for a, b in zip(samples[-4:], samples[-5:-1], strict=False)), default=0
    )
    best, least = last, float("inf")
    for base in (2.0**STEP, 2.0 ** (STEP / 2)):
        for value, error, size in _table(samples, base):
            if abs(value - last) <= 8 * spread + SIDES_APART * abs(last) and error <= least:
                best, least = (0.0 if abs(value) <= NOTHING * size else value), error
    return best


def _table(samples: Sequence[float], base: float) -> Iterator[tuple[float, float, float]]:
    """Each value of Richardson's table for powers of 1/base, its estimated error (that of rounding
    included) and the largest sample that it comes from."""
    column = list(samples)
    amplified = 1.0
    for order in range(1, min(ORDERS, len(samples))):
        ratio = base**order
        amplified *= (ratio + 1) / (ratio - 1)
        following = []
        for place in range(len(column) - 1):
            before, after = column[place], column[place + 1]
            value = after + (after - before) / (ratio - 1)
            following.append(value)
            size = max(map(abs, samples[place : place + order + 1]))
            error = max(abs(value - after), abs(value - before)) + ROUNDING * amplified * size
            yield value, error, size
        column = following
