"""``exsolve schema``: the JSON Schema of exercise files and problem sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file, such as exercise.schema.json."),
    ] = None,
) -> None:
    """Print the JSON Schema of exercise files and problem sets, for editors."""
    import json

    from exsolve.cli.output import check_writable, emit
    from exsolve.kinds import kind, kind_names
    from exsolve.spec.schema import schema, with_problem_sets

    check_writable(output)
    summaries = {name: kind(name).SUMMARY for name in kind_names()}
    exercises = schema(lambda name: kind(name).FIELDS, kind_names(), summaries)
    emit(json.dumps(with_problem_sets(exercises), indent=2) + "\n", output)
