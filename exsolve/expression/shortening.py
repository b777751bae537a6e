"""Long sums as a person writes them: the first terms, an ellipsis, the last term."""

from __future__ import annotations

from typing import Final

from exsolve.expression.tree import Call, Name, Node, transform, walk

ELLIPSIS: Final = "…"
LONGEST: Final = 200
"""Nodes of a sum that is still written in full: a sum of 100 names, or of some 20 products."""
FIRST_TERMS: Final = 3
_SIGNS: Final = ("add", "subtract")


def shortened(node: Node) -> Node:
    """The tree with the middle of each overlong sum left out. For readers only: it is no longer
    the same expression."""
    return transform(node, _short) if _is_long(node) else node


def _short(node: Node) -> Node | None:
    if not _is_sum(node):
        return None
    spine = []
    left = node
    while isinstance(left, Call) and _is_sum(left):
        spine.append(left)
        left = left.args[0]
    spine.reverse()
    if len(spine) <= FIRST_TERMS + 1 or not _is_long(node):
        return None
    total = shortened(left)
    for sign in spine[: FIRST_TERMS - 1]:
        total = Call(sign.operation, (total, shortened(sign.args[1])), sign.options)
    plus = next((sign for sign in spine if sign.operation.name == "add"), spine[-1])
    dots = Call(plus.operation, (total, Name(ELLIPSIS)), plus.options)
    last = spine[-1]
    return Call(last.operation, (dots, shortened(last.args[1])), last.options)


def _is_sum(node: Node) -> bool:
    return isinstance(node, Call) and node.operation.name in _SIGNS


def _is_long(node: Node) -> bool:
    return any(count >= LONGEST for count, _ in enumerate(walk(node)))
