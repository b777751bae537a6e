"""Wrong ways that operations of several families share: other axes, other settings, left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from exsolve.expression.tree import Call, Context, Mistake, Node, OptionValue, Slip, WrongRule
from exsolve.ops.construct import call

ALL_AXES_TRIED = 3
"""Dimensions up to which every other choice of axes is tried."""


def again(node: Call, *args: Node, **options: OptionValue) -> Call:
    """The call with other settings, and with other arguments where there are some."""
    return Call(node.operation, args or node.args, {**node.options, **options})


def left_out(node: Call, context: Context) -> Iterator[Mistake]:
    """The first argument as it stands."""
    yield Mistake(node.args[0], node)


def last_alone(node: Call, context: Context) -> Iterator[Mistake]:
    """The last argument as it stands."""
    yield Mistake(node.args[-1], node.args[0])


def first_alone(node: Call, context: Context) -> Iterator[Mistake]:
    """The first argument as it stands, where the last is what is missing."""
    yield Mistake(node.args[0], node.args[-1])


def instead(name: str) -> WrongRule:
    """The rule of another operation of the same arguments and settings of the same names."""

    def rule(node: Call, context: Context) -> Iterator[Mistake]:
        other = call(name, *node.args)
        options = {key: node.options[key] for key in other.options if key in node.options}
        yield Mistake(call(name, *node.args, **options), node)

    return rule


def setting(**options: OptionValue) -> WrongRule:
    """The rule of other settings; none where they are the right ones."""

    def rule(node: Call, context: Context) -> Iterator[Mistake]:
        wrong = again(node, **options)
        if wrong.options != node.options:
            yield Mistake(wrong, node)

    return rule


def backwards(node: Call, context: Context) -> Iterator[Mistake]:
    """The arguments in reverse order."""
    yield Mistake(again(node, *reversed(node.args)), node)


def other_axis(node: Call, context: Context) -> Iterator[Mistake]:
    """Each other axis of an operation that works along one."""
    dimensions = len(context.shape(node.args[0]))
    right = node.options["axis"] % dimensions
    for axis in reversed(range(dimensions)):
        if axis != right:
            yield Mistake(again(node, axis=axis), node)


def other_axes(node: Call, context: Context) -> Iterator[Mistake]:
    """Other choices of axes of a reduction: those that it keeps first, and all of them last."""
    dimensions = len(context.shape(node.args[0]))
    every = frozenset(range(dimensions))
    axis = node.options["axis"]
    chosen = axis if isinstance(axis, tuple) else (axis,)
    right = every if axis is None else frozenset(one % dimensions for one in chosen)
    counts = range(1, dimensions) if dimensions <= ALL_AXES_TRIED else (1,)
    choices = [every - right]
    choices += sorted(
        (frozenset(one) for count in counts for one in combinations(every, count)),
        key=lambda one: (abs(len(one) - len(right)), sorted(one)),
    )
    for axes in dict.fromkeys((*choices, every)):
        if axes and axes != right:
            wrong: OptionValue = tuple(sorted(axes))
            if axes == every:
                wrong = None
            elif len(axes) == 1:
                (wrong,) = axes
            yield Mistake(again(node, axis=wrong), node)


MOVING_WINDOW = (
    Slip("padding left out", "You left out the padding.", setting(padding=0), reshapes=True),
    Slip(
        "stride ignored",
        "You moved the window by 1, not by its stride.",
        setting(stride=1),
        reshapes=True,
    ),
)
"""What goes wrong with any window that moves over an array."""
