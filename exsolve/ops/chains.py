"""Sums and products as a student sees them: a chain of terms or factors.

``a + b - c`` is two calls, one inside the other, and one sum on paper; so is a product with what it
is divided by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exsolve.expression.tree import Call, Node
from exsolve.ops.construct import ONE, call, is_call

SUM_CHAIN = "sum"
PRODUCT_CHAIN = "product"


class Term(NamedTuple):
    """A term of a sum, with its sign."""

    node: Node
    negative: bool


class Factor(NamedTuple):
    """A factor of a product; ``below``: it is divided by."""

    node: Node
    below: bool


def terms(node: Node) -> list[Term]:
    """The terms of a sum from left to right, brackets in it opened."""
    found: list[Term] = []
    pending = [Term(node, False)]
    while pending:
        one, negative = pending.pop()
        if isinstance(one, Call) and one.operation.name in ("add", "subtract"):
            opposite = negative != (one.operation.name == "subtract")
            pending += (Term(one.args[1], opposite), Term(one.args[0], negative))
        elif isinstance(one, Call) and is_call(one, "negate"):
            pending.append(Term(one.args[0], not negative))
        else:
            found.append(Term(one, negative))
    return found


def factors(node: Node) -> list[Factor]:
    """The factors of a product from left to right, those of its denominators among them."""
    found: list[Factor] = []
    pending = [Factor(node, False)]
    while pending:
        one, below = pending.pop()
        if isinstance(one, Call) and one.operation.name in ("multiply", "divide"):
            opposite = below != (one.operation.name == "divide")
            pending += (Factor(one.args[1], opposite), Factor(one.args[0], below))
        else:
            found.append(Factor(one, below))
    return found


def summed_up(parts: Sequence[Term]) -> Node:
    """The sum of terms, as they stand."""
    first, *others = parts
    result: Node = call("negate", first.node) if first.negative else first.node
    for one in others:
        result = call("subtract" if one.negative else "add", result, one.node)
    return result


def multiplied(parts: Sequence[Factor]) -> Node:
    """The product of factors, as they stand; what is divided by in one denominator."""
    above = product_of([one.node for one in parts if not one.below])
    below = [one.node for one in parts if one.below]
    return call("divide", above, product_of(below)) if below else above


def product_of(nodes: Sequence[Node]) -> Node:
    """The product of nodes, as they stand; 1 for none."""
    result: Node = nodes[0] if nodes else ONE
    for node in nodes[1:]:
        result = call("multiply", result, node)
    return result


def without(parts: Sequence[Factor], *places: int) -> Node:
    """The product without the factors at these places."""
    return multiplied([one for place, one in enumerate(parts) if place not in places])
