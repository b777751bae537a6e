"""Sizes and counts written as a person writes them: nothing merged, idle terms left out.

The same builders make the formula of a layer (over its input's shape) and the general rule (over
the names of the arguments), so there is one formula only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from exsolve.expression.tree import Literal, Name, Node
from exsolve.ops.construct import ONE, TWO, ZERO, call, literal

LONGEST_SUM = 12
"""Terms that are added with plus signs; more are the sum of a list."""


def number(value: int | Node) -> Node:
    """A number or node as a node."""
    return literal(value) if isinstance(value, int) else value


def is_number(node: Node, value: int) -> bool:
    """Whether the node is this number."""
    return isinstance(node, Literal) and bool(node.value == value)


def product(*factors: int | Node) -> Node:
    """The factors with signs between them, ones and all: 8*32*1*1."""
    nodes = [number(factor) for factor in factors]
    return reduce(lambda left, right: call("multiply", left, right), nodes or [ONE])


def plus(a: Node, b: Node) -> Node:
    """a + b; a term of zero is not written."""
    return a if is_number(b, 0) else call("add", a, b)


def minus(a: Node, b: Node) -> Node:
    """a - b; a term of zero is not written."""
    return a if is_number(b, 0) else call("subtract", a, b)


def times(a: Node, b: Node) -> Node:
    """a*b; a factor of one is not written, and a product with zero is zero."""
    if is_number(a, 0) or is_number(b, 0):
        return ZERO
    if is_number(a, 1):
        return b
    return a if is_number(b, 1) else call("multiply", a, b)


def add_up(terms: list[Node]) -> Node:
    """The sum of the terms; a long one as the sum of a list, whose tree stays low."""
    if len(terms) > LONGEST_SUM:
        return call("sum", call("stack", *terms))
    return reduce(plus, terms) if terms else ZERO


def cell(name: str, axis: int) -> Node:
    """One size of a shape."""
    return call("index", Name(name), at=(axis,))


class WindowRule(NamedTuple):
    """How windows move along an axis; the same rule over numbers and over names."""

    kernel: Node
    stride: Node
    padding: Node
    dilation: Node = ONE
    ceil_mode: bool = False
    may_begin_behind: bool = False

    @classmethod
    def of(
        cls, kernel: int, stride: int, padding: int, dilation: int = 1, ceil_mode: bool = False
    ) -> WindowRule:
        """The rule with these numbers.

        A window rounded up can begin in the right padding only if s > d(k - 1) + 1 - p.
        """
        behind = ceil_mode and stride > dilation * (kernel - 1) + 1 - padding
        return cls(
            literal(kernel),
            literal(stride),
            literal(padding),
            literal(dilation),
            ceil_mode,
            behind,
        )

    def in_general(self) -> WindowRule:
        """The rule over the names of the arguments; a dilation of 1 stays out."""
        dilation = self.dilation if is_number(self.dilation, 1) else Name("dilation")
        return self._replace(
            kernel=Name("kernel"), stride=Name("stride"), padding=Name("padding"), dilation=dilation
        )

    def windows(self, size: Node) -> Node:
        """How many windows fit: floor((n + 2p - d(k - 1) - 1)/s) + 1.

        With a dilation of 1: floor((n + 2p - k)/s) + 1. With ``ceil_mode`` the quotient is rounded
        up, and a last window that would begin behind the input and its left padding is left out
        (PyTorch, torch.nn.MaxPool2d; ATen/native/Pool.h, pooling_output_shape_pad_lr).
        """
        padded = plus(size, _twice(self.padding))
        if is_number(self.dilation, 1):
            room = minus(padded, self.kernel)
        else:
            extent = call("multiply", self.dilation, minus(self.kernel, ONE))
            room = minus(minus(padded, extent), ONE)
        if not self.ceil_mode:
            return plus(call("floor", call("divide", room, self.stride)), ONE)
        count = plus(_rounded_up(room, self.stride), ONE)
        if not self.may_begin_behind:
            return count
        return call("min", count, _rounded_up(plus(size, self.padding), self.stride))


def rule_in_general(rules: Sequence[WindowRule]) -> Node:
    """The rule of all axes over names, with every term that one of them needs."""
    widest = max(rules, key=lambda rule: (rule.may_begin_behind, not is_number(rule.dilation, 1)))
    return widest.in_general().windows(Name("n"))


def _twice(padding: Node) -> Node:
    """2p, as a product even for a padding of 1; nothing without padding."""
    return ZERO if is_number(padding, 0) else call("multiply", TWO, padding)


def _rounded_up(numerator: Node, denominator: Node) -> Node:
    return call("ceil", call("divide", numerator, denominator))


def span(kernel: int, dilation: int) -> Node:
    """How far the last cell of a window is from its first, d(k - 1)."""
    return ZERO if kernel == 1 else times(literal(dilation), minus(literal(kernel), ONE))


def transposed_size(
    size: Node, kernel: Node, stride: Node, padding: Node, dilation: Node, output_padding: Node
) -> Node:
    """(n - 1)s - 2p + d(k - 1) + output padding + 1; d = 1: (n - 1)s - 2p + k + output padding."""
    begun = minus(call("multiply", minus(size, ONE), stride), _twice(padding))
    if is_number(dilation, 1):
        return plus(plus(begun, kernel), output_padding)
    extent = call("multiply", dilation, minus(kernel, ONE))
    return plus(plus(plus(begun, extent), output_padding), ONE)
