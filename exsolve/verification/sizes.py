"""Letters for sizes inside of expressions, as in ``zeros([n, d])``, replaced by numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exsolve.expression.tree import Call, Node, Shape, transform


def with_sizes(node: Node, sizes: Mapping[str, int]) -> Node:
    """The expression with numbers in the place of letters in all of its options."""

    def change(part: Node) -> Node | None:
        if not isinstance(part, Call):
            return None
        options = {name: _numbered(value, sizes) for name, value in part.options.items()}
        if options == part.options:
            return None
        args = tuple(with_sizes(arg, sizes) for arg in part.args)
        return Call(part.operation, args, options, part.offset)

    return transform(node, change) if sizes else node


def _numbered(value: Any, sizes: Mapping[str, int]) -> Any:
    if isinstance(value, str):
        return sizes.get(value, value)
    if type(value) is tuple:
        return tuple(_numbered(one, sizes) for one in value)
    return value


def sized(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape in numbers; raises KeyError for a letter without one."""
    return tuple(sizes[size] if isinstance(size, str) else size for size in shape)
