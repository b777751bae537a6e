"""Pre-activations that an exercise declares positive, held to its data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exsolve.authoring.reading import Reading
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Node, walk
from exsolve.graph import Graph, Quantity
from exsolve.kinds.recurrent.unrolling import Equation, Recurrence
from exsolve.notation import scalar_tree, written
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import ZERO, call
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source


def relu_arguments(equation: Equation) -> list[Node]:
    """What the ReLUs of an equation are taken of."""
    return [
        node.args[0]
        for node in walk(equation.node)
        if isinstance(node, Call) and node.operation.name == "relu"
    ]


def refuse_idle_assumption(
    reading: Reading, assumed: Source, equations: Sequence[Equation]
) -> None:
    """Report an assumption on ReLUs where the cell has none."""
    if not any(relu_arguments(one) for one in equations if one.role == "cell"):
        reading.refuse(
            "no equation of the cell has a ReLU, so nothing needs to be assumed",
            assumed,
            expected="relu(...) in an equation under cell",
            found=", ".join(one.source.text for one in equations if one.role == "cell"),
            hint="leave assume out",
        )


def refuse_negative(
    exercise: Exercise,
    reading: Reading,
    recurrence: Recurrence,
    quantities: Sequence[Quantity],
    assumed: Source,
) -> None:
    """Report the first pre-activation that is declared positive and is not.

    quantities: the network unrolled. What has no value at all is left to be reported with it.
    """
    parts = [*_pre_activations(recurrence)]
    tests = [
        Quantity(f"test {place}", call("greater", part, ZERO))
        for place, (_, part) in enumerate(parts)
    ]
    values = [Quantity(f"part {place}", part) for place, (_, part) in enumerate(parts)]
    try:
        own = [Quantity(name, reading.constant(name), given=True) for name in reading.givens]
        graph = Graph([*own, *_definitions(exercise), *quantities, *tests, *values])
        names = [one.name for one in (*tests, *values)]
        found = evaluate(graph, ClosedFormRoute(), only=names)
    except (ExsolveError, LanguageError):
        return
    for place, (name, part) in enumerate(parts):
        holds, value = found[f"test {place}"], found[f"part {place}"]
        if all(cell == 1 for cell in holds.flat):
            continue
        reading.refuse(
            f"{name} has a pre-activation that is not positive",
            assumed,
            expected=f"a positive {show(part)} in every cell",
            found=_shown(value),
            hint="leave assume out, or change the data",
        )
        return


def _pre_activations(recurrence: Recurrence) -> Iterator[tuple[str, Node]]:
    for step in range(1, recurrence.steps + 1):
        for equation in recurrence.cell:
            for argument in relu_arguments(equation):
                yield f"{equation.base}_{step}", recurrence.at(argument, step)


def _definitions(exercise: Exercise) -> Iterator[Quantity]:
    for name, definition in exercise.definitions.readable.items():
        yield Quantity(name, parse(definition.formula.text, OPERATIONS))


def _shown(value: Array) -> str:
    cells = [written(scalar_tree(cell), "text") for cell in value.flat]
    return f"[{', '.join(cells)}]" if value.shape else cells[0]
