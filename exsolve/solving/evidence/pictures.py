"""Pictures of evidence: curves over what varies or over rows, and heat maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exsolve.arithmetic import Infinity
from exsolve.authoring.workbook import EvidencePlan
from exsolve.drawing.pictures import Curves, HeatMap, Series
from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import as_float
from exsolve.expression.tree import Name, Node
from exsolve.ops.construct import call
from exsolve.solution import Cell, Step, Value
from exsolve.solving.evidence.evaluating import Evaluator
from exsolve.solving.evidence.tables import Row


def curves_of_rows(plan: EvidencePlan, rows: Sequence[Row]) -> Curves:
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


def _numbers(plan: EvidencePlan) -> Iterator[float | None]:
    """What varies, as floats; None for infinity."""
    for _, value in plan.values:
        yield None if isinstance(value, Infinity) else as_float(value.flat[0])


def _cells(name: str, value: Value) -> Iterator[tuple[str, Node | str, Cell]]:
    """Each number of a value: a key, the label of its curve, the number."""
    if not value.shape:
        yield name, Name(name), value.cells[0]
        return
    for place, cell in enumerate(value.cells):
        yield f"{name} {place}", call("index", Name(name), at=(place,)), cell


def curves_of_step(step: Step, plan: EvidencePlan) -> Curves:
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


def heat_map(evaluator: Evaluator, plan: EvidencePlan) -> HeatMap:
    """The matrix that a plan shows as a heat map. Raises ExsolveError for what is no matrix."""
    name = plan.heat_map
    (value,) = evaluator.values([Name(name)], plan.at, plan)
    quantity = evaluator.workbook.graph.quantities.get(name)
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
