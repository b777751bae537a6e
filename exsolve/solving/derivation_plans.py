"""The derivations of an exercise as they are written, held to the names and shapes of its graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from exsolve.authoring.checking import checked, refuse_shape
from exsolve.authoring.reading import Reading
from exsolve.authoring.workbook import Chain, Optimum
from exsolve.expression.tree import Node
from exsolve.graph import Graph
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source


def read_derivations(
    exercise: Exercise, graph: Graph, reading: Reading
) -> Mapping[str, tuple[Chain | Optimum, ...]]:
    """The derivations of each part, by its id; what is wrong with their lines is noted."""
    found: dict[str, tuple[Chain | Optimum, ...]] = {}
    for part in exercise.parts:
        chains: list[Chain | Optimum] = []
        for derivation in part.derivations:
            lagrangian = derivation.conditions_of or derivation.solution_of
            if lagrangian is not None:
                solved = derivation.solution_of is not None
                _check_lagrangian(lagrangian, solved, exercise, reading)
                chains.append(Optimum(derivation.claim, lagrangian.text, solved))
                continue
            lines = []
            for line in derivation.lines:
                node = checked(line.formula, graph, reading)
                if node is not None:
                    lines.append((node, line.formula, line.reason))
            if len(lines) == len(derivation.lines):
                _check_shapes(lines, graph, reading)
                chains.append(Chain(derivation.claim, tuple(lines)))
        if chains:
            found[part.id] = tuple(chains)
    return found


def _check_shapes(
    lines: Sequence[tuple[Node, Source, str]], graph: Graph, reading: Reading
) -> None:
    """Report each line that has another shape than the one above; a number is equal in any cell."""
    for place, ((above, _, _), (node, source, _)) in enumerate(pairwise(lines), 2):
        wanted, shape = graph.shape(above), graph.shape(node)
        if wanted and shape and wanted != shape:
            other = f"line {place - 1}"
            refuse_shape(
                f"line {place} has another shape than {other}",
                source,
                shape,
                wanted,
                other,
                reading,
            )


def _check_lagrangian(name: Source, solved: bool, exercise: Exercise, reading: Reading) -> None:
    one = next((one for one in exercise.lagrangians if one.name == name), None)
    if one is None:
        known = [str(one.name) for one in exercise.lagrangians]
        reading.refuse(
            f"there is no Lagrangian {name}",
            name,
            expected="one of " + ", ".join(known) if known else "a Lagrangian under lagrangians",
            found=name.text,
        )
    elif solved and one.solution is None:
        reading.refuse(
            f"the Lagrangian {name} has no solution to put in",
            name,
            expected="solution: {...} beside minimise and over",
            hint="or write conditions_of, which needs none",
        )
