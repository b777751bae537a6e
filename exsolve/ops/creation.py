"""Arrays made from sizes alone, and one-hot rows made from class numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Form,
    Mistake,
    Node,
    Notation,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slip,
)
from exsolve.ops.cells import full, number, numeric_cellwise, tied
from exsolve.ops.construct import ONE, call, literal, no_gradient
from exsolve.ops.mistakes import again
from exsolve.ops.registry import register
from exsolve.ops.shapes import normal_axes, same_shape, sizes, within_limits

Options = Mapping[str, OptionValue]


def shape_option(value: OptionValue) -> Shape:
    """A shape as written: ``[2, 3]``, or a number for a vector."""
    return value if isinstance(value, tuple) else (value,)


def _sized(shapes: Sequence[Shape], options: Options) -> Shape:
    return within_limits(shape_option(options["shape"]))


def _constant(name: str, value: int, filled: Callable[[tuple[int, ...]], Any]) -> None:
    def exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
        return full(sizes(shape_option(options["shape"])), number(arithmetic, value))

    def numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
        return filled(sizes(shape_option(options["shape"])))

    def entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
        return literal(value)

    register(
        Operation(
            name,
            f"an array of the given shape, each cell {value}",
            (),
            _sized,
            exact,
            numeric,
            notations.function(name),
            entry=entry,
            options=(Option("shape", None, "sizes", required=True),),
        )
    )


_constant("zeros", 0, np.zeros)
_constant("ones", 1, np.ones)


def _identity_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return within_limits((options["n"], options["n"]))


def _identity(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    matrix = full(sizes((options["n"], options["n"])), number(arithmetic, 0))
    np.fill_diagonal(matrix, number(arithmetic, 1))
    return matrix


def _identity_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    (n,) = sizes((options["n"],))
    return np.eye(n)


def _identity_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return literal(int(index[0] == index[1]))


register(
    Operation(
        "identity",
        "the n x n identity matrix",
        (),
        _identity_shape,
        _identity,
        _identity_numeric,
        Notation(notations.function("identity").text, Form("I"), Form("I_{{{n}}}")),
        entry=_identity_entry,
        options=(Option("n", None, "size", required=True),),
    )
)


def _one_hot_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return within_limits((*shapes[0], options["n"]))


def _one_hot(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    (classes,) = arrays
    (width,) = sizes((options["n"],))
    result = full((*classes.shape, width), number(arithmetic, 0))
    one = number(arithmetic, 1)
    labels = [number(arithmetic, label) for label in range(width)]
    for place in np.ndindex(classes.shape):
        for label, value in enumerate(labels):
            if arithmetic.sign(classes[place] - value) == 0:
                result[(*place, label)] = one
                break
        else:
            raise _no_class(classes[place], width)
    return result


def _no_class(found: object, width: int) -> LanguageError:
    return LanguageError(
        f"one_hot has no class {found}", expected=f"0 to {width - 1}", found=str(found)
    )


def _one_hot_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    (width,) = sizes((options["n"],))
    result = tied(np.asarray(arrays[0])[..., None], np.arange(width)).astype(float)
    if not np.all(result.sum(axis=-1)):
        raise _no_class(arrays[0], width)
    return result


def _one_hot_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return call("equal_to", context.cell(node.args[0], index[:-1]), literal(index[-1]))


def _counted_from_one(node: Call, context: Context) -> Iterator[Mistake]:
    yield Mistake(again(node, call("subtract", node.args[0], ONE)), node)
    yield Mistake(again(node, call("add", node.args[0], ONE)), node)


register(
    Operation(
        "one_hot",
        "for each class number, counted from 0, a row of n cells with a 1 at that place",
        (Parameter("x"),),
        _one_hot_shape,
        _one_hot,
        _one_hot_numeric,
        notations.function("one_hot"),
        no_gradient,
        _one_hot_entry,
        options=(Option("n", None, "size", required=True),),
        reason="class numbers are whole numbers, which nothing is differentiated by",
        slips=(
            Slip(
                "counted from 1",
                "You put the 1 one place off in {part}. Classes count from 0.",
                _counted_from_one,
            ),
        ),
    )
)


def _ones_like(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return full(arrays[0].shape, number(arithmetic, 1))


def _ones_like_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return literal(1)


register(
    Operation(
        "ones_like",
        "an array of the shape of x, each cell 1",
        (Parameter("x"),),
        same_shape,
        _ones_like,
        numeric_cellwise(np.ones_like),
        notations.function("ones_like"),
        no_gradient,
        _ones_like_entry,
        reason="a constant: its derivative is 0",
    )
)


def _size_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    normal_axes(options["axis"], len(shapes[0]), "size")
    return ()


def _counted(shape: Shape, options: Options) -> int:
    axes = normal_axes(options["axis"], len(shape), "size")
    return prod(sizes(shape[axis] for axis in axes))


def _size(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return number(arithmetic, _counted(arrays[0].shape, options))


def _size_numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    axis = options["axis"]
    axes = axis if isinstance(axis, tuple) else (axis,)
    return float(prod(np.size(arrays[0], one) for one in axes))


def _size_entry(node: Call, index: tuple[int, ...], context: Context) -> Node:
    return literal(_counted(context.shape(node.args[0]), node.options))


def _other_sizes(node: Call, context: Context) -> Iterator[Mistake]:
    dimensions = len(context.shape(node.args[0]))
    for axis in (*range(dimensions), None):
        if again(node, axis=axis) != node:
            yield Mistake(again(node, axis=axis), node)


register(
    Operation(
        "size",
        "the number of cells, or the number along the axes",
        (Parameter("x"),),
        _size_shape,
        _size,
        _size_numeric,
        notations.function("size"),
        no_gradient,
        _size_entry,
        options=(Option("axis", None, "axis"),),
        reason="a constant: its derivative is 0",
        slips=(
            Slip("other size", "You counted along another axis than {part} does.", _other_sizes),
        ),
    )
)
