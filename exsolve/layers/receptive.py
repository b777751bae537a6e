"""The receptive field: how much of the input a cell of a layer's output can see.

With the jump j of a layer (how many cells of the input lie between two neighbours of its output),
r_k = r_{k-1} + d(kernel - 1) j_{k-1} and j_k = j_{k-1} stride, from r_0 = j_0 = 1 (Araujo, Norris,
Sim, Computing receptive fields of convolutional neural networks, Distill, 2019). Padding counts as
input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exsolve.evaluate import Array, Route, value_of
from exsolve.expression.tree import Name, Node
from exsolve.layers.formulas import cell, minus, plus, times
from exsolve.layers.network import Placed
from exsolve.layers.registry import Window
from exsolve.ops.construct import ONE, call

GENERAL_RULE = plus(Name("receptive"), call("multiply", minus(Name("kernel"), ONE), Name("jump")))
"""The rule over names, for windows without dilation."""

_SEEN = "A window adds what lies between its first and last cell, times the jump, to what they see."


class Seen(NamedTuple):
    """A quantity of this module: its name, its formula, and what it says."""

    name: str
    formula: Node
    note: str


class _Step(NamedTuple):
    """What a layer does to the receptive field: windows, or nothing (()); ``jumps``: whether a grid
    is left; ``source``: the number of the layer whose jump counts."""

    number: int
    windows: tuple[Window, ...]
    jumps: bool
    source: int


def receptive_fields(placed: Sequence[Placed], first: Array, route: Route) -> list[Seen]:
    """The receptive field and the jump of each layer, as long as windows of one size describe them.

    One number where all windows are as wide as they are high, else one for each axis.
    """
    axes = next((one.layer.type.axes for one in placed if one.layer.type.axes), 0)
    if not axes:
        return []
    steps = _steps(placed, axes)
    shapes: dict[str, Array] = {one.name: one.sizes for one in placed}
    if placed:
        shapes[placed[0].before] = first
    square = all(_square(step.windows, route, shapes) for step in steps)
    unit = ONE if square else call("stack", *[ONE] * axes)
    found = [
        Seen("receptive_0", unit, "A cell of the input sees itself."),
        Seen("jump_0", unit, "Neighbours of the input lie one cell apart."),
    ]
    for step in steps:
        before, after = f"receptive_{step.number - 1}", f"receptive_{step.number}"
        jump = f"jump_{step.source}"
        if not step.windows:
            found.append(Seen(after, Name(before), "Each cell sees what its input saw."))
            if step.jumps:
                found.append(Seen(f"jump_{step.number}", Name(jump), "The jump stays."))
            continue
        spans = [window.span for window in step.windows]
        strides = [window.stride for window in step.windows]
        span, stride = (
            (spans[0], strides[0]) if square else (call("stack", *spans), call("stack", *strides))
        )
        found.append(Seen(after, plus(Name(before), times(span, Name(jump))), _SEEN))
        if step.jumps:
            found.append(
                Seen(
                    f"jump_{step.number}",
                    times(Name(jump), stride),
                    "A stride multiplies the jump.",
                )
            )
    return found


def _steps(placed: Sequence[Placed], axes: int) -> list[_Step]:
    steps = []
    source = 0
    grid = True
    whole = False
    for one in placed:
        sight = one.outcome.sight
        windows = sight.windows
        if sight.unclear or (windows and not grid):
            break
        if sight.flat:
            grid = False
        elif sight.whole and not whole:
            if grid:
                break
            # the first linear layer is a window over all that was flattened
            shape = f"shape_{source}"
            rank = axes + (2 if one.batched[0] else 1)
            windows = tuple(
                Window(minus(cell(shape, axis), ONE), ONE) for axis in range(rank - axes, rank)
            )
            whole = True
        steps.append(_Step(one.number, windows, grid, source))
        if grid:
            source = one.number
    return steps


def _square(windows: Sequence[Window], route: Route, shapes: Mapping[str, Array]) -> bool:
    found = [
        (value_of(one.span, route, shapes)[()], value_of(one.stride, route, shapes)[()])
        for one in windows
    ]
    return all(one == found[0] for one in found)
