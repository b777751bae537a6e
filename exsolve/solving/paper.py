"""A definition as it is written by hand, which depends on the shapes of what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from exsolve.expression.tree import Call, Context, Node, Shape, Slice
from exsolve.graph import postorder
from exsolve.notation import SCALED, along


def on_paper(expression: Node, context: Context) -> Node:
    """The definition in the notation of paper.

    A product with a scalar has a dot; the softmax of a matrix says rows or columns; a place
    counted from the end is counted from the beginning.
    """

    done: dict[int, Node] = {}
    for node in postorder(expression):
        done[id(node)] = _written_by_hand(node, [done[id(arg)] for arg in node.children()], context)
    return done[id(expression)]


def _written_by_hand(node: Node, args: Sequence[Node], context: Context) -> Node:
    """One call over arguments that are written by hand already."""
    if not isinstance(node, Call):
        return node
    operation, options = node.operation, node.options
    axis = options.get("axis")
    if operation.name == "index":
        options = {"at": _from_the_beginning(options["at"], context.shape(node.args[0]))}
    elif operation.name == "multiply" and any(not context.shape(arg) for arg in node.args):
        operation = SCALED
    elif isinstance(axis, int) and len(context.shape(node)) == 2:
        operation = along(operation, axis % 2)
    same = operation is node.operation and (options is node.options or options == node.options)
    if same and all(map(is_, args, node.args)):
        return node
    return Call(operation, tuple(args), options, node.offset)


def _from_the_beginning(at: tuple[int | Slice, ...], shape: Shape) -> tuple[int | Slice, ...]:
    """The places of an index with -1 as the last place's own number."""
    return tuple(
        one % size if isinstance(one, int) and isinstance(size, int) else one
        for one, size in zip(at, shape, strict=False)
    )
