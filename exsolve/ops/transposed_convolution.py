"""The transposed convolution, which spreads each cell of an image over a copy of the kernel.

It has the weight of the convolution that it is the transpose of, [in, out/groups, *kernel] for an
x [..., in, *spatial]. (Dumoulin and Visin, arXiv:1603.07285, chapter 4.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Node,
    Operation,
    Option,
    OptionValue,
    Shape,
)
from exsolve.ops.cells import full, number
from exsolve.ops.construct import call
from exsolve.ops.convolution import (
    DILATION,
    GROUPS,
    IMAGE_AND_WEIGHT,
    WINDOW_SLIPS,
    at_place,
    bounded_products,
    by_groups,
    check_channels,
    correlated,
    kernel_window,
    shared,
    steps,
    total_of,
)
from exsolve.ops.kernel_gradient import weight_gradient
from exsolve.ops.registry import register
from exsolve.ops.shapes import sizes, within_limits
from exsolve.ops.windows import (
    PADDING,
    STRIDE,
    Axis,
    known_product,
    padded_within_limits,
    seen_from,
)

Options = Mapping[str, OptionValue]
OUTPUT_PADDING = Option("output_padding", 0, "spacing")


def _conv_transpose_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    x, weight = shapes
    window = kernel_window("conv_transpose", x, weight, options)
    axes = len(window)
    groups = options["groups"]
    check_channels("conv_transpose", x, weight, axes, groups)
    out = weight[1] if groups == 1 else sizes(weight[1:2])[0] * groups
    batch, spatial = x[: -axes - 1], tuple(axis.length for axis in window)
    result = within_limits((*batch, out, *spatial))
    padded_within_limits("conv_transpose", x[:-axes], window)
    padded_within_limits("conv_transpose", (*batch, out), window)
    share = known_product(weight[1:2])
    bounded_products("conv_transpose", (*x[:-axes], *weight[2:], *spatial), share)
    return result


def _conv_transpose(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    # The convolution, with the kernel turned round, of x with zeros between its cells.
    x, weight = arrays
    window = kernel_window("conv_transpose", x.shape, weight.shape, options)
    axes = len(window)
    channels = x.ndim - axes - 1
    zero = number(arithmetic, 0)
    apart = full(
        (
            *x.shape[:-axes],
            *(
                (size - 1) * axis.stride + 1
                for size, axis in zip(x.shape[-axes:], window, strict=True)
            ),
        ),
        zero,
    )
    every: tuple[Any, ...] = tuple(slice(None, None, axis.stride) for axis in window)
    apart[(..., *every)] = x
    # Room for every place of the turned window: reach - 1 - padding cells before the first.
    room = full(
        (*x.shape[:-axes], *(axis.length + axis.reach - 1 for axis in window)),
        zero,
    )
    into: list[Any] = []
    out_of: list[Any] = []
    for axis, size, wide in zip(window, apart.shape[-axes:], room.shape[-axes:], strict=True):
        before = axis.reach - 1 - axis.padding
        into.append(slice(max(before, 0), max(min(before + size, wide), 0)))
        out_of.append(slice(max(-before, 0), max(min(size, wide - before), 0)))
    room[(..., *into)] = apart[(..., *out_of)]
    backwards: list[Any] = [slice(None, None, -1)] * axes
    turned = weight[(..., *backwards)]
    moving = tuple(
        Axis(wide, axis.size, 1, 0, axis.dilation)
        for axis, wide in zip(window, room.shape[-axes:], strict=True)
    )
    groups = by_groups(options["groups"], (room, channels), (turned, 0))
    parts = [
        correlated(arithmetic, image, kernel.swapaxes(0, 1), moving) for image, kernel in groups
    ]
    return np.concatenate(parts, axis=channels)


def _conv_transpose_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    # Each cell of x puts a copy of the kernel, times its value, into the result.
    x, weight = arrays
    axes = weight.ndim - 2
    stride, padding, dilation = steps(options, axes)
    added = options["output_padding"]
    more = added if isinstance(added, tuple) else (added,) * axes
    kernel, groups = weight.shape[2:], options["groups"]
    spread = [(size - 1) * by for size, by in zip(x.shape[-axes:], stride, strict=True)]
    wide = [
        last + step * (size - 1) + 1 + extra
        for last, step, size, extra in zip(spread, dilation, kernel, more, strict=True)
    ]
    images = np.split(x, groups, axis=-axes - 1)
    parts = []
    for image, part in zip(images, np.split(weight, groups), strict=True):
        total = np.zeros((*x.shape[: -axes - 1], weight.shape[1], *wide))
        last = np.moveaxis(image, -axes - 1, -1)
        for place in np.ndindex(kernel):
            along: Any = tuple(
                slice(at * step, at * step + reach + 1, by)
                for at, step, reach, by in zip(place, dilation, spread, stride, strict=True)
            )
            copied = last @ at_place(part, place)
            total[(..., *along)] += np.moveaxis(copied, -1, -axes - 1)
        parts.append(total)
    whole = np.concatenate(parts, axis=-axes - 1)
    inside: list[Any] = [slice(off, size - off) for off, size in zip(padding, wide, strict=True)]
    return whole[(..., *inside)]


def _conv_transpose_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    # <conv_transpose(x, w), g> = <x, conv(g, w)>
    x, weight = node.args
    shapes = context.shape(node), context.shape(x)
    window = kernel_window("conv_transpose", shapes[1], context.shape(weight), node.options)
    options = shared(node)
    in_x = call("conv", gradient, weight, **options)
    return [in_x, weight_gradient(gradient, x, window, shapes, options["groups"])]


def _conv_transpose_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    x, weight = node.args
    shape, kernel = context.shape(x), context.shape(weight)
    window = kernel_window("conv_transpose", shape, kernel, node.options)
    axes = len(window)
    batch, channel = index[: -axes - 1], index[-axes - 1]
    inside, out = sizes((kernel[0], kernel[1]))
    group = inside // node.options["groups"]
    first = channel // out * group
    return total_of(
        [
            call(
                "multiply",
                context.cell(weight, (first + one, channel % out, *step)),
                context.cell(x, (*batch, first + one, *place)),
            )
            for one, (place, step) in product(range(group), seen_from(window, index[-axes:]))
        ]
    )


register(
    Operation(
        "conv_transpose",
        "the transpose of the convolution with this weight [in, out, *kernel]: each cell of x puts "
        "a copy of the kernel into the result",
        IMAGE_AND_WEIGHT,
        _conv_transpose_shape,
        _conv_transpose,
        _conv_transpose_numeric,
        notations.function("conv_transpose"),
        _conv_transpose_derivative,
        _conv_transpose_entry,
        options=(STRIDE, PADDING, GROUPS, DILATION, OUTPUT_PADDING),
        reason="the gradient of a transposed convolution by x is the convolution of the gradient",
        slips=WINDOW_SLIPS,
    )
)
