"""Reading a directed graph for message passing: vertices, edges, weights; all checks on them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Name, Node, Shape, names, walk
from exsolve.graph import CONSTANT_NAMES
from exsolve.ops.construct import call
from exsolve.ops.shapes import describe
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Identifier, Source, Values
from exsolve.spec.report import plural, suggestion

_VERTEX_PATTERN = "[A-Za-z0-9]+"
VERTEX = Identifier(_VERTEX_PATTERN, "letters and digits, such as 1 or a", "vertices")
EDGE = Identifier(
    f"{_VERTEX_PATTERN} *-> *{_VERTEX_PATTERN}",
    "an edge from a vertex to another: 2 -> 1",
    "edges",
)
_STATE = re.compile(f"h_({_VERTEX_PATTERN})")
_WORDS = {
    "h": "the vertex's own state",
    "h_to": "the receiver's state",
    "agg": "the aggregate",
}
"""What the names in `message` and `update` stand for."""


class Edge(NamedTuple):
    """A directed edge; the message along it, in h and h_to, and the text it was read from."""

    sender: str
    receiver: str
    message: Node
    source: Source

    def __str__(self) -> str:
        return f"{self.sender} -> {self.receiver}"


def read_states(exercise: Exercise, reading: Reading) -> tuple[tuple[str, ...], Shape | None]:
    """The vertices, and the shape that their states have in common; None where none can be read."""
    for table in (exercise.givens, exercise.definitions):
        for name, entry in table.readable.items():
            if name in _WORDS:
                reading.refuse(
                    f"{name!r} cannot be the name of a quantity here",
                    entry.position,
                    expected=f"another name: in `message` and `update`, {name} is {_WORDS[name]}",
                    found=name,
                )
    names_of_states = [
        name for name in reading.givens if _STATE.fullmatch(name) and name not in _WORDS
    ]
    first, common = "", None
    for name in names_of_states:
        if name not in reading.givens.readable:
            continue
        shape = reading.givens[name].shape
        if common is None:
            first, common = name, shape
        if len(shape) > 1:
            reading.refuse(
                f"the state {name} has {len(shape)} dimensions",
                exercise.givens[name].position,
                expected="a vector or a number",
                found=describe(shape),
            )
        elif shape != common:
            reading.refuse(
                f"the states {name} and {first} are not of one size",
                exercise.givens[name].position,
                expected=describe(common),
                found=describe(shape),
            )
    return tuple(name.removeprefix("h_") for name in names_of_states), common


def read_edges(settings: Values, vertices: Sequence[str], reading: Reading) -> list[Edge]:
    found: list[Edge] = []
    parsed: dict[int, Node | None] = {}
    first: dict[tuple[str, str], Source] = {}
    for entry in settings["edges"]:
        own = isinstance(entry, Values)
        written: Source = entry["edge"] if own else entry
        sender, receiver = (vertex.strip() for vertex in written.split("->"))
        for vertex in dict.fromkeys((sender, receiver)):
            if vertex not in vertices:
                _refuse_vertex(vertex, f"the edge {written}", written, vertices, reading)
        if sender == receiver and not settings["self_loops"]:
            reading.refuse(
                f"the edge {written} leads from a vertex to itself",
                written,
                hint="write self_loops: true if that is meant",
            )
        known = first.setdefault((sender, receiver), written)
        if known is not written:
            place = known.position()
            reading.refuse(
                f"the edge {written} stands twice",
                written,
                found=f"first in line {place.line}, column {place.column}",
                hint="add the two messages up in one edge",
            )
        source: Source | None = (entry["message"] if own else None) or settings["message"]
        if source is None:
            reading.refuse(
                f"the edge {written} has no message",
                written,
                expected="`message` for all edges, or one of this edge",
                hint=f"write message: h, or {{edge: {written}, message: h}}",
            )
            continue
        if id(source) not in parsed:
            parsed[id(source)] = reading.parse(source)
        message = parsed[id(source)]
        if message is not None:
            found.append(Edge(sender, receiver, message, source))
    return found


def _refuse_vertex(
    vertex: str, where: str, source: Source, vertices: Sequence[str], reading: Reading
) -> None:
    reading.refuse(
        f"{where}: there is no vertex {vertex}",
        source,
        expected="one of "
        + (", ".join(vertices) or "the vertices, which have givens h_1, h_2, ..."),
        found=vertex,
        hint=f"give its state h_{vertex}",
    )


def read_updated(settings: Values, vertices: Sequence[str], reading: Reading) -> list[str]:
    written: tuple[Source, ...] | None = settings["update_vertices"]
    if written is None:
        return list(vertices)
    for place, vertex in enumerate(written):
        if vertex not in vertices:
            _refuse_vertex(vertex, "update_vertices", vertex, vertices, reading)
        if vertex in written[:place]:
            reading.refuse(f"the vertex {vertex} stands twice", vertex, hint="name it once")
    return [str(vertex) for vertex in written]


def read_weights(
    settings: Values, arriving: Mapping[str, Sequence[Edge]], reading: Reading
) -> dict[str, Node]:
    """The weights of each updated vertex's messages; none where they are not asked for."""
    written = settings["weights"]
    wanted = settings["aggregate"] == "weights"
    if wanted != (written is not None):
        reading.refuse(
            "the weights are missing" if wanted else "there are weights, but they are not used",
            settings.place("aggregate" if wanted else "weights"),
            expected="`aggregate: weights` together with `weights`",
            hint="write weights: [0.5, 0.5], a number for each message" if wanted else "",
        )
        return {}
    if not wanted:
        return {}
    by_vertex = isinstance(written, Values)
    reached = [f"h_{vertex}" for vertex, edges in arriving.items() if edges]
    for state in written if by_vertex else ():
        if state not in reached:
            reading.refuse(
                f"weights: {state} is not the state of an updated vertex that messages reach",
                written.place(state),
                expected="one of " + ", ".join(reached),
                found=state,
            )
    vectors: dict[int, tuple[Node, Shape] | None] = {}
    found = {}
    for vertex, edges in arriving.items():
        own = written.get(f"h_{vertex}") if by_vertex else written
        if not edges:
            continue
        degree = len(edges)
        if own is None:
            reading.refuse(
                f"weights: those of h_{vertex} are missing",
                settings.place("weights"),
                expected=f"{degree} {plural(degree, 'weight')}, in the order of the edges",
            )
            continue
        if id(own) not in vectors:
            vectors[id(own)] = _weight_vector(own, reading)
        vector = vectors[id(own)]
        if vector is None:
            continue
        found[vertex], shape = vector
        if shape != (degree,):
            reach = "message reaches" if degree == 1 else "messages reach"
            reading.refuse(
                f"weights: {degree} {reach} vertex {vertex}",
                written.place(f"h_{vertex}") if by_vertex else settings.place("weights"),
                expected=f"{degree}, in the order of the edges",
                found=describe(shape) if len(shape) != 1 else str(shape[0]),
            )
    return found


def _weight_vector(
    written: Source | Sequence[Source], reading: Reading
) -> tuple[Node, Shape] | None:
    """The weights of a list or of a given, and their shape."""
    if not isinstance(written, Source):
        nodes = [_weight(source, reading) for source in written]
        if None in nodes:
            return None
        return call("stack", *[node for node in nodes if node]), (len(nodes),)
    if written.text not in reading.givens:
        reading.refuse(
            f"weights: {written} is not given",
            written,
            expected="a list of numbers, or the name of a given",
            found=written.text,
        )
        return None
    return Name(written.text), reading.givens[written.text].shape


def _weight(source: Source, reading: Reading) -> Node | None:
    node = reading.parse(source)
    if node is None:
        return None
    shape = _shape(node, source, _given_shapes(reading), "weights", reading)
    if shape:
        reading.refuse("weights: each is a number", source, found=describe(shape))
    return node


def refuse_isolated(
    settings: Values, arriving: Mapping[str, Sequence[Edge]], reading: Reading
) -> None:
    """Say which vertex has no messages, where the aggregate of nothing is not a plain 0."""
    alone = [vertex for vertex, edges in arriving.items() if not edges]
    if not alone or settings["aggregate"] == "sum" or settings["isolated"] is not None:
        return
    several = len(alone) > 1
    reading.refuse(
        f"no message reaches {'the vertices' if several else 'vertex'} {', '.join(alone)}, "
        f"so there is nothing for `aggregate: {settings['aggregate']}`",
        settings.place("aggregate"),
        expected="an edge into each updated vertex",
        hint="write isolated: zero, isolated: keep, or update_vertices without "
        + ("them" if several else "it"),
    )


def check_shapes(
    exercise: Exercise, edges: Sequence[Edge], state: Shape, update: Node | None, reading: Reading
) -> Shape:
    """The shape of a message; says of each text by itself what does not fit.

    Where a text uses the author's own definitions, whose shapes are not known yet, the graph says
    it later; a message is then taken to be like a state.
    """
    known = _given_shapes(reading)
    of_text: dict[int, Edge] = {}
    for edge in edges:
        of_text.setdefault(id(edge.source), edge)  # a message for all edges is judged once
    first: tuple[Edge, Shape] | None = None
    for edge in of_text.values():
        arguments = {**known, "h": state, "h_to": state}
        shape = _shape(edge.message, edge.source, arguments, "message", reading)
        if shape is None:
            continue
        if first is None:
            first = edge, shape
        elif shape != first[1]:
            reading.refuse(
                f"the messages along {first[0]} and {edge} differ in shape",
                edge.source,
                expected=describe(first[1]),
                found=describe(shape),
            )
    message = first[1] if first else state
    if update is None:
        return message
    source: Source = exercise.settings["update"]
    new = _shape(update, source, {**known, "h": state, "agg": message}, "update", reading)
    if new is not None and new != state and exercise.settings["steps"] > 1:
        reading.refuse(
            "update: the new state has another shape than the old one, so there is no second step",
            source,
            expected=describe(state),
            found=describe(new),
        )
    return message


def _given_shapes(reading: Reading) -> dict[str, Shape]:
    return {
        **CONSTANT_NAMES,
        **{name: value.shape for name, value in reading.givens.readable.items()},
    }


def _shape(
    node: Node, source: Source, known: Mapping[str, Shape], field: str, reading: Reading
) -> Shape | None:
    """The shape of a text over known names; None where it has none or uses others.

    What is wrong is said here, once and in its place, and not for each quantity made of the text.
    """
    open_names = {*reading.exercise.definitions, *reading.givens.unreadable}
    unknown = [
        one
        for one in walk(node)
        if isinstance(one, Name) and one.name not in known and one.name not in open_names
    ]
    for one in unknown:
        reading.refuse(
            f"{field}: {one.name!r} is not defined",
            source,
            offset=one.offset,
            expected="a given or a definition of this exercise"
            + "".join(f", or {word}" for word in _WORDS if word in known),
            found=one.name,
            hint=suggestion(one.name, [*known, *open_names]),
        )
    if unknown or any(name in open_names for name in names(node)):
        return None
    try:
        return shape_of(node, lambda name: known[name])
    except LanguageError as error:
        message = f"{field}: {error.problem.message}"
        place = source.position(max(error.offset, 0))
        reading.problems.append(error.problem._replace(message=message, position=place))
        return None
