"""Derivatives over arrays whose sizes are letters, against the same derivatives over numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import pytest
from instances import Instance, assert_close
from operation_table import TABLE, Case, Given

from exsolve.errors import ExsolveError
from exsolve.evaluate import NumericRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.expression.sizes import sized, with_sizes
from exsolve.expression.tree import Call, Name, Node, Shape
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.ops.construct import literal


def lettered(case: Case) -> Iterator[dict[str, Shape]]:
    """The arguments' shapes with some of their sizes as letters: 3 is ``n_3`` wherever it is."""
    found = {size for given in case.given.values() for size in given.shape if size > 1}
    for count in range(1, len(found) + 1):
        for chosen in combinations(sorted(found), count):
            yield {
                name: tuple(f"n_{size}" if size in chosen else size for size in given.shape)
                for name, given in case.given.items()
            }


def over(text: str, shapes: Mapping[str, Shape]) -> Graph:
    """The call as the quantity y over arrays of these shapes, whose letters are numbers."""
    letters = {size: () for shape in shapes.values() for size in shape if isinstance(size, str)}
    return Graph([Quantity("y", parse(text, OPERATIONS))], {**shapes, **letters})


def has_shape(text: str, shapes: Mapping[str, Shape]) -> bool:
    try:
        over(text, shapes)
    except ExsolveError:
        return False
    return True


class Lettered(NamedTuple):
    """A call over arrays with letters in their shapes."""

    text: str
    shapes: Mapping[str, Shape]
    sorts: Mapping[str, str] = {}


CASES = [
    Lettered(case.text, shapes, {name: given.sort for name, given in case.given.items()})
    for name, row in TABLE.items()
    if OPERATIONS[name].derivative is not None
    for case in row.cases
    for shapes in lettered(case)
    if has_shape(case.text, shapes)
]

WITH_LETTERS_IN_SETTINGS = [
    Lettered("reshape(x, [n_3, n_2])", {"x": ("n_2", "n_3")}),
    Lettered("reshape(x, [-1])", {"x": (1, "n_3")}),
    Lettered("expand(x, [n_2, n_3])", {"x": ("n_3",), "other": ("n_2",)}),
    Lettered("expand(x, [n_2, 4])", {"x": ("n_2", 1)}),
    Lettered("concat(a, b, axis=1)", {"a": ("n_2", 3), "b": ("n_2", 1)}),
    Lettered("scatter(x, [n_3, n_2], [-1, 0])", {"x": (1, "n_2"), "other": ("n_3",)}),
    Lettered("conv(x, w)", {"x": ("n_5", "n_2", 4), "w": ("n_3", "n_2", 2)}),
    Lettered("conv_transpose(x, w, stride=2)", {"x": ("n_2", "n_3", 2), "w": ("n_3", "n_4", 2)}),
]


def derivatives(graph: Graph) -> dict[str, Node]:
    """The gradient of each argument that has one, where g arrives at the call."""
    root = graph.quantities["y"].expression
    assert isinstance(root, Call)
    assert root.operation.derivative is not None
    shapes = {**graph.symbols, **graph.shapes}
    graph = Graph([Quantity("y", root)], {**shapes, "g": shapes["y"]})
    context = TreeContext(graph, "y")
    parts = root.operation.derivative(root, Name("g"), context)
    found: dict[str, Node] = {}
    for argument, part in zip(root.args, parts, strict=True):
        if part is not None and isinstance(argument, Name):
            assert context.shape(part) == graph.symbols[argument.name], show(part)
            found[argument.name] = part
    return found


@pytest.mark.parametrize(
    "case", [*CASES, *WITH_LETTERS_IN_SETTINGS], ids=lambda one: f"{one.text} {one.shapes}"
)
def test_derivatives_over_letters_are_those_over_numbers(case: Lettered) -> None:
    numbers = {f"n_{size}": size for size in range(1, 10)}
    given = {
        name: Given(sized(shape, numbers), case.sorts.get(name, "real"))
        for name, shape in case.shapes.items()
    }
    root = with_sizes(parse(case.text, OPERATIONS), numbers)
    instance = Instance(Case(show(root), given, lambda *arrays: arrays[0]), 0)
    over_letters = derivatives(over(case.text, case.shapes))
    over_numbers = derivatives(instance.graph)
    assert over_letters.keys() == over_numbers.keys()
    known = [Quantity(letter, literal(size)) for letter, size in numbers.items()]
    parts = [
        *(Quantity(f"a_{name}", with_sizes(part, numbers)) for name, part in over_letters.items()),
        *(Quantity(f"b_{name}", part) for name, part in over_numbers.items()),
    ]
    values = evaluate(instance.graph.with_quantities([*known, *parts]), NumericRoute())
    for name in over_letters:
        assert_close(values[f"a_{name}"], values[f"b_{name}"])


def test_every_operation_is_among_them() -> None:
    tried = {
        node.operation.name
        for case in (*CASES, *WITH_LETTERS_IN_SETTINGS)
        if isinstance(node := parse(case.text, OPERATIONS), Call)
    }
    derived = {name for name, one in OPERATIONS.items() if one.derivative is not None}
    assert derived - tried == set()
