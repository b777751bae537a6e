"""``exsolve new``: a commented starting file."""

from __future__ import annotations

import re
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
    from exsolve.spec.schema import FIRST_LINE, SCHEMA_FILE

    if kind not in kind_names():
        raise ExsolveError(
            f"there is no kind {kind!r}", expected="one of " + ", ".join(kind_names())
        )
    check_writable(file)
    if file.exists() or file.is_symlink():
        raise ExsolveError(f"{file} exists already", hint="choose another name")
    # an editor that cannot find the schema would say just that
    has_schema = file.with_name(SCHEMA_FILE).is_file()
    start = f"{FIRST_LINE}\n" if has_schema else ""
    write_file(file, start + _named(kind_module(kind).STARTER, file.stem))
    import shlex

    # a name that begins with a hyphen would be read as an option
    path = f"./{file}" if str(file).startswith("-") else str(file)
    typer.echo(f"{file}: now run  exsolve run {shlex.quote(path)}")
    typer.echo(f"what may stand in it:  exsolve fields {kind}")
    if not has_schema:
        typer.echo(f"for an editor:  exsolve schema -o {SCHEMA_FILE}, and as the first line")
        typer.echo(FIRST_LINE)


def _named(starter: str, stem: str) -> str:
    """The starting file with the id that its name says, where that can be an id."""
    from exsolve.spec.common_fields import SLUG

    name = re.sub("[ _.]+", "-", stem.casefold())
    if SLUG.wrong(name) or not name[0].isalpha() or name in ("null", "true", "false"):
        return starter
    return re.sub("(?m)^id: .*$", f"id: {name}", starter, count=1)
