"""Graphs and settings of symbols, written as an author writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from exsolve.errors import Position
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.tree import Node, Shape
from exsolve.graph import Graph, Quantity
from exsolve.ops import OPERATIONS
from exsolve.verification.chains import ChainLine
from exsolve.verification.setting import Condition, RandomSymbol, Setting


def read(text: str) -> Node:
    return parse(text, OPERATIONS)


def at(line: int, offset: int) -> Position:
    """Where a text stands: each in a line of its own."""
    return Position("file", line, offset + 1)


def symbols(
    shapes: Mapping[str, Shape],
    where: Iterable[str] = (),
    random: Mapping[str, tuple[Shape, list[str], list[str]]] | None = None,
    small: Iterable[Mapping[str, int]] = (),
) -> Setting:
    """Symbols, conditions, and random symbols as (shape, values, probabilities)."""
    conditions = [
        Condition(read(text), text, partial(at, line)) for line, text in enumerate(where, 1)
    ]
    made = {
        name: RandomSymbol(shape, tuple(map(read, values)), tuple(map(read, probabilities)))
        for name, (shape, values, probabilities) in (random or {}).items()
    }
    return Setting(shapes, made, tuple(conditions), tuple(small))


def graph(definitions: Mapping[str, str], setting: Setting | None = None) -> Graph:
    """A graph of formulas over the names of a setting."""
    names = setting.names if setting else {}
    return Graph([Quantity(name, read(text)) for name, text in definitions.items()], names)


def lines(*texts: str) -> list[ChainLine]:
    return [ChainLine(read(text), text, partial(at, line)) for line, text in enumerate(texts, 1)]


def value(formulas: Graph, name: str) -> np.ndarray:
    """The exact value of a quantity of a graph without symbols."""
    return evaluate(formulas, ClosedFormRoute(), only=[name])[name]
