"""``exsolve lint``: every error of exercise files at once."""

from __future__ import annotations

from typing import Annotated

import typer

from exsolve.errors import ExsolveError


def command(
    files: Annotated[list[str], typer.Argument(help="Exercise files (or ids).")],
) -> None:
    """Report every error of the files, and whether both routes agree on every value."""
    from exsolve.library import load

    failed = 0
    for file in files:
        try:
            loaded = load(file)
            agreement = loaded.agreement()
        except ExsolveError as error:
            failed += 1
            for problem in error.problems:
                typer.echo(str(problem))
        else:
            typer.echo(f"{file}: {agreement.agreeing} of {agreement.compared} values agree")
            if unused := loaded.workbook.unused():
                typer.echo(f"{file}: note: nothing is computed from {', '.join(unused)}")
    if failed:
        typer.echo(f"{failed} of {len(files)} files have errors")
        raise typer.Exit(1)
