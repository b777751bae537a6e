"""The gradients of a recurrent network as formulas at a general time t.

Reverse mode on one time slice, where the total gradients of the next step's states arrive as names:
the recursion of backpropagation through time (Werbos, Proceedings of the IEEE 78(10), 1990).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from exsolve.errors import LanguageError
from exsolve.expression.tree import Name, Node, Shape, transform
from exsolve.gradient import TreeContext, gradient_name, vector_jacobian
from exsolve.graph import Graph
from exsolve.jacobian import jacobian
from exsolve.kinds.recurrent.general.time_slice import LOCAL, NEXT, TimeSlice, total_name
from exsolve.kinds.recurrent.unrolling import NOW
from exsolve.ops.construct import ONE, ZERO, add, call, is_call, multiply, transpose_matrix

TOTAL, WITHIN, LOCAL_KIND, PARAMETER, JACOBIAN = "total", "within", "local", "parameter", "jacobian"


class Derived(NamedTuple):
    """A general formula: of which quantity it is the derivative (the whole loss: empty), by which.

    ``kind``: of what carries gradients from step to step (``total``), of what else a step computes
    (``within``), of the loss of one step (``local``), of a ``parameter``, or a ``jacobian``.
    """

    name: str
    formula: Node
    kind: str
    of: str
    by: str


class Walk(NamedTuple):
    """Reverse mode through the slice: what each quantity passes on, and what reaches each name."""

    passed: Mapping[str, Node]
    reached: Mapping[str, list[Node]]


class Backpropagation(NamedTuple):
    """All formulas of a slice, and the walks that they come from.

    ``unreadable``: why there is no Jacobian of a name.
    """

    formulas: tuple[Derived, ...]
    local: Walk
    total: Walk
    later: Walk
    unreadable: Mapping[str, LanguageError]


def derive(
    one: TimeSlice, parameters: Sequence[str], layout: str, as_rows: bool
) -> Backpropagation:
    """Total and local gradients of the states, Jacobians, and gradients of parameters.

    layout: that of Jacobians. as_rows: a vector stands on the left of a matrix, as a row.
    Raises LanguageError for an operation without a derivative.
    """
    found: list[Derived] = []
    nothing = Walk({}, {})
    local = total = later = nothing
    if one.loss:
        states = [f"{base}{NOW}" for base in one.states]
        at_end = {one.loss: ONE}
        local = _walk(one, one.now, at_end, {name: total_name(name) + LOCAL for name in states})
        arriving = {f"{base}{NEXT}": Name(gradient_name(f"{base}{NEXT}")) for base in one.carrying}
        carrying = [f"{base}{NOW}" for base in one.carrying]
        later = _walk(one, one.later, arriving, {})
        total = _walk(
            one,
            one.now,
            at_end,
            {name: total_name(name) for name in carrying},
            later.reached,
            parameters,
        )
        found += [_gradient(one, LOCAL_KIND, name, local) for name in states]
        for name in reversed(one.now):
            if name != one.loss:
                found.append(_gradient(one, TOTAL if name in carrying else WITHIN, name, total))
        found += [_gradient(one, PARAMETER, name, total) for name in parameters]
    jacobians, unreadable = _jacobians(one, layout)
    found += jacobians
    if as_rows:
        found = [
            each
            if each.kind == JACOBIAN
            else each._replace(formula=turned_to_rows(one, each.formula))
            for each in found
        ]
    return Backpropagation(tuple(found), local, total, later, unreadable)


def _walk(
    one: TimeSlice,
    order: Sequence[str],
    seeds: Mapping[str, Node],
    named: Mapping[str, str],
    behind: Mapping[str, list[Node]] | None = None,
    parameters: Container[str] = (),
) -> Walk:
    """Reverse mode through quantities of the slice, the last one first.

    seeds: gradients that are known. named: what gradients are called where they are passed on; the
    others are written in. behind: contributions that stand behind those of the walk itself.
    """
    passed: dict[str, Node] = {}
    reached: dict[str, list[Node]] = {}
    within = {*order, *one.now}
    for name in reversed(order):
        parts = reached[name] = [*reached.get(name, ()), *(behind or {}).get(name, ())]
        if name in seeds:
            passed[name] = seeds[name]
        elif parts:
            passed[name] = Name(named[name]) if name in named else add(*parts)
        else:
            continue
        contributions = vector_jacobian(
            one.graph, name, passed[name], lambda used: used in within or used in parameters
        )
        for used, pieces in contributions.items():
            # the equations are walked backwards, and their terms stand in the order of writing
            reached[used] = [*_gathered(pieces, passed[name]), *reached.get(used, ())]
    return Walk(passed, reached)


def _gathered(pieces: Sequence[Node], gradient: Node) -> list[Node]:
    """Contributions with the gradient that all of them end in written once: h*g and -n*g become
    (h - n)*g."""
    if len(pieces) < 2 or not all(
        is_call(one, "multiply") and one.children()[1] == gradient for one in pieces
    ):
        return [*pieces]
    return [multiply(add(*(one.children()[0] for one in pieces)), gradient)]


def _gradient(one: TimeSlice, kind: str, name: str, walk: Walk) -> Derived:
    parts = walk.reached.get(name)
    formula = add(*parts) if parts else zeros(one.shape(name))
    if kind == PARAMETER:
        formula = call("sum_t", formula) if parts else formula
        return Derived(gradient_name(name), formula, kind, "", name)
    if kind == LOCAL_KIND:
        return Derived(total_name(name) + LOCAL, formula, kind, one.loss, name)
    return Derived(total_name(name), formula, kind, "", name)


def zeros(shape: Shape) -> Node:
    """What does not change anything."""
    return call("zeros", shape=shape) if shape else ZERO


def transition(one: TimeSlice) -> Graph:
    """The cell at t + 1 as a function of the states of time t, which stand for themselves."""
    states = {f"{base}{NOW}": one.shape(f"{base}{NOW}") for base in one.states}
    later = [one.graph.quantities[name] for name in one.later]
    return Graph([*one.constants, *later], {**one.graph.symbols, **states})


def _jacobians(one: TimeSlice, layout: str) -> tuple[list[Derived], dict[str, LanguageError]]:
    """The Jacobian of each state at t + 1 by each at t, and why there is none of the others."""
    graph = transition(one)
    found = []
    unreadable = {}
    for late in one.states:
        for early in one.states:
            of, by = f"{late}{NEXT}", f"{early}{NOW}"
            name = f"d{of}_d{early}"
            try:
                found.append(Derived(name, jacobian(graph, of, by, layout), JACOBIAN, of, by))
            except LanguageError as error:
                unreadable[name] = error
    return found, unreadable


def turned_to_rows(one: TimeSlice, node: Node) -> Node:
    """The formula with vectors as rows, on the left of the matrices they are multiplied with."""
    context = TreeContext(_with_state_gradients(one), "")

    def change(part: Node) -> Node | None:
        if is_call(part, "matmul"):
            left, right = part.children()
            if len(context.shape(left)) == 2 and len(context.shape(right)) == 1:
                matrix = transpose_matrix(transform(left, change))
                return call("matmul", transform(right, change), matrix)
        return None

    return transform(node, change)


def _with_state_gradients(one: TimeSlice) -> Graph:
    """The slice with the names that formulas use for the gradients of its states."""
    shapes: dict[str, Shape] = {}
    for base in one.carrying:
        name = f"{base}{NOW}"
        shapes[total_name(name)] = shapes[total_name(name) + LOCAL] = one.shape(name)
    return Graph(one.graph.quantities.values(), {**one.graph.symbols, **shapes})
