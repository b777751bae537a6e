"""The language's printer, put together with exact scalars: what every renderer prints with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exsolve.exact.closed_form import ClosedForm, to_tree
from exsolve.expression import notations
from exsolve.expression.printer import show
from exsolve.expression.tree import (
    Call,
    Form,
    Literal,
    Node,
    Notation,
    Operation,
    transform,
)
from exsolve.ops import OPERATIONS

SCALED = OPERATIONS["multiply"]._replace(notation=notations.scaled_product())
"""The product as it is written where one side is a scalar: a dot, not entry by entry."""

_SCALAR_OPERATIONS = {**OPERATIONS, "multiply": SCALED}


def _along(operation: Operation, direction: str) -> Operation:
    """A softmax of a matrix as it is written by hand: ``softmax_rows(S)``, without axis numbers."""
    name = operation.name.replace("_", r"\_")
    latex = rf"\operatorname{{{name}}}_{{\mathrm{{{direction}}}}}"
    by_hand = notations.function(f"{operation.name}_{direction}", latex=latex)
    defaults = {option.name: option.default for option in operation.options}

    def without_axis(notation: Any) -> Callable[[Call], Form]:
        def chosen(call: Call) -> Form:
            form = notation(Call(operation, call.args, {**call.options, "axis": defaults["axis"]}))
            assert isinstance(form, Form)
            return form

        return chosen

    return operation._replace(
        notation=Notation(
            operation.notation.text, without_axis(by_hand.terminal), without_axis(by_hand.latex)
        )
    )


_ALONG = {
    (name, axis): _along(OPERATIONS[name], direction)
    for name in ("softmax", "log_softmax")
    for axis, direction in enumerate(("columns", "rows"))
}


def along(operation: Operation, axis: int) -> Operation:
    """The operation over one axis (0 or 1) of a matrix, in a notation that says rows or columns.

    Itself, where that would say nothing new.
    """
    return _ALONG.get((operation.name, axis), operation)


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
