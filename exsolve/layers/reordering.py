"""Axes in another order: Transpose and Permute.

Functions in PyTorch (torch.transpose, torch.permute) and no modules of torch.nn; between layers
they do the same. A convolution over embedded words needs one: Embedding puts its axis last.
"""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.layers.registry import SAME_PLACE, Incoming, LayerType, Outcome, Sight, register
from exsolve.layers.signature import Argument, Bound, Order, Whole


def _axis(bound_axis: int, argument: str, offset: int, incoming: Incoming) -> int:
    if not -incoming.rank <= bound_axis < incoming.rank:
        incoming.refuse(
            f"{argument} names the axis {bound_axis}, but its input has {incoming.rank} axes",
            offset,
            expected=f"an axis from {-incoming.rank} to {incoming.rank - 1}",
        )
    return bound_axis % incoming.rank


def _reordered(order: Sequence[int], incoming: Incoming) -> Outcome:
    kept = list(order) == list(range(incoming.rank))
    return Outcome(
        sizes=tuple(incoming.size(axis) for axis in order),
        remark="The axes stay as they are."
        if kept
        else f"The axes in the order {', '.join(map(str, order))}; nothing is computed.",
        sight=SAME_PLACE if kept else Sight(unclear=True),
        batched=order[0] == 0,
    )


def _transpose(bound: Bound, incoming: Incoming) -> Outcome | None:
    first, second = (
        _axis(bound[name], name, bound.offset(name), incoming) for name in ("dim0", "dim1")
    )
    if incoming.problems:
        return None
    order = list(range(incoming.rank))
    order[first], order[second] = second, first
    return _reordered(order, incoming)


def _permute(bound: Bound, incoming: Incoming) -> Outcome | None:
    place = bound.offset("dims")
    order = [_axis(axis, "dims", place, incoming) for axis in bound["dims"]]
    if incoming.problems:
        return None
    if sorted(order) != list(range(incoming.rank)):
        incoming.refuse(
            f"dims are no order of the {incoming.rank} axes of its input",
            place,
            expected=f"each of the axes 0 to {incoming.rank - 1} once",
        )
        return None
    return _reordered(order, incoming)


register(
    LayerType(
        "Transpose", (Argument("dim0", Whole(None)), Argument("dim1", Whole(None))), _transpose
    )
)
register(LayerType("Permute", (Argument("dims", Order()),), _permute))
