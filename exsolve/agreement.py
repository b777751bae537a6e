"""The cross-check: without agreement of the exact and the float64 route there is no solution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array, NumericRoute, as_float, evaluate
from exsolve.graph import Graph
from exsolve.solution import Agreement

TOLERANCE = 1e-9
"""Largest difference between the routes, relative to the largest magnitude met on the way."""

SAMPLES = (7, 12)
"""Numbers that stand for the first symbol (a batch size) in turn; later symbols get larger ones.
Both a prime and a number with many divisors, so that a wrong floor shows."""


def compare(graph: Graph, exact: Mapping[str, Array]) -> tuple[Agreement, dict[str, Array]]:
    """How many cells agree, and the float64 values (those of the first sample where symbols occur).

    Raises ExsolveError with both values for every quantity on which the two routes differ.
    """
    symbols = [name for name in graph.symbols if name != "pi"]
    problems: list[Problem] = []
    first: dict[str, Array] = {}
    for sample in SAMPLES if symbols else SAMPLES[:1]:
        numbers = {name: sample + 22 * place for place, name in enumerate(symbols)}
        route = NumericRoute({name: float(number) for name, number in numbers.items()})
        numeric = evaluate(graph, route, only=exact)
        for name, value in exact.items():
            locate = graph.quantities[name].locate
            place = locate(0) if locate else None
            found = _differences(name, _at(value, numbers), numeric[name], route.largest)
            problems.extend(problem._replace(position=place) for problem in found)
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


def _differences(name: str, exact: Array, numeric: Array, largest: float) -> list[Problem]:
    if exact.shape != numeric.shape:
        return [_disagreement(name, (), f"shape {exact.shape}", f"shape {numeric.shape}")]
    floats = np.fromiter((as_float(cell) for cell in exact.flat), np.float64, exact.size)
    flat: Any = numeric.reshape(-1)
    scale = np.maximum(np.abs(floats), largest)
    wrong = np.flatnonzero(~(np.abs(floats - flat) <= TOLERANCE * scale))
    return [
        _disagreement(
            name,
            tuple(int(i) for i in np.unravel_index(place, exact.shape)),
            f"exactly {float(floats[place])!r}",
            f"in float64 {float(flat[place])!r}",
        )
        for place in wrong[:3]
    ]


def _disagreement(name: str, index: tuple[int, ...], exact: str, numeric: str) -> Problem:
    place = f" at {list(index)}" if index else ""
    return Problem(
        f"{name}{place}: the exact and the float64 route disagree, so there is no solution",
        expected=exact,
        found=numeric,
        hint="the numbers may be too ill-conditioned for float64; otherwise report this as a bug",
    )
