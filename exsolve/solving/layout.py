"""How a quantity becomes a step as a person writes it: formula, substitution, cells written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from exsolve.authoring.workbook import Shown, TablePlan
from exsolve.evaluate import Array
from exsolve.exact.closed_form import ClosedForm, is_long, named, size
from exsolve.expression.tree import (
    Call,
    Constant,
    Literal,
    Name,
    Node,
    names,
    transform,
    walk,
)
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, Quantity
from exsolve.notation import as_itself, dotted, scalar_tree
from exsolve.ops.shapes import sizes
from exsolve.solution import Cell, Expansion, RowGroup, Step, Table, TableRow, Value
from exsolve.solving.comparisons import Comparisons
from exsolve.solving.paper import on_paper
from exsolve.solving.tidying import tidied, without_zeros

LARGE_ROWS = 4
"""A matrix with more rows than this shows equal rows once."""
SUBSTITUTED_CELLS = 60
"""Cells that may stand in one substitution."""
EXPANDED_CELLS = 200
"""Cells of one quantity that long detail writes out; it says how many more there are."""
EXPANSION_NODES = 240
MOVING = frozenset(
    {
        "reshape",
        "transpose",
        "expand_dims",
        "expand",
        "index",
        "concat",
        "zeros",
        "ones",
        "identity",
    }
)
"""Operations that only put numbers elsewhere: the value shows what they do."""
READABLE_SIZE = 12
"""Atoms of a closed form that may stand inside a substitution; longer ones keep their name."""


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
        self._comparisons = Comparisons(exact, numeric)
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
        formula = self.formula(name)
        substitution: Node | None = None
        expansions: tuple[Expansion, ...] = ()
        more = 0
        if self._detail != "short":
            substitution = self._substitution(quantity, formula)
            expansions, more = self._expansions(quantity, groups, substitution)
        return Step(
            name=name,
            note=quantity.note,
            formula=formula,
            substitution=substitution,
            expansions=expansions,
            unexpanded=more,
            value=value,
            groups=groups,
            rows=quantity.rows,
            columns=quantity.columns,
        )

    def formula(self, name: str) -> Node:
        """A definition as it is written on paper."""
        return on_paper(self._graph.quantities[name].expression, self._context(name))

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
            # of a large array few cells are shown, and the trees of the others are never made
            irrational = isinstance(scalar, ClosedForm)
            tree = partial(self._exact_tree, name, place, scalar) if irrational else Literal(scalar)
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
                tree = written_out
        return transform(tree, self._as_number)

    def _as_number(self, node: Node) -> Node | None:
        """The only cell of an array, written as the array itself: ``y`` for y[0]."""
        if isinstance(node, Call) and node.operation.name == "index":
            inner, at = node.args[0], node.options["at"]
            if isinstance(inner, Name) and inner.name in self._exact:
                array = self._exact[inner.name]
                if array.size == 1 and all(isinstance(place, int) for place in at):
                    return as_itself(node) if len(at) == array.ndim else None
        return None

    def _written_out(self, name: str, place: tuple[int, ...]) -> Node | None:
        expression = self._graph.quantities[name].expression
        if not isinstance(expression, Call) or not _can_be_written_out(expression):
            return None
        formula = self._context(name).cell(expression, place)
        if _count(formula) > EXPANSION_NODES:
            return None
        decided = transform(formula, self._comparisons.decided())
        return dotted(tidied(without_zeros(transform(decided, self._value_of))))

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

    def _substitution(self, quantity: Quantity, formula: Node) -> Node | None:
        """The definition with values in the place of names; None where that helps nobody.

        Nobody writes an image or a kernel into a formula, nor what is merely moved.
        """
        used = [name for name in names(quantity.expression) if name in self._exact]
        cells = sum(self._exact[name].size for name in used)
        if not used or cells > SUBSTITUTED_CELLS or _count(quantity.expression) > EXPANSION_NODES:
            return None
        if any(self._exact[name].ndim > 2 for name in used) or _only_moves(quantity.expression):
            return None
        result = transform(formula, self._value_of)
        return None if result == quantity.expression else result

    def _value_of(self, node: Node) -> Node | None:
        """The value of a name, or of one cell of a name, where it is short enough to read."""
        if isinstance(node, Name):
            return self._array_tree(node.name) if node.name in self._exact else None
        if isinstance(node, Call) and node.operation.name in ("reshape", "expand_dims"):
            return self._turned(node)
        if isinstance(node, Call) and node.operation.name == "index":
            inner, at = node.args[0], node.options["at"]
            if isinstance(inner, Name) and inner.name in self._exact:
                whole = len(at) == self._exact[inner.name].ndim
                if whole and all(isinstance(place, int) for place in at):
                    return self._cell_tree(inner.name, at)
        return None

    def _turned(self, node: Call) -> Node | None:
        """A named array in another shape, such as a vector that stands as a column."""
        inner = node.args[0]
        array = self._value_of(inner) if isinstance(inner, Name) else None
        if not isinstance(array, Constant):
            return None
        shape = node.operation.shape([array.value.shape], node.options)
        return Constant(array.value.reshape(sizes(shape)))

    def _cell_tree(self, name: str, place: tuple[int, ...]) -> Node:
        known = self._trees.get((name, place))
        if known is None:
            scalar = _short(name, place, self._exact[name][place])
            tree = transform(scalar_tree(scalar), self._as_number)
            known = self._trees[name, place] = tree
        return known

    def _array_tree(self, name: str) -> Node:
        known = self._trees.get((name, None))
        if known is None:
            array = self._exact[name]
            if not array.ndim:
                # what is said by other names would only stand in for one name
                said = _says_names(array[()])
                known = Name(name) if said else self._cell_tree(name, ())
            elif any(
                is_long(scalar, READABLE_SIZE) or _says_names(scalar) for scalar in array.flat
            ):
                known = Name(name)  # better named than printed with cells that nobody reads
            else:
                known = Constant(array)
            self._trees[name, None] = known
        return known

    def _expansions(
        self, quantity: Quantity, groups: Sequence[RowGroup], substitution: Node | None
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
        above = None if value.ndim or substitution is None else dotted(substitution)
        found = []
        for place in places[:EXPANDED_CELLS]:
            formula = context.cell(expression, place)
            nodes = _count(formula)
            if nodes > EXPANSION_NODES or not (telling or nodes > 2 * _count(expression)):
                continue
            unmasked = transform(formula, self._comparisons.decided(("not_equal_to",)))
            substituted = dotted(transform(unmasked, self._value_of))
            if not long:
                substituted = without_zeros(substituted)
            substituted = transform(substituted, self._as_number)
            if above == substituted or isinstance(substituted, Literal):
                continue  # the line above, or the value, says just that
            found.append(Expansion(place, formula, substituted))
        return tuple(found), max(len(places) - EXPANDED_CELLS, 0) if found else 0


def _as_spelled(value: Value, definition: Node) -> Value:
    """A given with its numbers as the author wrote them: 0.3 stays 0.3."""
    if isinstance(definition, Literal):
        return value._replace(cells=(value.cells[0].with_exact(definition),))
    if not isinstance(definition, Constant) or not definition.spelled:
        return value
    cells = (
        cell.with_exact(Literal(cell.exact.value, text))
        if text and isinstance(cell.exact, Literal)
        else cell
        for cell, text in zip(value.cells, definition.spelled, strict=True)
    )
    return value._replace(cells=tuple(cells))


def _can_be_written_out(expression: Call) -> bool:
    """Whether a cell of it is an expression of cells, of a length and height that can be read."""
    return expression.operation.entry is not None and _count(expression) <= EXPANSION_NODES


def _says_names(scalar: Any) -> bool:
    """Whether a number is said by other quantities: ``2·h_1₁``."""
    return isinstance(scalar, ClosedForm) and bool(names(scalar_tree(scalar)))


def _only_moves(expression: Node) -> bool:
    calls = [node for node in walk(expression) if isinstance(node, Call)]
    return bool(calls) and all(node.operation.name in MOVING for node in calls)


def _count(node: Node) -> int:
    return sum(1 for _ in walk(node))


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
