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
    """What each exercise is worth, or each part of the only one; and the total."""
    found = [*exercises(handout)]
    total = ("Total", *([""] * (len(found) > 1)), f"{points_of(handout):g}")
    if len(found) == 1:
        ((_, solution),) = found
        rows = [TableRow((f"({part.id})", f"{part.points:g}")) for part in solution.parts]
        return Table("", ("Part", "Points"), tuple(rows), (), total, (False, True))
    rows = [
        TableRow((title, " + ".join(f"{part.points:g}" for part in one.parts), f"{worth(one):g}"))
        for title, one in found
    ]
    columns = ("Exercise", "Parts", "Points")
    return Table("", columns, tuple(rows), (), total, (False, False, True))


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
