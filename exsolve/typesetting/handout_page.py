"""A handout as lines of styled text: sets, keys, worksheets; the page of each exercise in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exsolve.solution import Handout, Solution, SolvedSet
from exsolve.typesetting import phrases
from exsolve.typesetting.boxes import Line, Span, filled
from exsolve.typesetting.handouts import PURPOSES, marks, points_of, provenance, worth
from exsolve.typesetting.page import page, paragraphs, titled
from exsolve.typesetting.tables import table_lines


def handout_page(handout: Handout, width: int = 80) -> Iterator[Line]:
    """The lines of a handout, at most ``width`` columns wide where its contents allow."""
    if handout.purpose == "solution":
        yield from _solutions(handout.contents, width)
        return
    label = phrases.points(points_of(handout))
    yield from titled(f"{PURPOSES[handout.purpose]} · {handout.title}", label, "═", width)
    yield ()
    yield from table_lines(marks(handout), width)
    yield ()
    for content in handout.contents:
        yield ()
        alone = len(handout.contents) == 1
        if isinstance(content, SolvedSet):
            yield from _set_page(content, width, headed=not alone)
        else:
            yield from page(content, width, phrases.points(worth(content)), headed=not alone)
        yield ()
    if handout.purpose == "sheet":
        yield from _forms(handout)
    yield (Span("─" * width, "rule"),)
    for line in provenance(handout):
        for text in filled(line, width, "", "    "):
            yield (Span(text, "note"),)


def _solutions(contents: Sequence[Solution | SolvedSet], width: int) -> Iterator[Line]:
    for place, content in enumerate(contents):
        if place:
            yield ()
            yield ()
        if isinstance(content, SolvedSet):
            yield from _set_page(content, width)
        else:
            yield from page(content, width)


def _set_page(solved: SolvedSet, width: int, headed: bool = True) -> Iterator[Line]:
    """The lines of a problem set: its heading, then the page of each exercise."""
    if headed:
        label = f"{solved.id} · {phrases.points(solved.points)}"
        yield from titled(solved.title, label, "═", width)
    if solved.about:
        yield from paragraphs(solved.about, width, "about")
    for place, question in enumerate(solved.exercises):
        if place or headed or solved.about:
            yield ()
            yield ()
        yield from page(question.solution, width, phrases.points(question.points))


def _forms(handout: Handout) -> Iterator[Line]:
    from exsolve.typesetting.form import form

    for content in handout.contents:
        yield ()
        yield (Span("Answer form", "heading"),)
        yield ()
        for text in form(content).rstrip("\n").split("\n"):
            yield (Span(text, "exact"),)
        yield ()
