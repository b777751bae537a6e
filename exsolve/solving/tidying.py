"""Expressions of single numbers without what tells a reader nothing: zeros, ones, doubled signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from exsolve.expression.tree import Call, Literal, Node
from exsolve.ops.construct import ZERO, add, divide, multiply, negate, subtract


def without_zeros(node: Node) -> Node:
    """A sum of products without the products that have a factor 0, which tell nothing.

    A term that is 0 itself stays: who counts the terms of a mean must find them all.
    """
    if not isinstance(node, Call):
        return node
    args = tuple(without_zeros(arg) for arg in node.args)
    name = node.operation.name
    if name == "add":
        left, right = args
        if _is_zero(right) and not _is_zero(node.args[1]):
            return left
        if _is_zero(left) and not _is_zero(node.args[0]):
            return right
    if name == "multiply" and any(_is_zero(arg) for arg in args):
        return ZERO
    return Call(node.operation, args, node.options, node.offset)


def tidied(node: Node) -> Node:
    """An expression of single cells without zeros, factors 1 and doubled signs."""
    if not isinstance(node, Call):
        return node
    args = [tidied(arg) for arg in node.args]
    build = TIDY.get(node.operation.name)
    return build(*args) if build else Call(node.operation, tuple(args), node.options)


def _product_of_cells(*factors: Node) -> Node:
    return ZERO if any(map(_is_zero, factors)) else multiply(*factors)


def _quotient_of_cells(above: Node, below: Node) -> Node:
    # below is no 0, or the value would not exist
    return ZERO if _is_zero(above) else divide(above, below)


TIDY: Mapping[str, Callable[..., Node]] = {
    "add": add,
    "subtract": subtract,
    "multiply": _product_of_cells,
    "divide": _quotient_of_cells,
    "negate": negate,
}


def _is_zero(node: Node) -> bool:
    return isinstance(node, Literal) and not node.value
