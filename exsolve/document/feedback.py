"""What is found of answers, as a document: nothing that was written in them is read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exsolve.document import (
    Block,
    Code,
    Document,
    Finding,
    Grid,
    Inline,
    Items,
    Line,
    Mathematics,
    Note,
    Rubric,
    Section,
)
from exsolve.errors import Problem
from exsolve.solution import RubricItem
from exsolve.typesetting.form import UNNAMED
from exsolve.typesetting.remarks import (
    AskedPart,
    Key,
    Questions,
    Quote,
    Remark,
    beginning,
    first_mistakes,
    mark_of,
    newly_found,
    number,
    place_of,
    points_words,
    remarks,
    score_words,
    tone,
    verdict_words,
)
from exsolve.verdicts import Marked, MarkedAnswer, MarkedExercise, MarkedPart

MOST_CELLS = 24
_LINE_BREAKS = re.compile(r"\s*[\r\n]\s*")
_QUOTED = re.compile(r"`([^`\n]+)`|\b([^\W\d]\w*_\w+)")
"""What stands between backticks, and a name with an index, as answer files have it."""
MOST_PROBLEMS = 20


def feedback(marked: Marked, questions: Questions) -> Document:
    """The document of what is found of a file; ``questions`` head the parts, where they are given.

    Large arrays have only the first of their wrong cells in it.
    """
    exercises = tuple(_exercise(one, questions, bool(marked.set)) for one in marked.exercises)
    first = first_mistakes(marked)
    opening: list[Block] = [Note(tuple(_words(first)), "note")] if first else []
    if marked.problems:
        items = [_problem(one) for one in marked.problems[:MOST_PROBLEMS]]
        if left := len(marked.problems) - MOST_PROBLEMS:
            items += [(f"and {left} more",)] if left > 0 else []
        opening += [Note(("In the file, besides answers:",), "remark"), Items(tuple(items))]
    if marked.set:
        section = Section("set", marked.set, marked.title, marked.set, "", (*opening, *exercises))
    else:
        (only,) = exercises
        section = only._replace(blocks=(*opening, *only.blocks))
    return Document(
        title=marked.title,
        purpose="Feedback",
        points=score_words(marked),
        sections=(section._replace(title="", points=""),),
        marks=_marks(marked),
        provenance=(),
    )


def _marks(marked: Marked) -> Grid:
    """What each part earned, or each exercise of a set."""
    rows: list[tuple[Line, ...]]
    if marked.set:
        columns = ("Exercise", "Score", "Points")
        rows = [
            ((one.title,), (number(one.score),), (number(one.out_of),)) for one in marked.exercises
        ]
    else:
        columns = ("Part", "Score", "Points")
        rows = [
            ((f"({part.id})",), (number(part.score),), (number(part.points),))
            for one in marked.exercises
            for part in one.parts
        ]
    totals: tuple[Line, ...] = (("Total",), (number(marked.score),), (number(marked.out_of),))
    return Grid("", columns, tuple(rows), totals, (False, True, True))


def _exercise(exercise: MarkedExercise, questions: Questions, in_a_set: bool) -> Section:
    parts = tuple(
        _part(part, exercise.exercise, questions.get((exercise.exercise, part.id)))
        for part in exercise.parts
    )
    score = score_words(exercise)
    title = exercise.title if in_a_set else ""
    return Section("exercise", exercise.exercise, title, exercise.exercise, score, parts)


def _part(part: MarkedPart, exercise: str, asked: AskedPart | None) -> Section:
    rubric = asked.rubric if asked else ()
    blocks = tuple(
        _finding(answer, rubric if answer.sort == "words" else ()) for answer in part.answers
    )
    label, score = f"({part.id})", score_words(part)
    ask = asked.ask if asked else ""
    return Section("part", f"{exercise}.{part.id}", "", label, score, blocks, ask)


def _finding(answer: MarkedAnswer, rubric: tuple[RubricItem, ...]) -> Finding:
    name = "" if answer.sort in UNNAMED else answer.name
    return Finding(
        name,
        mark_of(answer),
        verdict_words(answer),
        tone(answer),
        points_words(answer),
        tuple(_blocks(answer, rubric)),
    )


def _blocks(answer: MarkedAnswer, rubric: tuple[RubricItem, ...]) -> Iterator[Block]:
    given = answer.given.strip()
    if given and answer.sort in UNNAMED:
        yield Note((given,), "quotation")
    elif given:
        yield Note(("You wrote ", Code(beginning(given))), "remark")
    found = [remark_line(remark) for remark in remarks(answer, MOST_CELLS, quoted=bool(given))]
    if answer.problem is not None and (place := place_of(answer.problem)):
        found.insert(0, (f"It stands in {place} of the file.",))
    if found:
        yield Items(tuple(found))
    if rubric and given:
        yield Rubric(rubric)


def remark_line(remark: Remark) -> Line:
    """A remark as a line of a document, in which nothing that an answer says is markup."""
    first, *rest = remark
    if isinstance(first, str):
        first = first.lstrip()
    return tuple(inline for piece in (first, *rest) for inline in _inlines(piece))


def _inlines(piece: str | Quote | Key) -> Line:
    match piece:
        case Quote(text):
            return (Code(text),)
        case Key(text, latex):
            return (Mathematics(latex) if latex else Code(text),)
        case words:
            return tuple(_words(words))


def _words(text: str) -> Iterator[Inline]:
    """Words in one line, in which names and what stands between backticks are code.

    A line that somebody else began could be the beginning of anything.
    """
    text = _LINE_BREAKS.sub(" ", text)
    place = 0
    for match in _QUOTED.finditer(text):
        if match.start() > place:
            yield text[place : match.start()]
        yield Code(match[1] or match[2])
        place = match.end()
    if place < len(text):
        yield text[place:]


def _problem(problem: Problem) -> Line:
    place = place_of(problem)
    line = [*_inlines(f"{place}: {problem.message}" if place else problem.message.lstrip())]
    if found := newly_found(problem):
        line += [": ", Code(beginning(found))]
    if problem.hint:
        line += [". Try: ", *_inlines(problem.hint)]
    return tuple(line)
