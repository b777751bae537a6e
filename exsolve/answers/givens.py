"""Values in terms of the givens of an exercise: ``w^2`` where ``w = [0.3, 3]``, ``V = X``."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from flint import fmpq

from exsolve import limits
from exsolve.answers.pieces import Piece, quoted
from exsolve.answers.written import Number
from exsolve.expression.tree import Call, Constant, Literal, Name, Node, names, postorder, transform
from exsolve.ops import OPERATIONS

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

_ENTRYWISE: Final = frozenset(
    {"add", "subtract", "multiply", "divide", "power", "negate", "transpose", "index", "stack"}
)
"""What may be done with whole arrays: a sum or a product of matrices would be the work itself."""


def with_givens(piece: Piece, text: str, givens: Mapping[str, Array]) -> tuple[Number, ...] | None:
    """The numbers of a value, givens in the place of their names; None where it has none."""
    node = piece.node
    numbers = piece.cells if piece.shape else (piece.number(text),)
    if not givens or givens.keys().isdisjoint(names(node)):
        return numbers
    if not _is_entrywise(node, givens):
        return None
    if numbers is not None:
        return tuple(one._replace(node=_filled(one.node, givens)) for one in numbers)
    shape = [size for size in piece.shape if isinstance(size, int)]
    if len(shape) < len(piece.shape) or prod(shape) > limits.ANSWER_NUMBERS:
        return None
    whole = Number(node, quoted(text, piece), piece.offset, piece.end)
    if isinstance(node, Name):
        return tuple(whole._replace(node=_leaf(cell)) for cell in givens[node.name].flat)
    filled = _filled(node, givens)
    index = OPERATIONS["index"]
    places = product(*map(range, shape))
    return tuple(
        whole._replace(node=Call(index, (filled,), {"at": at}, piece.offset)) for at in places
    )


def _is_entrywise(node: Node, givens: Mapping[str, Array]) -> bool:
    stack: list[bool] = []
    for part in postorder(node):
        if isinstance(part, Call):
            first = len(stack) - len(part.args)
            array = any(stack[first:])
            del stack[first:]
            if array and part.operation.name not in _ENTRYWISE:
                return False
            stack.append(array)
        else:
            named = isinstance(part, Name) and part.name in givens and givens[part.name].shape
            stack.append(bool(named))
    return True


def _filled(node: Node, givens: Mapping[str, Array]) -> Node:
    def given(part: Node) -> Node | None:
        if not isinstance(part, Name) or part.name not in givens:
            return None
        value = givens[part.name]
        return Constant(value, part.offset) if value.shape else _leaf(value[()])

    return transform(node, given)


def _leaf(scalar: Any) -> Node:
    """A number of a given."""
    if isinstance(scalar, fmpq):
        return Literal(scalar)
    value = np.empty((), dtype=object)
    value[()] = scalar
    return Constant(value)
