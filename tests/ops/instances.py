"""Random rational arguments for the cases of the table, and their evaluation on every route."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from flint import fmpq
from operation_table import Case, Given

from exsolve.evaluate import as_float
from exsolve.expression.parser import parse
from exsolve.expression.tree import Call, Constant
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS


def array(values: list[fmpq], shape: tuple[int, ...]) -> np.ndarray:
    """An object array of the values, row by row."""
    result = np.empty(shape, dtype=object)
    for place, value in zip(np.ndindex(shape), values, strict=True):
        result[place] = value
    return result


def sample(given: Given, random: Random) -> np.ndarray:
    """A random argument of the sort that the table asks for."""
    cells = int(np.prod(given.shape))
    if given.sort == "real":
        values = [fmpq(random.randint(-6, 6), random.randint(1, 4)) for _ in range(cells)]
    elif given.sort == "binary":
        values = [fmpq(random.randint(-6, 6), random.choice((1, 2, 4))) for _ in range(cells)]
    elif given.sort == "apart":
        # one offset for each array, so that the cells of two arrays differ as well
        offset = fmpq(random.randint(1, 30), 61)
        values = [offset + fmpq(p, 2) for p in random.sample(range(-8, 8), cells)]
    elif given.sort == "positive":
        values = [fmpq(random.randint(1, 8), random.randint(1, 4)) for _ in range(cells)]
    elif given.sort == "invertible":
        width = given.shape[-1]
        values = [fmpq(random.randint(-6, 6), random.randint(1, 4)) for _ in range(cells)]
        for start in range(0, cells, width * width):
            for place in range(width):
                values[start + place * (width + 1)] += random.choice((-1, 1)) * (6 * width + 1)
    elif given.sort == "class":
        values = [fmpq(random.randint(0, 2)) for _ in range(cells)]
    elif given.sort == "mask":
        width = given.shape[-1]
        rows = [
            random.sample([1] * (1 + random.randrange(width)) + [0] * width, width)
            for _ in range(cells // width)
        ]
        for row in rows:
            row[random.randrange(width)] = 1
        values = [fmpq(cell) for row in rows for cell in row]
    elif given.sort == "chances":
        width = given.shape[-1]
        values = []
        for _ in range(cells // width):
            parts = [random.randint(1, 5) for _ in range(width)]
            values += [fmpq(part, sum(parts)) for part in parts]
    else:
        raise ValueError(given.sort)
    return array(values, given.shape)


class Instance:
    """A case with values for its arguments: ``y`` is the call, ``g`` a gradient that arrives."""

    def __init__(self, case: Case, seed: int) -> None:
        random = Random(f"{case.text} {case.given} {seed}")
        self.case = case
        self.values = {name: sample(given, random) for name, given in case.given.items()}
        root = parse(case.text, OPERATIONS)
        assert isinstance(root, Call)
        self.root = root
        givens = [Quantity(n, Constant(v), given=True) for n, v in self.values.items()]
        graph = Graph([*givens, Quantity("y", root)])
        self.gradient = sample(Given(tuple(map(int, graph.shapes["y"]))), random)
        self.graph = graph.with_quantities([Quantity("g", Constant(self.gradient), given=True)])

    def oracle(self, **changed: np.ndarray) -> np.ndarray:
        """The oracle's answer, in float64."""
        arguments = {name: floats(value) for name, value in self.values.items()} | changed
        return np.asarray(self.case.oracle(*arguments.values()), dtype=np.float64)


def floats(value: Any) -> np.ndarray:
    """The float64 array nearest to an array of exact scalars."""
    value = np.asarray(value)
    if value.dtype != object:
        return value.astype(np.float64)
    return np.array([as_float(cell) for cell in value.flat], dtype=np.float64).reshape(value.shape)


def assert_close(found: Any, expected: Any, tolerance: float = 1e-9) -> None:
    """Same shape, and the same values but for rounding."""
    found, expected = floats(found), floats(expected)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    scale = 1 + float(np.max(np.abs(expected), initial=0))
    assert np.all(np.abs(found - expected) <= tolerance * scale), (found, expected)
