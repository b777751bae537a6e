"""The language's printer, put together with exact scalars: what every renderer prints with."""

from __future__ import annotations

from typing import Any

from exsolve.exact.closed_form import ClosedForm, to_tree
from exsolve.expression import notations
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Literal, Node, transform
from exsolve.ops import OPERATIONS

SCALED = OPERATIONS["multiply"]._replace(notation=notations.scaled_product())
"""The product as it is written where one side is a scalar: a dot, not entry by entry."""

_SCALAR_OPERATIONS = {**OPERATIONS, "multiply": SCALED}


def scalar_tree(scalar: Any) -> Node:
    """An exact scalar as an expression."""
    if isinstance(scalar, ClosedForm):
        return to_tree(scalar, _SCALAR_OPERATIONS)
    return Literal(scalar)


def dotted(node: Node) -> Node:
    """An expression of single numbers: all of its products are written with a dot."""
    return transform(node, _dotted_product)


def _dotted_product(node: Node) -> Node | None:
    if isinstance(node, Call) and node.operation.name == "multiply":
        return Call(SCALED, tuple(map(dotted, node.args)), node.options, node.offset)
    return None


def written(node: Node, notation: str) -> str:
    """An expression in a notation (text, terminal, latex), exact array constants included."""
    return show(node, notation, scalar_tree)
