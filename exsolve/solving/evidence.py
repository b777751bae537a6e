"""Evidence: tables, curves, pictures and comparisons, each a re-evaluation of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from exsolve.authoring.workbook import EvidencePlan, Workbook
from exsolve.drawing.pictures import Curves, HeatMap, Picture, Series
from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.exact.equality import equal
from exsolve.expression.tree import Call, Infinity, Literal, Name, Node, free_names
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, fixed_place
from exsolve.notation import scalar_tree
from exsolve.ops.construct import call, is_call
from exsolve.ops.unknown import function_symbols
from exsolve.solution import (
    Cell,
    Evidence,
    Formula,
    Statement,
    Step,
    Table,
    TableRow,
    Value,
)
from exsolve.solving.agreement import compare
from exsolve.solving.certify import decimals
from exsolve.solving.evidence_values import instance_at, missing_letters, no_value, sizes_at
from exsolve.solving.general import GeneralFormulas
from exsolve.solving.layout import Layout
from exsolve.solving.paper import on_paper
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance

if TYPE_CHECKING:
    from exsolve.verification.comparing import Difference

LONGEST_EXACT = 24
"""Characters of a fraction that still stands in a table; of a longer one stands its decimal."""
LONGEST_IRRATIONAL = 10
"""The same for other exact values, whose size is harder to see."""


class EvidenceMaker:
    """Works the evidence of one solution; ``compared`` counts the values that agreed on the way."""

    def __init__(
        self, workbook: Workbook, formulas: GeneralFormulas, digits: int, detail: str
    ) -> None:
        self._workbook = workbook
        self._formulas = formulas
        self._digits = digits
        self._detail = detail
        self.compared = 0

    def worked(self, plan: EvidencePlan) -> Evidence:
        """The evidence of a plan. Raises ExsolveError for what has no value or is not equal."""
        tables: list[Table] = []
        pictures: list[Picture] = []
        steps: list[Step | Formula] = []
        if plan.vary is not None or plan.iterate is not None:
            rows = self._varied(plan) if plan.vary is not None else self._iterated(plan)
            tables.append(self._table(plan, rows))
            if plan.curve:
                pictures.append(self._curves(plan, rows))
        else:
            steps += [self._step(name, plan) for name in plan.show]
            if plan.curve:
                pictures += [_curves_of(step, plan) for step in steps if isinstance(step, Step)]
        if plan.heat_map:
            pictures.append(self._heat_map(plan.heat_map, plan))
        if plan.drawing is not None:
            names_of = plan.drawing.names
            found = self._evaluated([Name(name) for name in names_of], plan.at, plan)
            pictures.append(plan.drawing.draw(dict(zip(names_of, found, strict=True))))
        statements = [self._statement(plan, pair) for pair in plan.pairs]
        if not plan.at:
            # what is given stands above
            steps = [step for step in steps if step.name not in self._workbook.givens]
        return Evidence(
            plan.title, plan.note, tuple(steps), tuple(tables), tuple(pictures), tuple(statements)
        )

    # Values

    def _graph(
        self, nodes: Sequence[Node], values: Mapping[str, Array], plan: EvidencePlan
    ) -> tuple[Graph, list[str]]:
        """The graph with values in the place of names, and what the nodes are called in it."""
        lines = self._lines(nodes, plan)
        instance = instance_at(self._workbook.setting, lines, values, plan.position)
        return lines.at(instance), lines.names

    def _lines(self, nodes: Sequence[Node], plan: EvidencePlan) -> Lines:
        workbook = self._workbook
        places = [fixed_place(plan.position)] * len(nodes)
        return Lines(workbook.graph, workbook.setting, nodes, places)

    def _evaluated(
        self, nodes: Sequence[Node], values: Mapping[str, Array], plan: EvidencePlan
    ) -> list[Value]:
        graph, names_of = self._graph(nodes, values, plan)
        _refuse_missing(graph, names_of, plan)
        try:
            layout = self._laid_out(graph, names_of)
        except ExsolveError as error:
            raise ExsolveError(self._without_value(error, nodes, values, plan)) from error
        return [layout.value(name) for name in names_of]

    def _without_value(
        self,
        error: ExsolveError,
        nodes: Sequence[Node],
        values: Mapping[str, Array],
        plan: EvidencePlan,
    ) -> Problem:
        """What is said where a row of the evidence has no value."""
        first = error.problems[0]
        message = first.message.removeprefix("line 1: ")
        at = Instance({}, values).describe(values)
        limits = [node for node in nodes if isinstance(node, Call) and is_call(node, "limit")]
        if limits and plan.vary is not None:
            message = message.replace(f"{plan.vary}'", plan.vary)
            return Problem(
                f"there is no limit to take here: {message}",
                first.expected,
                ", ".join(map(_text, limits)),
                f"leave {limits[0].options['to']} out of the values, or show something else",
                plan.position,
            )
        return Problem(
            f"this evidence has no value: {message}",
            first.expected,
            at,
            "choose other values",
            plan.position,
        )

    def _laid_out(self, graph: Graph, wanted: Sequence[str]) -> Layout:
        every = evaluate(graph, ClosedFormRoute(), only=wanted)
        exact = {name: every[name] for name in wanted}
        agreed, numeric = compare(graph, exact)
        self.compared += agreed.compared
        rounded = decimals(graph, exact, self._digits, exact)
        return Layout(graph, exact, numeric, rounded, self._detail)

    def _value(self, name: str, plan: EvidencePlan) -> Value:
        return self._evaluated([Name(name)], plan.at, plan)[0]

    def _step(self, name: str, plan: EvidencePlan) -> Step | Formula:
        """A quantity worked: at the values of the plan where it has any."""
        workbook = self._workbook
        if not plan.at:
            if name in workbook.general:
                return self._formulas.step(name)
            return self._plain_layout([name]).step(name)
        graph, _ = self._graph([Name(name)], plan.at, plan)
        _refuse_missing(graph, [name], plan)
        needed = graph.needed_for([name])
        layout = self._laid_out(graph, needed)
        step = layout.step(name)
        quantity = workbook.graph.quantities[name]
        return step._replace(rows=quantity.rows, columns=quantity.columns)

    def _plain_layout(self, wanted: Sequence[str]) -> Layout:
        graph = self._workbook.numeric
        return self._laid_out(graph, graph.needed_for(wanted))

    # Tables

    def _varied(self, plan: EvidencePlan) -> list[tuple[Node | str, list[Value]]]:
        """A row for each value of the name that varies."""
        name = plan.vary
        assert name is not None
        rows: list[tuple[Node | str, list[Value]]] = []
        for label, value in plan.values:
            if isinstance(value, Infinity):
                nodes: list[Node] = [
                    call("limit", Name(one), variable=name, to=value) for one in plan.show
                ]
                rows.append((label, self._evaluated(nodes, plan.at, plan)))
            else:
                nodes = [Name(one) for one in plan.show]
                rows.append((label, self._evaluated(nodes, {**plan.at, name: value}, plan)))
        return rows

    def _iterated(self, plan: EvidencePlan) -> list[tuple[Node | str, list[Value]]]:
        """A row for each step, the start among them."""
        iterate = plan.iterate
        assert iterate is not None
        current = dict(iterate.start)
        rows: list[tuple[Node | str, list[Value]]] = []
        shown: list[Node] = [Name(one) for one in plan.show]
        following: list[Node] = [Name(one) for one in iterate.step.values()]
        for step in range(iterate.times + 1):
            values = {**plan.at, **current}
            rows.append((str(step), self._evaluated(shown, values, plan)))
            graph, called = self._graph(following, values, plan)
            found = evaluate(graph, ClosedFormRoute(), only=called)
            current = {name: found[one] for name, one in zip(iterate.step, called, strict=True)}
        return rows

    def _table(self, plan: EvidencePlan, rows: Sequence[tuple[Node | str, list[Value]]]) -> Table:
        from exsolve.expression.naming import show_name

        head = plan.vary if plan.vary is not None else "step"
        approximate = [
            any(_is_approximate(values[column]) for _, values in rows)
            for column in range(len(plan.show))
        ]
        columns = (
            show_name(head, "terminal"),
            *(
                f"{show_name(name, 'terminal')}{' ≈' if about else ''}"
                for name, about in zip(plan.show, approximate, strict=True)
            ),
        )
        body = [
            TableRow(
                (
                    label,
                    *(
                        _in_decimals(value) if about else value
                        for value, about in zip(values, approximate, strict=True)
                    ),
                )
            )
            for label, values in rows
        ]
        counted = all(
            isinstance(label, Literal) or label == str(step) for step, (label, _) in enumerate(rows)
        )
        return Table(
            "", columns, tuple(_thinned(body)), (), (), (counted, *(True for _ in plan.show))
        )

    # Pictures

    def _curves(self, plan: EvidencePlan, rows: Sequence[tuple[Node | str, list[Value]]]) -> Curves:
        """A curve for each number that is shown, over the values of what varies."""
        points: dict[str, list[tuple[float, float]]] = {}
        labels: dict[str, Node | str] = {}
        places = [*map(float, range(len(rows)))] if plan.vary is None else [*_numbers(plan)]
        for place, (_, values) in zip(places, rows, strict=True):
            if place is None:
                continue
            for name, value in zip(plan.show, values, strict=True):
                for key, label, cell in _cells(name, value):
                    labels[key] = label
                    if cell.number is not None:
                        points.setdefault(key, []).append((place, cell.number))
        series = tuple(Series(labels[key], tuple(found)) for key, found in points.items())
        x_label: Node | str = Name(plan.vary) if plan.vary is not None else "step"
        y_label: Node | str = Name(plan.show[0]) if len(plan.show) == 1 else ""
        return Curves("", x_label, y_label, series, plan.curve == "log")

    def _heat_map(self, name: str, plan: EvidencePlan) -> HeatMap:
        value = self._value(name, plan)
        quantity = self._workbook.graph.quantities.get(name)
        if len(value.shape) != 2:
            raise ExsolveError(
                Problem(
                    f"a heat map shows a matrix, and {name} is none",
                    "a quantity with two dimensions",
                    f"shape {value.shape}",
                    "",
                    plan.position,
                )
            )
        height, width = (int(size) for size in value.shape)
        rows = (quantity and quantity.rows) or tuple(str(place + 1) for place in range(height))
        columns = (quantity and quantity.columns) or tuple(str(place + 1) for place in range(width))
        weights = value.nested([cell.number or 0.0 for cell in value.cells])
        texts = value.nested([cell.decimal or "" for cell in value.cells])
        return HeatMap(
            "",
            rows,
            columns,
            tuple(map(tuple, weights)),
            tuple(map(tuple, texts)),
        )

    # Comparisons

    def _statement(self, plan: EvidencePlan, pair: tuple[Node, Node, bool]) -> Statement:
        left, right, wanted = pair
        workbook = self._workbook
        shown = [on_paper(node, TreeContext(workbook.graph, "")) for node in (left, right)]
        lines = self._lines((left, right), plan)
        sizes = sizes_at(workbook.setting, plan.at, plan.position)
        general = wanted and bool(missing_letters(lines, sizes))
        if not general:
            graph, (one, two) = self._graph((left, right), plan.at, plan)
            reached = _reached(graph, (one, two))
            general = any(name in graph.symbols for name in reached) or bool(
                _functions(graph, (one, two))
            )
            if general and not wanted:
                _refuse_missing(graph, (one, two), plan)
        if general:
            from exsolve.verification.links import Link, in_cell, verified_links

            def false(difference: Difference, instance: Instance) -> Problem:
                at = in_cell(difference)
                return Problem(
                    "the two sides are not equal",
                    f"{_text(left)} = {difference.left}{at}",
                    f"{_text(right)} = {difference.right}{at}, for {instance.describe(lines.used)}",
                    "mend the formulas, or say at which values they are equal under at",
                    plan.position,
                )

            one, two = lines.names
            link = Link(one, two, "the equality", plan.position, false)
            verified = verified_links(lines, [link], workbook.seed)
            return Statement(shown[0], shown[1], True, verified)
        found = evaluate(graph, ClosedFormRoute(), only=[one, two])
        same = _same(found[one], found[two])
        if same is not wanted:
            said = "equal" if wanted else "different"
            raise ExsolveError(
                Problem(
                    f"the two sides are not {said}",
                    f"{_text(left)} and {_text(right)} {said}",
                    f"{_cells_text(found[one])} and {_cells_text(found[two])}",
                    "mend the formulas, or say differ" if wanted else "say equal",
                    plan.position,
                )
            )
        self.compared += compare(graph, found)[0].compared
        return Statement(shown[0], shown[1], wanted)


def _text(node: Node) -> str:
    from exsolve.notation import written

    return written(node, "text")


def _cells_text(value: Array) -> str:
    texts = [_text(scalar_tree(cell)) for cell in value.flat]
    return ", ".join(texts[:12]) + (" …" if len(texts) > 12 else "")


def _same(one: Array, two: Array) -> bool:
    if one.shape != two.shape:
        return False
    judged = [equal(a, b) for a, b in zip(one.flat, two.flat, strict=True)]
    if any(judgement.proved_different for judgement in judged):
        return False
    if all(judgement.proved_equal for judgement in judged):
        return True
    raise ExsolveError("two expressions could be proved neither equal nor different")


def _reached(graph: Graph, wanted: Sequence[str]) -> set[str]:
    """The free names that quantities are defined by, over all quantities between."""
    return {used for name in graph.needed_for(wanted) for used in graph.uses(name)}


def _functions(graph: Graph, wanted: Sequence[str]) -> list[str]:
    """The unknown functions that quantities depend on."""
    nodes = [graph.quantities[name].expression for name in graph.needed_for(wanted)]
    return sorted({name for node in nodes for name in function_symbols(node)})


def _refuse_missing(graph: Graph, wanted: Sequence[str], plan: EvidencePlan) -> None:
    functions = _functions(graph, wanted)
    if functions:
        raise ExsolveError(
            Problem(
                f"{functions[0]} is an unknown function, so this has no value",
                "quantities without unknown functions",
                ", ".join(functions),
                f"define what {functions[0]} is in the example, under another name",
                plan.position,
            )
        )
    reached = _reached(graph, wanted) - {"pi", plan.vary}
    missing = [name for name in graph.symbols if name in reached]
    if missing:
        raise ExsolveError(no_value(missing, plan.at, plan.position))


def _numbers(plan: EvidencePlan) -> Iterator[float | None]:
    """What varies, as floats; None for infinity."""
    from exsolve.evaluate import as_float

    for _, value in plan.values:
        yield None if isinstance(value, Infinity) else as_float(value.flat[0])


def _longest(exact: Node) -> int:
    return LONGEST_EXACT if isinstance(exact, Literal) else LONGEST_IRRATIONAL


def _is_approximate(value: Value) -> bool:
    """Whether decimals stand for it: an exact value is too long, or is said by another's name."""
    return any(
        not cell.equal
        and (
            len(_text(cell.exact)) > _longest(cell.exact)
            or (cell.decimal and free_names(cell.exact))
        )
        for cell in value.cells
    )


def _in_decimals(value: Value) -> Value:
    """A value with decimals in the place of exact numbers."""
    from exsolve.expression.parser import parse
    from exsolve.ops import OPERATIONS

    cells = []
    for cell in value.cells:
        node = parse(cell.decimal, OPERATIONS) if cell.decimal else cell.exact
        cells.append(cell.with_exact(node if isinstance(node, Literal) else cell.exact))
    return Value(value.shape, tuple(cells))


MOST_ROWS = 25


def _thinned(rows: Sequence[TableRow]) -> Iterator[TableRow]:
    """The rows of a long table: the first, the last and some between."""
    every = max(1, -(-len(rows) // MOST_ROWS))
    for place, row in enumerate(rows):
        if place % every == 0 or place == len(rows) - 1:
            yield row


def _cells(name: str, value: Value) -> Iterator[tuple[str, Node | str, Cell]]:
    """Each number of a value: a key, the label of its curve, the number."""
    if not value.shape:
        yield name, Name(name), value.cells[0]
        return
    for place, cell in enumerate(value.cells):
        yield f"{name} {place}", call("index", Name(name), at=(place,)), cell


def _curves_of(step: Step, plan: EvidencePlan) -> Curves:
    """The rows of a vector or matrix as a curve, one for each column."""
    value = step.value
    places = [_place(label, row) for row, label in enumerate(step.rows)]
    count = int(value.shape[0]) if value.shape else 1
    places = places if len(places) == count else [float(row + 1) for row in range(count)]
    width = len(value.cells) // count
    series = []
    for column in range(width):
        label: Node | str = Name(step.name)
        if column < len(step.columns):
            label = step.columns[column]
        cells = [value.cells[row * width + column] for row in range(count)]
        points = [
            (place, cell.number)
            for place, cell in zip(places, cells, strict=True)
            if cell.number is not None
        ]
        series.append(Series(label, tuple(points)))
    x_label = step.rows[0].partition("=")[0].strip() if step.rows and "=" in step.rows[0] else ""
    return Curves("", x_label, Name(step.name), tuple(series), plan.curve == "log")


def _place(label: str, row: int) -> float:
    """5 of ``t = 5``; the number of the row where the label has none."""
    try:
        return float(label.rpartition("=")[2])
    except ValueError:
        return float(row + 1)
