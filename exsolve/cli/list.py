"""``exsolve list``: the exercises there are."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    tag: Annotated[str | None, typer.Option("--tag", help="Only exercises with this tag.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the exercises: id, title, kind, parts."""
    from exsolve.library import files
    from exsolve.spec.exercise import read_header

    headers = [read_header(file) for file in files()]
    if tag is not None:
        headers = [header for header in headers if tag in header.tags]
    if as_json:
        import json

        typer.echo(
            json.dumps(
                {
                    "format": 1,
                    "exercises": [
                        {
                            "id": header.id,
                            "title": header.title,
                            "kind": header.kind,
                            "tags": list(header.tags),
                            "parts": list(header.parts),
                        }
                        for header in headers
                    ],
                },
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    rows = [(header.id, header.kind, " ".join(header.parts), header.title) for header in headers]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*cells, row[3]]))
