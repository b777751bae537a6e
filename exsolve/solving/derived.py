"""Derivatives that the author asks for in general: Jacobians, and how gradients come about."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from exsolve.authoring.blueprint import GradientRequest
from exsolve.authoring.checking import is_defined
from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError
from exsolve.expression.tree import Name, Node
from exsolve.gradient import TreeContext, gradient_name, vector_jacobian_steps
from exsolve.graph import Graph, Quantity, fixed_place
from exsolve.jacobian import jacobian
from exsolve.notation import written
from exsolve.ops.construct import literal
from exsolve.solution import Reason
from exsolve.solving.paper import on_paper
from exsolve.spec.exercise import Exercise
from exsolve.spec.symbolic import Derivative as Wanted


def with_jacobians(graph: Graph, exercise: Exercise, reading: Reading) -> Graph:
    """The graph with the Jacobians that the file asks for; what is wrong is noted."""
    added = []
    for wanted in exercise.jacobians:
        if wanted.name.text in graph.quantities or wanted.name.text in graph.symbols:
            reading.refuse(
                f"{wanted.name.text} is defined twice", wanted.name, hint="give it another name"
            )
            continue
        node = _jacobian(graph, wanted, exercise.jacobian_layout, reading)
        if node is not None:
            place = wanted.position
            note = wanted.note or f"The Jacobian of {wanted.of.text} by {wanted.by.text}."
            added.append(Quantity(wanted.name.text, node, note, locate=fixed_place(place)))
    return graph.with_quantities(added) if added and not reading.problems else graph


def _jacobian(graph: Graph, wanted: Wanted, layout: str, reading: Reading) -> Node | None:
    known = [
        is_defined(one, f"no Jacobian without {one.text}: it is not defined", graph, reading)
        for one in (wanted.of, wanted.by)
    ]
    if not all(known):
        return None
    try:
        return jacobian(graph, wanted.of.text, wanted.by.text, layout)
    except LanguageError as error:
        reading.problems.append(error.problem._replace(position=wanted.of.position()))
        return None


def derived_reasons(
    requests: Sequence[GradientRequest], graph: Graph, own: Container[str]
) -> Mapping[str, tuple[Reason, ...]]:
    """The rules by which each gradient comes from those of the quantities it goes into."""
    return {
        name: tuple(_reasons(graph, of, by))
        for name, (of, by) in derived_gradients(requests, graph, own).items()
    }


def derived_gradients(
    requests: Sequence[GradientRequest], graph: Graph, own: Container[str]
) -> dict[str, tuple[str, str]]:
    """Each gradient that was derived: of what, and by what; those in between among them.

    own: names that the author defines, which no derived gradient has.
    """
    asked = {gradient_name(name) for request in requests for name in request.targets}
    found: dict[str, tuple[str, str]] = {}
    for request in requests:
        of, targets = str(request.of), [str(name) for name in request.targets]
        below = set(graph.dependents(targets)).difference(targets, [of])
        between = [name for name in graph.needed_for([of]) if name in below]
        for name in (*targets, *between):
            called = gradient_name(name)
            if name not in targets and (called in asked or called in found or called in own):
                called += f"_of_{of}"
            if called in graph.quantities:
                found[called] = (of, name)
    return found


def _reasons(graph: Graph, of: str, target: str) -> list[Reason]:
    lines = []
    for user in graph.needed_for([of]):
        gradient: Node = literal(1) if user == of else Name(gradient_name(user))
        known = user == of or gradient_name(user) in graph.quantities
        if target not in graph.uses(user) or not known:
            continue
        context = TreeContext(graph, user)
        for step in vector_jacobian_steps(graph, user, gradient, {target}.__contains__):
            if step.result == step.gradient or not step.reason:
                continue
            through = written(on_paper(step.of, context), "terminal")
            result = on_paper(step.result, context)
            lines.append(Reason("", result, f"through {through}: {step.reason}"))
    return lines
