"""``exsolve sheet``: the worksheet, and the blank answer form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    names: Annotated[
        list[str],
        typer.Argument(metavar="SET_OR_EXERCISE...", help="Ids (see exsolve list) or YAML files."),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; its suffix names the format.")
    ] = None,
    form: Annotated[
        Path | None,
        typer.Option(help="A text file for the answer form alone, to be filled in."),
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", "-f", help="A format by its name.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, 80 columns.")] = False,
) -> None:
    """Write the worksheet of problem sets and exercises: questions, data, a blank answer form."""
    from exsolve.cli.output import (
        check_different,
        check_writable,
        chosen_format,
        emit,
        rendered,
        write_together,
    )
    from exsolve.library import handout, load_all
    from exsolve.typesetting.form import form as form_of

    chosen = chosen_format(format_name, output, plain)
    check_writable(output)
    check_writable(form)
    check_different(output, form, inputs=names)
    sheet = handout(load_all(names), "sheet")
    content = rendered(sheet, chosen, output)
    files: dict[Path, str | bytes] = {}
    if form is not None:
        files[form] = "\n".join(form_of(one) for one in sheet.contents)
    if output is not None:
        files[output] = content
    write_together(files)
    if output is None:
        emit(content, None)
