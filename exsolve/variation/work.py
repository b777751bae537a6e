"""How much one try of a search computes, so that heavy exercises get fewer tries."""

from __future__ import annotations

from collections.abc import Iterable
from math import isqrt, prod

from exsolve.expression.tree import Call, Node, Shape, postorder
from exsolve.graph import Graph

PRODUCTS = frozenset(("matmul", "conv", "conv_transpose", "outer"))


def work(graph: Graph, nodes: Iterable[Node]) -> int:
    """About how many numbers are computed for expressions over the names of a graph.

    A product of m x k by k x n matrices counts as m k n.
    """
    total = 0
    for node in nodes:
        stack: list[Shape] = []
        for part in postorder(node):
            count = len(part.children())
            below = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            shape = graph.shape_over(part, below)
            stack.append(shape)
            total += _cells(shape)
            if isinstance(part, Call) and part.operation.name in PRODUCTS:
                total += isqrt(_cells(shape) * prod(_cells(one) for one in below))
    return total


def _cells(shape: Shape) -> int:
    return prod(size for size in shape if isinstance(size, int))
