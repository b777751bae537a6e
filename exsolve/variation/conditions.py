"""Whether the conditions of a variation hold, decided exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from flint import fmpq

from exsolve.authoring.variation_plan import (
    AnswerCondition,
    Check,
    Condition,
)
from exsolve.errors import LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, as_float, value_of
from exsolve.exact.closed_form import CLOSED_FORMS, free_symbols
from exsolve.expression.tree import Call, walk
from exsolve.graph import Graph
from exsolve.variation.draws import cell_text

LONGEST_VALUE = 40
ROUNDING = ("floor", "ceil")


def failure(check: Check, graph: Graph, values: Mapping[str, Array]) -> str | None:
    """What contradicts a condition, in a few words; None where it holds.

    ``values`` are those of the names it refers to, and of all that these are defined by.
    """
    try:
        if isinstance(check, Condition):
            return _condition(check, values)
        if isinstance(check, AnswerCondition):
            return _answers(check, values)
        return _rounded(graph, check.names, values)
    except LanguageError as error:
        return error.problem.message


def _condition(check: Condition, values: Mapping[str, Array]) -> str | None:
    route = ClosedFormRoute()
    found = [value_of(node, route, values) for node in check.nodes]
    if not check.differ:
        cells = list(found[0].flat)
        return None if all(isinstance(cell, fmpq) and cell != 0 for cell in cells) else "not so"
    for one, other in combinations(found, 2):
        if one.shape == other.shape and all(map(_same, one.flat, other.flat)):
            return f"{_shown(one.flat)} twice"
    return None


def _same(one: Any, other: Any) -> bool:
    return one == other or CLOSED_FORMS.sign(one - other) == 0


def _answers(check: AnswerCondition, values: Mapping[str, Array]) -> str | None:
    for name in check.names:
        array = values.get(name)
        if array is None:
            continue
        if check.field == "nonzero":
            if all(_has_value(cell) and _same(cell, fmpq(0)) for cell in array.flat):
                return f"{name} has only zeros"
        elif check.field == "distinct":
            ordered = sorted((cell for cell in array.flat if _has_value(cell)), key=as_float)
            twice = next((a for a, b in pairwise(ordered) if _same(a, b)), None)
            if twice is not None:
                return f"{name} has {_shown([twice])} twice"
        else:
            bad = next((cell for cell in array.flat if not _holds(check, cell)), None)
            if bad is not None:
                return f"{name} has {_shown([bad])}"
    return None


def _has_value(cell: Any) -> bool:
    """Whether a number has one value: none with a letter such as N."""
    return isinstance(cell, fmpq) or not free_symbols(cell)


def _holds(check: AnswerCondition, cell: Any) -> bool:
    """Whether one number is as it must be; a letter such as N may be any number."""
    rational = isinstance(cell, fmpq)
    if not _has_value(cell):
        return True
    if check.field == "rational":
        return rational
    if check.field == "whole":
        return rational and cell.q == 1
    assert check.bound is not None
    if check.field == "largest":
        return CLOSED_FORMS.sign(CLOSED_FORMS.absolute(cell) - check.bound) <= 0
    if not rational:
        return True
    if check.field == "decimals":
        return bool((cell * fmpq(10) ** int(check.bound.p)).q == 1)
    return bool(cell.q < check.bound)


def _rounded(graph: Graph, names: Iterable[str], values: Mapping[str, Array]) -> str | None:
    for name in (one for one in graph.needed_for(names) if one in values):
        for quotient in _quotients(graph, name, values):
            for cell in quotient.flat:
                if not _same(CLOSED_FORMS.floor(cell), cell):
                    return f"{name} rounds {_shown([cell])}"
    return None


def _quotients(graph: Graph, name: str, values: Mapping[str, Array]) -> Iterator[Array]:
    """What is rounded in a definition."""
    route = ClosedFormRoute()
    for node in walk(graph.quantities[name].expression):
        if isinstance(node, Call) and node.operation.name in ROUNDING:
            yield value_of(node.args[0], route, values)


def _shown(cells: Iterable[Any]) -> str:
    text = ", ".join(cell_text(cell) for cell in cells)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
