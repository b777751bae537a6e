"""The derivative of an activation as a factor, in terms of its value, and what goes wrong with it.

h*(1 - h) is that of the sigmoid, 1 - h^2 that of tanh, h > 0 that of ReLU.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from exsolve.expression.tree import Call, Context, Literal, Mistake, Name, Node
from exsolve.ops.chains import Factor, factors, multiplied, without
from exsolve.ops.construct import ONE, TWO, call, is_call


def _is_one(node: Node) -> bool:
    return isinstance(node, Literal) and bool(node.value == 1)


def _slope_in(node: Node) -> tuple[Name, bool] | None:
    """The name and whether squared of ``1 - h`` and ``1 - h^2``; None for anything else."""
    if not isinstance(node, Call) or not is_call(node, "subtract") or not _is_one(node.args[0]):
        return None
    value = node.args[1]
    if isinstance(value, Name):
        return value, False
    if isinstance(value, Call) and is_call(value, "power") and value.args[1] == TWO:
        base = value.args[0]
        return (base, True) if isinstance(base, Name) else None
    return None


class _Slope(NamedTuple):
    """The derivative of an activation in a product, in terms of its value ``h``: at which places,
    and whether that of tanh."""

    places: tuple[int, ...]
    value: Name
    tanh: bool


def _slopes(parts: Sequence[Factor]) -> Iterator[_Slope]:
    for place, one in enumerate(parts):
        found = None if one.below else _slope_in(one.node)
        if found is None:
            continue
        value, squared = found
        if squared:
            yield _Slope((place,), value, True)
            continue
        beside = [at for at, other in enumerate(parts) if other == Factor(value, False)]
        if beside:
            yield _Slope((beside[0], place), value, False)


def slope_left_out(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for slope in _slopes(parts):
        if len(slope.places) < len(parts):
            said = multiplied([parts[place] for place in slope.places])
            yield Mistake(without(parts, *slope.places), said)
    for place, one in enumerate(parts):
        if is_call(one.node, "greater") and len(parts) > 1:
            yield Mistake(without(parts, place), one.node)


def other_slope(node: Call, context: Context) -> Iterator[Mistake]:
    parts = factors(node)
    for slope in _slopes(parts):
        value = slope.value
        said = multiplied([parts[place] for place in slope.places])
        square = call("power", value, TWO)
        for wrong in (
            call("multiply", value, call("subtract", ONE, value))
            if slope.tanh
            else call("subtract", ONE, square),
            call("add", ONE, square)
            if slope.tanh
            else call("multiply", value, call("add", ONE, value)),
        ):
            first, *others = slope.places
            changed = [
                one._replace(node=wrong) if place == first else one
                for place, one in enumerate(parts)
                if place not in others
            ]
            yield Mistake(multiplied(changed), said)


def slope_of_value(node: Call, context: Context) -> Iterator[Mistake]:
    """The activation applied again to its own value: sigmoid'(h) for sigmoid'(a)."""
    parts = factors(node)
    for slope in _slopes(parts):
        again = call("tanh" if slope.tanh else "sigmoid", slope.value)
        changed = []
        for place, one in enumerate(parts):
            if place in slope.places:
                wrong: Node = again
                if _slope_in(one.node):
                    inner = call("power", again, TWO) if slope.tanh else again
                    wrong = call("subtract", ONE, inner)
                one = one._replace(node=wrong)
            changed.append(one)
        yield Mistake(multiplied(changed), slope.value)
