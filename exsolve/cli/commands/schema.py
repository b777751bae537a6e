"""``exsolve schema``: the JSON Schema of exercise files."""

from __future__ import annotations

import typer


def command() -> None:
    """Print the JSON Schema of exercise files, for editors."""
    import json

    from exsolve.kinds import kind, kind_names
    from exsolve.spec.exercise import schema

    names = kind_names()
    typer.echo(json.dumps(schema(lambda name: kind(name).FIELDS, names), indent=2))
