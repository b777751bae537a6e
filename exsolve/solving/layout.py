"""How a quantity becomes a step as a person writes it: formula, substitution, cells written out."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.authoring.workbook import Shown, TablePlan
from exsolve.evaluate import Array, as_float
from exsolve.exact.closed_form import is_long, named, size
from exsolve.expression.tree import (
    Call,
    Constant,
    Literal,
    Name,
    Node,
    Shape,
    Slice,
    names,
    transform,
    walk,
)
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, Quantity
from exsolve.notation import SCALED, along, dotted, scalar_tree
from exsolve.ops.construct import ZERO, add, divide, multiply, negate, subtract
from exsolve.solution import Cell, Expansion, RowGroup, Step, Table, TableRow, Value

LARGE_ROWS = 4
"""A matrix with more rows than this shows equal rows once."""
SUBSTITUTED_CELLS = 60
"""Cells that may stand in one substitution."""
EXPANDED_CELLS = 200
"""Cells of one quantity that long detail writes out; it says how many more there are."""
EXPANSION_NODES = 240
READABLE_SIZE = 12
"""Atoms of a closed form that may stand inside a substitution; longer ones keep their name."""

COMPARISONS: Mapping[str, Callable[[float], bool]] = {
    "greater": lambda difference: difference > 0,
    "less": lambda difference: difference < 0,
    "greater_equal": lambda difference: difference >= 0,
    "less_equal": lambda difference: difference <= 0,
    "equal_to": lambda difference: difference == 0,
    "not_equal_to": lambda difference: difference != 0,
}
TELLING = 1e-9
"""Floats that differ by less, relatively, do not tell which of two exact values is greater."""


class Layout:
    """Makes the steps of one solution; it knows all values and computes none."""

    def __init__(
        self,
        graph: Graph,
        exact: Mapping[str, Array],
        numeric: Mapping[str, Array],
        decimals: Mapping[str, Sequence[Any]],
        detail: str,
    ) -> None:
        self._graph = graph
        self._exact = exact
        self._numeric = numeric
        self._decimals = decimals
        self._detail = detail
        self._last_context: TreeContext | None = None
        self._trees: dict[tuple[str, tuple[int, ...] | None], Node] = {}

    def given(self, name: str) -> Step:
        """A given: its value, without formula or steps."""
        quantity = self._graph.quantities[name]
        return Step(
            name=name,
            note=quantity.note,
            formula=None,
            substitution=None,
            expansions=(),
            value=_as_spelled(self.value(name), quantity.expression),
            rows=quantity.rows,
            columns=quantity.columns,
        )

    def step(self, name: str) -> Step:
        """A defined quantity, worked."""
        quantity = self._graph.quantities[name]
        value = self.value(name)
        groups = _row_groups(self._exact[name])
        short = self._detail == "short"
        expansions, more = ((), 0) if short else self._expansions(quantity, groups)
        return Step(
            name=name,
            note=quantity.note,
            formula=self._typeset(quantity),
            substitution=None if short else self._substitution(quantity),
            expansions=expansions,
            unexpanded=more,
            value=value,
            groups=groups,
            rows=quantity.rows,
            columns=quantity.columns,
        )

    def value(self, name: str) -> Value:
        """The cells of a quantity: exact, decimal, float."""
        exact = self._exact[name]
        cells = []
        for place, scalar, decimal, number in zip(
            np.ndindex(exact.shape),
            exact.flat,
            self._decimals[name],
            self._numeric[name].flat,
            strict=True,
        ):
            tree = self._exact_tree(name, place, scalar)
            if decimal is None:
                cells.append(Cell(tree, None, False, None))
            else:
                cells.append(Cell(tree, decimal.text, decimal.exact, float(number)))
        return Value(exact.shape, tuple(cells))

    def _exact_tree(self, name: str, place: tuple[int, ...], scalar: Any) -> Node:
        """The closed form; or the definition written out for this cell, where that is shorter.

        Multiplied out, the gradient of a deep network is longer than the rule that made it.
        """
        tree = scalar_tree(scalar)
        if is_long(scalar, READABLE_SIZE):
            written_out = self._written_out(name, place)
            if written_out is not None and _count(written_out) < _count(tree):
                return written_out
        return tree

    def _written_out(self, name: str, place: tuple[int, ...]) -> Node | None:
        expression = self._graph.quantities[name].expression
        if not isinstance(expression, Call) or not _can_be_written_out(expression):
            return None
        formula = self._context(name).cell(expression, place)
        if _count(formula) > EXPANSION_NODES:
            return None
        decided = transform(formula, self._decided_in(COMPARISONS))
        return dotted(tidied(without_zeros(transform(decided, self._value_of))))

    def _decided_in(self, names_of: Container[str]) -> Callable[[Node], Node | None]:
        """Rewrites an expression of cells: comparisons of these names become what they say.

        As a factor, one that holds is left out: nobody writes e^x·(1 ≠ 0).
        """

        def changed(node: Node) -> Node | None:
            if not isinstance(node, Call):
                return None
            if node.operation.name == "multiply":
                for side, other in (node.args, node.args[::-1]):
                    holds = self._holds(side, names_of)
                    if holds is not None:
                        return transform(other, changed) if holds else ZERO
            holds = self._holds(node, names_of)
            return None if holds is None else Literal(fmpq(int(holds)))

        return changed

    def _holds(self, node: Node, names_of: Container[str]) -> bool | None:
        """Whether a comparison of two cells holds; None where it is none, or too close to tell."""
        if not isinstance(node, Call) or node.operation.name not in names_of:
            return None
        sides = [self._known(arg) for arg in node.args]
        if sides[0] is None or sides[1] is None:
            return None
        (left, left_number), (right, right_number) = sides[0], sides[1]
        difference = left_number - right_number
        if left == right:
            difference = 0.0
        elif abs(difference) <= TELLING * max(abs(left_number), abs(right_number)):
            return None
        return COMPARISONS[node.operation.name](difference)

    def _known(self, node: Node) -> tuple[Any, float] | None:
        """A literal, or a cell of a name: exact and as a float."""
        if isinstance(node, Literal):
            return node.value, as_float(node.value)
        place: tuple[Any, ...] = ()
        whole = node
        if isinstance(node, Call) and node.operation.name == "index":
            whole, place = node.args[0], node.options["at"]
        if not isinstance(whole, Name) or whole.name not in self._exact:
            return None
        array = self._exact[whole.name]
        if len(place) != array.ndim or not all(isinstance(one, int) for one in place):
            return None
        return array[place], float(self._numeric[whole.name][place])

    def _context(self, name: str) -> TreeContext:
        if self._last_context is None or self._last_context.name != name:
            self._last_context = TreeContext(self._graph, name, self._exact)
        return self._last_context

    def table(self, plan: TablePlan) -> Table:
        """A planned table with the values put in."""
        return Table(
            plan.title,
            plan.columns,
            tuple(
                TableRow(
                    tuple(self._table_cell(cell) for cell in row.cells),
                    () if self._detail == "short" else row.lines,
                )
                for row in plan.rows
            ),
            plan.names,
            tuple(self._table_cell(cell) for cell in plan.totals),
            plan.numeric,
        )

    def _table_cell(self, cell: str | Node | Shown) -> str | Node | Value:
        return self.value(cell.name) if isinstance(cell, Shown) else cell

    def _substitution(self, quantity: Quantity) -> Node | None:
        """The definition with values in the place of names; None where that helps nobody."""
        used = [name for name in names(quantity.expression) if name in self._exact]
        cells = sum(self._exact[name].size for name in used)
        if not used or cells > SUBSTITUTED_CELLS or _count(quantity.expression) > EXPANSION_NODES:
            return None
        result = transform(self._typeset(quantity), self._value_of)
        return None if result == quantity.expression else result

    def _typeset(self, quantity: Quantity) -> Node:
        """The definition as it is written by hand, which depends on shapes.

        A product with a scalar has a dot; the softmax of a matrix says rows or columns; a place
        counted from the end is counted from the beginning.
        """
        context = self._context(quantity.name)

        def changed(node: Node) -> Node | None:
            if not isinstance(node, Call):
                return None
            operation, options = node.operation, node.options
            axis = options.get("axis")
            if operation.name == "index":
                options = {"at": _from_the_beginning(options["at"], context.shape(node.args[0]))}
            elif operation.name == "multiply" and any(not context.shape(arg) for arg in node.args):
                operation = SCALED
            elif isinstance(axis, int) and len(context.shape(node)) == 2:
                operation = along(operation, axis % 2)
            if operation is node.operation and options == node.options:
                return None
            args = tuple(transform(arg, changed) for arg in node.args)
            return Call(operation, args, options, node.offset)

        return transform(quantity.expression, changed)

    def _value_of(self, node: Node) -> Node | None:
        """The value of a name, or of one cell of a name, where it is short enough to read."""
        if isinstance(node, Name):
            return self._array_tree(node.name) if node.name in self._exact else None
        if isinstance(node, Call) and node.operation.name == "index":
            inner, at = node.args[0], node.options["at"]
            if isinstance(inner, Name) and inner.name in self._exact:
                whole = len(at) == self._exact[inner.name].ndim
                if whole and all(isinstance(place, int) for place in at):
                    return self._cell_tree(inner.name, at)
        return None

    def _cell_tree(self, name: str, place: tuple[int, ...]) -> Node:
        known = self._trees.get((name, place))
        if known is None:
            scalar = _short(name, place, self._exact[name][place])
            known = self._trees[name, place] = scalar_tree(scalar)
        return known

    def _array_tree(self, name: str) -> Node:
        known = self._trees.get((name, None))
        if known is None:
            array = self._exact[name]
            if not array.ndim:
                known = self._cell_tree(name, ())
            elif any(is_long(scalar, READABLE_SIZE) for scalar in array.flat):
                known = Name(name)  # better named than printed with cells that nobody reads
            else:
                known = Constant(array)
            self._trees[name, None] = known
        return known

    def _expansions(
        self, quantity: Quantity, groups: Sequence[RowGroup]
    ) -> tuple[tuple[Expansion, ...], int]:
        """Cells written out, and how many more there are.

        In long detail all that tell something, else the most telling one.
        """
        value = self._exact[quantity.name]
        expression = quantity.expression
        if not isinstance(expression, Call) or not _can_be_written_out(expression):
            return (), 0
        rows = {group.rows[0] for group in groups}
        places = [place for place in np.ndindex(value.shape) if not rows or place[0] in rows]
        long = self._detail == "long"
        if not long:
            if not value.ndim:
                return (), 0
            numbers = self._numeric[quantity.name]
            places = [max(places, key=lambda place: (size(value[place]), abs(numbers[place])))]
        context = self._context(quantity.name)
        # a reshaped array does not show which number meets which
        telling = long or any(
            isinstance(node, Call) and node.operation.name == "reshape" for node in walk(expression)
        )
        above = None if value.ndim else self._substitution(quantity)
        found = []
        for place in places[:EXPANDED_CELLS]:
            formula = context.cell(expression, place)
            nodes = _count(formula)
            if nodes > EXPANSION_NODES or not (telling or nodes > 2 * _count(expression)):
                continue
            unmasked = transform(formula, self._decided_in(("not_equal_to",)))
            substituted = dotted(transform(unmasked, self._value_of))
            if not long:
                substituted = without_zeros(substituted)
            if above is not None and dotted(above) == substituted:
                continue  # the line above says just that
            found.append(Expansion(place, formula, substituted))
        return tuple(found), max(len(places) - EXPANDED_CELLS, 0) if found else 0


def _as_spelled(value: Value, definition: Node) -> Value:
    """A given with its numbers as the author wrote them: 0.3 stays 0.3."""
    if isinstance(definition, Literal):
        return value._replace(cells=(value.cells[0]._replace(exact=definition),))
    if not isinstance(definition, Constant) or not definition.spelled:
        return value
    cells = (
        cell._replace(exact=Literal(cell.exact.value, text))
        if text and isinstance(cell.exact, Literal)
        else cell
        for cell, text in zip(value.cells, definition.spelled, strict=True)
    )
    return value._replace(cells=tuple(cells))


def _from_the_beginning(at: tuple[int | Slice, ...], shape: Shape) -> tuple[int | Slice, ...]:
    """The places of an index with -1 as the last place's own number."""
    return tuple(
        one % size if isinstance(one, int) and isinstance(size, int) else one
        for one, size in zip(at, shape, strict=False)
    )


def _can_be_written_out(expression: Call) -> bool:
    """Whether a cell of it is an expression of cells, of a length and height that can be read."""
    return expression.operation.entry is not None and _count(expression) <= EXPANSION_NODES


def _count(node: Node) -> int:
    return sum(1 for _ in walk(node))


def without_zeros(node: Node) -> Node:
    """A sum of products without the products that have a factor 0, which tell nothing.

    A term that is 0 itself stays: who counts the terms of a mean must find them all.
    """
    if not isinstance(node, Call):
        return node
    args = tuple(without_zeros(arg) for arg in node.args)
    name = node.operation.name
    if name == "add":
        left, right = args
        if _is_zero(right) and not _is_zero(node.args[1]):
            return left
        if _is_zero(left) and not _is_zero(node.args[0]):
            return right
    if name == "multiply" and any(_is_zero(arg) for arg in args):
        return ZERO
    return Call(node.operation, args, node.options, node.offset)


def tidied(node: Node) -> Node:
    """An expression of single cells without zeros, factors 1 and doubled signs."""
    if not isinstance(node, Call):
        return node
    args = [tidied(arg) for arg in node.args]
    build = TIDY.get(node.operation.name)
    return build(*args) if build else Call(node.operation, tuple(args), node.options)


def _product_of_cells(*factors: Node) -> Node:
    return ZERO if any(map(_is_zero, factors)) else multiply(*factors)


def _quotient_of_cells(above: Node, below: Node) -> Node:
    # below is no 0, or the value would not exist
    return ZERO if _is_zero(above) else divide(above, below)


TIDY: Mapping[str, Callable[..., Node]] = {
    "add": add,
    "subtract": subtract,
    "multiply": _product_of_cells,
    "divide": _quotient_of_cells,
    "negate": negate,
}


def _is_zero(node: Node) -> bool:
    return isinstance(node, Literal) and not node.value


def _short(name: str, index: tuple[int, ...], scalar: Any) -> Any:
    """The scalar, or where it is long a reference to it."""
    if is_long(scalar, READABLE_SIZE):
        return named(name, index, scalar)
    return scalar


def _row_groups(value: Array) -> tuple[RowGroup, ...]:
    """Equal rows of a large matrix gathered, the row that differs most first; () if none are."""
    if value.ndim != 2 or value.shape[0] <= LARGE_ROWS:
        return ()
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(value):
        groups.setdefault(tuple(row), []).append(place)
    if len(groups) == value.shape[0]:
        return ()
    return tuple(
        RowGroup(tuple(places), len(set(row)) == 1)
        for row, places in sorted(groups.items(), key=lambda item: (len(item[1]), item[1]))
    )
