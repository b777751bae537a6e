"""Pooling: the largest or the mean of each window, and adaptive pooling to a given size.

Sizes: PyTorch, torch.nn.MaxPool1d to 3d, AvgPool1d to 3d and their adaptive forms, section Shape.
"""

from __future__ import annotations

from exsolve.expression.tree import Node
from exsolve.layers.formulas import WindowRule, minus, rule_in_general, span
from exsolve.layers.registry import Incoming, LayerType, Outcome, Sight, Window, register
from exsolve.layers.signature import Argument, Bound, Sizes, Switch, Whole
from exsolve.layers.slips import nothing_to_learn, window_slips
from exsolve.ops.construct import ONE, call, literal


def _pooled(
    bound: Bound, incoming: Incoming, name: str, axes: int, dilation: tuple[int, ...]
) -> Outcome | None:
    kernels, padding = bound["kernel_size"], bound["padding"]
    strides = bound["stride"] or kernels
    ceil_mode = bound["ceil_mode"]
    for kernel, pad, spread in zip(kernels, padding, dilation, strict=True):
        widest = (spread * (kernel - 1) + 1) // 2
        if pad > widest:
            incoming.object_to(
                f"padding={pad} is more than half of the window of {spread * (kernel - 1) + 1}",
                bound.offset("padding"),
                expected=f"padding of at most {widest}, as in PyTorch",
            )
            return None
    found = incoming.grid(name, axes)
    if found is None:
        return None
    channel, grid = found
    windows = list(zip(kernels, strides, padding, dilation, strict=True))
    rules = [WindowRule.of(*window, ceil_mode) for window in windows]
    sizes = [rule.windows(incoming.size(axis)) for axis, rule in zip(grid, rules, strict=True)]
    before = incoming.all_sizes()[: channel + 1]
    rounding = ", rounded up (ceil_mode)" if ceil_mode else ""
    return Outcome(
        sizes=(*before, *sizes),
        shape_slips=window_slips(before, [incoming.size(axis) for axis in grid], rules, None),
        params_slips=nothing_to_learn(kernels, incoming.known(channel)),
        general=rule_in_general(rules),
        remark=f"Each size by the rule for windows{rounding}; the channels stay.",
        sight=Sight(
            tuple(
                Window(span(kernel, spread), literal(step)) for kernel, step, _, spread in windows
            )
        ),
    )


def _maximum(axes: int) -> None:
    name = f"MaxPool{axes}d"

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        return _pooled(bound, incoming, name, axes, bound["dilation"])

    register(
        LayerType(
            name,
            (
                Argument("kernel_size", Sizes(axes)),
                Argument("stride", Sizes(axes), None),
                Argument("padding", Sizes(axes, 0), 0),
                Argument("dilation", Sizes(axes), 1),
                Argument("return_indices", Switch(), False),
                Argument("ceil_mode", Switch(), False),
            ),
            apply,
            axes,
        )
    )


def _average(axes: int) -> None:
    name = f"AvgPool{axes}d"

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        if axes == 3:
            _check_volume(bound, incoming)
        return _pooled(bound, incoming, name, axes, (1,) * axes)

    divisor = () if axes == 1 else (Argument("divisor_override", Whole(), None),)
    register(
        LayerType(
            name,
            (
                Argument("kernel_size", Sizes(axes)),
                Argument("stride", Sizes(axes), None),
                Argument("padding", Sizes(axes, 0), 0),
                Argument("ceil_mode", Switch(), False),
                Argument("count_include_pad", Switch(), True),
                *divisor,
            ),
            apply,
            axes,
        )
    )


def _check_volume(bound: Bound, incoming: Incoming) -> None:
    """Refuse a window larger than the volume without its padding, as AvgPool3d alone does."""
    for axis, kernel in zip((-3, -2, -1), bound["kernel_size"], strict=True):
        size = incoming.known(axis) if incoming.rank >= 3 else None
        if size is not None and size < kernel:
            incoming.refuse(
                f"kernel_size {kernel} is larger than the axis of {size}, padding left aside",
                bound.offset("kernel_size"),
                expected=f"an axis of at least {kernel}, as in PyTorch",
            )


def _adaptive(kind: str, axes: int) -> None:
    name = f"Adaptive{kind}Pool{axes}d"

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        found = incoming.grid(name, axes)
        if found is None:
            return None
        channel, grid = found
        wanted = bound["output_size"]
        sizes = tuple(
            incoming.size(axis) if size is None else literal(size)
            for axis, size in zip(grid, wanted, strict=True)
        )
        windows = [
            _adaptive_window(incoming, axis, size) for axis, size in zip(grid, wanted, strict=True)
        ]
        clear = [window for window in windows if window is not None]
        return Outcome(
            sizes=(*incoming.all_sizes()[: channel + 1], *sizes),
            remark="The sizes become output_size, whatever the input; the channels stay.",
            sight=Sight(tuple(clear)) if len(clear) == axes else Sight(unclear=True),
        )

    extra = (Argument("return_indices", Switch(), False),) if kind == "Max" else ()
    register(
        LayerType(name, (Argument("output_size", Sizes(axes, holes=True)), *extra), apply, axes)
    )


def _adaptive_window(incoming: Incoming, axis: int, wanted: int | None) -> Window | None:
    """Windows of equal length where the size can be divided; None where it cannot."""
    if wanted is None:
        return Window(literal(0), ONE)
    size = incoming.size(axis)
    known = incoming.known(axis)
    if wanted != 1 and (known is None or known % wanted):
        return None
    length: Node = size if wanted == 1 else call("divide", size, literal(wanted))
    return Window(minus(length, ONE), length)


for _axes in (1, 2, 3):
    _maximum(_axes)
    _average(_axes)
    for _kind in ("Avg", "Max"):
        _adaptive(_kind, _axes)
