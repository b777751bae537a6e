"""Layers without a grid: Flatten, Linear, Embedding.

Shapes and parameters: PyTorch, torch.nn.Flatten, Linear and Embedding.
"""

from __future__ import annotations

from math import prod

from exsolve.expression.tree import Node
from exsolve.layers.formulas import number, plus, product
from exsolve.layers.registry import Incoming, LayerType, Outcome, Sight, register
from exsolve.layers.signature import TAIL, Anything, Argument, Bound, Switch, Whole
from exsolve.layers.slips import linear_slips
from exsolve.ops.construct import literal


def _flatten(bound: Bound, incoming: Incoming) -> Outcome | None:
    ends: list[int] = []
    for argument in ("start_dim", "end_dim"):
        axis = bound[argument]
        if not -incoming.rank <= axis < incoming.rank:
            incoming.refuse(
                f"{argument}={axis}, but its input has {incoming.rank} axes",
                bound.offset(argument),
                expected=f"an axis from {-incoming.rank} to {incoming.rank - 1}",
            )
        ends.append(axis % incoming.rank)
    start, end = ends
    if incoming.problems:
        return None
    if start > end:
        incoming.refuse(
            f"start_dim {start} lies behind end_dim {end}",
            bound.offset("start_dim", "end_dim"),
            expected="a start_dim that is not behind end_dim",
        )
        return None
    sizes = incoming.all_sizes()
    first = 1 if incoming.batched else 0
    complete = start == first and end == incoming.rank - 1
    return Outcome(
        sizes=(*sizes[:start], product(*sizes[start : end + 1]), *sizes[end + 1 :]),
        remark=f"The axes {start} to {end} become one: their sizes are multiplied."
        if start < end
        else "One axis alone stays as it is.",
        sight=Sight(flat=True) if complete else Sight(unclear=start < end),
        batched=start > 0 or start == end,
    )


def _linear(bound: Bound, incoming: Incoming) -> Outcome | None:
    wide, out = bound["in_features"], bound["out_features"]
    incoming.require(
        -1, wide, "in_features", bound.offset("in_features"), _flatten_before(wide, incoming)
    )
    weights: Node = product(out, wide)
    return Outcome(
        sizes=(*incoming.all_sizes()[:-1], literal(out)),
        params=plus(weights, literal(out)) if bound["bias"] else weights,
        params_slips=linear_slips(wide, out, bound["bias"]),
        remark="The last axis becomes out_features.",
        per_cell=number(wide),
        sight=Sight(whole=True),
    )


def _flatten_before(wanted: int, incoming: Incoming) -> str:
    """What to write where the input has the features, but on several axes."""
    first = 1 if incoming.batched else 0
    sizes = [incoming.known(axis) for axis in range(first, incoming.rank)]
    known = [size for size in sizes if size is not None]
    if len(sizes) < 2 or len(known) < len(sizes) or prod(known) != wanted:
        return ""
    layer = "Flatten()" if first else "Flatten(0)"
    return f"write {layer} before it: {'·'.join(map(str, known))} = {wanted}"


def _embedding(bound: Bound, incoming: Incoming) -> Outcome | None:
    count, wide, padding = (
        bound["num_embeddings"],
        bound["embedding_dim"],
        bound["padding_idx"],
    )
    if padding is not None and not -count <= padding < count:
        incoming.object_to(
            f"padding_idx={padding} is none of the {count} embeddings",
            bound.offset("padding_idx"),
            expected=f"a number from {-count} to {count - 1}",
        )
    return Outcome(
        sizes=(*incoming.all_sizes(), literal(wide)),
        params=product(count, wide),
        remark="Each number becomes a vector: an axis of embedding_dim is added.",
        sight=Sight(unclear=True),
    )


register(
    LayerType(
        "Flatten",
        (Argument("start_dim", Whole(None), 1, brief=True), Argument("end_dim", Whole(None), -1)),
        _flatten,
    )
)
register(
    LayerType(
        "Linear",
        (
            Argument("in_features", Whole()),
            Argument("out_features", Whole()),
            Argument("bias", Switch(), True),
            *TAIL,
        ),
        _linear,
    )
)
register(
    LayerType(
        "Embedding",
        (
            Argument("num_embeddings", Whole()),
            Argument("embedding_dim", Whole()),
            Argument("padding_idx", Whole(None), None),
            Argument("max_norm", Anything(), None),
            Argument("norm_type", Anything(), 2.0),
            Argument("scale_grad_by_freq", Switch(), False),
            Argument("sparse", Switch(), False),
            *(one._replace(by_name_only=True) for one in TAIL),
        ),
        _embedding,
    )
)
