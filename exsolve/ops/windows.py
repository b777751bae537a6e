"""Windows that move over the last axes of an array: what convolution and pooling have in common.

Along each axis the window's cells stand ``dilation`` apart, it moves by ``stride``, and ``padding``
empty cells are added at both ends. (Dumoulin and Visin, A guide to convolution arithmetic for deep
learning, arXiv:1603.07285, relationship 6; with dilation relationship 15.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from exsolve import limits
from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.expression.tree import Option, OptionValue, Shape
from exsolve.ops.shapes import describe

STRIDE = Option("stride", 1, "spacing")
PADDING = Option("padding", 0, "spacing")


class Axis(NamedTuple):
    """The window along one axis of ``length`` cells."""

    length: int
    size: int
    stride: int
    padding: int
    dilation: int = 1

    @property
    def reach(self) -> int:
        """The cells from the first to the last that the window sees, both included."""
        return self.dilation * (self.size - 1) + 1

    @property
    def places(self) -> int:
        """How many places the window takes; below 1 where it does not fit."""
        return (self.length + 2 * self.padding - self.reach) // self.stride + 1

    @property
    def left_over(self) -> int:
        """The cells at the end that no window reaches."""
        return (self.length + 2 * self.padding - self.reach) % self.stride

    def seen(self, place: int) -> list[int]:
        """The cell under each place of the window where it takes its ``place``; may be outside."""
        start = place * self.stride - self.padding
        return [start + self.dilation * step for step in range(self.size)]


Window = tuple[Axis, ...]


def per_axis(
    operation: str, options: Mapping[str, OptionValue], name: str, axes: int, least: int
) -> tuple[int, ...]:
    """An option for each of the axes; refuses a list of another length and what is too small."""
    value = options[name]
    found: tuple[int, ...] = value if isinstance(value, tuple) else (value,) * axes
    if len(found) != axes:
        raise LanguageError(
            f"{operation}: {name} is one number, or one for each of the {axes} axes "
            "that the window moves along",
            expected=f"{axes} numbers" if axes > 1 else "1 number",
            found=str(list(found)),
        )
    for one in found:
        if not least <= one <= limits.CELLS:
            raise LanguageError(
                f"{operation} needs a {name} of at least {least}",
                expected=f"{least} to {limits.CELLS}",
                found=str(one),
            )
    return found


def lengths(operation: str, shape: Shape, axes: int) -> tuple[int, ...]:
    """The sizes of the last axes; refuses symbols, over which no window can be laid."""
    found: list[int] = []
    for size in shape[len(shape) - axes :]:
        if isinstance(size, str):
            raise LanguageError(
                f"{operation} cannot lay its windows over the size {size}, which is only a symbol",
                expected="numbers for the sizes that the window moves along",
                found=describe(shape),
            )
        found.append(size)
    return tuple(found)


def fitting(operation: str, window: Window) -> Window:
    """The window itself; refuses one that is larger than what it moves over."""
    for axis in window:
        if axis.places < 1:
            padded = axis.length + 2 * axis.padding
            with_padding = f" with a padding of {axis.padding} at both ends" if axis.padding else ""
            raise LanguageError(
                f"the window of {operation} does not fit: it reaches over {axis.reach} cells",
                expected=f"at most {padded}: {axis.length} cells{with_padding}",
                found=str(axis.reach),
            )
    return window


def bounded(operation: str, work: int, most: int, what: str) -> None:
    """Refuses what would take too long, before any work is done."""
    if work > most:
        raise LanguageError(
            f"{operation} would take too much work",
            expected=f"at most {most:,} {what}",
            found=f"{work:,}",
            hint="use smaller arrays, or a larger stride",
        )


def padded_within_limits(operation: str, leading: Shape, window: Window) -> None:
    """Refuses an array that is too large once it is padded, dilated or spread out."""
    cells = known_product(leading) * prod(
        axis.length + max(2 * axis.padding, axis.reach - 1) for axis in window
    )
    bounded(operation, cells, limits.CELLS, "cells with all padding")


def known_product(shape: Shape) -> int:
    """The product of the sizes that are numbers."""
    return prod(size for size in shape if not isinstance(size, str))


def counts(window: Window) -> tuple[int, ...]:
    """The sizes of the result along the axes of the window."""
    return tuple(axis.places for axis in window)


def patches(cells: np.ndarray, window: Window, outside: Scalar) -> np.ndarray:
    """What the window sees, place by place: [..., *lengths] -> [..., places, cells of the window].

    Places and cells are counted row by row; ``outside`` stands for the padding.
    """
    leading = cells.shape[: cells.ndim - len(window)]
    flat = cells.reshape(*leading, -1)
    padded = np.empty((*leading, flat.shape[-1] + 1), dtype=object)
    padded[..., :-1] = flat
    padded[..., -1] = outside
    return padded[..., _flat_places(window)]


def _flat_places(window: Window) -> np.ndarray:
    """The cell (counted row by row) under each cell of the window at each place; -1: padding."""
    flat = np.zeros((1, 1), dtype=np.int64)
    inside = np.ones((1, 1), dtype=bool)
    for axis in window:
        seen = np.array([axis.seen(place) for place in range(axis.places)])
        within = (seen >= 0) & (seen < axis.length)
        shape = (flat.shape[0] * seen.shape[0], flat.shape[1] * seen.shape[1])
        flat = (flat[:, None, :, None] * axis.length + seen[None, :, None, :]).reshape(shape)
        inside = (inside[:, None, :, None] & within[None, :, None, :]).reshape(shape)
    return np.where(inside, flat, -1)


def seen_cells(window: Window, place: Sequence[int]) -> list[tuple[tuple[int, ...], ...]]:
    """Pairs of a cell and its place in the window, for the window at ``place``; no padding."""
    along = [
        [(cell, step) for step, cell in enumerate(axis.seen(one)) if 0 <= cell < axis.length]
        for axis, one in zip(window, place, strict=True)
    ]
    return [
        (tuple(cell for cell, _ in pairs), tuple(step for _, step in pairs))
        for pairs in product(*along)
    ]


def seen_from(window: Window, cell: Sequence[int]) -> list[tuple[tuple[int, ...], ...]]:
    """Pairs of a place of the window and the place in it at which it sees this cell."""
    along: list[list[tuple[int, int]]] = []
    for axis, one in zip(window, cell, strict=True):
        pairs = []
        for step in range(axis.size):
            start = one + axis.padding - axis.dilation * step
            if start >= 0 and start % axis.stride == 0 and start // axis.stride < axis.places:
                pairs.append((start // axis.stride, step))
        along.append(pairs[::-1])
    return [
        (tuple(place for place, _ in pairs), tuple(step for _, step in pairs))
        for pairs in product(*along)
    ]
