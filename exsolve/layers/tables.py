"""The tables of a network: which columns a part shows, and the working under each row."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from flint import fmpq

from exsolve.authoring.workbook import PlannedRow, Shown, TablePlan
from exsolve.evaluate import Array, Route, value_of
from exsolve.exact.decimals import decimal
from exsolve.expression.tree import Call, Literal, Name, Node, names, transform, walk
from exsolve.layers.network import Placed, described
from exsolve.layers.receptive import GENERAL_RULE
from exsolve.notation import dotted, scalar_tree, written
from exsolve.ops.construct import call, is_call

Cell = str | Node | Shown
Line = str | Node
Told = Node | tuple[Line, ...]


class Column(NamedTuple):
    """A column: its heading, and the quantities that it shows, by the first part of their names."""

    heading: str
    shows: str
    numeric: bool = True
    total: str = ""


COLUMNS: Mapping[str, Column] = {
    "shape": Column("output shape", "shape", numeric=False),
    "product": Column("as a product", "params", numeric=False),
    "params": Column("parameters", "params", total="params_total"),
    "fc_params": Column("fc params", "fc_params"),
    "receptive": Column("receptive field", "receptive"),
    "jump": Column("jump", "jump"),
    "macs": Column("multiply-adds", "macs", total="macs_total"),
}
"""The columns, by the names that an author uses; layer and number stand before them."""


class Contents:
    """The quantities of a network with their values, as tables need them.

    expressions: the definitions by name; values: exact, by name.
    """

    def __init__(
        self,
        placed: Sequence[Placed],
        expressions: Mapping[str, Node],
        values: Mapping[str, Array],
        route: Route,
    ) -> None:
        self.placed = placed
        self.expressions = expressions
        self._values = values
        self._route = route
        self._shape_lines: dict[int, list[Line]] = {}

    def substituted(self, node: Node) -> Node:
        """The formula with values in the place of quantities."""
        return transform(node, self._value)

    def _value(self, node: Node) -> Node | None:
        if isinstance(node, Call) and is_call(node, "index"):
            (shape,) = node.args
            if isinstance(shape, Name) and shape.name in self._values:
                return scalar_tree(self._values[shape.name][node.options["at"]])
        if isinstance(node, Name) and node.name in self._values:
            array = self._values[node.name]
            if array.ndim:
                return call("stack", *map(scalar_tree, array))
            return scalar_tree(array[()])
        return None

    def working(self, name: str) -> list[Line]:
        """``formula with numbers = value`` of a quantity; nothing where it is its own value."""
        value = self._values[name]
        result = call("stack", *map(scalar_tree, value)) if value.ndim else scalar_tree(value[()])
        return self._worked(self.expressions[name], result)

    def _worked(self, formula: Node, result: Node) -> list[Line]:
        if isinstance(formula, Literal):
            return []
        numbers = self.substituted(formula)
        if numbers == result:
            return []
        # a value in symbols can be longer than what it comes from, and stands in its column anyway
        line = numbers if _count(result) > _count(numbers) else call("equal_to", numbers, result)
        return [dotted(line), *self.rounding(numbers)]

    def rounding(self, numbers: Node) -> list[Line]:
        """What is said about each quotient that is rounded."""
        found: list[Line] = []
        for node in walk(numbers):
            if not isinstance(node, Call) or node.operation.name not in ("floor", "ceil"):
                continue
            (inside,) = node.args
            value = value_of(inside, self._route, {})[()]
            if not isinstance(value, fmpq) or value.q == 1:
                continue
            rounded, verb = value.floor(), "floored"
            if is_call(node, "ceil"):
                rounded, verb = value.ceil(), "rounded up"
            shown = decimal(value, 4)
            sign = "=" if shown.exact else "≈"
            found.append(
                f"{written(dotted(inside), 'terminal')} {sign} {shown.text} "
                f"is {verb} to {rounded}, as PyTorch does"
            )
        return found

    def consists_of(self, what: Sequence[tuple[str, Node]], told: set[Told]) -> list[Line]:
        """What a layer made of several consists of: numbers with their working, and shapes.

        Nothing where the same was ``told`` before.
        """
        lines: list[Line] = []
        for words, node in what:
            value = value_of(node, self._route, self._values)
            if value.ndim:
                lines.append(f"{words}: {described(value)}")
            else:
                worked = call("equal_to", self.substituted(node), scalar_tree(value[()]))
                lines.append(f"{words}: {written(dotted(worked), 'terminal')}")
        if tuple(lines) in told:
            return []
        told.add(tuple(lines))
        return lines

    def shape_lines(self, one: Placed) -> list[Line]:
        """The working of each size that the layer changes, equal ones once."""
        if one.number not in self._shape_lines:
            lines: dict[Line, None] = {}
            for formula, size in zip(one.outcome.sizes, one.sizes, strict=True):
                if isinstance(formula, Call) and not is_call(formula, "index"):
                    lines.update(dict.fromkeys(self._worked(formula, scalar_tree(size))))
            self._shape_lines[one.number] = list(lines)
        return self._shape_lines[one.number]


def _count(node: Node) -> int:
    return sum(1 for _ in walk(node))


def columns_of(answers: Iterable[str]) -> list[str]:
    """The columns that show what a part asks for; a receptive field needs the jumps."""
    families = {_family(answer) for answer in answers}
    if "receptive" in families:
        families.add("jump")
    return [name for name, column in COLUMNS.items() if column.shows in families]


def _family(answer: str) -> str:
    return answer.rpartition("_")[0]


def needed_for(wanted: Iterable[str], expressions: Mapping[str, Node]) -> set[str]:
    """The wanted quantities and all that they are defined by."""
    needed: set[str] = set()
    pending = [name for name in wanted if name in expressions]
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending += [used for used in names(expressions[name]) if used in expressions]
    return needed


def plan(contents: Contents, columns: Sequence[str], visible: Container[str]) -> TablePlan:
    """A table with these columns, and a row for each layer that has something visible in them.

    The working stands under each row; totals are shown where they are visible.
    """
    shown: dict[str, None] = {}
    told: set[Told] = set()
    rows = []
    for number, text in enumerate(["input", *(one.layer.text for one in contents.placed)]):
        cells = [_cell(name, number, contents, visible) for name in columns]
        if not any(cells):
            continue
        shown.update(dict.fromkeys(_quantity(name, number) for name in columns))
        lines = _lines(number, columns, contents, visible, told)
        rows.append(PlannedRow((str(number), text, *cells), tuple(lines)))
    totals: list[Cell] = [
        Shown(total) if (total := COLUMNS[name].total) and total in visible else ""
        for name in columns
    ]
    shown.update(dict.fromkeys(cell.name for cell in totals if isinstance(cell, Shown)))
    return TablePlan(
        title="",
        columns=("#", "layer", *(COLUMNS[name].heading for name in columns)),
        rows=tuple(rows),
        names=tuple(name for name in shown if name in contents.expressions and name in visible),
        totals=("", "total", *totals) if any(totals) else (),
        numeric=(True, False, *(COLUMNS[name].numeric for name in columns)),
    )


def _quantity(column: str, number: int) -> str:
    return f"{COLUMNS[column].shows}_{number}"


def _cell(column: str, number: int, contents: Contents, visible: Container[str]) -> Cell:
    name = _quantity(column, number)
    formula = contents.expressions.get(name)
    if formula is None or name not in visible:
        return ""
    if column == "product":
        parts = number and contents.placed[number - 1].outcome.parts
        return "" if parts or isinstance(formula, Literal) else dotted(formula)
    return Shown(name)


def _lines(
    number: int,
    columns: Sequence[str],
    contents: Contents,
    visible: Container[str],
    told: set[Told],
) -> list[Line]:
    """The working of a row; a rule in general stands where it is used for the first time, and of
    equal layers that are made of several, the first says of what."""
    lines: list[Line] = []
    for column in columns:
        name = _quantity(column, number)
        formula = contents.expressions.get(name)
        worked = column == "product" or (column == "params" and "product" in columns)
        if formula is None or name not in visible:
            continue
        if worked:
            if column == "product" and number:
                lines += contents.consists_of(contents.placed[number - 1].outcome.parts, told)
            continue
        if column != "shape":
            working = contents.working(name)
            if column == "receptive" and working and GENERAL_RULE not in told:
                told.add(GENERAL_RULE)
                lines.append(dotted(GENERAL_RULE))
            lines += working
        elif number:
            one = contents.placed[number - 1]
            general = one.outcome.general
            if general is not None and general not in told:
                told.add(general)
                lines.append(dotted(general))
            lines += contents.shape_lines(one)
            lines += contents.consists_of(one.outcome.inside, told)
    return lines
