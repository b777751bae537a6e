"""``exsolve check``: verdicts on answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exsolve import limits
from exsolve.errors import ExsolveError, Problem

if TYPE_CHECKING:
    from exsolve.answers.written import Outline, Response
    from exsolve.library.judging import Examiner
    from exsolve.typesetting.verdict_page import Background
    from exsolve.verdicts import Marked

DIGITS = 4


def command(
    name: Annotated[
        str,
        typer.Argument(metavar="EXERCISE_OR_SET", help="An id (see exsolve list) or a YAML file."),
    ],
    file: Annotated[
        str | None, typer.Argument(help="A file of answers; - is standard input.")
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--answer", "-a", metavar="NAME=VALUE", help="One answer (repeatable)."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    format_name: Annotated[
        str | None,
        typer.Option("--format", "-f", help="terminal, plain, markdown, html or json."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; its suffix names the format.")
    ] = None,
    digits: Annotated[
        int, typer.Option(min=1, max=limits.PRINTED_DIGITS, help="Significant digits of decimals.")
    ] = DIGITS,
    hide_key: Annotated[
        bool, typer.Option("--hide-key", help="Say what is wrong, and not what is right.")
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, 80 columns.")] = False,
) -> None:
    """Check answers from a file, from -a, or asked for one by one at a terminal.

    The status is 0 where all is right, and 1 where something is not.
    """
    from exsolve.answers.opening import read_answer_file
    from exsolve.cli.output import check_different, check_writable, emit, look
    from exsolve.cli.waiting import waiting
    from exsolve.library import load
    from exsolve.library.feedback import feedback
    from exsolve.library.judging import Examiner
    from exsolve.typesetting.remarks import without_key

    chosen = _chosen_format("json" if json else format_name, output, plain)
    check_writable(output)
    check_different(output, inputs=[name], answers=file if file != "-" else None)
    answers = _assignments(given or ())
    _check_source(file, answers, chosen, output)
    data = read_answer_file(file) if file is not None else b""
    with waiting(f"solving {name}"):
        content = load(name)
        examiner = Examiner(content)
    if file is not None:
        with waiting(f"checking {file}"):
            marked, background = _of_file(examiner, data, file)
    elif answers:
        with waiting("checking the answers"):
            marked, background = _of_arguments(examiner, answers)
    else:
        from exsolve.cli.asking import interview

        marked, background = interview(examiner, plain)
    right = _is_right(marked, all_of_it=not answers)
    if digits != DIGITS:
        marked = _with_digits(marked, examiner, digits)
    if hide_key:
        marked = without_key(marked)
    width, colour = look(plain=chosen == "plain" or output is not None)
    emit(feedback(marked, chosen, background=background, width=width, colour=colour), output)
    if not right:
        raise typer.Exit(1)


def _chosen_format(wanted: str | None, output: Path | None, plain: bool) -> str:
    """The format asked for; raises ExsolveError for one in which there are no verdicts."""
    from exsolve.cli.output import named_format
    from exsolve.library.feedback import FORMATS

    chosen = wanted if wanted in FORMATS else named_format(wanted, output, plain)
    if chosen not in FORMATS:
        raise ExsolveError(
            f"verdicts cannot be written as {chosen}", expected="one of " + ", ".join(FORMATS)
        )
    return chosen


def _assignments(texts: Sequence[str]) -> list[tuple[str, str]]:
    """NAME=VALUE of each option, of which the value may be empty; raises ExsolveError."""
    found = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ExsolveError(
                f"-a {text}: not an answer",
                expected="NAME=VALUE, such as -a 'agg=[-4/5, 0.8]'",
                found=text,
            )
        found.append((name.strip(), value))
    return found


def _check_source(
    file: str | None, answers: Sequence[object], format_name: str, output: Path | None
) -> None:
    """Refuse what gives no answers, or gives them twice, before anything is solved."""
    if file is not None and answers:
        raise ExsolveError(
            "answers are given twice",
            expected="a file of answers or -a NAME=VALUE",
            found=f"{file} and -a",
        )
    if file is None and not answers:
        seen = output is not None or format_name in ("terminal", "plain")
        if not (seen and sys.stdin.isatty() and sys.stdout.isatty()):
            raise ExsolveError(
                "there is nothing to check",
                expected="a file of answers, - for standard input, or -a NAME=VALUE",
                hint="at a terminal, exsolve check EXERCISE asks for the answers one by one",
            )


def _of_file(examiner: Examiner, data: bytes, file: str) -> tuple[Marked, Background]:
    from exsolve.answers.decoding import decoded
    from exsolve.answers.opening import shown_path
    from exsolve.library.feedback import questions
    from exsolve.typesetting.verdict_page import Background

    shown = "standard input" if file == "-" else shown_path(file)
    # here somebody waits who can hand in another file: what is no text is an error
    source = decoded(data, shown).text
    marked = examiner.judge(data, shown)
    return marked, Background(questions(examiner.content), source)


def _of_arguments(
    examiner: Examiner, answers: Sequence[tuple[str, str]]
) -> tuple[Marked, Background]:
    from exsolve.library.feedback import questions
    from exsolve.typesetting.verdict_page import Background

    responses = _responses(answers, examiner.outline)
    texts = {(one.exercise, one.part, one.name): one.text for one in responses}
    if len(texts) < len(responses):
        names = [one.name for one in responses]
        twice = next(name for name in names if names.count(name) > 1)
        raise ExsolveError(f"-a {twice} stands twice", expected="one value for each name")
    marked = examiner.mark(responses)
    return marked, Background(questions(examiner.content), texts=texts, picked=True)


def _responses(answers: Sequence[tuple[str, str]], outline: Outline) -> tuple[Response, ...]:
    """What each option answers; raises ExsolveError with all names that cannot be told."""
    from exsolve.answers.files import response

    found: list[Response] = []
    problems: list[Problem] = []
    for name, text in answers:
        try:
            found.append(response(name, text, outline))
        except ExsolveError as error:
            problems += error.problems
    if problems:
        raise ExsolveError(problems)
    return tuple(found)


def _is_right(marked: Marked, all_of_it: bool) -> bool:
    """Whether nothing is wrong, missing or open; of answers that were picked, nothing of these."""
    from exsolve.verdicts import RIGHT

    if all_of_it:
        return marked.all_right
    answers = [answer for one in marked.exercises for answer in one.answers]
    return all(answer.verdict in (*RIGHT, "blank") for answer in answers)


def _with_digits(marked: Marked, examiner: Examiner, digits: int) -> Marked:
    """The key's values with decimals of so many digits."""
    from exsolve.solution import Step, Value

    exercises = []
    for one, exercise in zip(marked.exercises, examiner.exercises, strict=True):
        solution = exercise.solve((), digits, "short")
        values = {
            step.name: step.value
            for part in solution.parts
            for step in part.steps
            if isinstance(step, Step)
        }
        parts = tuple(
            part._replace(
                answers=tuple(
                    answer._replace(expected=values.get(answer.name, answer.expected))
                    if isinstance(answer.expected, Value)
                    else answer
                    for answer in part.answers
                )
            )
            for part in one.parts
        )
        exercises.append(one._replace(parts=parts))
    return marked._replace(exercises=tuple(exercises))
