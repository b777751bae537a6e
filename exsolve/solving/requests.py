"""Gradients that an exercise asks for, and the quantities that are defined by them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from exsolve.authoring.blueprint import GradientRequest
from exsolve.authoring.known_names import Either
from exsolve.authoring.reading import Reading
from exsolve.errors import ExsolveError, LanguageError, Problem
from exsolve.expression.tree import Name, names, walk
from exsolve.gradient import GRADIENT, gradient_name, request_problems, with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source


def that_use_gradients(quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    """The quantities that are defined by gradients still to be derived, such as W - grad_W/10."""
    known = {one.name for one in quantities}
    late: dict[str, Quantity] = {}
    uses = {one.name: names(one.expression) for one in quantities}
    found = [
        one
        for one in quantities
        if any(used.startswith(GRADIENT) and used not in known for used in uses[one.name])
    ]
    while found:
        late.update((one.name, one) for one in found)
        found = [
            one
            for one in quantities
            if one.name not in late and any(used in late for used in uses[one.name])
        ]
    return late


def gradients_in(late: Mapping[str, Quantity], known: Container[str]) -> set[str]:
    """The gradients by which they are defined."""
    return {
        used
        for one in late.values()
        for used in names(one.expression)
        if used.startswith(GRADIENT) and used not in known
    }


def with_requests(
    requests: Sequence[GradientRequest],
    graph: Graph,
    late: dict[str, Quantity],
    exercise: Exercise,
    reading: Reading,
) -> Graph:
    """The graph with all gradients and the quantities that are defined by them.

    Gradients are derived in the order in which they are asked for, but those of quantities that
    are still to be defined wait for others.
    """
    using = [*late.values()]
    waiting = [*requests]
    while ready := [one for one in waiting if not {str(one.of), *map(str, one.targets)} & {*late}]:
        waiting.remove(ready[0])
        asked = {gradient_name(name) for one in waiting for name in one.targets}
        graph = _with_request(ready[0], graph, Either(late, asked), exercise, reading)
        graph = graph.with_quantities(_defined_by_now(late, graph))
    if reading.problems:
        return graph
    reading.problems.extend(_of_several(using, requests, graph))
    if not late:
        return graph
    coming = {gradient_name(name) for one in waiting for name in one.targets}
    graph = Graph(
        [*graph.quantities.values(), *late.values()], graph.symbols, coming, reading.problems
    )
    for request in waiting if not reading.problems else ():
        of = request.of
        reading.refuse(
            f"the gradient of {of} is asked for, and what it is derived from is defined by it",
            of.position() if isinstance(of, Source) else exercise.start,
            expected="quantities that are defined without this gradient",
            found=", ".join(name for name in (of, *request.targets) if name in late),
            hint="break the circle: one of these needs another definition",
        )
    return graph


def _of_several(
    using: Sequence[Quantity], requests: Sequence[GradientRequest], graph: Graph
) -> Iterator[Problem]:
    """The uses of a gradient that nobody asks for and that lies in between for two requests."""
    asked = {gradient_name(name) for request in requests for name in request.targets}
    for one in using:
        for node in walk(one.expression):
            if not isinstance(node, Name) or node.name in asked:
                continue
            others = [f"{node.name}_of_{request.of}" for request in requests]
            if others := [name for name in others if name in graph.quantities]:
                yield one.problem(
                    LanguageError(
                        f"{node.name} could be the gradient of more than one quantity",
                        node.offset,
                        expected="a gradient that is asked for under gradients",
                        found=" and ".join([node.name, *others]),
                        hint=f"add {node.name.removeprefix(GRADIENT)} to the `for` of the one",
                    )
                )


def _defined_by_now(late: dict[str, Quantity], graph: Graph) -> list[Quantity]:
    """Those of the late quantities whose names are all known now; they are late no more."""
    ready: dict[str, Quantity] = {}
    waiting = True
    while waiting:
        known = {*graph.quantities, *graph.symbols, *ready}
        found = [one for one in late.values() if known.issuperset(names(one.expression))]
        ready.update((late.pop(one.name).name, one) for one in found)
        waiting = bool(found)
    return list(ready.values())


def author_gradients(exercise: Exercise) -> list[GradientRequest]:
    return [
        GradientRequest(
            one.of,
            one.targets,
            notes={str(name): one.note for name in one.targets} if one.note else {},
        )
        for one in exercise.gradients
    ]


def check_request(
    request: GradientRequest,
    graph: Graph,
    unreadable: Container[str],
    exercise: Exercise,
    reading: Reading,
) -> bool:
    """Whether gradients can be derived; what is wrong is placed where the author asked for them."""
    found = request_problems(graph, request.of, request.targets, unreadable)
    for name, problem in found:
        if problem.position is None:
            place = name.position() if isinstance(name, Source) else exercise.start
            problem = problem._replace(position=place)
        reading.problems.append(problem)
    return not found


def _with_request(
    request: GradientRequest,
    graph: Graph,
    reserved: Container[str],
    exercise: Exercise,
    reading: Reading,
) -> Graph:
    if not check_request(request, graph, (), exercise, reading):
        return graph
    shown = request.shown
    of = request.of
    try:
        return with_gradients(
            graph,
            of,
            request.targets,
            (lambda name: True) if shown is None else shown.__contains__,
            lambda name: request.notes.get(name, f"The gradient of {of} by {name}."),
            of.position if isinstance(of, Source) else graph.quantities[of].locate,
            reserved,
        )
    except ExsolveError as error:
        reading.problems.extend(error.problems)
        return graph
