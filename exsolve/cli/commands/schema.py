"""``exsolve schema``: the JSON Schema of exercise files and problem sets."""

from __future__ import annotations

import typer


def command() -> None:
    """Print the JSON Schema of exercise files and problem sets, for editors."""
    import json

    from exsolve.kinds import kind, kind_names
    from exsolve.spec.schema import schema, with_problem_sets

    summaries = {name: kind(name).SUMMARY for name in kind_names()}
    exercises = schema(lambda name: kind(name).FIELDS, kind_names(), summaries)
    typer.echo(json.dumps(with_problem_sets(exercises), indent=2))
