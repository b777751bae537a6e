"""Verdicts as lines of styled text: what ``exsolve check`` shows.

Styles are those of ``page``, and one for each tone of a verdict (right, part, wrong, open).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from exsolve.errors import Position, Problem
from exsolve.prose.characters import visible
from exsolve.solution import RubricItem
from exsolve.text_width import display_width
from exsolve.typesetting.boxes import Line, Span, filled
from exsolve.typesetting.form import UNNAMED
from exsolve.typesetting.page import paragraphs, titled
from exsolve.typesetting.remarks import (
    Key,
    Questions,
    Quote,
    Remark,
    Tries,
    first_mistakes,
    mark_of,
    newly_found,
    place_of,
    points_words,
    remarks,
    score_sentence,
    score_words,
    short_value,
    tone,
    verdict_words,
)
from exsolve.verdicts import Marked, MarkedAnswer, MarkedExercise, MarkedPart

INDENT = "      "
WIDEST_NAME = 24
LONGEST_REMARK = 24
"""Lines of one remark: more than any sentence needs, so that only what is repeated is ever cut."""
LEAST_EXCERPT = 24
"""Columns of a line that are shown at least."""
MOST_PROBLEMS = 20


Address = tuple[str, str, str]


class Background(NamedTuple):
    """What stands around answers: what was asked, and the text that they were read from.

    By the ids of exercise and part and the name of the answer: its own text, where it stood in no
    file, and the tries that it took. ``picked``: single answers were given, so that nothing is
    said of parts without one.
    """

    questions: Questions = MappingProxyType({})
    source: str = ""
    texts: Mapping[Address, str] = MappingProxyType({})
    tries: Mapping[Address, Tries] = MappingProxyType({})
    picked: bool = False


def verdict_page(marked: Marked, background: Background, width: int = 80) -> Iterator[Line]:
    """The lines of what is found, at most ``width`` columns wide."""
    if marked.set:
        yield from titled(marked.title, marked.set, "═", width)
        yield ()
    yield from _problems(marked.problems, background.source, width)
    shown = [one for one in marked.exercises if not (background.picked and _is_blank(one))]
    for place, exercise in enumerate(shown):
        if place:
            yield ()
            yield ()
        yield from exercise_lines(exercise, background, width)
    yield ()
    if len(shown) > 1:
        yield (Span("─" * width, "rule"),)
        for exercise in shown:
            yield _between(f"  {exercise.title}", score_words(exercise), "", "label", width)
        yield ()
    for said in (f"Score {score_sentence(marked)}", first_mistakes(marked)):
        for text in filled(said, width, "", "  "):
            yield (Span(text, "title"),)


def exercise_lines(exercise: MarkedExercise, background: Background, width: int) -> Iterator[Line]:
    """An exercise under its heading: a line for each verdict, what is said of it below."""
    yield from titled(exercise.title, exercise.exercise, "─", width)
    if len(exercise.parts) > 1 and _is_blank(exercise):
        yield (Span("  · blank, all of it", "blank"),)
        return
    names = [display_width(answer.name) for answer in exercise.answers]
    room = min(max(names, default=0), WIDEST_NAME)
    shown = [one for one in exercise.parts if not (background.picked and _is_blank(one))]
    for place, part in enumerate(shown):
        if place:
            yield ()
        yield from _part(part, exercise, background, room, width)


def _part(
    part: MarkedPart, exercise: MarkedExercise, background: Background, room: int, width: int
) -> Iterator[Line]:
    lead = f"({part.id}) "
    score = score_words(part)
    asked = background.questions.get((exercise.exercise, part.id))
    left = width - display_width(lead) - display_width(score) - 3
    yield _between(
        lead + _first_line(asked.ask if asked else "", left), score, "ask", "label", width
    )
    for together, answers in groupby(part.answers, _nothing_to_say):
        if together:
            names = ", ".join(
                one.name if one.sort not in UNNAMED else "the answer in words" for one in answers
            )
            alone = len(part.answers) == 1
            for text in filled("blank" if alone else f"blank: {names}", width, "  · ", "    "):
                yield (Span(text, "blank"),)
            continue
        for answer in answers:
            address = (exercise.exercise, part.id, answer.name)
            yield verdict_line(answer, room, width, background.tries.get(address))
            own = background.texts.get(address)
            yield from answer_lines(answer, background.source if own is None else own, width)
            if asked and answer.sort == "words" and answer.verdict != "blank":
                yield from rubric_lines(asked.rubric, width)


def _is_blank(of: MarkedPart | MarkedExercise) -> bool:
    return all(map(_nothing_to_say, of.answers))


def _nothing_to_say(answer: MarkedAnswer) -> bool:
    return answer.verdict == "blank" and not answer.message


def _first_line(ask: str, width: int) -> str:
    """The question as far as it has room on a line."""
    words = ["".join(span.text for span in line) for line in paragraphs(ask, width - 2, "ask")]
    if not words:
        return ""
    return words[0] if len(words) == 1 else f"{words[0].rstrip(' .,:;')} …"


def _between(left: str, right: str, left_style: str, right_style: str, width: int) -> Line:
    gap = max(width - display_width(left) - display_width(right), 2)
    return Span(left, left_style), Span(" " * gap), Span(right, right_style)


def verdict_line(answer: MarkedAnswer, room: int, width: int, tries: Tries | None = None) -> Line:
    """``✓ h_1_next  correct  [0, 4/5]          1 of 1``"""
    name = visible(answer.name)
    name += " " * (room - display_width(name))
    words = verdict_words(answer)
    if tries is not None and (tries.tries > 1 or tries.hints):
        words += f" ({_effort(tries)})"
    score = points_words(answer)
    spans = [
        Span(f"  {mark_of(answer)} ", tone(answer)),
        Span(name, "name"),
        Span(f"  {words}", tone(answer)),
    ]
    used = sum(display_width(span.text) for span in spans)
    value = short_value(answer)
    shown = f"  {_text(value)}" if value is not None else ""
    if used + display_width(shown) + display_width(score) + 2 <= width:
        spans.append(Span(shown, "exact" if isinstance(value, Key) else "given"))
        used += display_width(shown)
    gap = max(width - used - display_width(score), 2)
    return *spans, Span(" " * gap), Span(score, "label")


def _effort(tries: Tries) -> str:
    said = [f"{tries.tries} tries"] if tries.tries > 1 else []
    if tries.hints:
        said.append("1 hint" if tries.hints == 1 else f"{tries.hints} hints")
    return ", ".join(said)


def answer_lines(answer: MarkedAnswer, source: str, width: int) -> Iterator[Line]:
    """What is said of an answer below its verdict; ``source`` is the text that it was read from."""
    if answer.sort == "words" and answer.verdict != "blank":
        for text in visible(answer.given).strip().split("\n"):
            for shown in filled(text, width, INDENT + "│ ", INDENT + "│ ") or [INDENT + "│"]:
                yield (Span(shown, "given"),)
    if answer.problem is not None:
        lines = [*excerpt(answer.problem.position, source, width)]
        yield from lines
        found = answer.problem.found.strip("` ")
        if found in "".join(span.text for line in lines for span in line):
            answer = answer._replace(problem=answer.problem._replace(found=""))
    for remark in remarks(answer):
        yield from remark_lines(remark, width)


def remark_lines(remark: Remark, width: int, indent: str = INDENT) -> Iterator[Line]:
    """A remark in as many lines as it needs, or the first of them."""
    text = "".join(_text(piece) for piece in remark)
    lines = filled(text, width, indent, indent + "  ")
    for line in lines[:LONGEST_REMARK]:
        yield (Span(line, "said"),)
    if len(lines) > LONGEST_REMARK:
        yield (Span(f"{indent}  …", "said"),)


def _text(piece: str | Quote | Key) -> str:
    return visible(piece if isinstance(piece, str) else piece.text)


def rubric_lines(rubric: Sequence[RubricItem], width: int) -> Iterator[Line]:
    """What marks are given for."""
    for item in rubric:
        lead = f"{INDENT}[{item.points:g}] "
        for place, text in enumerate(filled(item.text, width - len(lead))):
            yield (Span(lead if not place else " " * len(lead), "label"), Span(text, "note"))


def excerpt(position: Position | None, source: str, width: int) -> Iterator[Line]:
    """The line of the source that a position is in, with a caret below the place."""
    if position is None:
        return
    lines = source.split("\n")
    if not 1 <= position.line <= len(lines):
        return
    line = lines[position.line - 1].rstrip("\r")
    before, after = visible(line[: position.column - 1]), visible(line[position.column - 1 :])
    before, after = before.expandtabs(1), after.expandtabs(1)
    where = f"line {position.line}, column {position.column}: " if position.file else ""
    if where and width - len(INDENT) - len(where) < LEAST_EXCERPT:
        yield (Span(f"{INDENT}{where.rstrip()}", "label"),)
        where = ""
    room = width - len(INDENT) - len(where)
    if display_width(before) > room * 2 // 3:
        while display_width(before) > room * 2 // 3 - 1:
            before = before[1:]
        before = f"…{before}"
    while display_width(before + after) > room:
        after = after[:-1]
    yield (Span(INDENT + where, "label"), Span(before + after, "given"))
    caret = " " * (len(INDENT) + len(where) + display_width(before))
    yield (Span(f"{caret}^", "open"),)


def _problems(problems: Sequence[Problem], source: str, width: int) -> Iterator[Line]:
    """What a file says that is no answer."""
    if not problems:
        return
    yield (Span("In the file, besides answers", "heading"),)
    for problem in problems[:MOST_PROBLEMS]:
        where = f"{place_of(problem)}: " if problem.position else ""
        found = f" ({newly_found(problem)})" if newly_found(problem) else ""
        text = visible(f"{where}{problem.message}{found}")
        for line in filled(text, width, "  ? ", "    "):
            yield (Span(line, "open"),)
        if problem.hint:
            for line in filled(visible(problem.hint), width, "    try: ", "         "):
                yield (Span(line, "note"),)
    if len(problems) > MOST_PROBLEMS:
        yield (Span(f"    and {len(problems) - MOST_PROBLEMS} more", "note"),)
    yield ()
