"""The evidence of an exercise as it is written, held to the names of its graph."""

from __future__ import annotations

from collections.abc import Mapping, Sized

from exsolve.arithmetic import Infinity
from exsolve.authoring.checking import checked, refuse_shape
from exsolve.authoring.known_names import advice
from exsolve.authoring.reading import Reading
from exsolve.authoring.workbook import DrawingPlan, EvidencePlan, IterationPlan
from exsolve.drawing.arranging import Item, message_graph
from exsolve.drawing.pictures import DiagramEdge
from exsolve.evaluate import Array
from exsolve.expression.tree import Node
from exsolve.graph import CONSTANT_NAMES, Graph
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import DataValue, Source
from exsolve.spec.parts import Evidence, GraphDrawing, Iteration
from exsolve.spec.report import listing

_INFINITIES = {str(one): one for one in Infinity}
_ELSEWHERE = ("inf", ".inf", "Infinity", "oo", "∞")
"""Infinity in YAML, in other libraries and on the board."""
_LABELS = {Infinity.PLUS: "→ ∞", Infinity.MINUS: "→ −∞"}


def read_evidence(
    exercise: Exercise,
    graph: Graph,
    drawings: Mapping[str, DrawingPlan],
    reading: Reading,
) -> Mapping[str, tuple[EvidencePlan, ...]]:
    """The evidence of each part, by its id; what is wrong with it is noted."""
    reader = _Reader(exercise, graph, drawings, reading)
    return {
        part.id: tuple(reader.plan(one) for one in part.evidence)
        for part in exercise.parts
        if part.evidence
    }


class _Reader:
    def __init__(
        self,
        exercise: Exercise,
        graph: Graph,
        drawings: Mapping[str, DrawingPlan],
        reading: Reading,
    ) -> None:
        self._exercise = exercise
        self._graph = graph
        self._drawings = drawings
        self._reading = reading

    def plan(self, one: Evidence) -> EvidencePlan:
        """The plan of one piece of evidence."""
        self._refuse_nothing(one)
        for name in (*one.show, *([one.heat_map] if one.heat_map else [])):
            self._known(name)
        return EvidencePlan(
            title=one.title,
            note=one.note,
            show=tuple(map(str, one.show)),
            at=self._values(one.at),
            vary=self._varied(one),
            values=self._varied_values(one),
            iterate=self._iteration(one.iterate),
            curve=one.curve,
            heat_map=str(one.heat_map or ""),
            drawing=self._drawing(one.drawing),
            pairs=(*self._pair(one.equal, True, one.at), *self._pair(one.differ, False, one.at)),
            position=one.position,
        )

    def _refuse_nothing(self, one: Evidence) -> None:
        shown = one.show or one.heat_map or one.drawing or one.equal or one.differ
        if not shown:
            self._reading.refuse(
                "this evidence shows nothing",
                one.position,
                expected="show, heat_map, drawing, equal or differ",
            )
        repeated = one.vary is not None or one.iterate is not None
        if repeated and not one.show:
            self._reading.refuse(
                "it is not said what to show for each value",
                one.position,
                expected="show: [names of quantities] beside vary or iterate",
            )
        if one.vary is not None and one.iterate is not None:
            self._reading.refuse(
                "vary and iterate do not go together", one.position, hint="make two of it"
            )

    def _known(self, name: Source) -> None:
        if name.text in self._reading.unreadable:
            return
        if name.text not in self._graph.quantities and name.text not in self._exercise.symbols:
            self._reading.refuse(
                f"{name.text} is no quantity of this exercise",
                name,
                expected="a given or a definition",
                found=name.text,
                hint=advice(name.text, self._graph, list(self._graph.quantities)),
            )

    def _values(self, written: Mapping[str, DataValue]) -> dict[str, Array]:
        found = {}
        for name, data in written.items():
            self._replaceable(name, data.first)
            value = self._reading.array(name, data)
            if value is not None:
                found[name] = value
        return found

    def _replaceable(self, name: str, place: Source) -> None:
        """Only names without a definition get values, and those that are declared as symbols."""
        quantity = self._graph.quantities.get(name)
        symbols = [one for one in self._graph.symbols if one not in CONSTANT_NAMES]
        if name in self._exercise.symbols:
            return
        if quantity.given if quantity is not None else name in symbols:
            return
        known = [*symbols, *self._exercise.givens]
        self._reading.refuse(
            f"{name} is neither a given nor a symbol, so it gets no value",
            place,
            expected=f"one of {listing(known)}" if known else "a given or a symbol",
            found=name,
        )

    def _varied(self, one: Evidence) -> str | None:
        if one.vary is None:
            return None
        self._replaceable(one.vary.text, one.vary)
        return one.vary.text

    def _varied_values(self, one: Evidence) -> tuple[tuple[Node | str, Array | Infinity], ...]:
        found: list[tuple[Node | str, Array | Infinity]] = []
        for source in one.values:
            infinity = _INFINITIES.get(source.text.strip())
            if infinity is not None:
                found.append((_LABELS[infinity], infinity))
                continue
            if source.text.strip().lstrip("+-") in _ELSEWHERE:
                sign = "-" if source.text.strip().startswith("-") else ""
                self._reading.refuse(
                    f"there is no value {source.text.strip()}",
                    source,
                    expected="a number, infinity or -infinity",
                    found=source.text.strip(),
                    hint=f"write {sign}infinity",
                )
                continue
            node = self._reading.parse(source)
            if node is None:
                continue
            value = self._reading.array(str(one.vary), DataValue((), source))
            if value is not None:
                found.append((node, value))
        return tuple(found)

    def _iteration(self, one: Iteration | None) -> IterationPlan | None:
        if one is None:
            return None
        for name, becomes in one.step.items():
            if name not in one.start:
                self._reading.refuse(
                    f"{name} has no first value",
                    becomes,
                    expected=f"start: {{{name}: ...}}",
                    found=", ".join(one.start),
                )
            self._known(becomes)
            wanted, shape = self._graph.symbols.get(name), self._graph.shapes.get(becomes.text)
            if wanted is not None and shape is not None and wanted != shape:
                message = f"{name} becomes {becomes}, which has another shape"
                refuse_shape(message, becomes, shape, wanted, name, self._reading)
        return IterationPlan(
            self._values(one.start),
            {name: becomes.text for name, becomes in one.step.items()},
            one.times,
        )

    def _drawing(self, name: Source | GraphDrawing | None) -> DrawingPlan | None:
        if name is None:
            return None
        if isinstance(name, GraphDrawing):
            return self._graph_drawing(name)
        plan = self._drawings.get(name.text)
        if plan is None:
            known = list(self._drawings)
            self._reading.refuse(
                f"there is no drawing {name.text}",
                name,
                expected=f"one of {listing(known)}, or a graph of your own"
                if known
                else "a graph of your own; this kind makes no drawings",
                found=name.text,
                hint=""
                if known
                else "drawing: {vertices: [a, b], edges: [a -> b]}, or heat_map with a matrix",
            )
        return plan

    def _graph_drawing(self, graph: GraphDrawing) -> DrawingPlan:
        """The plan of a graph that the author describes."""
        labels = [label.text for label in graph.vertices]
        ends = [(one, other) for one in labels for other in labels if one != other]
        if graph.edges:
            ends = []
        for edge in graph.edges:
            one, _, other = (part.strip() for part in edge.text.partition("->"))
            ends.append((one, other))
            for end in (one, other):
                if end not in labels:
                    self._reading.refuse(
                        f"there is no vertex {end}",
                        edge,
                        expected=f"one of {listing(labels)}",
                        found=end,
                    )
        vertices = [Item(label, label) for label in labels]
        edges = [DiagramEdge(one, other) for one, other in ends]
        return DrawingPlan((), lambda values: message_graph("", vertices, edges))

    def _pair(
        self, sources: tuple[Source, ...], equal: bool, at: Sized
    ) -> tuple[tuple[Node, Node, bool], ...]:
        if not sources:
            return ()
        nodes = [checked(source, self._graph, self._reading) for source in sources]
        if len(sources) > 2:
            self._reading.refuse(
                "a comparison has two sides",
                sources[0],
                expected="two expressions",
                found=str(len(sources)),
            )
        if len(sources) != 2:
            return ()  # of one alone it is said already
        left, right = nodes
        if left is None or right is None:
            return ()
        shapes = [self._graph.shape(node) for node in (left, right)]
        # values under at make numbers of letters, which are compared then
        if equal and not at and all(shapes) and shapes[0] != shapes[1]:
            message, other = "the two sides have different shapes", sources[0].text
            refuse_shape(message, sources[1], shapes[1], shapes[0], other, self._reading)
            return ()
        return ((left, right, equal),)
