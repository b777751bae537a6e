"""``exsolve list``: the exercises there are."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    tag: Annotated[str | None, typer.Option("--tag", help="Only exercises with this tag.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the exercises: id, kind, parts, title."""
    from exsolve.catalogue import files
    from exsolve.spec.header import read_header

    headers = sorted((read_header(file), str(file)) for file in files())
    good = [header for header, _ in headers if header.problem is None]
    broken = [(header.problem, file) for header, file in headers if header.problem is not None]
    if tag is not None:
        good = [header for header in good if tag in header.tags]
    if as_json:
        import json

        exercises = [
            {
                "id": header.id,
                "title": header.title,
                "kind": header.kind,
                "tags": list(header.tags),
                "parts": list(header.parts),
            }
            for header in good
        ]
        listing = {
            "format": 1,
            "exercises": exercises,
            "broken": [{"file": file, "problem": str(problem)} for problem, file in broken],
        }
        typer.echo(json.dumps(listing, indent=2, ensure_ascii=False))
        return
    rows = [(header.id, header.kind, " ".join(header.parts), header.title) for header in good]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*cells, row[3]]))
    for problem, _ in broken:
        typer.echo(f"cannot be read: {problem}", err=True)
    if tag is not None and not good:
        typer.echo(f"no exercise has the tag {tag!r}", err=True)
    for name in sorted({header.id for header in good}):
        same = [file for header, file in headers if header.id == name]
        if len(same) > 1:
            typer.echo(f"{len(same)} files have the id {name!r}: {', '.join(same)}", err=True)
