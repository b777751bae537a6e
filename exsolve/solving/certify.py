"""Certified decimals of whole graphs: each rounded from a ball that proves its last digit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from exsolve import limits
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ExactRoute, evaluate
from exsolve.graph import Graph, Quantity

FIRST_BITS = 64
BITS_PER_DIGIT = 4
ROUNDS_BESIDE_CLOSED_FORMS = 4
"""Doublings before a cell whose closed form is known is rounded from that instead."""


def decimals(
    graph: Graph,
    names: Iterable[str],
    digits: int,
    exact: Mapping[str, Array] | None = None,
) -> dict[str, list[Any]]:
    """The cells of each quantity, row by row, as ``Decimal``, rounded to significant digits.

    The graph is evaluated in balls, the precision doubled for what is not yet certain. With the
    closed forms in ``exact``, rationals are rounded at once, and a cell that stays uncertain (it
    may lie exactly half-way, or be the short decimal that its balls keep pointing at) from its
    closed form. A cell with a symbol in it has None.
    Raises ExsolveError for a cell that cannot be certified.
    """
    done: dict[str, list[Any]] = {}
    open_cells: dict[str, list[int]] = {}
    for name in names:
        if exact is None:
            count = prod(int(size) for size in graph.shapes[name])
            done[name], open_cells[name] = [None] * count, list(range(count))
        else:
            done[name], open_cells[name] = _rational_cells(exact[name], digits)
    bits = FIRST_BITS + BITS_PER_DIGIT * digits
    last = limits.BALL_BITS if exact is None else bits << ROUNDS_BESIDE_CLOSED_FORMS
    symbolic = len(graph.symbols) > 1
    while not symbolic and bits <= last:
        pending = [name for name, places in open_cells.items() if places]
        if not pending:
            return done
        _round(graph, pending, bits, digits, done, open_cells, exact is not None)
        bits *= 2
    for name, places in open_cells.items():
        for place in places:
            done[name][place] = _from_closed_form(graph.quantities[name], place, exact, digits)
    return done


def _rational_cells(value: Array, digits: int) -> tuple[list[Any], list[int]]:
    from flint import fmpq

    from exsolve.exact.decimals import decimal

    cells = [decimal(cell, digits) if isinstance(cell, fmpq) else None for cell in value.flat]
    return cells, [place for place, cell in enumerate(cells) if cell is None]


def _round(
    graph: Graph,
    names: list[str],
    bits: int,
    digits: int,
    done: Mapping[str, list[Any]],
    open_cells: dict[str, list[int]],
    beside_closed_forms: bool,
) -> None:
    """Round what balls of this precision certify, and take it off the open cells.

    Beside closed forms, what may be its decimal exactly stays open: they can prove it.
    """
    from exsolve.exact.balls import Balls, Undecided
    from exsolve.exact.decimals import Decimal, rounded

    balls = Balls(bits)
    try:
        with balls:
            values = evaluate(graph, ExactRoute(balls), only=names)
    except ExsolveError as error:
        if isinstance(error.__cause__, Undecided):
            return
        raise
    for name in names:
        flat = values[name].reshape(-1)
        still_open = []
        for place in open_cells[name]:
            found = rounded(flat[place], digits)
            if found is None or (beside_closed_forms and found.may_be_exact):
                still_open.append(place)
            else:
                done[name][place] = Decimal(found.text, False)
        open_cells[name] = still_open


def _from_closed_form(
    quantity: Quantity, place: int, exact: Mapping[str, Array] | None, digits: int
) -> Any:
    from exsolve.exact.closed_form import free_symbols
    from exsolve.exact.decimals import decimal

    if exact is None:
        raise ExsolveError(quantity.problem(LanguageError("its decimals could not be certified")))
    scalar = exact[quantity.name].reshape(-1)[place]
    try:
        return None if free_symbols(scalar) else decimal(scalar, digits)
    except LanguageError as error:
        raise ExsolveError(quantity.problem(error)) from error
