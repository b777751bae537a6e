"""The cross-check: without agreement of the exact and the float64 route there is no solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from exsolve.errors import ExsolveError, Position, Problem
from exsolve.evaluate import Array, NumericRoute, ShakenRoute, as_float
from exsolve.graph import CONSTANT_NAMES, Graph
from exsolve.sampled_limits import numeric_values
from exsolve.solution import Agreement

TOLERANCE = 1e-9
"""Largest difference between the routes, relative to the value."""

SHAKES = 2
ROUNDING = 4.0
"""What cancels may differ more: by so many times what a shaken evaluation moves it, though never
by more than the tolerance of the largest magnitude met on the way."""

SMALLEST = 1e-290
"""Differences below this are float64's underflow."""

SAMPLES = (7, 12)
"""Numbers that stand for the first symbol (a batch size) in turn; later symbols get larger ones.
Both a prime and a number with many divisors, so that a wrong floor shows."""


def compare(graph: Graph, exact: Mapping[str, Array]) -> tuple[Agreement, dict[str, Array]]:
    """How many cells agree, and the float64 values (of the first sample where symbols are used).

    Raises ExsolveError with both values for every quantity on which the two routes differ.
    """
    symbols = [name for name in graph.symbols if name not in CONSTANT_NAMES]
    used = {name for one in graph.needed_for(exact) for name in graph.uses(one)}
    problems: list[Problem] = []
    first: dict[str, Array] = {}
    for sample in SAMPLES[:1] if used.isdisjoint(symbols) else SAMPLES:
        numbers = {name: sample + 22 * place for place, name in enumerate(symbols)}
        floats = {name: float(number) for name, number in numbers.items()}
        route = NumericRoute(floats)
        numeric = numeric_values(graph, route, only=exact)
        expected = {name: _as_floats(_at(value, numbers)) for name, value in exact.items()}
        shaken: list[dict[str, Array]] = []
        for name, value in expected.items():
            wrong = _apart(value, numeric[name], [], route.largest)
            if wrong and not shaken:
                routes = [ShakenRoute(floats, seed) for seed in range(SHAKES)]
                shaken = [numeric_values(graph, one, only=exact) for one in routes]
            if wrong:
                moved = [one[name] for one in shaken]
                wrong = _apart(value, numeric[name], moved, route.largest)
            locate = graph.quantities[name].locate
            place = locate(0) if locate else None
            problems.extend(
                _disagreement(name, index, value[index], numeric[name][index], place)
                for index in wrong[:3]
            )
        first = first or numeric
        if problems:
            raise ExsolveError(problems)
    compared = sum(value.size for value in exact.values())
    return Agreement(compared, compared), first


def _at(value: Array, numbers: Mapping[str, int]) -> Array:
    """The exact value with numbers in the place of symbols."""
    if not numbers:
        return value
    from flint import fmpq

    from exsolve.exact.closed_form import ClosedForm, replace_symbols

    replacements = {name: fmpq(number) for name, number in numbers.items()}
    result = value.copy()
    for index, cell in np.ndenumerate(value):
        if isinstance(cell, ClosedForm):
            result[index] = replace_symbols(cell, replacements)
    return result


def _as_floats(exact: Array) -> Array:
    floats = np.fromiter((as_float(cell) for cell in exact.flat), np.float64, exact.size)
    return floats.reshape(exact.shape)


def _apart(
    exact: Array, numeric: Array, shaken: Sequence[Array], largest: float
) -> list[tuple[int, ...]]:
    """The places where two values differ by more than rounding explains."""
    if exact.shape != numeric.shape:
        raise AssertionError(f"a rule gave the shape {numeric.shape} in place of {exact.shape}")
    allowed = TOLERANCE * np.abs(exact)
    for moved in shaken:
        shift = ROUNDING * np.abs(moved - numeric)
        # where the shaken value does not exist (the root of what was 0), nothing is known of it
        allowed = np.maximum(allowed, np.where(np.isfinite(shift), shift, np.inf))
    allowed = np.minimum(allowed, TOLERANCE * np.maximum(np.abs(exact), largest))
    differ = ~(np.abs(exact - numeric) <= np.maximum(allowed, SMALLEST))
    return [tuple(int(one) for one in index) for index in np.argwhere(differ)]


def _disagreement(
    name: str, index: tuple[int, ...], exact: float, numeric: float, position: Position | None
) -> Problem:
    place = f" at {list(index)}" if index else ""
    return Problem(
        f"{name}{place}: the exact and the float64 route disagree, so there is no solution",
        expected=f"exactly {float(exact)!r}",
        found=f"in float64 {float(numeric)!r}",
        hint="the numbers may be too ill-conditioned for float64; otherwise report this as a bug",
        position=position,
    )
