"""Shapes: broadcasting, axes, limits, and how a shape is said in a message.

A dimension is a number or a symbol; two symbols are the same size only when they are the same word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from exsolve.errors import LanguageError
from exsolve.expression.tree import Dimension, OptionValue, Shape, ShapeRule
from exsolve.limits import CELLS, DIMENSIONS


def describe(shape: Shape) -> str:
    """``(5, 3)``, ``(3,)``, or ``a number`` for the shape of a scalar."""
    if not shape:
        return "a number"
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def within_limits(shape: Shape) -> Shape:
    """The shape itself; refuses too many dimensions, too many cells and sizes below 1."""
    if len(shape) > DIMENSIONS:
        raise LanguageError(
            "an array with too many dimensions",
            expected=f"at most {DIMENSIONS} dimensions",
            found=f"{len(shape)}: {describe(shape)}",
        )
    cells = 1
    for dimension in shape:
        if isinstance(dimension, str):
            continue
        if dimension < 1:
            raise LanguageError(
                "a size must be at least 1", expected="1, 2, ...", found=describe(shape)
            )
        cells *= dimension
    if cells > CELLS:
        raise LanguageError(
            "an array with too many cells",
            expected=f"at most {CELLS} cells",
            found=describe(shape),
        )
    return shape


def broadcast(shapes: Sequence[Shape], operation: str) -> Shape:
    """The common shape by NumPy's rule: sizes aligned at the right, a 1 stretches.

    Raises LanguageError that names the operation and the two sizes that disagree.
    """
    different = {*shapes}
    different.discard(())
    if len(different) < 2:
        return within_limits(different.pop() if different else ())
    result: list[Dimension] = [1] * max(len(shape) for shape in different)
    for shape in shapes:
        for place, size in enumerate(shape, start=len(result) - len(shape)):
            if result[place] == 1:
                result[place] = size
            elif size not in (1, result[place]):
                raise LanguageError(
                    f"the shapes of {operation} do not fit together: "
                    f"{' and '.join(map(describe, shapes))}",
                    expected="equal sizes, counted from the last, or a size of 1",
                    found=f"{result[place]} and {size}",
                    hint=_matrix_product(shapes, operation),
                )
    return within_limits(tuple(result))


def _matrix_product(shapes: Sequence[Shape], operation: str) -> str:
    """What to write where @ was perhaps meant: it would fit where cell by cell does not."""
    if len(shapes) != 2 or not all(shapes):
        return ""
    a, b = shapes
    if operation == "*" and len(a) <= 2 and a[-1] == (b[0] if len(b) == 1 else b[-2]):
        return "@ is the matrix product; * works cell by cell"
    # W*x + b, where W*x was stretched to a matrix
    if operation in ("+", "-") and len(a) == 2 and len(b) == 1 and a[0] == b[0]:
        return "if the left side is meant to be a matrix times a vector, write @ in it, not *"
    return ""


def elementwise(operation: str) -> ShapeRule:
    """The shape rule of an operation that works cell by cell with broadcasting."""

    def rule(shapes: Sequence[Shape], options: Mapping[str, OptionValue]) -> Shape:
        return broadcast(shapes, operation)

    return rule


def same_shape(shapes: Sequence[Shape], options: Mapping[str, OptionValue]) -> Shape:
    """The shape rule of a function of one array that works cell by cell."""
    return shapes[0]


def normal_axis(axis: int, dimensions: int, operation: str) -> int:
    """The axis counted from 0; refuses one that the array does not have."""
    if not -dimensions <= axis < dimensions:
        raise LanguageError(
            f"{operation} has no axis {axis} to work on",
            expected=f"an axis from {-dimensions} to {dimensions - 1}"
            if dimensions
            else "an array with at least one dimension",
            found=str(axis) if dimensions else "a number",
        )
    return axis % dimensions


def normal_axes(axis: OptionValue, dimensions: int, operation: str) -> tuple[int, ...]:
    """The axes counted from 0, in order; ``None`` stands for all of them."""
    if axis is None:
        return tuple(range(dimensions))
    axes = axis if isinstance(axis, tuple) else (axis,)
    normal = sorted(normal_axis(one, dimensions, operation) for one in axes)
    if len(set(normal)) < len(normal):
        raise LanguageError(
            f"{operation} names an axis twice", expected="each axis once", found=str(list(axes))
        )
    return tuple(normal)


def reduced(shape: Shape, axes: Iterable[int], keepdims: bool) -> Shape:
    """The shape after the axes (counted from 0) are gone, or kept with size 1."""
    gone = set(axes)
    if keepdims:
        return tuple(1 if place in gone else size for place, size in enumerate(shape))
    return tuple(size for place, size in enumerate(shape) if place not in gone)


def count(shape: Shape, axes: Iterable[int]) -> int | None:
    """How many cells the axes run over; None where a symbol is among them."""
    total = 1
    for axis in axes:
        size = shape[axis]
        if isinstance(size, str):
            return None
        total *= size
    return total


def sizes(shape: Iterable[Dimension]) -> tuple[int, ...]:
    """The shape as numbers; refuses symbols, which have no value yet."""
    result: list[int] = []
    for size in shape:
        if isinstance(size, str):
            raise LanguageError(
                f"the size {size} has no value here", expected="a number", found=size
            )
        result.append(size)
    return tuple(result)


def aligned(index: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """The cell of an argument of this shape that broadcasting puts at ``index``."""
    tail = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else place for place, size in zip(tail, shape, strict=True))
