"""One step of a recurrent network at a general time t, and the cell of the step behind it.

Everything has a name that says its time: h_t, h_prev and h_next, x_t and x_next. What the network
hands on to the next step arrives from there as the gradient grad_h_next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exsolve.authoring.reading import Reading
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Name, Node, Shape, names, transform
from exsolve.gradient import gradient_name
from exsolve.graph import Graph, Quantity
from exsolve.kinds.recurrent.unrolling import BEFORE, NOW, Equation, Recurrence, base_of

NEXT = "_next"
LOCAL = "_local"


def total_name(name: str) -> str:
    """What the total gradient with respect to h_t is called: grad_h."""
    return gradient_name(base_of(name))


class TimeSlice(NamedTuple):
    """The equations at time t and the cell's at t + 1 as one graph.

    ``free`` are the names without a value, with their shapes; ``recurrence`` makes networks of any
    length of the same equations.
    """

    graph: Graph
    recurrence: Recurrence
    free: Mapping[str, Shape]
    constants: tuple[Quantity, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """The bases of what a step hands on."""
        return self.recurrence.states

    @property
    def carrying(self) -> tuple[str, ...]:
        """The bases of what gradients arrive at from the next step: the states, and what else of
        the cell lies on a way from the states of the step before to the loss of its own step."""
        return (*self.states, *_looked_at(self.recurrence, self.graph))

    @property
    def loss(self) -> str:
        """The name of the loss at time t; empty if there is none."""
        return _loss(self.recurrence)

    @property
    def now(self) -> list[str]:
        """What is computed at time t, in dependency order."""
        computed = {f"{one.base}{NOW}" for one in self.recurrence.equations}
        return [name for name in self.graph.quantities if name in computed]

    @property
    def later(self) -> list[str]:
        """What is computed at t + 1, in dependency order."""
        computed = {f"{one.base}{NEXT}" for one in self.recurrence.cell}
        return [name for name in self.graph.quantities if name in computed]

    def shape(self, name: str) -> Shape:
        """The shape of one of its names."""
        return self.graph.shape(Name(name))


def a_step_later(node: Node) -> Node:
    """An expression at time t said at t + 1: h_prev becomes h_t, x_t becomes x_next."""

    def change(part: Node) -> Node | None:
        if not isinstance(part, Name):
            return None
        base = base_of(part.name)
        if not base:
            return part
        return Name(f"{base}{NEXT if part.name.endswith(NOW) else NOW}", part.offset)

    return transform(node, change)


def time_slice(
    reading: Reading,
    recurrence: Recurrence,
    declared: Mapping[str, Shape],
    constants: Sequence[Quantity],
) -> TimeSlice | None:
    """The slice of a network over declared symbols (x_t, h_t, W, ... with their sizes).

    ``constants`` are the givens that the equations use. What does not fit is noted, and None is
    answered.
    """
    equations = recurrence.equations
    states = recurrence.states
    computed = {f"{one.base}{NOW}" for one in equations}
    if not _sound(reading, recurrence, declared):
        return None
    free = {name: shape for name, shape in declared.items() if name not in computed}
    for base in states:
        free[f"{base}{BEFORE}"] = declared[f"{base}{NOW}"]
    now = [_quantity(one, f"{one.base}{NOW}", one.node) for one in equations]
    later = [_quantity(one, f"{one.base}{NEXT}", a_step_later(one.node)) for one in recurrence.cell]
    problems = len(reading.problems)
    known = {**letters_of(declared), **free}
    first = Graph([*constants, *now], known, problems=reading.problems)
    if len(reading.problems) > problems or not _as_declared(reading, recurrence, first, declared):
        return None
    for one in recurrence.cell:
        for base in one.now:
            if f"{base}{NOW}" in free:
                free[f"{base}{NEXT}"] = free[f"{base}{NOW}"]
    if recurrence.losses:
        for base in (*states, *_looked_at(recurrence, first)):
            free[gradient_name(f"{base}{NEXT}")] = first.shape(Name(f"{base}{NOW}"))
    graph = Graph([*constants, *now, *later], {**letters_of(free), **free})
    return TimeSlice(graph, recurrence, free, tuple(constants))


def _loss(recurrence: Recurrence) -> str:
    return next((f"{one.base}{NOW}" for one in recurrence.losses), "")


def _looked_at(recurrence: Recurrence, graph: Graph) -> list[str]:
    """The bases of the cell's equations, states left out, that the outputs or the loss use and that
    a state of the step before acts on."""
    on_way = {*graph.needed_for([_loss(recurrence)])}
    changing = {*graph.dependents(f"{base}{BEFORE}" for base in recurrence.states)}
    using = [one for one in recurrence.equations if one.role != "cell"]
    used = {base for one in using if f"{one.base}{NOW}" in on_way for base in one.now}
    return [
        one.base
        for one in recurrence.cell
        if one.base in used and one.base not in recurrence.states and f"{one.base}{NOW}" in changing
    ]


def _quantity(equation: Equation, name: str, node: Node) -> Quantity:
    return Quantity(name, node, locate=equation.source.position, plain=True)


def _sound(reading: Reading, recurrence: Recurrence, declared: Mapping[str, Shape]) -> bool:
    """Whether every state has sizes, and the outputs and the loss look at their own step only."""
    before = len(reading.problems)
    for base in recurrence.states:
        if f"{base}{NOW}" not in declared:
            user = next(one for one in recurrence.equations if base in one.before)
            reading.refuse(
                f"the state {base}{NOW} has no sizes",
                user.source,
                expected=f"{base}{NOW} with its sizes under symbols, such as {base}{NOW}: [n]",
                found=", ".join(declared),
            )
    for one in recurrence.equations:
        if one.role != "cell" and one.before:
            reading.refuse(
                f"{one.base}{NOW} looks back at {one.before[0]}{BEFORE}",
                one.source,
                expected="outputs and a loss of the values of their own step",
                found=f"{one.before[0]}{BEFORE}",
                hint="let the cell hand it on: an equation of its own there",
            )
    return len(reading.problems) == before


def _as_declared(
    reading: Reading, recurrence: Recurrence, graph: Graph, declared: Mapping[str, Shape]
) -> bool:
    """Whether what is computed has the sizes that are declared for it, and the loss is a number."""
    sound = True
    for one in recurrence.equations:
        name = f"{one.base}{NOW}"
        found = graph.shapes[name]
        wanted = () if one.role == "loss" else declared.get(name, found)
        if found != wanted:
            sound = False
            used = [used for used in names(one.node) if graph.shape(Name(used))]
            sizes = ", ".join(f"{used} is {shape_text(graph.shape(Name(used)))}" for used in used)
            reading.refuse(
                f"{name} is computed as {shape_text(found)}, and "
                + (
                    "a loss is a number" if one.role == "loss" else f"declared {shape_text(wanted)}"
                ),
                one.source,
                expected=f"{shape_text(wanted)} at every step",
                found=f"{shape_text(found)}: {sizes}",
                hint="sum it: sumsq(...), sum(...) or mean(...)" if one.role == "loss" else "",
            )
    return sound


def letters_of(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The letters that stand for sizes, which are numbers in formulas."""
    return {size: () for shape in shapes.values() for size in shape if isinstance(size, str)}
