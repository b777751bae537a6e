"""``exsolve new``: a commented starting file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exsolve.errors import ExsolveError


def command(
    kind: Annotated[str, typer.Argument(help="The kind of exercise, such as formulas.")],
    file: Annotated[Path, typer.Argument(help="The YAML file to write; must not exist.")],
) -> None:
    """Write a commented exercise that runs as it is."""
    from exsolve.cli.output import check_writable, write_file
    from exsolve.kinds import kind as kind_module
    from exsolve.kinds import kind_names

    if kind not in kind_names():
        raise ExsolveError(
            f"there is no kind {kind!r}", expected="one of " + ", ".join(kind_names())
        )
    check_writable(file)
    if file.exists() or file.is_symlink():
        raise ExsolveError(f"{file} exists already", hint="choose another name")
    write_file(file, kind_module(kind).STARTER)
    import shlex

    # a name that begins with a hyphen would be read as an option
    path = f"./{file}" if str(file).startswith("-") else str(file)
    typer.echo(f"{file}: now run  exsolve run {shlex.quote(path)}")
