"""Comparing formulas that have no value at a single instance: expectations, limits."""

from __future__ import annotations

from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError
from exsolve.expression.tree import Node, content
from exsolve.graph import fixed_place
from exsolve.marking.formula_values import ENOUGH, Difference
from exsolve.program import EXPECTATION
from exsolve.verification.comparing import compare
from exsolve.verification.instances import instances
from exsolve.verification.lines import Lines

MOST = 12


def needs_lines(workbook: Workbook, node: Node) -> bool:
    """Whether a formula, or what it uses, has an expectation, a limit or a random symbol in it."""
    graph = workbook.graph
    used = [name for name in content(node).free if name not in graph.symbols]
    below = (graph.quantities[name].expression for name in graph.needed_for(used))
    random = workbook.setting.random.keys()
    return any(
        found.bound or EXPECTATION in found.operations or not random.isdisjoint(found.free)
        for found in map(content, (node, *below))
    )


def described(lines: Lines) -> list[str]:
    """The names that the values of lines depend on; of an expectation the probabilities, too."""
    behind = [name for one in lines.setting.random.values() for name in one.names]
    return [*lines.used, *behind]


def equality_with_lines(workbook: Workbook, node: Node, right: Node) -> Difference | bool:
    """Whether two formulas are equal on random instances, as a derivation's lines are verified.

    The first difference where they are not; False where they have no values on enough instances.
    """
    place = fixed_place(None)
    lines = Lines(workbook.graph, workbook.setting, [node, right], [place, place])
    agreeing = 0
    for instance in instances(lines.setting, MOST, workbook.seed):
        try:
            found = compare(lines.at(instance), *lines.names)
        except ExsolveError:
            continue
        if found.difference is not None:
            on = instance.describe(described(lines))
            return Difference(*found.difference, on)
        agreeing += 1
    return agreeing >= ENOUGH
