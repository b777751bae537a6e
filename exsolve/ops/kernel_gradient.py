"""The gradient of a convolution's weight, which is a convolution again."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.expression.tree import Call, Node, OptionValue, Shape, Slice
from exsolve.ops.construct import call, is_call
from exsolve.ops.shapes import sizes
from exsolve.ops.windows import Window


def one_or_several(values: Sequence[int]) -> OptionValue:
    """One number where it is the same along all axes."""
    return values[0] if len(set(values)) == 1 else tuple(values)


def weight_gradient(
    image: Node, gradient: Node, window: Window, shapes: tuple[Shape, Shape], groups: int
) -> Node:
    """sum over the places p of gradient[o, p]*image[i, stride*p + dilation*k - padding].

    This is a convolution again: of the image with the gradient as its kernel, where batch and
    channels, and stride and dilation, have changed places. ``shapes``: of image and gradient.
    """
    image_shape, gradient_shape = shapes
    axes = len(window)
    if len(image_shape) == axes + 1 and image_shape[0] == 1:
        # One image of one channel: without exchanges, as it is written by hand.
        kernels = _correlated(image, call("expand_dims", gradient, axis=1), window, 1)
        return call("expand_dims", kernels, axis=1)
    image = _one_batch_axis(image, image_shape, axes)
    gradient = _one_batch_axis(gradient, gradient_shape, axes)
    if groups == 1:
        return _group_gradient(image, gradient, window)
    inside, out = sizes((image_shape[-axes - 1], gradient_shape[-axes - 1]))
    parts = []
    for group in range(groups):
        images = _channel_slice(image, inside // groups, group)
        gradients = _channel_slice(gradient, out // groups, group)
        parts.append(_group_gradient(images, gradients, window))
    return call("concat", *parts)


def _one_batch_axis(node: Node, shape: Shape, axes: int) -> Node:
    """[batch, channels, *spatial] of an array with any number of batch axes."""
    leading = len(shape) - axes - 1
    if leading == 1:
        return node
    if leading == 0:
        return call("expand_dims", node, axis=0)
    return call("reshape", node, shape=(-1, *shape[leading:]))


def _channel_slice(node: Node, count: int, group: int) -> Node:
    at = (Slice(), Slice(group * count, (group + 1) * count))
    return call("index", node, at=at)


def _channels_first(node: Node, axes: int) -> Node:
    """Batch and channels exchanged."""
    if isinstance(node, Call) and is_call(node, "expand_dims") and node.options["axis"] == 0:
        return call("expand_dims", node.args[0], axis=1)
    return call("transpose", node, axes=(1, 0, *range(2, axes + 2)))


def _group_gradient(image: Node, gradient: Node, window: Window) -> Node:
    axes = len(window)
    images, kernels = _channels_first(image, axes), _channels_first(gradient, axes)
    result = _correlated(images, kernels, window, 2)
    return call("transpose", result, axes=(1, 0, *range(2, axes + 2)))


def _correlated(image: Node, kernel: Node, window: Window, leading: int) -> Node:
    """The convolution with stride and dilation exchanged, cut to the size of the weight's kernel;
    ``leading``: the axes of the result before those of the window."""
    result: Node = call(
        "conv",
        image,
        kernel,
        stride=one_or_several([axis.dilation for axis in window]),
        padding=one_or_several([axis.padding for axis in window]),
        dilation=one_or_several([axis.stride for axis in window]),
    )
    if any(axis.left_over >= axis.dilation for axis in window):
        cut = [Slice(None, axis.size) for axis in window]
        result = call("index", result, at=(*(Slice(),) * leading, *cut))
    return result
