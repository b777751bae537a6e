"""Derivatives of numbers by two routes that no symbolic rule shares: differences, reverse mode.

Central differences: with a step of 2^-130 and 512 bits the truncation is of the order of 10^-78,
far below the 60 digits that are compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, ctx

from exsolve.errors import ExsolveError
from exsolve.evaluate import Array, ExactRoute, as_objects, evaluate
from exsolve.exact.balls import Balls, Undecided
from exsolve.expression.tree import Name
from exsolve.gradient import gradients
from exsolve.graph import Graph, Quantity
from exsolve.ops.construct import call
from exsolve.verification.comparing import (
    Difference,
    ball_values,
    shape_difference,
    shown,
    within_digits,
)

BITS = 512
MORE_BITS = 4096
"""Where large terms cancel: exp(1000) has 435 digits before the point."""
STEP_BITS = 130
BEND = arb(10) ** -20
"""Slopes on both sides of a smooth point differ by less: step times second derivative."""
NUMERATOR = "numerator"


ROUNDING = arb(10) ** -3
"""A ball as wide as this part of a difference says nothing of it: what differs is rounding."""


class KinkError(Exception):
    """An instance lies where there is no derivative (a ReLU at 0); another one is drawn."""


def laid_out(rows: Array, layout: str) -> Array:
    """Derivatives with the components of what is differentiated first, in the layout asked for.

    Only the Jacobian of a vector by a vector differs.
    """
    return rows.T if layout != NUMERATOR and rows.ndim == 2 else rows


def central_differences(graph: Graph, of: str, by: str) -> Array:
    """The derivative of each cell of one quantity by each cell of another, as balls.

    Shape: that of ``of``, then that of ``by``. Call it inside of ``with Balls(BITS)``.
    Raises KinkError where the slopes on both sides differ.
    """
    route = ExactRoute(Balls(ctx.prec))
    here = ball_values(graph, graph.needed_for([by, of]))
    start = here[by]
    moving = {by, *graph.dependents([by])}
    fixed = {name: value for name, value in here.items() if name not in moving}
    step = arb(2) ** -STEP_BITS
    per_step, per_two = arb(2) ** STEP_BITS, arb(2) ** (STEP_BITS - 1)
    twice = 2 * here[of]
    columns = []
    for place in np.ndindex(start.shape):
        moved = []
        for sign in (1, -1):
            value = start.copy()
            value[place] = value[place] + sign * step
            known = {**fixed, by: value}
            if of not in known:
                known |= evaluate(graph, route, only=[of], known=known)
            moved.append(known[of])
        slopes = as_objects((moved[0] - moved[1]) * per_two)
        bends = as_objects((moved[0] + moved[1] - twice) * per_step)
        for bend, slope in zip(bends.flat, slopes.flat, strict=True):
            if abs(bend) > BEND * max(float(abs(slope).upper()), 1.0):
                raise KinkError  # as for relu at 0, where reverse mode takes one side
        columns.append(slopes)
    found = np.empty((*columns[0].shape, len(columns)), dtype=object)
    for number, column in enumerate(columns):
        found[..., number] = column
    return found.reshape((*columns[0].shape, *start.shape))


def reverse_mode(graph: Graph, of: str, by: str) -> tuple[Graph, list[str]]:
    """A graph with the gradients of the cells of ``of`` by ``by``, row by row, and their names."""
    shape = tuple(int(one) for one in graph.shapes[of])
    names = [of]
    if shape or of == by:
        # no name of an author has a space in it
        cells = [
            Quantity(f"cell {number}", call("index", Name(of), at=place) if place else Name(of))
            for number, place in enumerate(np.ndindex(shape))
        ]
        graph = graph.with_quantities(cells)
        names = [cell.name for cell in cells]
    rows = []
    for number, name in enumerate(names):
        (gradient,) = gradients(graph, name, [by], lambda name: False)
        rows.append(gradient._replace(name=f"row {number}"))
    return graph.with_quantities(rows), [row.name for row in rows]


def difference(graph: Graph, formula: str, of: str, by: str, layout: str) -> Difference | None:
    """Where a formula is not the derivative of ``of`` by ``by``; both routes are asked.

    Raises ExsolveError where something has no value, KinkError where there is no derivative.
    """
    for bits in (BITS, MORE_BITS):
        try:
            with Balls(bits):
                found = _found(graph, formula, of, by, layout)
        except ExsolveError as error:
            if not isinstance(error.__cause__, Undecided):
                raise
            raise KinkError from error
        if not isinstance(found, _Open):
            return found
    raise KinkError


class _Open:
    """Values agree, but not to as many digits as are compared."""


def _found(graph: Graph, formula: str, of: str, by: str, layout: str) -> Difference | _Open | None:
    value = ball_values(graph, [formula])[formula]
    differences = laid_out(central_differences(graph, of, by), layout)
    rows, names = reverse_mode(graph, of, by)
    parts = ball_values(rows, names)
    shape = tuple(int(one) for one in graph.shapes[of])
    reverse = laid_out(_stacked([parts[name] for name in names], shape), layout)
    for witness in (differences, reverse):
        if value.shape != witness.shape:
            return shape_difference(value, witness)
        for place in np.ndindex(value.shape):
            one, other = value.item(place), witness.item(place)
            gap = one - other
            if within_digits(gap, one):
                continue
            if gap.rad() > abs(gap.mid()) * ROUNDING:
                return _Open()
            return Difference(place, shown(one), shown(other))
    return None


def _stacked(rows: Sequence[Array], shape: tuple[int, ...]) -> Array:
    stacked = np.empty((len(rows), *rows[0].shape), dtype=object)
    for place, row in enumerate(rows):
        stacked[place] = row
    return stacked.reshape((*shape, *rows[0].shape))
