"""Where the nodes of well-known diagrams stand: unrolled recurrent networks, message graphs.

The builders know names, labels and edges; what these mean is the caller's business.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from exsolve.drawing.pictures import Diagram, DiagramEdge, DiagramNode, Label

_WIDTH = 0.5
"""The part of a step that several nodes of one sort share."""


class Item(NamedTuple):
    """A node before it has a place; ``lines`` stand under its label."""

    id: str
    label: Label
    lines: tuple[Label, ...] = ()


class TimeStep(NamedTuple):
    """The nodes of one time step; the first may hold initial states only.

    ``states`` from the bottom up (an LSTM: c, h), one to a row, each in its row at every step;
    ``targets`` stand beside the losses, or beside the outputs where there are no losses.
    """

    inputs: tuple[Item, ...] = ()
    states: tuple[Item, ...] = ()
    outputs: tuple[Item, ...] = ()
    losses: tuple[Item, ...] = ()
    targets: tuple[Item, ...] = ()


def unrolled(
    title: str,
    steps: Sequence[TimeStep],
    edges: Sequence[DiagramEdge],
    total: Item | None = None,
) -> Diagram:
    """A recurrent network unrolled in time, from left to right: inputs at the bottom, states above
    them, then outputs, losses, and ``total`` above the middle of the losses."""
    nodes: list[DiagramNode] = []
    state_rows = max((len(step.states) for step in steps), default=0)
    output_row, loss_row, first_state = 2, 1, 2 + state_rows
    with_loss = [time for time, step in enumerate(steps) if step.losses]

    def place(items: Sequence[Item], time: float, row: float, kind: str) -> None:
        for index, item in enumerate(items):
            column = time + (index - (len(items) - 1) / 2) * _WIDTH / max(len(items) - 1, 1)
            nodes.append(DiagramNode(item.id, item.label, item.lines, column, row, kind))

    for time, step in enumerate(steps):
        place(step.inputs, time, first_state + 1, "input")
        for level, state in enumerate(step.states):
            place([state], time, first_state - level, "state")
        place(step.outputs, time, output_row, "output")
        place(step.losses, time, loss_row, "loss")
        place(step.targets, time + 0.5, loss_row if step.losses else output_row, "target")
    if total is not None:
        middle = (with_loss[0] + with_loss[-1]) / 2 if with_loss else (len(steps) - 1) / 2
        place([total], middle, 0, "loss")
    return Diagram(title, tuple(nodes), tuple(edges))


def ring(title: str, vertices: Sequence[Item], edges: Sequence[DiagramEdge]) -> Diagram:
    """The vertices on a circle, clockwise from the top."""
    radius = max(len(vertices) / 4, 1.0)
    nodes = []
    for index, item in enumerate(vertices):
        angle = 2 * math.pi * index / len(vertices)
        column = round(radius * math.sin(angle), 3) + 0.0
        row = round(-radius * math.cos(angle), 3) + 0.0
        nodes.append(DiagramNode(item.id, item.label, item.lines, column, row))
    return Diagram(title, tuple(nodes), tuple(edges))


def message_graph(title: str, vertices: Sequence[Item], edges: Sequence[DiagramEdge]) -> Diagram:
    """A graph along which messages pass: from left to right where it has no cycle, else a ring."""
    layers = _layers(vertices, edges)
    if layers is None:
        return ring(title, vertices, edges)
    nodes = []
    for item in vertices:
        members = [other.id for other in vertices if layers[other.id] == layers[item.id]]
        row = members.index(item.id) - (len(members) - 1) / 2
        nodes.append(DiagramNode(item.id, item.label, item.lines, layers[item.id], row))
    return Diagram(title, tuple(nodes), tuple(edges))


def _layers(vertices: Sequence[Item], edges: Sequence[DiagramEdge]) -> dict[str, int] | None:
    """The longest way to each vertex; None where edges go round in a circle or both ways."""
    layers = {item.id: 0 for item in vertices}
    for _ in vertices:
        changed = False
        for edge in edges:
            if edge.directed and layers[edge.target] <= layers[edge.source]:
                layers[edge.target] = layers[edge.source] + 1
                changed = True
        if not changed:
            return layers
    return None
