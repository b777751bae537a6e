"""How a late state changes with an early one where both are vectors: the product of the Jacobians
of the steps between (Pascanu, Mikolov and Bengio, ICML 2013, equation 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve.errors import LanguageError
from exsolve.expression.tree import Name, Node, Shape, names
from exsolve.graph import Graph, Quantity
from exsolve.jacobian import jacobian
from exsolve.kinds.recurrent.unrolling import Equation, Recurrence
from exsolve.ops.construct import call

LONGEST = 24
"""Steps over which the product is still written out."""


def jacobian_product(
    cell: Sequence[Equation],
    steps: tuple[int, int],
    known: Mapping[str, Shape],
    starts: Mapping[str, Node],
    layout: str,
) -> tuple[Node, list[Quantity]] | None:
    """The product over the steps from the first to the last, and the Jacobian of each as a quantity
    of its own, in the layout asked for.

    None for a cell with more than one state, where many ways lead back, for shapes that are not
    known, and for what has no Jacobian that can be read.
    """
    first, last = steps
    recurrence = Recurrence(tuple(cell), last, starts)
    if len(recurrence.states) != 1 or not 0 < last - first <= LONGEST:
        return None
    (base,) = recurrence.states
    found = []
    for step in range(last, first, -1):
        late, early = f"{base}_{step}", f"{base}_{step - 1}"
        try:
            node = _of_one_step(recurrence, step, late, early, known, layout)
        except LanguageError:
            return None
        if node is None:
            return None
        note = f"How {late} changes with {early}: the Jacobian of step {step}."
        found.append(Quantity(f"d{late}_d{early}", node, note))
    if len(found) == 1:
        return found[0].expression, []
    factors: list[Node] = [Name(one.name) for one in found]
    if layout == "denominator":
        factors.reverse()
    product = factors[0]
    for factor in factors[1:]:
        product = call("matmul", product, factor)
    return product, found[::-1]


def _of_one_step(
    recurrence: Recurrence,
    step: int,
    late: str,
    early: str,
    known: Mapping[str, Shape],
    layout: str,
) -> Node | None:
    computed = [
        Quantity(f"{one.base}_{step}", recurrence.at(one.node, step)) for one in recurrence.cell
    ]
    own = {one.name for one in computed}
    used = {name for one in computed for name in names(one.expression)} - own
    used |= {early}
    # what a step computes has the same shape at every step
    shapes = {name: known.get(f"{_base(name)}_1", known.get(name)) for name in used}
    sure = {name: shape for name, shape in shapes.items() if shape is not None}
    if len(sure) < len(used):
        return None
    return jacobian(Graph(computed, sure), late, early, layout)


def _base(name: str) -> str:
    """h of h_3."""
    base, _, step = name.rpartition("_")
    return base if step.isdigit() else name
