"""Solving YAML text in tests: exact values as fractions, and what a bad file is told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from exsolve.errors import ExsolveError, Problem
from exsolve.expression.tree import Literal, Node
from exsolve.library import load_text
from exsolve.solution import Solution, Step


def solve(text: str) -> Solution:
    """The solution of an exercise written as YAML; both routes must have agreed on every value."""
    solution = load_text(text, "exercise.yaml").solve()
    assert solution.agreement.compared == solution.agreement.agreeing > 0
    return solution


def steps(solution: Solution) -> dict[str, Step]:
    """Every step by its name, those of the evidence among them."""
    found = []
    for part in solution.parts:
        found += [*part.steps, *(step for one in part.evidence for step in one.steps)]
    return {step.name: step for step in found if isinstance(step, Step)}


def fractions(step: Step) -> Any:
    """The exact value as nested lists of fractions; the value must be rational."""
    return step.value.nested([_fraction(cell.exact) for cell in step.value.cells])


def _fraction(node: Node) -> Fraction:
    assert isinstance(node, Literal), f"not a rational: {node!r}"
    return Fraction(int(node.value.p), int(node.value.q))


def problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with an exercise, which must be refused; every problem has a place."""
    with pytest.raises(ExsolveError) as caught:
        load_text(text, "exercise.yaml").solve()
    for problem in caught.value.problems:
        assert problem.position is not None, f"no place: {problem}"
        assert problem.position.file == "exercise.yaml"
    return caught.value.problems


def only_problem(text: str) -> Problem:
    """The one thing wrong with an exercise."""
    found = problems(text)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """The text without its one mark §, and the line and column, from 1, where that stood."""
    before, after = text.split("§")
    return before + after, (before.count("\n") + 1, len(before) - before.rfind("\n"))


def refused_at_mark(text: str) -> Problem:
    """The one thing wrong with an exercise, which must be found where the mark § stands."""
    plain, place = marked(text)
    problem = only_problem(plain)
    assert problem.position is not None
    assert problem.position[1:] == place, str(problem)
    return problem
