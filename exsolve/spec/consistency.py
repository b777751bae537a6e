"""What no single field can see: names, ids and labels that do not go together."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Any

from exsolve.errors import Position
from exsolve.spec.fields import Points
from exsolve.spec.nodes import Mapping, Scalar, Sequence
from exsolve.spec.report import Report, plural, quote


def check_consistency(tree: Mapping, report: Report) -> None:
    """Report everything of the common fields that contradicts something else in the file."""
    _refuse_names_given_and_defined(tree, report)
    _check_parts(tree, report)
    _check_labels(tree, report)


def _items(tree: Mapping, name: str) -> list[Mapping]:
    """The mappings in a list; whatever else stands there is refused already."""
    entry = tree.entries.get(name)
    items = entry.value.items if entry and isinstance(entry.value, Sequence) else []
    return [item for item in items if isinstance(item, Mapping)]


def _refuse_names_given_and_defined(tree: Mapping, report: Report) -> None:
    tables = [
        entry.value.entries
        for name in ("givens", "define")
        if (entry := tree.entries.get(name)) and isinstance(entry.value, Mapping)
    ]
    if len(tables) < 2:
        return
    first, second = sorted(tables, key=lambda table: _line_of(table))
    for name, entry in second.items():
        if name in first:
            place = first[name].key.position
            report.add(
                f"{quote(name)} is both given and defined",
                entry.key.position,
                expected="one value for each name",
                found=f"also in line {place.line}, column {place.column}",
                hint="rename or delete one of the two",
            )


def _line_of(table: MappingType[str, Any]) -> tuple[int, int]:
    for entry in table.values():
        return (entry.key.position.line, entry.key.position.column)
    return (0, 0)


def _check_parts(tree: Mapping, report: Report) -> None:
    """Report empty parts, ids and answers that stand twice, rubrics worth more than their part."""
    seen: dict[str, Position] = {}
    for part in _items(tree, "parts"):
        entry = part.entries.get("id")
        if entry and isinstance(entry.value, Scalar) and not entry.value.empty:
            name, position = entry.value.text, entry.value.position
            if seen.setdefault(name, position) is not position:
                report.add(
                    f"the part {quote(name)} stands twice",
                    position,
                    found=f"first in line {seen[name].line}, column {seen[name].column}",
                    hint="give each part an id of its own",
                )
        answers = part.entries.get("answers")
        names = answers.value if answers else None
        nothing = names is None or (isinstance(names, Sequence) and not names.items)
        if nothing and not {"text", "derivations", "evidence"} & part.entries.keys():
            report.add(
                "this part asks for nothing",
                part.position,
                expected="`answers` with the names of quantities, `derivations`, or `text` with a "
                "model answer",
            )
        if isinstance(names, Sequence):
            _refuse_repeated(names, report)
        _check_rubric(part, report)


def _refuse_repeated(answers: Sequence, report: Report) -> None:
    seen: set[str] = set()
    for item in answers.items:
        if isinstance(item, Scalar) and not item.empty:
            if item.text in seen:
                report.add(f"the answer {quote(item.text)} stands twice", item.position)
            seen.add(item.text)


def _check_rubric(part: Mapping, report: Report) -> None:
    ignored = Report()
    entry = part.entries.get("points")
    points = Points().read(entry.value, ignored) if entry else 1
    worth = [
        Points().read(item.entries["points"].value, ignored)
        for item in _items(part, "rubric")
        if "points" in item.entries
    ]
    if len(ignored) or points is None:
        return
    total = round(sum(value for value in worth if value is not None), 2)
    if total > points:
        place = entry.value if entry else part.entries["rubric"].key
        report.add(
            f"the rubric adds up to {total:g}, the part is worth {points:g}",
            place.position,
            expected=f"points: {total:g}, or a rubric worth at most {points:g}",
        )


def _check_labels(tree: Mapping, report: Report) -> None:
    """Report labels that are not as many as the rows or columns of a written vector or matrix."""
    table = tree.entries.get("givens")
    for given in table.value.entries.values() if table and isinstance(table.value, Mapping) else ():
        fields = given.value.entries if isinstance(given.value, Mapping) else {}
        matrix = fields["value"].value if "value" in fields else None
        row = matrix.items[0] if isinstance(matrix, Sequence) and matrix.items else None
        if not isinstance(matrix, Sequence) or row is None:
            continue
        if isinstance(row, Scalar):
            row = matrix
        if not isinstance(row, Sequence) or any(isinstance(cell, Sequence) for cell in row.items):
            continue
        for axis, size in (("rows", len(matrix.items)), ("columns", len(row.items))):
            labels = fields[axis].value if axis in fields else None
            if isinstance(labels, Sequence) and labels.items and len(labels.items) != size:
                count = len(labels.items)
                report.add(
                    f"{count} {plural(count, 'label')} for the {size} {axis} "
                    f"of {quote(given.key.text)}",
                    fields[axis].key.position,
                    expected=f"{size} {plural(size, 'label')}",
                    found=str(count),
                )
