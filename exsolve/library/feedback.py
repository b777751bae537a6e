"""What is found of a file of answers, as a document: a page, JSON, Markdown or HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from exsolve.errors import ExsolveError
from exsolve.typesetting.remarks import AskedPart, Questions
from exsolve.typesetting.verdict_page import Background

if TYPE_CHECKING:
    from exsolve.library import Exercise, ProblemSet
    from exsolve.verdicts import Marked

FORMATS: Final = ("terminal", "plain", "markdown", "html", "json")


def questions(assessment: Exercise | ProblemSet) -> Questions:
    """What each part asks, and what marks are given for."""
    from exsolve.library.problem_sets import ProblemSet
    from exsolve.solution import RubricItem

    exercises = assessment.exercises if isinstance(assessment, ProblemSet) else (assessment,)
    return {
        (exercise.id, part.id): AskedPart(
            part.ask, tuple(RubricItem(item.points, item.text) for item in part.rubric)
        )
        for exercise in exercises
        for part in exercise.workbook.parts
    }


def feedback(
    marked: Marked,
    format_name: str,
    asked: Mapping[tuple[str, str], AskedPart] | None = None,
    background: Background | None = None,
    width: int = 80,
    colour: bool = False,
) -> str:
    """What is found, in a format of ``FORMATS``; no text of an answer acts in any of them.

    asked: the parts' questions and rubrics (``questions``). background: those, the text that the
    answers were read from, and tries, for a page. Raises ExsolveError for another format.
    """
    if background is None:
        background = Background(asked if asked is not None else {})
    if format_name == "json":
        from exsolve.typesetting.json_data import laid_out
        from exsolve.typesetting.verdict_data import marked_data

        return laid_out(marked_data(marked)) + "\n"
    if format_name in ("terminal", "plain"):
        from exsolve.render.terminal import shown
        from exsolve.typesetting.verdict_page import verdict_page

        lines = verdict_page(marked, background, width)
        return shown(lines, width, colour and format_name == "terminal")
    if format_name in ("markdown", "html"):
        from exsolve.document import feedback as blocks
        from exsolve.render import format_module

        module = format_module(format_name)
        return str(module.render_document(blocks.feedback(marked, background.questions)))
    raise ExsolveError(
        f"verdicts have no format {format_name!r}", expected="one of " + ", ".join(FORMATS)
    )
