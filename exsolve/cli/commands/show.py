"""``exsolve show``: the questions and their data."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    exercise: Annotated[str, typer.Argument(help="An id (see exsolve list) or a YAML file.")],
    plain: Annotated[bool, typer.Option("--plain", help="No colour, 80 columns.")] = False,
) -> None:
    """Show an exercise or a problem set as it is asked, without answers."""
    from exsolve.cli.output import emit, rendered
    from exsolve.library import load

    emit(rendered(load(exercise).question(), "plain" if plain else "terminal", None), None)
