"""Layers that work on each cell and keep the shape: activations, dropout, Identity.

PyTorch, torch.nn, the sections on non-linear activations and on dropout.
"""

from __future__ import annotations

from exsolve.layers.registry import Incoming, LayerType, Outcome, register
from exsolve.layers.signature import TAIL, Argument, Bound, Real, Switch, Whole, Word
from exsolve.ops.construct import literal

KEPT = "Each cell by itself: the shape stays."
INPLACE = Argument("inplace", Switch(), False)


def _kept(bound: Bound, incoming: Incoming) -> Outcome | None:
    return Outcome(tuple(incoming.all_sizes()), remark=KEPT)


def _along_axis(bound: Bound, incoming: Incoming) -> Outcome | None:
    axis = bound["dim"]
    if axis is not None and not -incoming.rank <= axis < incoming.rank:
        incoming.refuse(
            f"dim={axis}, but its input has {incoming.rank} axes",
            bound.offset("dim"),
            expected=f"an axis from {-incoming.rank} to {incoming.rank - 1}",
        )
        return None
    return Outcome(tuple(incoming.all_sizes()), remark="Along one axis: the shape stays.")


def _prelu(bound: Bound, incoming: Incoming) -> Outcome | None:
    count = bound["num_parameters"]
    if count > 1:
        if incoming.rank < 2:
            incoming.refuse(
                "one slope for each channel needs channels", expected="(batch, channels)"
            )
            return None
        incoming.require(1, count, "num_parameters", bound.offset("num_parameters"))
    return Outcome(tuple(incoming.all_sizes()), literal(count), remark=KEPT)


_ACTIVATIONS: dict[str, tuple[Argument, ...]] = {
    "ReLU": (INPLACE,),
    "ReLU6": (INPLACE,),
    "LeakyReLU": (Argument("negative_slope", Real(), 0.01), INPLACE),
    "Sigmoid": (),
    "Tanh": (),
    "GELU": (Argument("approximate", Word("none", "tanh"), "none"),),
    "ELU": (Argument("alpha", Real(), 1.0), INPLACE),
    "SELU": (INPLACE,),
    "CELU": (Argument("alpha", Real(), 1.0), INPLACE),
    "SiLU": (INPLACE,),
    "Mish": (INPLACE,),
    "Softplus": (Argument("beta", Real(), 1.0), Argument("threshold", Real(), 20.0)),
    "Softsign": (),
    "Tanhshrink": (),
    "LogSigmoid": (),
    "Hardtanh": (Argument("min_val", Real(), -1.0), Argument("max_val", Real(), 1.0), INPLACE),
    "Hardsigmoid": (INPLACE,),
    "Hardswish": (INPLACE,),
    "Identity": (),
}
for _name, _signature in _ACTIVATIONS.items():
    register(LayerType(_name, _signature, _kept))
for _name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"):
    register(LayerType(_name, (Argument("p", Real(0, 1), 0.5), INPLACE), _kept))
for _name in ("Softmax", "LogSoftmax", "Softmin"):
    register(LayerType(_name, (Argument("dim", Whole(None), None),), _along_axis))
register(
    LayerType(
        "PReLU",
        (Argument("num_parameters", Whole(), 1), Argument("init", Real(), 0.25), *TAIL),
        _prelu,
    )
)
