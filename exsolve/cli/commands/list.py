"""``exsolve list``: the exercises and problem sets there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from exsolve.spec.header import Header, SetHeader

Points = int | float | None


def command(
    tag: Annotated[str | None, typer.Option("--tag", help="Only what has this tag.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the exercises (id, kind, parts, title) and the problem sets."""
    from exsolve.catalogue import files, set_files
    from exsolve.spec.header import Header, SetHeader, read_header

    headers = [(read_header(file), file) for file in (*files(), *set_files())]
    headers.sort(key=lambda pair: (pair[0].id, isinstance(pair[0], SetHeader), str(pair[1])))
    good = [(header, file) for header, file in headers if header.problem is None]
    exercises = [header for header, _ in good if isinstance(header, Header)]
    worth = {header.id: header.points for header in exercises}
    sets = [
        (header, _total(header, file, worth))
        for header, file in good
        if isinstance(header, SetHeader) and (tag is None or tag in header.tags)
    ]
    if tag is not None:
        exercises = [header for header in exercises if tag in header.tags]
    broken = [(header.problem, file) for header, file in headers if header.problem is not None]
    if as_json:
        import json

        listing = {
            "format": 1,
            "exercises": [_exercise(header) for header in exercises],
            "sets": [_set(header, points) for header, points in sets],
            "broken": [{"file": str(file), "problem": str(problem)} for problem, file in broken],
        }
        typer.echo(json.dumps(listing, indent=2, ensure_ascii=False))
        return
    _print([(one.id, one.kind, " ".join(one.parts), one.title) for one in exercises])
    if sets:
        typer.echo("\nProblem sets" if exercises else "Problem sets")
        _print([_set_row(header, points) for header, points in sets])
    for problem, _ in broken:
        typer.echo(f"cannot be read: {problem}", err=True)
    if tag is not None and not exercises and not sets:
        typer.echo(f"no exercise has the tag {tag!r}", err=True)
    shown = {header.id for header in exercises} | {header.id for header, _ in sets}
    for name in sorted(shown):
        same = [str(file) for header, file in headers if header.id == name]
        if len(same) > 1:
            typer.echo(f"{len(same)} files have the id {name!r}: {', '.join(same)}", err=True)


def _total(header: SetHeader, file: Path, worth: Mapping[str, Points]) -> Points:
    """The points of a set; None where those of an exercise are not known."""
    from exsolve.points import total
    from exsolve.spec.header import Header, read_header

    found: list[int | float] = []
    for name, own in header.exercises:
        points = own
        if own is None and name in worth:
            points = worth[name]
        elif own is None:
            other = read_header(file.parent / name)
            points = other.points if isinstance(other, Header) else None
        if points is None:
            return None
        found.append(points)
    return total(found)


def _exercise(header: Header) -> dict[str, object]:
    return {
        "id": header.id,
        "title": header.title,
        "kind": header.kind,
        "tags": list(header.tags),
        "parts": list(header.parts),
    }


def _set(header: SetHeader, points: Points) -> dict[str, object]:
    return {
        "id": header.id,
        "title": header.title,
        "tags": list(header.tags),
        "exercises": [name for name, _ in header.exercises],
        "points": points,
    }


def _set_row(header: SetHeader, points: Points) -> tuple[str, ...]:
    count = len(header.exercises)
    exercises = f"{count} exercise" + ("s" if count != 1 else "")
    return header.id, exercises, "" if points is None else f"{points:g} points", header.title


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of four cells, the first three in columns."""
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*cells, row[3]]))
