"""A network over symbols at its first steps, which evidence puts numbers into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from exsolve.expression.tree import Name, Node, Shape
from exsolve.gradient import gradient_name, with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.kinds.recurrent.general.time_slice import NEXT, TimeSlice, letters_of
from exsolve.kinds.recurrent.unrolling import BEFORE, base_of, unrolled
from exsolve.ops.construct import add

DRAWN = 3
"""Steps of a drawing where the file says nothing of steps."""


class UnrolledNetwork(NamedTuple):
    """The quantities at steps 1, 2, ..., with the symbols that they are over and their shapes."""

    quantities: tuple[Quantity, ...]
    free: Mapping[str, Shape]
    steps: int


def unrolled_network(
    one: TimeSlice, initial: Mapping[str, Node], steps: int | None
) -> UnrolledNetwork:
    """h_1, y_1, L_1, ..., the loss L as a whole and the gradients of the states, over x_1, ...

    initial: what states begin with, by base, where that is not a symbol h_0. Nothing is unrolled
    where ``steps`` is None. Everything is a step of a solution only where it is asked for.
    """
    if steps is None:
        return UnrolledNetwork((), {}, DRAWN)
    free = symbols_over_time(one, initial, steps)
    recurrence = one.recurrence._replace(steps=steps)
    quantities = [
        *(Quantity(f"{base}_0", node) for base, node in initial.items()),
        *unrolled(recurrence, {}),
    ]
    for loss in recurrence.losses:
        terms = [Name(f"{loss.base}_{step}") for step in range(1, steps + 1)]
        quantities.append(Quantity(loss.base, add(*terms), locate=loss.source.position))
    graph = Graph([*one.constants, *quantities], {**letters_of(free), **one.free, **free})
    states = [f"{base}_{step}" for base in one.states for step in range(1, steps + 1)]
    for loss in recurrence.losses:
        graph = with_gradients(graph, loss.base, states, lambda name: False)
        quantities += [graph.quantities[gradient_name(name)] for name in states]
    return UnrolledNetwork(tuple(each._replace(plain=True) for each in quantities), free, steps)


def symbols_over_time(one: TimeSlice, initial: Mapping[str, Node], steps: int) -> dict[str, Shape]:
    """The symbols of a network of so many steps: x_1, x_2, ... for x_t, and h_0."""
    found: dict[str, Shape] = {}
    for name, shape in one.free.items():
        base = base_of(name)
        if name.endswith(BEFORE) and base:
            if base not in initial:
                found[f"{base}_0"] = shape
        elif base:
            found.update((f"{base}_{step}", shape) for step in range(1, steps + 1))
        elif not name.endswith(NEXT):
            found[name] = shape
    return found
