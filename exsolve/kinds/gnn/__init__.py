"""Message passing on a directed graph: messages along the edges, their aggregate, the new states.

Gilmer et al., Neural Message Passing for Quantum Chemistry, 2017, equations 1 and 2. All vertices
are updated in parallel: step t + 1 uses states of step t and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from exsolve import limits
from exsolve.authoring.blueprint import Blueprint
from exsolve.authoring.reading import Reading
from exsolve.authoring.shown_values import shown_value
from exsolve.authoring.workbook import DrawingPlan
from exsolve.drawing import arranging
from exsolve.drawing.pictures import DiagramEdge, Picture
from exsolve.errors import Position
from exsolve.expression.tree import Name, Node, Shape, transform
from exsolve.graph import Locate, Quantity, QuantitySlip
from exsolve.kinds.gnn.message_graph import (
    EDGE,
    VERTEX,
    Edge,
    check_shapes,
    read_edges,
    read_states,
    read_updated,
    read_weights,
    refuse_isolated,
)
from exsolve.kinds.gnn.slips import aggregate_slips, early_update, message_slips
from exsolve.ops.construct import call, literal
from exsolve.solution import Value
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import (
    Boolean,
    Choice,
    FieldSpec,
    FieldSpecs,
    Formula,
    Integer,
    ListOf,
    MapOf,
    OneOf,
    Record,
    Source,
)
from exsolve.spec.fields import Name as NameField

SUMMARY = "message passing on a directed graph: messages, aggregates and new states"

_WEIGHTS = OneOf(scalar=NameField(), sequence=ListOf(Formula()))

FIELDS: FieldSpecs = {
    "edges": FieldSpec(
        ListOf(
            OneOf(
                scalar=EDGE,
                mapping=Record(
                    {
                        "edge": FieldSpec(
                            EDGE, "The sender and the receiver.", required=True, example="2 -> 1"
                        ),
                        "message": FieldSpec(
                            Formula(), "The message along this edge alone.", example="3*h"
                        ),
                    }
                ),
            )
        ),
        "The directed edges, from the sender of a message to its receiver. The state of vertex 1 "
        "is the given h_1.",
        required=True,
        example="[2 -> 1, {edge: 3 -> 1, message: 3*h}]",
    ),
    "message": FieldSpec(
        Formula(),
        "The message along every edge, in h (the sender's state) and h_to (the receiver's).",
        example="W_m @ h",
    ),
    "aggregate": FieldSpec(
        Choice(
            "sum",
            "mean",
            "max",
            "weights",
            meant={"average": "mean", "avg": "mean", "add": "sum", "maximum": "max"},
        ),
        "How the messages that arrive at a vertex become one: sum, mean, max (of each component), "
        "or weights.",
        default="sum",
    ),
    "weights": FieldSpec(
        OneOf(scalar=NameField(), sequence=ListOf(Formula()), mapping=MapOf(NameField(), _WEIGHTS)),
        "A weight for each message, in the order of the edges: a list, the name of a given, or "
        "either of them for each state that is updated.",
        example="{h_1: [0.6, 0.4], h_2: [1]}",
    ),
    "update": FieldSpec(
        Formula(),
        "The new state, in h (the vertex's own state) and agg (its aggregated messages).",
        required=True,
        example="relu(W @ h + agg)",
    ),
    "update_vertices": FieldSpec(
        ListOf(VERTEX), "The vertices that get a new state; all by default.", example="[1, 3]"
    ),
    "isolated": FieldSpec(
        Choice("zero", "keep"),
        "A vertex that no message reaches: `zero` makes its aggregate 0, `keep` keeps its state. "
        "By default a sum is 0, and mean, max and weights are refused.",
    ),
    "self_loops": FieldSpec(
        Boolean(), "Whether an edge may lead from a vertex to itself.", default=False
    ),
    "steps": FieldSpec(
        Integer(1, limits.TIME_STEPS), "How many steps in time are taken.", default=1
    ),
}

ANSWERS: Mapping[str, str] = {
    "messages_i_tn": "the messages that reach vertex i in step n.",
    "agg_i_tn": "their aggregate.",
    "h_i_tn": "the state of vertex i after step n.",
}
STARTER = """\
id: my-gnn
title: Two rounds of messages on a small graph
kind: gnn
about: All vertices are updated in parallel, each from the states before the step.
edges:
  - 2 -> 1
  - 3 -> 1
  - 1 -> 2
  - edge: 2 -> 3
    message: -h              # a message of its own for this edge
message: 2*h                 # h: the sender's state; h_to: the receiver's
aggregate: sum               # or mean, max, weights
# weights: {h_1: [0.6, 0.4], h_2: [1], h_3: [1]}
update: W @ h + max(agg, 0)  # h: the vertex's own state; agg: its aggregate
# update_vertices: [1]       # all by default
steps: 2
givens:
  h_1: [1, -1]
  h_2: [-1, 1]
  h_3: [0, -1]
  W: [[1, 0], [1, 1]]
parts:
  - id: a
    ask: Compute the messages that reach vertex 1 in the first step, and their sum.
    points: 2
    answers: [messages_1_t1, agg_1_t1]
  - id: b
    ask: Compute the states of all vertices after two steps.
    points: 3
    answers: [h_1_t2, h_2_t2, h_3_t2]
"""


_AGGREGATES = {
    "sum": "The messages added up",
    "mean": "The mean of the messages",
    "max": "The greatest of each component of the messages",
    "weights": "The messages, each times its weight, added up",
}


class _Network(NamedTuple):
    """All that the steps are made from.

    ``arriving`` has the edges into each updated vertex, ``weights`` those of their messages;
    ``nothing`` is the shape of the aggregate of no messages.
    """

    arriving: Mapping[str, list[Edge]]
    weights: Mapping[str, Node]
    aggregate: str
    aggregate_place: Position
    update: Node
    update_source: Source
    keep_isolated: bool
    nothing: Shape
    steps: int

    def step_name(self, quantity: str, vertex: str, step: int) -> str:
        """The name of what belongs to a vertex in a step (from 1): messages, agg, messages_2_t3."""
        whose = f"_{vertex}" if len(self.arriving) > 1 else ""
        return f"{quantity}{whose}" + (f"_t{step}" if self.steps > 1 else "")

    def state_name(self, vertex: str, step: int) -> str:
        """The name of a state after a step; after step 0, and where it never changes, a given."""
        if not step or vertex not in self.arriving:
            return f"h_{vertex}"
        return f"h_{vertex}" + (f"_t{step}" if self.steps > 1 else "_next")


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """messages, agg and the new state of each updated vertex in each step.

    One step of one vertex: messages, agg, h_1_next; of several vertices: messages_2, agg_2,
    h_2_next. With several steps the step comes last: h_2_t3 is the state after step 3.

    Refused, each with its place: edges of unknown vertices, edges that stand twice, self-loops
    unless they are allowed, states of unequal shape, weights that do not match the messages,
    vertices without messages where the aggregate of nothing has no meaning.
    """
    network = _network(exercise, reading)
    if network is None:
        return Blueprint()
    quantities: list[Quantity] = []
    for step in range(1, network.steps + 1):
        for vertex in network.arriving:
            quantities += _vertex_step(network, vertex, step)
    return Blueprint(quantities, drawings={"graph": _drawing(exercise, network)})


def _drawing(exercise: Exercise, network: _Network) -> DrawingPlan:
    """The graph with the states of its vertices, and on each edge the message of the first step."""
    edges = [edge for arriving in network.arriving.values() for edge in arriving]
    vertices = list(dict.fromkeys(name for edge in edges for name in (edge.sender, edge.receiver)))
    given = list(exercise.givens)
    vertices.sort(key=lambda vertex: given.index(f"h_{vertex}"))
    messages = {
        vertex: network.step_name("messages", vertex, 1)
        for vertex, arriving in network.arriving.items()
        if arriving
    }
    states = {vertex: f"h_{vertex}" for vertex in vertices}

    def draw(values: Mapping[str, Value]) -> Picture:
        items = [
            arranging.Item(vertex, Name(states[vertex]), (shown_value(values[states[vertex]]),))
            for vertex in vertices
        ]
        drawn = []
        for vertex, arriving in network.arriving.items():
            for row, edge in enumerate(arriving):
                label = shown_value(values[messages[vertex]], row)
                drawn.append(DiagramEdge(edge.sender, edge.receiver, label))
        return arranging.message_graph("", items, drawn)

    return DrawingPlan((*states.values(), *messages.values()), draw)


def _vertex_step(network: _Network, vertex: str, step: int) -> list[Quantity]:
    """One vertex's messages, aggregate and new state, from the states before the step."""
    edges = network.arriving[vertex]
    messages, aggregate = (network.step_name(name, vertex, step) for name in ("messages", "agg"))
    state, following = (network.state_name(vertex, when) for when in (step - 1, step))
    when = f" in step {step}" if network.steps > 1 else ""
    if not edges and network.keep_isolated:
        note = f"No message reaches vertex {vertex}{when}: it keeps its state."
        return [Quantity(following, Name(state), note)]
    found = []
    slips: tuple[QuantitySlip, ...] = ()
    if edges:
        senders = [network.state_name(edge.sender, step - 1) for edge in edges]
        rows = [
            _renamed(edge.message, {"h": sender, "h_to": state})
            for edge, sender in zip(edges, senders, strict=True)
        ]
        found.append(
            Quantity(
                messages,
                call("stack", *rows),
                f"The messages that reach vertex {vertex}{when}: one for each edge, as a row.",
                rows=tuple(f"from {edge.sender}" for edge in edges),
                locate=_locate([edge.source for edge in edges]),
                slips=(
                    *message_slips(edges, senders, rows),
                    *_of_early_updates(network, vertex, step, rows),
                ),
            )
        )
        if network.aggregate == "weights":
            gathered: Node = call("matmul", network.weights[vertex], Name(messages))
        else:
            gathered = call(network.aggregate, Name(messages), axis=0)
        note = f"{_AGGREGATES[network.aggregate]}."
        weights = network.weights.get(vertex)
        own = None
        if vertex not in {edge.sender for edge in edges}:
            own = _renamed(edges[0].message, {"h": state, "h_to": state})
        slips = aggregate_slips(edges, messages, network.aggregate, weights, own)
    else:
        gathered = call("zeros", shape=network.nothing) if network.nothing else literal(0)
        note = f"No message reaches vertex {vertex}{when}: the aggregate is 0."
    found.append(
        Quantity(
            aggregate, gathered, note, locate=lambda offset: network.aggregate_place, slips=slips
        )
    )
    found.append(
        Quantity(
            following,
            _renamed(network.update, {"h": state, "agg": aggregate}),
            f"The new state of vertex {vertex}{when}, from its own state and the aggregate.",
            locate=network.update_source.position,
        )
    )
    return found


def _of_early_updates(
    network: _Network, vertex: str, step: int, messages: Sequence[Node]
) -> Iterator[QuantitySlip]:
    """The messages from states that vertices before this one have got in the same step."""
    before = [*network.arriving][: [*network.arriving].index(vertex)]
    fresh = {network.state_name(one, step - 1): network.state_name(one, step) for one in before}
    rows = [_renamed(message, fresh) for message in messages]
    if rows != [*messages]:
        yield early_update(call("stack", *rows))


def _renamed(node: Node, new: Mapping[str, str]) -> Node:
    """The tree with names exchanged, each still at its place in the author's text."""

    def change(one: Node) -> Node | None:
        if isinstance(one, Name) and one.name in new:
            return Name(new[one.name], one.offset)
        return None

    return transform(node, change)


def _locate(sources: Sequence[Source]) -> Locate:
    """Places in the one text that all come from, else the beginning of the first."""
    first = sources[0]
    if all(source is first for source in sources):
        return first.position
    return lambda offset: first.position()


def _network(exercise: Exercise, reading: Reading) -> _Network | None:
    """The graph and its functions; None, and the reasons in ``reading``, where they are wrong."""
    settings = exercise.settings
    vertices, state = read_states(exercise, reading)
    known = len(reading.problems)
    edges = read_edges(settings, vertices, reading)
    updated = read_updated(settings, vertices, reading)
    arriving = {vertex: [edge for edge in edges if edge.receiver == vertex] for vertex in updated}
    steps: int = settings["steps"]
    work = steps * (len(edges) + len(updated))
    if work > limits.LAYERS:
        reading.refuse(
            f"{steps} steps of {len(edges)} edges and {len(updated)} vertices are too many",
            settings.place("steps"),
            expected=f"steps times edges and vertices at most {limits.LAYERS}",
            found=str(work),
        )
    weights = {}
    if len(reading.problems) == known:  # else it is not certain which messages arrive
        weights = read_weights(settings, arriving, reading)
        refuse_isolated(settings, arriving, reading)
    update = reading.parse(settings["update"])
    nothing = check_shapes(exercise, edges, state, update, reading) if state is not None else ()
    if reading.problems or update is None:
        return None
    return _Network(
        arriving,
        weights,
        str(settings["aggregate"]),
        settings.place("weights" if weights else "aggregate"),
        update,
        settings["update"],
        settings["isolated"] == "keep",
        nothing,
        steps,
    )
