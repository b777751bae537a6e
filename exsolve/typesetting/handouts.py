"""What stands in a key or a worksheet besides its exercises: purpose, marks, provenance."""

from __future__ import annotations

from collections.abc import Iterator

from exsolve.points import total
from exsolve.solution import Handout, Solution, SolvedSet, Table, TableRow

PURPOSES = {"solution": "", "key": "Answer key", "sheet": "Worksheet"}


def exercises(handout: Handout) -> Iterator[tuple[str, Solution]]:
    """Every exercise of a handout, each with its heading."""
    for content in handout.contents:
        if isinstance(content, SolvedSet):
            yield from ((question.title, question.solution) for question in content.exercises)
        else:
            yield content.title, content


def worth(content: Solution | SolvedSet) -> int | float:
    """The points of an exercise or a set."""
    if isinstance(content, SolvedSet):
        return content.points
    return total(part.points for part in content.parts)


def points_of(handout: Handout) -> int | float:
    """The points of everything in a handout."""
    return total(map(worth, handout.contents))


def marks(handout: Handout) -> Table:
    """A row for each exercise: its heading, its parts with their points, the sum; and the total."""
    rows = []
    for title, solution in exercises(handout):
        parts = ", ".join(f"{part.id}: {part.points:g}" for part in solution.parts)
        rows.append(TableRow((title, parts, f"{worth(solution):g}")))
    return Table(
        title="",
        columns=("Exercise", "Parts", "Points"),
        rows=tuple(rows),
        totals=("Total", "", f"{points_of(handout):g}"),
        numeric=(False, False, True),
    )


def provenance(handout: Handout) -> list[str]:
    """What made the handout, of what: enough to make the same bytes again."""
    digits = next((solution.digits for _, solution in exercises(handout)), 4)
    lines = [f"Made by exsolve {handout.version}, decimals of {digits} digits, from these files:"]
    for content in handout.contents:
        lines.append(_digest(content))
        if isinstance(content, SolvedSet):
            lines += [_digest(question.solution) for question in content.exercises]
    return list(dict.fromkeys(lines))


def _digest(content: Solution | SolvedSet) -> str:
    name = content.id if isinstance(content, SolvedSet) else content.exercise
    return f"{name} (SHA-256 {content.digest})"
