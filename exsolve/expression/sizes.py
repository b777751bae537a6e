"""Sizes that are letters: ``identity(n)``, ``zeros([n, d])``, until an instance gives numbers."""

from __future__ import annotations

from collections.abc import Mapping

from exsolve.expression.tree import (
    Call,
    Dimension,
    Node,
    OptionValue,
    Shape,
    content,
    transform,
    walk,
)

_KINDS = ("size", "sizes")


def letters(node: Node) -> list[str]:
    """The letters that stand for sizes in the settings of a tree, each once, in order."""
    found: dict[str, None] = {}
    for part in walk(node) if content(node).lettered else ():
        if isinstance(part, Call):
            found.update(dict.fromkeys(letters_of(part)))
    return list(found)


def letters_of(call: Call) -> list[str]:
    """The letters that stand for sizes in the settings of this one call."""
    found: list[str] = []
    for name in _size_options(call) if call.operation.options else ():
        value = call.options[name]
        sizes = value if isinstance(value, tuple) else (value,)
        found += [size for size in sizes if isinstance(size, str)]
    return found


def with_sizes(node: Node, numbers: Mapping[str, int]) -> Node:
    """The tree with numbers in the place of the letters that its settings hold as sizes.

    A letter without a number stays. Where a formula uses a letter as a number (``x/n``), that is a
    name, and left as it is.
    """

    def change(part: Node) -> Node | None:
        if not isinstance(part, Call) or not part.operation.options:
            return None
        options = options_at(part, numbers)
        if options == part.options:
            return None
        args = tuple(transform(arg, change) for arg in part.args)
        return Call(part.operation, args, options, part.offset)

    return transform(node, change) if letters(node) else node


def options_at(call: Call, numbers: Mapping[str, int]) -> dict[str, OptionValue]:
    """The settings of a call with numbers in the place of the letters that are sizes."""

    def number(size: Dimension) -> Dimension:
        return numbers.get(size, size) if isinstance(size, str) else size

    def settled(value: OptionValue) -> OptionValue:
        return tuple(map(number, value)) if isinstance(value, tuple) else number(value)

    return {**call.options, **{name: settled(call.options[name]) for name in _size_options(call)}}


def shape_text(shape: Shape) -> str:
    """A shape for a message: ``[n, d]``, ``a number``."""
    return f"[{', '.join(map(str, shape))}]" if shape else "a number"


def sized(shape: Shape, numbers: Mapping[str, int]) -> tuple[int, ...]:
    """The shape in numbers; raises KeyError for a letter without one."""
    return tuple(numbers[size] if isinstance(size, str) else size for size in shape)


def _size_options(call: Call) -> list[str]:
    return [option.name for option in call.operation.options if option.kind in _KINDS]
