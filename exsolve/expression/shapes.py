"""The shape of an expression, from those of the names in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exsolve.errors import LanguageError
from exsolve.expression.printer import show
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Call, Constant, Name, Node, Shape, postorder

LONGEST_ARGUMENT = 40
"""Characters of an argument that a message still repeats."""


def shape_of(node: Node, shape_of_name: Callable[[str], Shape]) -> Shape:
    """The shape of an expression; raises LanguageError with the offset of what does not fit."""
    stack: list[Shape] = []
    current, below = node, stack
    try:
        for current in postorder(node):
            if isinstance(current, Call):
                first = len(stack) - len(current.args)
                below = stack[first:]
                del stack[first:]
                stack.append(current.operation.shape(below, current.options))
            elif isinstance(current, Name):
                stack.append(shape_of_name(current.name))
            else:
                stack.append(_of_data(current))
    except LanguageError as error:
        below = below if isinstance(current, Call) else []
        raise placed(_with_letters(error, current, below), current.offset) from None
    return stack.pop()


def shape_over(node: Node, below: Sequence[Shape], shape_of_name: Callable[[str], Shape]) -> Shape:
    """The shape of a node from those of its children."""
    try:
        if isinstance(node, Call):
            return node.operation.shape(below, node.options)
        if isinstance(node, Name):
            return shape_of_name(node.name)
    except LanguageError as error:
        raise placed(_with_letters(error, node, below), node.offset) from None
    return _of_data(node)


def _of_data(node: Node) -> Shape:
    return tuple(node.value.shape) if isinstance(node, Constant) else ()


def _with_letters(error: LanguageError, node: Node, below: Sequence[Shape]) -> LanguageError:
    """Shapes in letters that do not fit, said of what the author wrote: ``U @ h is [n]``."""
    if len(below) < 2 or not any(isinstance(size, str) for shape in below for size in shape):
        return error
    texts = [show(argument) for argument in node.children()]
    if any(len(text) > LONGEST_ARGUMENT for text in texts):
        return error
    found = ", ".join(
        f"{text} is {shape_text(shape)}" for text, shape in zip(texts, below, strict=True)
    )
    problem = error.problem
    return LanguageError(
        problem.message, error.offset, expected=problem.expected, found=found, hint=problem.hint
    )


def placed(error: LanguageError, offset: int) -> LanguageError:
    """The error with this offset, unless it knows its own."""
    if error.offset < 0:
        error.offset = offset
    return error
