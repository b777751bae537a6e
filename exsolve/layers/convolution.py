"""Convolutions and transposed convolutions, in one to three dimensions.

Sizes and parameters: PyTorch, torch.nn.Conv1d to Conv3d and torch.nn.ConvTranspose1d to 3d, section
Shape; Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016.
"""

from __future__ import annotations

from collections.abc import Callable

from exsolve.expression.tree import Name, Node
from exsolve.graph import QuantitySlip
from exsolve.layers.formulas import (
    WindowRule,
    plus,
    product,
    rule_in_general,
    span,
    transposed_size,
)
from exsolve.layers.registry import Incoming, LayerType, Outcome, Sight, Window, register
from exsolve.layers.signature import (
    TAIL,
    Argument,
    Bound,
    Padding,
    Sizes,
    Switch,
    Whole,
    Word,
)
from exsolve.layers.slips import kernel_slips, window_slips
from exsolve.ops.construct import ONE, ZERO, call, literal

MODES = ("zeros", "reflect", "replicate", "circular")


def _shared(bound: Bound, incoming: Incoming, name: str, axes: int) -> int | None:
    """The axis of the channels, once the channels and groups fit; None where nothing can follow."""
    groups = bound["groups"]
    for argument in ("in_channels", "out_channels"):
        if bound[argument] % groups:
            incoming.object_to(
                f"{argument}={bound[argument]} cannot be divided into {groups} groups",
                bound.offset("groups"),
                expected=f"groups that divide in_channels={bound['in_channels']} "
                f"and out_channels={bound['out_channels']}",
            )
    found = incoming.grid(name, axes)
    if found is None:
        return None
    channel, _ = found
    wanted, place = bound["in_channels"], bound.offset("in_channels")
    last = incoming.known(-1) == wanted
    if last and incoming.known(channel) is None:
        incoming.refuse(
            f"the {wanted} channels stand on the last axis, where {name} has none",
            place,
            expected="(batch, channels, length)" if axes == 1 else "channels before the grid",
            hint=_channels_first(channel, incoming),
        )
        return channel
    here = incoming.known(channel)
    instead = f"in_channels={here}; or, if the channels stand last, " if here else ""
    instead = instead + _channels_first(channel, incoming) if last else ""
    incoming.require(channel, wanted, "in_channels", place, instead)
    return channel


def _channels_first(channel: int, incoming: Incoming) -> str:
    """The layer that brings the last axis where a convolution has its channels."""
    last = incoming.rank - 1
    if last == channel + 1:
        return f"write Transpose({channel}, {last}) before it, which puts the channels first"
    order = ", ".join(map(str, [*range(channel), last, *range(channel, last)]))
    return f"write Permute({order}) before it, which puts the channels first"


def _weights(rows: int, columns: int, bound: Bound) -> Node:
    """The parameters of a kernel, as out*in*k*k + out, its weights divided by the groups."""
    weights = _grouped(product(rows, columns, *bound["kernel_size"]), bound)
    return plus(weights, literal(bound["out_channels"])) if bound["bias"] else weights


def _weight_slips(rows: int, columns: int, bound: Bound) -> tuple[QuantitySlip, ...]:
    biases = bound["out_channels"] if bound["bias"] else 0
    return kernel_slips(rows, columns, bound["kernel_size"], bound["groups"], biases)


def _grouped(weights: Node, bound: Bound) -> Node:
    groups = bound["groups"]
    return weights if groups == 1 else call("divide", weights, literal(groups))


def _convolution(axes: int) -> None:
    name = f"Conv{axes}d"

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        padding, stride = bound["padding"], bound["stride"]
        same = padding == "same"
        if same and any(step != 1 for step in stride):
            incoming.object_to(
                "padding='same' goes with stride 1 only, as in PyTorch",
                bound.offset("stride", "padding"),
                expected="stride=1, or the padding as a number",
            )
            return None
        if padding == "valid":
            padding = (0,) * axes
        channel = _shared(bound, incoming, name, axes)
        if channel is None:
            return None
        grid = range(channel + 1, incoming.rank)
        _check_padding_mode(bound, incoming, same, padding, channel)
        windows = list(zip(bound["kernel_size"], stride, bound["dilation"], strict=True))
        rules = [
            WindowRule.of(kernel, step, pad, spread)
            for (kernel, step, spread), pad in zip(
                windows, (0,) * axes if same else padding, strict=True
            )
        ]
        sizes = [
            incoming.size(axis) if same else rule.windows(incoming.size(axis))
            for axis, rule in zip(grid, rules, strict=True)
        ]
        before = (*incoming.all_sizes()[:channel], literal(bound["out_channels"]))
        return Outcome(
            sizes=(*before, *sizes),
            params=_weights(bound["out_channels"], bound["in_channels"], bound),
            shape_slips=()
            if same
            else window_slips(
                before, [incoming.size(a) for a in grid], rules, incoming.size(channel)
            ),
            params_slips=_weight_slips(bound["out_channels"], bound["in_channels"], bound),
            general=None if same else rule_in_general(rules),
            remark=(
                "Padding 'same' keeps the sizes" if same else "Each size by the rule for windows"
            )
            + f"; the channels become {bound['out_channels']}.",
            per_cell=_grouped(product(bound["in_channels"], *bound["kernel_size"]), bound),
            sight=Sight(
                tuple(
                    Window(span(kernel, spread), literal(step)) for kernel, step, spread in windows
                )
            ),
            connected=True,
        )

    register(
        LayerType(
            name,
            (
                Argument("in_channels", Whole()),
                Argument("out_channels", Whole()),
                Argument("kernel_size", Sizes(axes)),
                Argument("stride", Sizes(axes), 1),
                Argument("padding", Padding(axes), 0),
                Argument("dilation", Sizes(axes), 1),
                Argument("groups", Whole(), 1),
                Argument("bias", Switch(), True),
                Argument("padding_mode", Word(*MODES), "zeros"),
                *TAIL,
            ),
            apply,
            axes,
        )
    )


def _check_padding_mode(
    bound: Bound, incoming: Incoming, same: bool, padding: tuple[int, ...], channel: int
) -> None:
    """Refuse padding that takes more cells of the input than it has."""
    mode = bound["padding_mode"]
    if mode not in ("reflect", "circular"):
        return
    for place, kernel in enumerate(bound["kernel_size"]):
        size = incoming.known(channel + 1 + place)
        # of an uneven total, PyTorch puts the larger half behind the input
        wide = (bound["dilation"][place] * (kernel - 1) + 1) // 2 if same else padding[place]
        if size is not None and (wide > size or (wide == size and mode == "reflect")):
            incoming.refuse(
                f"padding_mode='{mode}' takes {wide} cells from an axis of {size}",
                bound.offset("padding", "padding_mode"),
                expected=f"padding of at most {size - (mode == 'reflect')} there",
            )


def _transposed(axes: int) -> None:
    name = f"ConvTranspose{axes}d"

    def apply(bound: Bound, incoming: Incoming) -> Outcome | None:
        channel = _shared(bound, incoming, name, axes)
        windows = list(
            zip(
                bound["kernel_size"],
                bound["stride"],
                bound["padding"],
                bound["dilation"],
                bound["output_padding"],
                strict=True,
            )
        )
        for _, step, _, spread, extra in windows:
            if extra >= step and extra >= spread:
                incoming.object_to(
                    f"output_padding={extra} is neither below the stride {step} "
                    f"nor below the dilation {spread}",
                    bound.offset("output_padding"),
                    expected=f"output_padding of at most {max(step, spread) - 1} there",
                )
        if channel is None:
            return None
        sizes = [
            transposed_size(incoming.size(axis), *map(literal, arguments))
            for axis, arguments in enumerate(windows, channel + 1)
        ]
        steady = all(step == 1 for _, step, *_ in windows)
        general = transposed_size(
            Name("n"),
            Name("kernel"),
            Name("stride"),
            Name("padding"),
            Name("dilation") if any(spread > 1 for *_, spread, _ in windows) else ONE,
            Name("output padding") if any(extra for *_, extra in windows) else ZERO,
        )
        return Outcome(
            sizes=(*incoming.all_sizes()[:channel], literal(bound["out_channels"]), *sizes),
            params=_weights(bound["in_channels"], bound["out_channels"], bound),
            params_slips=_weight_slips(bound["in_channels"], bound["out_channels"], bound),
            general=general,
            remark="Each size by the rule for transposed convolutions; the channels become "
            f"{bound['out_channels']}.",
            per_cell=_grouped(product(bound["out_channels"], *bound["kernel_size"]), bound),
            of_input=True,
            sight=Sight(
                tuple(Window(span(kernel, spread), ONE) for kernel, _, _, spread, _ in windows)
            )
            if steady
            else Sight(unclear=True),
            connected=True,
        )

    register(
        LayerType(
            name,
            (
                Argument("in_channels", Whole()),
                Argument("out_channels", Whole()),
                Argument("kernel_size", Sizes(axes)),
                Argument("stride", Sizes(axes), 1),
                Argument("padding", Sizes(axes, 0), 0),
                Argument("output_padding", Sizes(axes, 0), 0),
                Argument("groups", Whole(), 1),
                Argument("bias", Switch(), True),
                Argument("dilation", Sizes(axes), 1),
                Argument("padding_mode", Word("zeros"), "zeros"),
                *TAIL,
            ),
            apply,
            axes,
        )
    )


_FAMILIES: tuple[Callable[[int], None], ...] = (_convolution, _transposed)
for _family in _FAMILIES:
    for _axes in (1, 2, 3):
        _family(_axes)
