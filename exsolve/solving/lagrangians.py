"""The Lagrangians of an exercise: read, held to its names and shapes, their conditions worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from exsolve.authoring.blueprint import GradientRequest
from exsolve.authoring.checking import checked, refuse_shape
from exsolve.authoring.known_names import AnyName
from exsolve.authoring.reading import Reading
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Node, Shape, free_names
from exsolve.gradient import gradient_name
from exsolve.graph import CONSTANT_NAMES, Graph, Quantity
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source, Values
from exsolve.spec.lagrangians import Lagrangian as Written

if TYPE_CHECKING:
    from exsolve.verification.optimality import Lagrangian


class Lagrangians(NamedTuple):
    """What the Lagrangians of an exercise add to it; ``multipliers`` are new symbols."""

    quantities: tuple[Quantity, ...] = ()
    multipliers: Mapping[str, Shape] = {}
    requests: tuple[GradientRequest, ...] = ()
    made: tuple[Lagrangian, ...] = ()


def read_lagrangians(
    exercise: Exercise,
    quantities: Sequence[Quantity],
    symbols: Mapping[str, Shape],
    reading: Reading,
) -> Lagrangians:
    """The Lagrangians of an exercise, without their solutions; what is wrong is noted.

    ``symbols`` are all names without a value that are declared; a multiplier that is none of them
    becomes one, with the shape of its constraint.
    """
    if not exercise.lagrangians:
        return Lagrangians()
    from exsolve.verification.optimality import quantity

    # what is wrong with the definitions is reported when the whole graph is made
    graph = Graph(quantities, symbols, AnyName(), [])
    found = Lagrangians()
    for one in exercise.lagrangians:
        known = len(reading.problems)
        made = _Reader(exercise, graph, reading).lagrangian(one)
        if made is None or len(reading.problems) > known:
            continue
        shapes = {
            name: graph.shape(constraint)
            for name, constraint in (*made.zero.items(), *made.at_most_zero.items())
        }
        note = one.note or "The objective, and a multiplier times each constraint."
        request = GradientRequest(one.name, one.over, frozenset())
        found = Lagrangians(
            (*found.quantities, quantity(made, graph, note, one.minimise.position)),
            {**found.multipliers, **shapes},
            (*found.requests, request),
            (*found.made, made),
        )
    return found


def promised(exercise: Exercise, made: Lagrangians) -> set[str]:
    """The names that stand for something only where every Lagrangian can be made."""
    if len(made.made) == len(exercise.lagrangians):
        return set()
    found = {
        name
        for one in exercise.lagrangians
        for name in (str(one.name), *one.zero, *one.at_most_zero, *map(gradient_name, one.over))
    }
    return found - {*made.multipliers}


class _Reader:
    def __init__(self, exercise: Exercise, graph: Graph, reading: Reading) -> None:
        self._exercise = exercise
        self._graph = graph
        self._reading = reading

    def lagrangian(self, one: Written) -> Lagrangian | None:
        """The Lagrangian as it is written; None where it cannot be made."""
        from exsolve.verification.optimality import Lagrangian

        objective = self._expression(one.minimise)
        zero = self._constraints(one.zero)
        at_most_zero = self._constraints(one.at_most_zero)
        self._check_variables(one)
        for name in one.at_most_zero:
            if name in one.zero:
                self._reading.refuse(
                    f"{name} is the multiplier of two constraints",
                    one.at_most_zero.place(name),
                    expected="a multiplier of its own for each constraint",
                    found=f"also at {one.zero.place(name)}",
                )
        if not one.zero and not one.at_most_zero:
            self._reading.refuse(
                "this minimum has no constraint, so it needs no Lagrangian",
                one.position,
                expected="zero: {lambda: ...} or at_most_zero: {mu: ...}",
            )
        if objective is None or zero is None or at_most_zero is None:
            return None
        if shape := self._graph.shape(objective):
            self._reading.refuse(
                "what is minimised is not a number",
                one.minimise,
                expected="a number",
                found=f"{one.minimise.text} has the shape {shape_text(shape)}",
                hint="take a sum, or a norm such as sumsq(...)",
            )
        for name, constraint in (*zero.items(), *at_most_zero.items()):
            self._check_multiplier(name, constraint, one)
        variables = tuple(str(name) for name in one.over)
        return Lagrangian(str(one.name), objective, variables, zero, at_most_zero, {}, {})

    def _expression(self, source: Source) -> Node | None:
        known = len(self._reading.problems)
        node = checked(source, self._graph, self._reading)
        if node is None and len(self._reading.problems) == known:
            self._reading.refuse(
                "the shape of this is not known before the Lagrangian is made",
                source,
                expected="definitions that use neither its multipliers nor gradients",
                found=source.text,
            )
        return node

    def _constraints(self, written: Values) -> dict[str, Node] | None:
        found = {name: self._expression(source) for name, source in written.items()}
        nodes = {name: node for name, node in found.items() if node is not None}
        return nodes if len(nodes) == len(found) else None

    def _check_variables(self, one: Written) -> None:
        for name in one.over:
            if name in self._exercise.symbols:
                continue
            self._reading.refuse(
                f"the minimum is over {name}, which is no symbol",
                name,
                expected="one of " + (", ".join(self._exercise.symbols) or "the symbols"),
                found=name.text,
                hint=f"declare it with its sizes: symbols: {{{name}: [...]}}",
            )

    def _check_multiplier(self, name: str, constraint: Node, one: Written) -> None:
        place = (one.zero if name in one.zero else one.at_most_zero).place(name)
        if name in one.over:
            self._reading.refuse(
                f"{name} is both a multiplier and what the minimum is over",
                place,
                expected="a name of its own for each multiplier",
                found=name,
            )
            return
        shape = self._graph.shape(constraint)
        declared = self._graph.symbols.get(name)
        if name in self._graph.quantities or name in CONSTANT_NAMES:
            self._reading.refuse(
                f"the multiplier {name} has a value here",
                place,
                expected="a name without a value for each multiplier",
                hint="say what it is at the minimum under solution, and call that otherwise",
            )
        elif declared is not None and declared != shape:
            self._reading.refuse(
                f"the multiplier {name} does not have the shape of its constraint",
                place,
                expected=f"{shape_text(shape)}, as the constraint",
                found=f"{shape_text(declared)}, as declared under symbols",
                hint=f"leave {name} out of symbols: its shape follows from the constraint",
            )


def with_solutions(
    exercise: Exercise, lagrangians: Lagrangians, graph: Graph, reading: Reading
) -> dict[str, Lagrangian]:
    """The Lagrangians by name, each with its solution; what is wrong is noted."""
    written = {str(one.name): one for one in exercise.lagrangians}
    return {
        one.name: _with_solution(one, written[one.name].solution, graph, reading)
        for one in lagrangians.made
    }


def _with_solution(
    one: Lagrangian, written: Values | None, graph: Graph, reading: Reading
) -> Lagrangian:
    if written is None:
        return one
    wanted = (*one.variables, *one.multipliers)
    missing = [name for name in wanted if name not in written]
    extra = [name for name in written if name not in wanted]
    if missing or extra:
        reading.refuse(
            f"the solution says nothing of {', '.join(missing)}"
            if missing
            else f"{', '.join(extra)} is no part of the solution",
            written.place(extra[0]) if extra and not missing else written.position,
            expected="what each of these is: " + ", ".join(wanted),
            found=", ".join(written),
        )
    solution = {}
    for name in wanted:
        node = checked(written[name], graph, reading) if name in written else None
        if node is None:
            continue
        shape = graph.shape(node)
        if shape != graph.symbols[name]:
            message = f"the solution for {name} has another shape"
            refuse_shape(message, written[name], shape, graph.symbols[name], name, reading)
        elif among := sorted(_depends(node, graph) & {*wanted}):
            reading.refuse(
                f"the solution for {name} depends on {', '.join(among)}, which it should give",
                written[name],
                expected="a formula over the other symbols",
                found=written[name].text,
            )
        solution[name] = node
    places = {name: written[name].position() for name in solution}
    return one._replace(solution=solution, places=places)


def _depends(node: Node, graph: Graph) -> set[str]:
    """The names that an expression depends on, over all quantities between."""
    direct = free_names(node)
    between = graph.needed_for(name for name in direct if name not in graph.symbols)
    return {*direct, *(used for name in between for used in graph.uses(name))}
