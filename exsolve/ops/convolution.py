"""Convolution as deep learning calls it: a cross-correlation.

The layouts are those of PyTorch: x [..., channels, *spatial], weight [out, in/groups, *kernel].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from exsolve import limits
from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Mistake,
    Node,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slice,
    Slip,
)
from exsolve.ops.cells import number, summed
from exsolve.ops.construct import ZERO, call
from exsolve.ops.kernel_gradient import one_or_several, weight_gradient
from exsolve.ops.mistakes import MOVING_WINDOW, again, setting
from exsolve.ops.registry import register
from exsolve.ops.shapes import describe, sizes, within_limits
from exsolve.ops.windows import (
    PADDING,
    STRIDE,
    Axis,
    Window,
    bounded,
    counts,
    fitting,
    known_product,
    lengths,
    padded_within_limits,
    patches,
    per_axis,
    seen_cells,
)

Options = Mapping[str, OptionValue]
GROUPS = Option("groups", 1, "integer")
DILATION = Option("dilation", 1, "spacing")
IMAGE_AND_WEIGHT = (Parameter("x"), Parameter("weight"))


def _spatial(operation: str, x: Shape, weight: Shape) -> int:
    """How many axes the window moves along."""
    axes = len(weight) - 2
    if axes < 1:
        raise LanguageError(
            f"the weight of {operation} has a channel axis for each side before its kernel",
            expected="(channels out, channels in, size, ...)"
            if operation == "conv"
            else "(channels in, channels out, size, ...)",
            found=describe(weight),
            hint=f"reshape(weight, [1, 1, {', '.join(map(str, weight))}]) for one channel each"
            if weight and not any(isinstance(size, str) for size in weight)
            else "",
        )
    if len(x) < axes + 1:
        raise LanguageError(
            f"{operation} with a kernel of {axes} {'axis' if axes == 1 else 'axes'} needs an array "
            "with a channel axis before as many",
            expected=f"{axes + 1} dimensions: channels, then the sizes",
            found=describe(x),
        )
    return axes


def check_channels(operation: str, x: Shape, weight: Shape, axes: int, groups: int) -> None:
    """Refuse channels that do not fit each other or do not fall into the groups."""
    found, first, second = x[-axes - 1], weight[0], weight[1]
    if groups < 1:
        raise LanguageError(
            f"{operation} needs at least one group", expected="1, 2, ...", found=str(groups)
        )
    wanted = first if operation == "conv_transpose" else second
    if groups > 1:
        inside, first_number, second_number = sizes((found, first, second))
        for count in (inside, first_number):
            if count % groups:
                raise LanguageError(
                    f"the channels of {operation} do not fall into {groups} equal groups",
                    expected=f"a multiple of {groups}",
                    found=str(count),
                )
        if operation == "conv":
            wanted = second_number * groups
    if found != wanted:
        raise LanguageError(
            f"the channels of {operation} do not fit: {describe(x)} has {found}, "
            f"the weight {describe(weight)} takes {wanted}",
            expected=f"{wanted} channels",
            found=str(found),
        )


def kernel_window(operation: str, x: Shape, weight: Shape, options: Options) -> Window:
    """The kernel over the axes of x (that is, for conv_transpose, over those of the result).

    Raises LanguageError for shapes and settings that do not fit each other.
    """
    axes = _spatial(operation, x, weight)
    along = zip(
        lengths(operation, x, axes),
        lengths(operation, weight, axes),
        per_axis(operation, options, "stride", axes, 1),
        per_axis(operation, options, "padding", axes, 0),
        per_axis(operation, options, "dilation", axes, 1),
        strict=True,
    )
    window = tuple(Axis(*one) for one in along)
    if operation == "conv":
        return fitting(operation, window)
    added = per_axis(operation, options, "output_padding", axes, 0)
    result: list[Axis] = []
    for axis, more in zip(window, added, strict=True):
        if more >= axis.stride:
            raise LanguageError(
                "the output_padding of conv_transpose must be smaller than the stride",
                expected=f"0 to {axis.stride - 1}",
                found=str(more),
            )
        length = (axis.length - 1) * axis.stride - 2 * axis.padding + axis.reach + more
        if length < 1:
            raise LanguageError(
                "the padding of conv_transpose takes everything away",
                expected=f"at most {(length - 1) // 2 + axis.padding}",
                found=str(axis.padding),
            )
        result.append(axis._replace(length=length))
    return tuple(result)


def _conv_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    x, weight = shapes
    window = kernel_window("conv", x, weight, options)
    axes = len(window)
    check_channels("conv", x, weight, axes, options["groups"])
    result = within_limits((*x[: -axes - 1], weight[0], *counts(window)))
    padded_within_limits("conv", x[:-axes], window)
    share = known_product(weight[:1]) // options["groups"]
    bounded_products("conv", (*x[:-axes], *weight[2:], *counts(window)), share)
    return result


def bounded_products(operation: str, seen: Shape, share: int) -> None:
    """Refuse what is too much work: cells that all windows see together, and their products, each
    with as many numbers of the weight as there are channels out in a group."""
    cells = known_product(seen)
    bounded(operation, cells, limits.CELLS, "cells in all windows together")
    bounded(operation, cells * share, limits.WINDOW_PRODUCTS, "products")


def by_groups(groups: int, *arrays: tuple[np.ndarray, int]) -> list[list[np.ndarray]]:
    """The parts of each array along its axis of channels, one list of arrays for each group."""
    parts = [np.split(array, groups, axis=axis) for array, axis in arrays]
    return [list(group) for group in zip(*parts, strict=True)]


def correlated(
    arithmetic: Arithmetic, x: np.ndarray, weight: np.ndarray, window: Window
) -> np.ndarray:
    """One group: the weight [out, in, *kernel] times what the window sees."""
    axes = len(window)
    batch, inside = x.shape[: -axes - 1], x.shape[-axes - 1]
    images = x.reshape(-1, *x.shape[-axes - 1 :])
    seen = patches(images, window, number(arithmetic, 0))
    # [batch, in, places, kernel] -> [in*kernel, batch*places]
    columns = seen.transpose(1, 3, 0, 2).reshape(inside * seen.shape[3], -1)
    rows = arithmetic.matmul(weight.reshape(len(weight), -1), columns)
    result = rows.reshape(len(weight), len(images), *counts(window)).swapaxes(0, 1)
    return result.reshape(*batch, len(weight), *counts(window))


def _conv(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    x, weight = arrays
    window = kernel_window("conv", x.shape, weight.shape, options)
    channels = x.ndim - len(window) - 1
    groups = by_groups(options["groups"], (x, channels), (weight, 0))
    parts = [correlated(arithmetic, image, kernel, window) for image, kernel in groups]
    return np.concatenate(parts, axis=channels)


def steps(options: Options, axes: int) -> list[list[int]]:
    """Stride, padding and dilation along each axis, for the numeric rules."""
    return [
        [*value] if isinstance(value := options[name], tuple) else [value] * axes
        for name in ("stride", "padding", "dilation")
    ]


def at_place(weight: np.ndarray, place: tuple[int, ...]) -> np.ndarray:
    """The matrix of the weight for one place of its kernel."""
    index: tuple[Any, ...] = (slice(None), slice(None), *place)
    matrix: np.ndarray = weight[index]
    return matrix


def _conv_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    x, weight = arrays
    axes = weight.ndim - 2
    stride, padding, dilation = steps(options, axes)
    padded = np.pad(x, [(0, 0)] * (x.ndim - axes) + [(one, one) for one in padding])
    kernel = weight.shape[2:]
    spans = [
        size - step * (wide - 1)
        for size, step, wide in zip(padded.shape[-axes:], dilation, kernel, strict=True)
    ]
    groups = options["groups"]
    images = np.split(padded, groups, axis=-axes - 1)
    parts = []
    for image, part in zip(images, np.split(weight, groups), strict=True):
        total: Any = 0.0
        for place in np.ndindex(kernel):
            along: Any = tuple(
                slice(at * step, at * step + span, by)
                for at, step, span, by in zip(place, dilation, spans, stride, strict=True)
            )
            seen = np.moveaxis(image[(..., *along)], -axes - 1, -1)
            total = total + seen @ at_place(part, place).T
        parts.append(np.moveaxis(total, -1, -axes - 1))
    return np.concatenate(parts, axis=-axes - 1)


def shared(node: Call) -> dict[str, OptionValue]:
    """The settings that a convolution and its transpose have in common."""
    return {name: node.options[name] for name in ("stride", "padding", "groups", "dilation")}


def _conv_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    x, weight = node.args
    shapes = context.shape(x), context.shape(node)
    window = kernel_window("conv", shapes[0], context.shape(weight), node.options)
    options = shared(node)
    left_over = [axis.left_over for axis in window]
    in_x = call(
        "conv_transpose", gradient, weight, **options, output_padding=one_or_several(left_over)
    )
    return [in_x, weight_gradient(x, gradient, window, shapes, options["groups"])]


def total_of(terms: list[Node]) -> Node:
    """The sum as it stands; 0 where a window sees nothing but padding."""
    return summed(terms) if terms else ZERO


def _conv_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    x, weight = node.args
    shape, kernel = context.shape(x), context.shape(weight)
    window = kernel_window("conv", shape, kernel, node.options)
    batch, channel = index[: -len(window) - 1], index[-len(window) - 1]
    inside, out = sizes((kernel[1], kernel[0]))
    first = channel // (out // node.options["groups"]) * inside
    return total_of(
        [
            call(
                "multiply",
                context.cell(weight, (channel, one, *step)),
                context.cell(x, (*batch, first + one, *cell)),
            )
            for one, (cell, step) in product(
                range(inside), seen_cells(window, index[-len(window) :])
            )
        ]
    )


def _kernel_turned(node: Call, context: Context) -> Iterator[Mistake]:
    x, weight = node.args
    axes = len(context.shape(weight)) - 2
    turned = call("index", weight, at=(Slice(), Slice(), *(Slice(step=-1),) * axes))
    yield Mistake(again(node, x, turned), node)


def _channels_swapped(node: Call, context: Context) -> Iterator[Mistake]:
    x, weight = node.args
    axes = len(context.shape(weight)) - 2
    swapped = call("transpose", weight, axes=(1, 0, *range(2, axes + 2)))
    yield Mistake(again(node, x, swapped), node)


WINDOW_SLIPS = (
    *MOVING_WINDOW,
    Slip(
        "dilation ignored",
        "You left out the dilation: the cells of the kernel stand apart.",
        setting(dilation=1),
        reshapes=True,
    ),
    Slip(
        "kernel turned round",
        "You turned the kernel round. A convolution in deep learning takes it as it stands.",
        _kernel_turned,
    ),
    Slip(
        "channels swapped",
        "You swapped the channels in and out of the weight.",
        _channels_swapped,
        reshapes=True,
    ),
)

register(
    Operation(
        "conv",
        "the convolution of deep learning: the weight [out, in, *kernel] times what its window "
        "sees of x [..., in, *sizes]",
        IMAGE_AND_WEIGHT,
        _conv_shape,
        _conv,
        _conv_numeric,
        notations.function("conv"),
        _conv_derivative,
        _conv_entry,
        options=(STRIDE, PADDING, GROUPS, DILATION),
        reason="the gradient of a convolution by the image is its transposed convolution, by the "
        "weight a convolution of the image with the gradient",
        slips=WINDOW_SLIPS,
    )
)
