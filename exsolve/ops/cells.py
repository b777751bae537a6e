"""Arrays of exact scalars: what several families need to write their exact rules.

NumPy object arrays serve for broadcasting and structure; ``np.frompyfunc`` calls a function of the
arithmetic once a cell at the speed of a list comprehension and broadcasts besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic, Scalar
from exsolve.expression.tree import (
    Call,
    Context,
    ExactRule,
    Node,
    NumericRule,
    OptionValue,
)
from exsolve.ops.construct import call
from exsolve.ops.shapes import aligned


def number(arithmetic: Arithmetic, value: int) -> Scalar:
    """The scalar of the arithmetic that stands for an integer."""
    return arithmetic.number(fmpq(value))


def full(shape: tuple[int, ...], value: Scalar) -> np.ndarray:
    """An array with the same scalar in each cell."""
    array = np.empty(shape, dtype=object)
    array.fill(value)
    return array


def applied(function: Callable[..., Scalar], *arrays: np.ndarray) -> Any:
    """The function of each cell, with broadcasting; a bare scalar when all arrays are 0-d."""
    return np.frompyfunc(function, len(arrays), 1)(*arrays)


def total(array: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> Any:
    """The sum over the axes (counted from 0)."""
    if not axes:
        return array
    return array.sum(axis=axes, keepdims=keepdims)


def exact_cellwise(name: str) -> ExactRule:
    """The exact rule that applies a function of the arithmetic to each cell."""

    def rule(
        arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]
    ) -> Any:
        return applied(getattr(arithmetic, name), *arrays)

    return rule


def numeric_cellwise(function: Callable[..., Any]) -> NumericRule:
    """The numeric rule of a NumPy function that works cell by cell."""

    def rule(arrays: Sequence[np.ndarray], options: Mapping[str, OptionValue]) -> Any:
        return function(*arrays)

    return rule


TIE = 1e-12
"""Float64 numbers nearer than this, relative to 1 or to the larger, are taken for equal where an
operation jumps: 0.1 + 0.2 > 0.3 is 0 on both routes. A true difference this small makes the routes
disagree, and then the value is refused, never wrong."""


def tied(a: Any, b: Any) -> Any:
    """Where two float64 arrays are equal but for rounding."""
    return np.abs(a - b) <= TIE * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))


def entry_cellwise(node: Call, index: tuple[int, ...], context: Context) -> Node:
    """One cell of an elementwise operation: the operation of the cells."""
    return call(node.operation.name, *broadcast_cells(node, index, context))


def broadcast_cells(node: Call, index: tuple[int, ...], context: Context) -> list[Node]:
    """The cells of the arguments that broadcasting brings together at ``index``."""
    return [context.cell(arg, aligned(index, context.shape(arg))) for arg in node.args]


def summed(terms: Sequence[Node]) -> Node:
    """The terms added up as they stand, nothing left out: ``0*1 + 2*3``."""
    result = terms[0]
    for term in terms[1:]:
        result = call("add", result, term)
    return result
