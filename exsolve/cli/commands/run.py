"""``exsolve run``: the worked solution."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from exsolve import limits
from exsolve.cli.detail import Detail
from exsolve.errors import ExsolveError


def command(
    exercise: Annotated[str, typer.Argument(help="An id (see exsolve list) or a YAML file.")],
    part: Annotated[
        list[str] | None, typer.Option("--part", "-p", help="Only this part (repeatable).")
    ] = None,
    detail: Annotated[Detail, typer.Option(help="How much of each step is shown.")] = Detail.normal,
    digits: Annotated[
        int, typer.Option(min=1, max=limits.PRINTED_DIGITS, help="Significant digits of decimals.")
    ] = 4,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another value for a given (repeatable)."),
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option("--format", "-f", help="A format by its name."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; its suffix names the format.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, 80 columns.")] = False,
) -> None:
    """Show the worked solution of an exercise, or of all those of a problem set."""
    from exsolve.cli.output import check_different, check_writable, chosen_format, emit, rendered
    from exsolve.cli.waiting import waiting
    from exsolve.library import load

    chosen = chosen_format(format_name, output, plain)
    check_writable(output)
    check_different(output, inputs=[exercise])
    with waiting(f"solving {exercise}"):
        loaded = load(exercise, assignments(given or ()))
        text = rendered(loaded.solve(part or (), digits, detail.value), chosen, output)
    emit(text, output)


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE of each option; raises ExsolveError."""
    found: dict[str, str] = {}
    for name, value in map(assignment, texts):
        if name in found:
            raise ExsolveError(
                f"--set {name} stands twice",
                expected="one value for each name",
                found=f"{found[name]} and {value}",
            )
        found[name] = value
    return found


def assignment(text: str) -> tuple[str, str]:
    """NAME=VALUE taken apart; raises ExsolveError."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise ExsolveError(
            f"--set {text}: not an assignment",
            expected="NAME=VALUE, such as W=[[1, 2], [3, 4]] or p=1/2",
            found=text,
        )
    return name.strip(), value.strip()
