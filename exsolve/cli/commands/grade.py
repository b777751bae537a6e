"""``exsolve grade``: a folder of answer files, one for each student."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exsolve import limits

if TYPE_CHECKING:
    from exsolve.grading.grade import Graded
    from exsolve.grading.roster import Roster

SHOWN = 5
"""Names in a note."""


def command(
    name: Annotated[
        str,
        typer.Argument(metavar="SET_OR_EXERCISE", help="An id (see exsolve list) or a YAML file."),
    ],
    folder: Annotated[Path, typer.Argument(help="The answer files: one, or a folder, a student.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The table (.csv); lines go beside it (.jsonl).")
    ],
    feedback: Annotated[
        Path | None, typer.Option(help="A folder for a file of feedback for each student.")
    ] = None,
    feedback_format: Annotated[str, typer.Option(help="markdown or html.")] = "markdown",
    gradescope: Annotated[
        Path | None, typer.Option(help="A folder for NAME/results.json of each student.")
    ] = None,
    visibility: Annotated[
        str, typer.Option(help="When Gradescope shows it: visible, after_published, ...")
    ] = "visible",
    answers: Annotated[
        bool, typer.Option("--answers", help="A column for each answer, not only for each part.")
    ] = False,
    hide_key: Annotated[
        bool, typer.Option("--hide-key", help="Say what is wrong, and not what is right.")
    ] = False,
    marks: Annotated[
        Path | None, typer.Option(help="Points that a person gave: a CSV file (see --marks-form).")
    ] = None,
    marks_form: Annotated[
        Path | None, typer.Option(help="Write a blank CSV file for these points, and end.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, max=256, help="Processes that judge.")
    ] = None,
    seconds: Annotated[
        float, typer.Option("--time-limit", min=1, max=3600, help="Seconds for one student.")
    ] = limits.SUBMISSION_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="The summary for programs.")] = False,
) -> None:
    """Mark a class: a table of scores, and feedback for each student.

    Stopped at any moment, the same command goes on from there.
    """
    import gc
    import json
    from hashlib import sha256

    from exsolve.catalogue import find
    from exsolve.cli.output import check_different, check_folder, check_writable, look
    from exsolve.cli.waiting import progress, waiting
    from exsolve.errors import ExsolveError
    from exsolve.grading.grade import Grading, Limits, progress_path
    from exsolve.grading.gradescope import VISIBILITIES
    from exsolve.grading.judging import FEEDBACK, Outputs
    from exsolve.grading.marks import marks_form as blank_form
    from exsolve.grading.roster import read_roster
    from exsolve.grading.writing import holds, write_whole
    from exsolve.library import load

    # a class is long enough for garbage to matter
    gc.enable()
    _check_choice("--feedback-format", feedback_format, tuple(FEEDBACK))
    _check_choice("--visibility", visibility, VISIBILITIES)
    if output.suffix.lower() != ".csv":
        raise ExsolveError(f"{output}: the table is a CSV file", hint=f"-o {output.stem}.csv")
    written = [output, progress_path(output), *([marks_form] if marks_form else [])]
    for file in written:
        check_writable(file)
    check_different(*written, feedback, gradescope, marks, inputs=[name])
    for place in (feedback, gradescope):
        if place is not None:
            check_folder(place)
            if place.resolve() == folder.resolve():
                raise ExsolveError(
                    f"{place}: what is written would stand among the answer files",
                    hint="name a folder of its own",
                )
    given = [one for one in (feedback, gradescope, marks, find(name)) if one is not None]
    roster = read_roster(folder, [*written, *given])
    outputs = Outputs(feedback, feedback_format, gradescope, visibility, hide_key)
    with waiting(f"solving {name}"):
        grading = Grading(
            load(name),
            roster,
            output,
            outputs,
            marks=marks,
            limits=Limits(seconds),
            answers=answers,
        )
    if marks_form is not None:
        form = blank_form(roster, grading.blank, grading.left_to_a_person())
        if marks_form.exists() and not holds(marks_form, sha256(form).hexdigest()):
            raise ExsolveError(
                f"{marks_form}: there is a file, which may have points in it",
                hint="choose another name for the blank form",
            )
        write_whole(marks_form, form)
        typer.echo(f"{marks_form}: {len(roster):,} rows to fill in")
        return
    try:
        with progress("marking", len(roster)) as advance:
            graded = grading.run(jobs, advance)
    except KeyboardInterrupt:
        typer.echo(
            f"stopped; what is judged stands in {progress_path(output)}, and the same command "
            "goes on from there",
            err=True,
        )
        raise typer.Exit(130) from None
    _tell(roster, graded)
    if as_json:
        typer.echo(json.dumps(graded.summary.data(), indent=2, ensure_ascii=False))
    else:
        width, _ = look(plain=False)
        typer.echo("\n".join(graded.summary.lines(width)))


def _check_choice(option: str, found: str, choices: tuple[str, ...]) -> None:
    from exsolve.errors import ExsolveError

    if found not in choices:
        raise ExsolveError(
            f"{option}: there is no {found!r}", expected="one of " + ", ".join(choices)
        )


def _tell(roster: Roster, graded: Graded) -> None:
    """Notes on standard error: what was not judged, and why."""
    from exsolve.prose.characters import visible

    notes: list[str] = []
    if roster.left_out:
        notes.append(f"left out, not handed in by anybody: {_some(roster.left_out)}")
    if roster.not_read:
        notes.append(f"not read, beside a student's answers: {_some(roster.not_read)}")
    if roster.doubles:
        notes.append(f"the same name more than once, each with its row: {_some(roster.doubles)}")
    if graded.anew:
        notes.append("all judged anew: the exercise, or exsolve, has changed since the last run")
    if graded.gone:
        notes.append(f"judged before, and not in the folder any more: {_some(graded.gone)}")
    kept = graded.summary.students - graded.judged
    if kept:
        notes.append(f"{kept:,} of {graded.summary.students:,} were judged in an earlier run")
    notes += [f"a fault of exsolve, please report it: {one.strip()}" for one in graded.faults]
    for note in notes:
        typer.echo(f"note: {visible(note)}", err=True)


def _some(names: Sequence[str]) -> str:
    left = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {left:,} more" if left > 0 else "")
