"""``exsolve lint``: every error of exercise files at once."""

from __future__ import annotations

from typing import Annotated

import typer

from exsolve.errors import ExsolveError


def command(
    files: Annotated[list[str], typer.Argument(help="Exercise files, folders of them, or ids.")],
) -> None:
    """Report every error of the files, and whether both routes agree on every value."""
    from exsolve.catalogue import expanded
    from exsolve.cli.waiting import waiting
    from exsolve.library import load

    failed = 0
    names: list[str] = []
    for file in files:
        try:
            names += expanded(file)
        except ExsolveError as error:
            failed += _report(error)
    for name in names:
        try:
            with waiting(f"checking {name}"):
                loaded = load(name)
                agreement = loaded.agreement()
        except ExsolveError as error:
            failed += _report(error)
            continue
        typer.echo(f"{name}: {agreement.agreeing} of {agreement.compared} values agree")
        if unused := loaded.workbook.unused():
            typer.echo(f"{name}: note: nothing is computed from {', '.join(unused)}")
    if failed:
        typer.echo(f"{failed} of {len(names) or failed} files have errors")
        raise typer.Exit(1)


def _report(error: ExsolveError) -> int:
    for problem in error.problems:
        typer.echo(str(problem))
    return 1
