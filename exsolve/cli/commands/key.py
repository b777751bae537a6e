"""``exsolve key``: the answer key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exsolve import limits
from exsolve.cli.detail import Detail


def command(
    names: Annotated[
        list[str],
        typer.Argument(metavar="SET_OR_EXERCISE...", help="Ids (see exsolve list) or YAML files."),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; its suffix names the format.")
    ] = None,
    detail: Annotated[Detail, typer.Option(help="How much of each step is shown.")] = Detail.normal,
    digits: Annotated[
        int, typer.Option(min=1, max=limits.PRINTED_DIGITS, help="Significant digits of decimals.")
    ] = 4,
    format_name: Annotated[
        str | None, typer.Option("--format", "-f", help="A format by its name.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, 80 columns.")] = False,
) -> None:
    """Write the answer key of problem sets and exercises, with points, rubrics and drawings."""
    from exsolve.cli.output import check_different, check_writable, chosen_format, emit, rendered
    from exsolve.cli.waiting import waiting
    from exsolve.library import handout, load_all

    chosen = chosen_format(format_name, output, plain)
    check_writable(output)
    check_different(output, inputs=names)
    with waiting(f"solving {', '.join(names)}"):
        key = handout(load_all(names), "key", digits, detail.value)
        content = rendered(key, chosen, output)
    emit(content, output)
