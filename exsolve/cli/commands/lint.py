"""``exsolve lint``: every error of exercises and problem sets at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from exsolve.errors import ExsolveError
from exsolve.points import total

if TYPE_CHECKING:
    from exsolve.library import Exercise


def command(
    files: Annotated[
        list[str], typer.Argument(help="Exercises, problem sets, folders of them, or ids.")
    ],
) -> None:
    """Report every error of the files, whether both routes agree, and what is verified."""
    from exsolve.catalogue import expanded
    from exsolve.cli.waiting import waiting
    from exsolve.library import ProblemSet, load

    failed = 0
    checked: set[str] = set()
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
                if isinstance(loaded, ProblemSet):
                    # an exercise that was checked before is not checked in each of its sets again
                    new = [one for one in loaded.exercises if one.workbook.digest not in checked]
                    lines = [line for one in new for line in _checked(one, one.workbook.id)]
                    count = len(loaded.exercises)
                    exercises = "exercise" if count == 1 else "exercises"
                    lines.append(f"{name}: {count} {exercises}, {loaded.points:g} points")
                else:
                    new = [loaded]
                    lines = _checked(loaded, name)
        except ExsolveError as error:
            failed += _report(error)
            continue
        checked.update(one.workbook.digest for one in new)
        typer.echo("\n".join(lines))
    if failed:
        count = len(names) or failed
        verb = "has" if failed == 1 else "have"
        typer.echo(f"{failed} of {count} {'file' if count == 1 else 'files'} {verb} errors")
        raise typer.Exit(1)


def _checked(exercise: Exercise, name: str) -> list[str]:
    """What is said of an exercise without errors; raises ExsolveError for one with errors.

    One that varies has a variant too, which is solved.
    """
    from exsolve.typesetting import phrases

    agreement = exercise.agreement()
    lines = [f"{name}: {phrases.checked(agreement)}"]
    for part in exercise.workbook.parts:
        worth = total(item.points for item in part.rubric)
        if part.rubric and not part.answers and not part.derivations and worth < part.points:
            lines.append(
                f"{name}: note: part {part.id} is worth {part.points:g} points, "
                f"and its rubric adds up to {worth:g}"
            )
    if unused := exercise.workbook.unused():
        lines.append(f"{name}: note: nothing is computed from {', '.join(unused)}")
    if variant := exercise.sample_variant():
        values = ", ".join(f"{drawn} = {text}" for drawn, text in variant.values.items())
        lines.append(f"{name}: varies, as with {values}")
    return lines


def _report(error: ExsolveError) -> int:
    for problem in error.problems:
        typer.echo(str(problem))
    return 1
