"""The links of a student's chain, each verified on random instances of its own symbols."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from exsolve.authoring.workbook import Workbook
from exsolve.errors import ExsolveError
from exsolve.expression.tree import Node
from exsolve.graph import fixed_place
from exsolve.marking.formula_values import Difference
from exsolve.marking.general_values import described
from exsolve.verification import comparing
from exsolve.verification.comparing import compare
from exsolve.verification.instances import instances, smaller_instances
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance

MOST = 12
ENOUGH = 5
"""Instances on which the sides of a link are compared, and on how many they must have values."""


class Link(NamedTuple):
    """Whether two sides are equal; None where it could not be decided.

    difference: the smallest instance that is found to show that they are not.
    """

    holds: bool | None
    difference: Difference | None = None


def judged_links(workbook: Workbook, nodes: Sequence[Node]) -> list[Link]:
    """The links of a chain, one less than it has sides; the sides have shapes that fit."""
    return [_judged(workbook, left, right) for left, right in pairwise(nodes)]


def _judged(workbook: Workbook, left: Node, right: Node) -> Link:
    if left == right:
        return Link(True)
    place = fixed_place(None)
    try:
        lines = Lines(workbook.graph, workbook.setting, [left, right], [place, place])
    except ExsolveError:
        return Link(None)
    agreeing = 0
    seen: set[str] = set()
    names = described(lines)
    for instance in instances(lines.setting, MOST, workbook.seed):
        values = instance.describe(names)
        if values in seen:
            agreeing += 1
            continue
        found = _unequal(lines, instance)
        if found is None:
            continue
        if isinstance(found, comparing.Difference):
            return Link(False, _smallest(lines, names, instance, found, workbook.seed))
        seen.add(values)
        agreeing += 1
    return Link(True if agreeing >= ENOUGH else None)


def _unequal(lines: Lines, instance: Instance) -> comparing.Difference | bool | None:
    """The difference on an instance; False without one, None where something has no value."""
    try:
        found = compare(lines.at(instance), *lines.names)
    except ExsolveError:
        return None
    return found.difference or False


def _smallest(
    lines: Lines,
    names: Sequence[str],
    instance: Instance,
    difference: comparing.Difference,
    seed: int,
) -> Difference:
    for smaller in smaller_instances(lines.setting, instance.sizes, seed):
        found = _unequal(lines, smaller)
        if isinstance(found, comparing.Difference):
            return Difference(*found, smaller.describe(names))
    return Difference(*difference, instance.describe(names))
