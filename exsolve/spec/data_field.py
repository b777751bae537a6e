"""The field of data: one number or an array of them, as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from exsolve import limits
from exsolve.spec.nodes import Mapping, Node, Refused, Scalar, Sequence, Source
from exsolve.spec.report import Report, plural
from exsolve.spec.scalar_fields import Field, Formula, Schema, refuse

Cells = Any
"""A Source, or nested tuples of them."""


class DataValue(NamedTuple):
    """Numbers as they are written: one text, or an array of texts in nested tuples.

    ``shape`` is that of the nesting; a single text has shape () and may still stand for an array
    (``identity(3)``).
    """

    shape: tuple[int, ...]
    cells: Cells

    def flat(self) -> Iterator[Source]:
        """The texts, row by row."""
        stack = [self.cells]
        while stack:
            top = stack.pop()
            if isinstance(top, Source):
                yield top
            else:
                stack.extend(reversed(top))

    @property
    def first(self) -> Source:
        """The first text, which stands where the data begins."""
        return next(self.flat())


class Data(Field):
    """A number, a formula, or lists of them nested to the same depth and length throughout."""

    noun = "a number or a list of numbers"
    nouns = "numbers or lists of numbers"
    doc = "A number, a formula, or nested lists of them."

    _cell = Formula()

    def read(self, node: Node, report: Report) -> DataValue | None:
        known = len(report)
        cells = self._cells(node, report, 0)
        shape = _shape(node)
        self._compare(node, shape, (), report)
        if len(report) > known or cells is None:
            return None
        return DataValue(shape, cells)

    def _cells(self, node: Node, report: Report, depth: int) -> Cells | None:
        if isinstance(node, Scalar):
            return self._cell.read(node, report)
        if not isinstance(node, Sequence) or not node.items:
            refuse(self, node, report)
            return None
        if depth == limits.DIMENSIONS:
            report.add(
                f"an array of more than {limits.DIMENSIONS} dimensions",
                node.position,
                expected=f"at most {limits.DIMENSIONS} lists in one another",
            )
            return None
        cells = [self._cells(item, report, depth + 1) for item in node.items]
        return None if any(cell is None for cell in cells) else tuple(cells)

    def _compare(
        self, node: Node, shape: tuple[int, ...], index: tuple[int, ...], report: Report
    ) -> None:
        """Report each row that is not as long as the first."""
        if isinstance(node, (Mapping, Refused)) or (isinstance(node, Sequence) and not node.items):
            return  # refused already
        items = node.items if isinstance(node, Sequence) else None
        if (items is None) != (not shape):
            report.add(
                f"{_row(index)} does not fit the first",
                node.position,
                expected="a list" if shape else "a number",
                found=node.describe(),
            )
        elif items is not None and len(items) != shape[0]:
            count = len(items)
            report.add(
                f"{_row(index)} has {count} {plural(count, 'value')}, the first {shape[0]}",
                node.position,
                expected=f"{shape[0]} {plural(shape[0], 'value')}",
                found=str(count),
            )
        else:
            for number, item in enumerate(items or (), 1):
                self._compare(item, shape[1:], (*index, number), report)

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/data"}

    @staticmethod
    def definition() -> Schema:
        """The schema that ``#/$defs/data`` refers to."""
        return {
            "description": Data.doc,
            **Data().typed("string", "number", "array"),
            "minItems": 1,
            "items": {"$ref": "#/$defs/data"},
        }


def _shape(node: Node) -> tuple[int, ...]:
    shape: list[int] = []
    while isinstance(node, Sequence) and node.items:
        shape.append(len(node.items))
        node = node.items[0]
    return tuple(shape)


def _row(index: tuple[int, ...]) -> str:
    return f"row {', '.join(map(str, index))}" if index else "the array"
