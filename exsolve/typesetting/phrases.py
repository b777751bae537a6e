"""Words that every text format says alike: indices counted from 1, row names, point counts."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.expression.naming import show_name
from exsolve.expression.notations import subscript
from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.solution import RowGroup, Step, Value

MOST_COMPARED = 16


def says_the_value(node: Node, step: Step) -> bool:
    """Whether what a value is computed from reads as the value does: ``[1, 1] = [1, 1]``."""
    dimensions, cells = len(step.value.shape), step.value.cells
    if dimensions > 1 or len(cells) > MOST_COMPARED:
        return False
    value = ", ".join(cell.text("terminal", written) for cell in cells)
    return written(node, "terminal") == (f"[{value}]" if dimensions else value)


def points(number: int | float) -> str:
    """``1 point``, ``2.5 points``."""
    return f"{number:g} point" if number == 1 else f"{number:g} points"


def shape(value: Value) -> str:
    """``5 x 3``; nothing for a scalar."""
    return " × ".join(str(size) for size in value.shape)


def row_names(step: Step, group: RowGroup) -> str:
    """``rows 1, 2, 4, 5``, with labels where the rows have them, counted from 1."""
    if step.rows:
        return _listed([step.rows[row] for row in group.rows])
    numbers = [str(row + 1) for row in group.rows]
    return ("row " if len(numbers) == 1 else "rows ") + _listed(numbers)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def unexpanded(step: Step) -> str:
    """What stands after cells that were written out where there are more."""
    return f"… {step.unexpanded} more cells in the same way"


def agreement(compared: int) -> str:
    """The closing line of a solution."""
    return f"Every value computed twice (exact, float64): {compared} of {compared} agree."


def index_label(place: tuple[int, ...]) -> str:
    """Cell (2, 0) as a reader counts it: ``3,1``."""
    return ",".join(str(one + 1) for one in place)


def shown_name(step: Step) -> str:
    """The step's quantity on a terminal: ``μ_batch``."""
    return show_name(step.name, "terminal")


def cell_name(name: str, place: tuple[int, ...], dimensions: int = 0) -> str:
    """A cell on a terminal: ``S₃₁``, ``h_2₁``; a row or matrix of ``dimensions``: ``S₃,:``."""
    return name + subscript([one + 1 for one in place], dimensions - len(place))
