"""Normalisation: shapes stay; a scale and a shift for each channel or cell are the parameters.

PyTorch, torch.nn.BatchNorm1d to 3d, InstanceNorm1d to 3d, LayerNorm, GroupNorm, RMSNorm. Running
statistics are no parameters.
"""

from __future__ import annotations

from exsolve.expression.tree import Node
from exsolve.layers.formulas import product
from exsolve.layers.registry import Incoming, LayerType, Outcome, register
from exsolve.layers.signature import TAIL, Argument, Bound, Real, Shape, Switch, Whole
from exsolve.ops.construct import ZERO

KEPT = "The shape stays."
BIAS = Argument("bias", Switch(), True, by_name_only=True)


def _scale_and_shift(count: Node | int, scale: bool, shift: bool = True) -> Node:
    if not scale:
        return ZERO
    return product(2, count) if shift else product(count)


def _batch(axes: int) -> None:
    name = f"BatchNorm{axes}d"
    # BatchNorm1d also takes (batch, features)
    ranks = (2, 3) if axes == 1 else (axes + 2,)

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        if incoming.rank not in ranks:
            incoming.refuse(
                f"{name} needs an input of {' or '.join(map(str, ranks))} axes, "
                f"this one has {incoming.rank}",
                expected="(batch, channels" + ", length" * (axes == 1) + ", …" * (axes > 1) + ")",
            )
            return None
        incoming.require(1, bound["num_features"], "num_features", bound.offset("num_features"))
        return Outcome(
            tuple(incoming.all_sizes()),
            _scale_and_shift(bound["num_features"], bound["affine"], bound["bias"]),
            remark=KEPT,
        )

    register(LayerType(name, _features(True), apply))


def _instance(axes: int) -> None:
    name = f"InstanceNorm{axes}d"

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        found = incoming.grid(name, axes)
        if found is None:
            return None
        if bound["affine"]:  # without it, PyTorch does not use num_features
            incoming.require(
                found[0], bound["num_features"], "num_features", bound.offset("num_features")
            )
        if all(incoming.known(axis) == 1 for axis in found[1]):
            incoming.refuse(
                f"{name} has one cell in each channel, whose variance is nothing to divide by",
                expected="a grid of more than one cell",
            )
        return Outcome(
            tuple(incoming.all_sizes()),
            _scale_and_shift(bound["num_features"], bound["affine"], bound["bias"]),
            remark=KEPT,
        )

    register(LayerType(name, _features(False), apply, axes))


def _features(batch: bool) -> tuple[Argument, ...]:
    return (
        Argument("num_features", Whole()),
        Argument("eps", Real(0), 1e-05),
        Argument("momentum", Real(0, 1, optional=True), 0.1),
        Argument("affine", Switch(), batch),
        Argument("track_running_stats", Switch(), batch),
        *TAIL,
        BIAS,
    )


def _last_axes(bound: Bound, incoming: Incoming, shift: bool) -> Outcome | None:
    shape = bound["normalized_shape"]
    place = bound.offset("normalized_shape")
    if len(shape) > incoming.rank:
        incoming.refuse(
            f"normalized_shape has {len(shape)} axes, its input {incoming.rank}",
            place,
            expected=f"at most {incoming.rank} axes",
        )
        return None
    for axis, size in enumerate(shape, incoming.rank - len(shape)):
        incoming.require(axis, size, "normalized_shape", place)
    return Outcome(
        tuple(incoming.all_sizes()),
        _scale_and_shift(product(*shape), bound["elementwise_affine"], shift),
        remark=KEPT,
    )


def _layer(bound: Bound, incoming: Incoming) -> Outcome | None:
    return _last_axes(bound, incoming, bound["bias"])


def _root_mean_square(bound: Bound, incoming: Incoming) -> Outcome | None:
    return _last_axes(bound, incoming, False)


def _group(bound: Bound, incoming: Incoming) -> Outcome | None:
    groups, channels = bound["num_groups"], bound["num_channels"]
    if channels % groups:
        incoming.object_to(
            f"num_channels={channels} cannot be divided into {groups} groups",
            bound.offset("num_groups"),
            expected=f"groups that divide {channels}",
        )
    if incoming.rank < 2:
        incoming.refuse("GroupNorm needs at least 2 axes", expected="(batch, channels, …)")
        return None
    incoming.require(1, channels, "num_channels", bound.offset("num_channels"))
    if channels == groups and all(incoming.known(a) == 1 for a in range(incoming.rank) if a != 1):
        incoming.refuse(
            "each group is a single cell, whose variance is nothing to divide by",
            bound.offset("num_groups"),
            expected="more than one cell in a group",
        )
    return Outcome(
        tuple(incoming.all_sizes()),
        _scale_and_shift(channels, bound["affine"], bound["bias"]),
        remark=KEPT,
    )


for _axes in (1, 2, 3):
    _batch(_axes)
    _instance(_axes)
register(
    LayerType(
        "LayerNorm",
        (
            Argument("normalized_shape", Shape()),
            Argument("eps", Real(0), 1e-05),
            Argument("elementwise_affine", Switch(), True),
            Argument("bias", Switch(), True),
            *TAIL,
        ),
        _layer,
    )
)
register(
    LayerType(
        "RMSNorm",
        (
            Argument("normalized_shape", Shape()),
            Argument("eps", Real(0), None),
            Argument("elementwise_affine", Switch(), True),
            *TAIL,
        ),
        _root_mean_square,
    )
)
register(
    LayerType(
        "GroupNorm",
        (
            Argument("num_groups", Whole()),
            Argument("num_channels", Whole()),
            Argument("eps", Real(0), 1e-05),
            Argument("affine", Switch(), True),
            *TAIL,
            BIAS,
        ),
        _group,
    )
)
