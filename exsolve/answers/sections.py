"""The sections of a text of answers: headings, and the answers in words below them."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from exsolve.answers.addresses import Context
from exsolve.answers.collecting import Collector, Piece
from exsolve.answers.headings import Under, heading, level_at, title_at
from exsolve.answers.leftovers import Leftovers
from exsolve.answers.markup import without_markup
from exsolve.answers.statements import end_of_line, trimmed
from exsolve.answers.words import Words
from exsolve.errors import Position, Problem
from exsolve.spec.report import listing, quote

_UNDERLINED = re.compile(r"^[ \t]{0,3}(\S[^\n]*)\n[ \t]{0,3}(?:=+|-{3,})[ \t]*$", re.M)
_ANOTHER_PROBLEM = re.compile(r"(?:Problem|Question|Exercise|Task)[ ]\d{1,2}\b", re.I)
_LONGEST_TITLE = 100
_HEADINGS_COMPARED = 100
"""Headings that name nothing, above which no more are held against titles."""


class Line(NamedTuple):
    """Where a line begins and ends."""

    start: int
    end: int


class Sections:
    """Knows at each place of a text in which section of which exercise it is.

    ``context`` is what the headings say, ``doubt`` why that may not be so; ``words`` is the answer
    in words that stands behind its name, ``below_heading`` that of the section.
    """

    def __init__(self, text: str, collector: Collector) -> None:
        self.text = text
        self.bare, self.fenced = without_markup(text)
        self.collector = collector
        self.addresses = collector.addresses
        self.context = Context()
        self.doubt: Problem | None = None
        self.words: Words | None = None
        self.below_heading: Words | None = None
        self.leftovers = Leftovers(collector)
        self.level = 0
        self.compared = 0
        self.numbered = False
        self.several = len(self.addresses.outline.exercises) > 1
        self.mentioned = -1
        lengths = (len(line) + 1 for line in text.split("\n"))
        self.starts = [0, *accumulate(lengths)][:-1]
        self.titles = {found.start(): found[1] for found in _UNDERLINED.finditer(self.bare)}
        self.names_itself = any(
            self.addresses.exercise(title_at(self.bare, start, end))
            for start, end in self.lines()
            if self.bare[start : start + 4].lstrip()[:1] == "#"
        )

    def lines(self) -> list[Line]:
        """Where the lines stand."""
        ends = [start - 1 for start in self.starts[1:]]
        return [Line(*one) for one in zip(self.starts, [*ends, len(self.text)], strict=True)]

    def position(self, index: int) -> Position:
        """The line and column of a place in the text."""
        line = bisect_right(self.starts, index)
        return Position(self.collector.file, line, index - self.starts[line - 1] + 1)

    def title(self, line: Line) -> str:
        """The words of a heading, empty where a line is none."""
        return title_at(self.bare, *line) or self.titles.get(line.start, "")

    def under(self, line: Line) -> Under:
        """What a heading would stand under here."""
        deeper = level_at(self.bare, *line) > self.level
        return Under(self.context, deeper, self.numbered)

    def heading(self, line: Line) -> bool:
        """Whether a line is a heading or a comment, which has been taken."""
        marked = self.bare[line.start : line.end].lstrip()[:1] == "#"
        title = self.title(line) if marked or line.start in self.titles else ""
        if not title:
            if exercise := self.printed_title(line):
                self.enter(Context(exercise))
                return True
            return marked and self.words is None
        found = heading(title, self.addresses, self.under(line))
        if found.context is not None:
            if line.start in self.fenced and not found.context.exercise:
                return False
            inside = found.context.part and found.context.exercise == self.context.exercise
            if not inside:
                self.level, self.numbered = level_at(self.bare, *line), found.numbered
            self.enter(found.context, self.doubt if inside else None)
            return True
        if found.unknown and self.foreign(found.unknown, line):
            return True
        if not found.unknown and self.strange(title, line):
            return True
        if not marked:
            return False
        return self.words is None and self.below_heading is None

    def printed_title(self, line: Line) -> str:
        """The exercise whose title is a line without ``#``, in a paragraph of its own."""
        if not self.several or line.end - line.start > _LONGEST_TITLE or self.follows(line):
            return ""
        text = self.bare[line.start : line.end].strip()
        return self.addresses.titles.exactly(text) if len(text.split()) > 1 else ""

    def follows(self, line: Line) -> bool:
        """Whether there is another line right above this one, and no heading."""
        start = self.bare.rfind("\n", 0, max(line.start - 1, 0)) + 1
        above = self.bare[start : max(line.start - 1, 0)].strip()
        return bool(above) and not above.startswith("#")

    def enter(self, context: Context, doubt: Problem | None = None) -> None:
        """Begin a section."""
        self.close()
        self.close_section()
        self.context = context
        self.doubt = doubt
        address = self.addresses.words_of(context) if context.part else None
        if address:
            self.below_heading = Words(address, context.part, stated=False)

    def foreign(self, name: str, line: Line) -> bool:
        """A heading with the id of an exercise that is not among these."""
        if not self.several and not self.names_itself:
            self.leftovers.found_foreign(name, self.position(line.start))
            return False
        self.refuse_heading(name, line)
        return True

    def strange(self, title: str, line: Line) -> bool:
        """A heading of the level of exercises that names none of the set."""
        begun = self.context.exercise or self.doubt
        if not self.several or line.start in self.fenced:
            return False
        if begun and level_at(self.bare, *line) > self.level:
            return False
        if "=" in title or len(title) > _LONGEST_TITLE or title.endswith((".", ",", ";")):
            return False
        if not begun or (self.follows(line) and not _ANOTHER_PROBLEM.match(title)):
            # the title of the file, or a remark between answers
            self.compared += 1
            if self.compared > _HEADINGS_COMPARED or not self.addresses.titles.near(title):
                return False
        self.refuse_heading(title, line)
        return True

    def refuse_heading(self, title: str, line: Line) -> None:
        """What stands below belongs to nobody, or in doubt to the exercise that is nearly named."""
        self.close()
        self.close_section()
        ids = [exercise.id for exercise in self.addresses.outline.exercises]
        near = [] if self.collector.report.crowded else self.addresses.titles.near(title)
        problem = Problem(
            f"{quote(title)} is no exercise of these",
            listing(ids[:30]),
            f"the heading {quote(title)}",
            f"did you mean {listing(map(quote, near))}?" if near else "",
            self.position(line.start),
        )
        self.collector.report.include(problem)
        self.context = Context(near[0]) if len(near) == 1 else Context()
        self.doubt = problem
        self.level = level_at(self.bare, *line)

    def close(self) -> None:
        """The words that were read are all of their answer."""
        words, self.words = self.words, None
        if words and words is not self.below_heading:
            self.take_words(words)

    def close_section(self) -> None:
        words, self.below_heading = self.below_heading, None
        if words and words.spans:
            self.take_words(words)

    def take_words(self, words: Words) -> None:
        text = words.text(self.text, self.bare)
        first, last = trimmed(text, in_words=True)
        place = self.position(words.spans[0][0] + first)
        piece = Piece(words.name, text[first:last], place, place)
        if words.stated or self.doubt:
            self.collector.state(words.address, piece, self.doubt)
        elif piece.text:
            self.collector.mention(words.address, piece)

    def beside(self, start: int, end: int) -> None:
        """Words on the line of an answer belong to the answer in words of its part."""
        if self.below_heading:
            self.below_heading.add(start, end_of_line(self.bare, end))

    def only_words(self) -> bool:
        """Whether nothing is asked for in this part but words."""
        section = self.below_heading
        return section is not None and not any(
            one[:2] == section.address[:2] and not one.in_words for one in self.addresses.all
        )
