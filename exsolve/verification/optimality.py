"""The conditions that a minimum under constraints fulfils, and whether a solution does.

With the Lagrangian f(x) + lambda^T g(x) + mu^T h(x) of min f(x) subject to g(x) = 0 and h(x) <= 0:
its gradient by x is 0, both constraints hold, mu >= 0, and mu h(x) = 0 in each cell. (Boyd and
Vandenberghe, Convex Optimization, Cambridge 2004, section 5.5.3.)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from exsolve.errors import Position, Problem
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.expression.naming import show_name
from exsolve.expression.tree import Name, Node, names, substitute
from exsolve.gradient import gradient_name
from exsolve.graph import Graph, Locate, Quantity, fixed_place
from exsolve.notation import scalar_tree, written
from exsolve.ops.construct import add, call, literal, multiply
from exsolve.solution import Verification
from exsolve.verification.comparing import Difference
from exsolve.verification.lines import Lines
from exsolve.verification.links import Link, in_cell, verified_links
from exsolve.verification.setting import Instance, Setting

EQUAL = "equal_to"
AT_MOST = "less_equal"
AT_LEAST = "greater_equal"


class Lagrangian(NamedTuple):
    """A minimum under constraints; ``zero`` and ``at_most_zero`` by the names of multipliers.

    ``solution`` is what each variable and each multiplier is there, ``places`` where each of these
    stands in the file; both are empty where the file gives no solution.
    """

    name: str
    objective: Node
    variables: tuple[str, ...]
    zero: Mapping[str, Node]
    at_most_zero: Mapping[str, Node]
    solution: Mapping[str, Node]
    places: Mapping[str, Position]

    @property
    def multipliers(self) -> tuple[str, ...]:
        """The multipliers of all constraints."""
        return (*self.zero, *self.at_most_zero)


class Requirement(NamedTuple):
    """A relation to 0 that holds at a minimum, in every cell.

    ``about`` is the name whose value is wrong where it does not hold.
    """

    left: Node
    relation: str
    about: str
    reason: str

    @property
    def node(self) -> Node:
        """The relation as an expression, 1 where it holds."""
        return call(self.relation, self.left, literal(0))


def quantity(one: Lagrangian, graph: Graph, note: str, locate: Locate) -> Quantity:
    """The Lagrangian: the objective, and each constraint times its multiplier."""
    terms = [
        _product(Name(multiplier), constraint, len(graph.shape(constraint)))
        for multiplier, constraint in (*one.zero.items(), *one.at_most_zero.items())
    ]
    return Quantity(one.name, add(one.objective, *terms), note, locate=locate)


def _product(multiplier: Node, constraint: Node, dimensions: int) -> Node:
    if dimensions == 0:
        return multiply(multiplier, constraint)
    if dimensions == 1:
        return call("matmul", multiplier, constraint)
    return call("sum", multiply(multiplier, constraint))


def requirements(graph: Graph, one: Lagrangian) -> list[Requirement]:
    """What a minimum fulfils; the graph has the gradients of the Lagrangian by its variables."""
    found = []
    for name in one.variables:
        shown = show_name(name, "terminal")
        gradient = graph.quantities[gradient_name(name)].expression
        reason = f"Stationary in {shown}: the gradient of the Lagrangian by {shown} is 0."
        found.append(Requirement(gradient, EQUAL, name, reason))
    first = one.variables[0]
    for name, constraint in one.zero.items():
        reason = f"Feasible: the constraint with the multiplier {show_name(name, 'terminal')}."
        found.append(Requirement(constraint, EQUAL, first, reason))
    for name, constraint in one.at_most_zero.items():
        shown = show_name(name, "terminal")
        slack = multiply(Name(name), constraint)
        found += [
            Requirement(
                constraint, AT_MOST, first, f"Feasible: the constraint with the multiplier {shown}."
            ),
            Requirement(
                Name(name), AT_LEAST, name, "The multiplier of an inequality is not negative."
            ),
            Requirement(
                slack,
                EQUAL,
                name,
                "Complementary slackness: where the constraint is not at its limit, its multiplier "
                "is 0.",
            ),
        ]
    return found


def at_solution(graph: Graph, one: Lagrangian) -> list[Requirement]:
    """The requirements with the solution in the place of variables and multipliers."""
    values: dict[str, Node] = dict(one.solution)
    for name, quantity in graph.quantities.items():
        if name not in values and not values.keys().isdisjoint(names(quantity.expression)):
            values[name] = substitute(quantity.expression, values)
    return [
        required._replace(left=substitute(required.left, values))
        for required in requirements(graph, one)
    ]


def verified_solution(graph: Graph, setting: Setting, one: Lagrangian, seed: int) -> Verification:
    """The verification that the solution fulfils every requirement.

    Raises ExsolveError, at its place in the file, for the first that it does not, with an instance,
    the smallest sizes first.
    """
    general = requirements(graph, one)
    special = at_solution(graph, one)
    places = [one.places[required.about] for required in special]
    nodes = [required.left for required in special]
    nodes += [required.node for required in special]
    locates: list[Locate] = [fixed_place(place) for place in places]
    both = [literal(0), literal(1)]
    lines = Lines(graph, setting, [*nodes, *both], [*locates, *locates, *locates[:1], *locates[:1]])
    *named, zero, certain = lines.names
    lefts, relations = named[: len(special)], named[len(special) :]
    links = []
    for required, place, left, relation in zip(general, places, lefts, relations, strict=True):
        # equal sides are compared themselves, since balls cannot decide that they are equal
        pair = (left, zero) if required.relation == EQUAL else (relation, certain)
        what = f"the condition {_written(required.node)}"
        links.append(Link(*pair, what, place, partial(_broken, lines, required, place, left)))
    return verified_links(lines, links, seed)


def _broken(
    lines: Lines,
    required: Requirement,
    place: Position,
    left: str,
    difference: Difference,
    instance: Instance,
) -> Problem:
    """What is said of a requirement that is not fulfilled; ``left`` is its line."""
    value = evaluate(lines.at(instance), ClosedFormRoute(), only=[left])[left]
    cell = _written(scalar_tree(value[difference.place]))
    reason = required.reason.rstrip(".")
    return Problem(
        f"the solution does not fulfil the condition {_written(required.node)}",
        expected=reason[0].lower() + reason[1:],
        found=f"{_written(required.left)} = {cell}{in_cell(difference)}, "
        f"for {instance.describe(lines.used)}",
        hint=f"mend the value of {required.about} here, the objective or a constraint",
        position=place,
    )


def _written(node: Node) -> str:
    return written(node, "text").replace("==", "=")
