"""From an exercise to a workbook: the kind's definitions and the author's own make one graph."""

from __future__ import annotations

from collections.abc import Mapping

from exsolve.gradient import with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.kinds import kind
from exsolve.kinds.blueprint import Blueprint, GradientRequest, Labels
from exsolve.kinds.reading import Reading
from exsolve.spec.exercise import Exercise
from exsolve.workbook import Workbook


def assemble(exercise: Exercise, overrides: Mapping[str, str] | None = None) -> Workbook:
    """The exercise made ready to solve.

    Raises ExsolveError with everything that is wrong with its contents, each with its place.
    """
    reading = Reading(exercise, overrides)
    author = _author(exercise, reading)
    reading.finish()
    blueprint: Blueprint = kind(exercise.kind).build(exercise, reading)
    quantities = [*_givens(exercise, reading, blueprint.labels), *blueprint.quantities, *author]
    reading.finish()
    graph = Graph(quantities, blueprint.symbols)
    for request in (*blueprint.gradients, *_author_gradients(exercise)):
        graph = _with_request(graph, request)
    _check_answers(exercise, graph, reading)
    reading.finish()
    return Workbook(
        id=exercise.id,
        title=exercise.title,
        kind=exercise.kind,
        about="\n\n".join(text for text in (exercise.about.strip(), blueprint.data) if text),
        source=exercise.source,
        digest=exercise.digest,
        graph=graph,
        givens=tuple(exercise.givens),
        parts=tuple(exercise.parts),
        tables=blueprint.tables,
    )


def _givens(exercise: Exercise, reading: Reading, labels: Mapping[str, Labels]) -> list[Quantity]:
    found = []
    for name, given in exercise.givens.items():
        label = labels.get(name, Labels())
        found.append(
            Quantity(
                name,
                reading.constant(name),
                given.note,
                given=True,
                rows=given.rows or label.rows,
                columns=given.columns or label.columns,
                locate=reading.locate_given(name),
            )
        )
    return found


def _author(exercise: Exercise, reading: Reading) -> list[Quantity]:
    found = []
    for name, definition in exercise.definitions.items():
        node = reading.parse(definition.formula)
        if node is not None:
            found.append(
                Quantity(
                    name,
                    node,
                    definition.note,
                    rows=definition.rows,
                    columns=definition.columns,
                    locate=definition.formula.position,
                )
            )
    return found


def _author_gradients(exercise: Exercise) -> list[GradientRequest]:
    return [GradientRequest(request.of, request.targets) for request in exercise.gradients]


def _with_request(graph: Graph, request: GradientRequest) -> Graph:
    shown = request.shown
    return with_gradients(
        graph,
        request.of,
        request.targets,
        (lambda name: True) if shown is None else shown.__contains__,
        lambda name: request.notes.get(name, f"The gradient of {request.of} by {name}."),
    )


def _check_answers(exercise: Exercise, graph: Graph, reading: Reading) -> None:
    for part in exercise.parts:
        for answer in part.answers:
            if answer.text not in graph.quantities:
                computed = [name for name, q in graph.quantities.items() if not q.given]
                reading.refuse(
                    f"part {part.id} asks for {answer.text!r}, which is not computed here",
                    answer,
                    expected="one of " + ", ".join(computed[:40]),
                    found=answer.text,
                )
