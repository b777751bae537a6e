"""A handout as lines of styled text: sets, keys, worksheets; the page of each exercise in them."""

from __future__ import annotations

from collections.abc import Iterator

from exsolve.solution import Handout, SolvedSet
from exsolve.typesetting import phrases
from exsolve.typesetting.boxes import Line, Span, filled
from exsolve.typesetting.handouts import PURPOSES, marks, points_of, provenance, worth
from exsolve.typesetting.page import page, paragraphs, titled
from exsolve.typesetting.tables import table_lines


def handout_page(handout: Handout, width: int = 80) -> Iterator[Line]:
    """The lines of a handout, at most ``width`` columns wide where its contents allow."""
    told = handout.purpose != "solution"
    if told or len(handout.contents) != 1:
        yield from _front(handout, width)
    for place, content in enumerate(handout.contents):
        if told or place:
            yield ()
            yield ()
        if isinstance(content, SolvedSet):
            yield from _set_page(content, width)
        else:
            yield from page(content, width, phrases.points(worth(content)) if told else "")
    if handout.purpose == "sheet":
        yield from _forms(handout)
    if told:
        yield ()
        yield (Span("─" * width, "rule"),)
        for line in provenance(handout):
            for text in filled(line, width, "", "    "):
                yield (Span(text, "note"),)


def _front(handout: Handout, width: int) -> Iterator[Line]:
    label = phrases.points(points_of(handout))
    purpose = PURPOSES[handout.purpose]
    title = " · ".join(filter(None, (purpose, handout.title)))
    yield from titled(title, label, "═", width)
    yield ()
    yield from table_lines(marks(handout), width)


def _set_page(solved: SolvedSet, width: int) -> Iterator[Line]:
    """The lines of a problem set: its heading, then the page of each exercise."""
    label = f"{solved.id} · {phrases.points(solved.points)}"
    yield from titled(solved.title, label, "═", width)
    if solved.about:
        yield from paragraphs(solved.about, width, "about")
    for question in solved.exercises:
        yield ()
        yield ()
        yield from page(question.solution, width, phrases.points(question.points))


def _forms(handout: Handout) -> Iterator[Line]:
    from exsolve.typesetting.form import form

    for content in handout.contents:
        yield ()
        yield ()
        yield (Span("Answer form", "heading"),)
        yield ()
        for text in form(content).rstrip("\n").split("\n"):
            yield (Span(text, "exact"),)
