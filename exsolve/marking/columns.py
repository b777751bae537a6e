"""Products of vectors as they are written with columns: ``a @ b.T`` is the outer product.

A vector has one axis in the language, whichever way it stands, and transposing leaves it as it is.
On paper it is a column, and its transpose a row.
"""

from __future__ import annotations

from collections.abc import Callable

from exsolve.expression.tree import Call, Node, Shape, content, postorder
from exsolve.ops.construct import call

_ALIKE = frozenset(("add", "subtract", "negate", "multiply", "divide", "power"))
"""What is done in each cell leaves a row a row."""


def with_outer_products(node: Node, shape: Callable[[Node], Shape]) -> Node:
    """The tree with each product of a column by a row as an outer product.

    ``shape`` gives the shape of a tree. Raises LanguageError where something else does not fit.
    """
    if "transpose" not in content(node).operations:
        return node
    stack: list[tuple[Node, bool]] = []
    for part in postorder(node):
        if not isinstance(part, Call) or not part.args:
            stack.append((part, False))
            continue
        below = stack[len(stack) - len(part.args) :]
        del stack[len(stack) - len(part.args) :]
        stack.append(_over(part, below, shape))
    return stack.pop()[0]


def _over(
    part: Call, below: list[tuple[Node, bool]], shape: Callable[[Node], Shape]
) -> tuple[Node, bool]:
    """A call over its arguments, each with whether it is a row; and whether it is one itself."""
    args = tuple(one for one, _ in below)
    rows = [is_row for _, is_row in below]
    same = all(new is old for new, old in zip(args, part.args, strict=True))
    node = part if same else Call(part.operation, args, part.options, part.offset)
    name = part.operation.name
    if name == "transpose":
        return node, not rows[0] and len(shape(args[0])) == 1
    if name == "matmul":
        left, right = args
        if rows[1] and not rows[0] and len(shape(left)) == 1:
            outer = call("outer", left, right)
            return Call(outer.operation, (left, right), outer.options, part.offset), False
        return node, rows[0] and len(shape(right)) == 2
    return node, name in _ALIKE and any(rows)
