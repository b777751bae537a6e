"""``exsolve vary``: the same exercise or set with other values, each with its sheet and key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exsolve import limits
from exsolve.cli.detail import Detail


def command(
    name: Annotated[
        str,
        typer.Argument(metavar="EXERCISE_OR_SET", help="An id (see exsolve list) or a YAML file."),
    ],
    seed: Annotated[int, typer.Option(help="Another seed, other values; the same, the same.")],
    folder: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")],
    count: Annotated[
        int, typer.Option(min=1, max=limits.VARIANTS, help="How many variants to write.")
    ] = 1,
    format_name: Annotated[
        str, typer.Option("--format", "-f", help="The format of sheets and keys.")
    ] = "markdown",
    detail: Annotated[Detail, typer.Option(help="How much of each step is shown.")] = Detail.normal,
    digits: Annotated[
        int, typer.Option(min=1, max=limits.PRINTED_DIGITS, help="Significant digits of decimals.")
    ] = 4,
) -> None:
    """Write variants with other values: each a YAML file, its sheet and its key."""
    from exsolve.cli.output import check_folder, suffix_of, write_files
    from exsolve.cli.waiting import progress
    from exsolve.library import handout, load
    from exsolve.render import content_of

    suffix = suffix_of(format_name)
    check_folder(folder)
    loaded = load(name)
    files: dict[Path, str | bytes] = {}
    with progress("writing variants", count) as advance:
        for variant in loaded.variants(count, seed):
            sheet = handout([variant.content], "sheet")
            key = handout([variant.content], "key", digits, detail.value)
            files |= {folder / file: text for file, text in variant.files.items()}
            files[folder / f"{variant.id}-sheet{suffix}"] = content_of(sheet, format_name)
            files[folder / f"{variant.id}-key{suffix}"] = content_of(key, format_name)
            advance()
    write_files(folder, files)
    earlier = sorted(
        file.name for file in folder.glob(f"{loaded.id}-{seed}-*.yaml") if file not in files
    )
    if earlier:
        typer.echo(
            f"note: {folder} also holds {len(earlier)} of another run, such as {earlier[0]}",
            err=True,
        )
    variants = "1 variant" if count == 1 else f"{count} variants"
    typer.echo(f"{variants} in {folder}, each with its sheet and its key")
