"""What is found of answers: frozen, complete, and all that a report of it may know.

Credits and scores are exact fractions; they are rounded where they are shown and nowhere else.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple, get_args

from exsolve.errors import Problem
from exsolve.points import exact_total
from exsolve.solution import Formula, Value

Verdict = Literal[
    "correct",
    "rounded",
    "imprecise",
    "follow-through",
    "partial",
    "slip",
    "wrong",
    "blank",
    "unreadable",
    "undecided",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
RIGHT: frozenset[Verdict] = frozenset(("correct", "rounded"))
OPEN: frozenset[Verdict] = frozenset(("unreadable", "undecided"))
"""What a person has to look at."""

Sort = Literal["value", "formula", "shape", "words", "derivation"]


class CellVerdict(NamedTuple):
    """One cell of an array that is not simply right; ``place`` counts from 0.

    ``given`` is what was written there, ``expected`` the cell of the key, both in the language.
    """

    place: tuple[int, ...]
    given: str
    expected: str
    verdict: Verdict


class NamedSlip(NamedTuple):
    """A known mistake that an answer shows: its name (``var.sample``), and a sentence about it to
    the student. ``at`` is the quantity in whose definition it was made."""

    name: str
    says: str
    at: str


class MarkedAnswer(NamedTuple):
    """What is found of one answer.

    points: what it is worth. credit: the share of that it earned, from 0 to 1; what a person gave
    of words included. ``open``: a person has still to give its points.
    given: as it was written. understood: as it was read, in the language; empty where it was not.
    expected: the key's value or formula; None for words and derivations.
    because: the name of the first error that it follows from. slips: the likeliest first.
    message: plain sentences to the student. problem: where and why it could not be read.
    """

    name: str
    part: str
    sort: Sort
    verdict: Verdict
    points: Fraction
    credit: Fraction
    given: str = ""
    understood: str = ""
    expected: Value | Formula | None = None
    cells: tuple[CellVerdict, ...] = ()
    because: str = ""
    slips: tuple[NamedSlip, ...] = ()
    message: str = ""
    problem: Problem | None = None
    open: bool = False

    @property
    def score(self) -> Fraction:
        """The points it earned."""
        # a product of fractions is slow, and a class has many
        return self.points if self.credit == 1 else self.points * self.credit


class MarkedPart(NamedTuple):
    """A part's answers, in its order."""

    id: str
    points: Fraction
    answers: tuple[MarkedAnswer, ...]

    @property
    def score(self) -> Fraction:
        """The points that its answers earned so far."""
        return exact_total(one.score for one in self.answers)

    @property
    def open(self) -> Fraction:
        """The points that a person has still to give or refuse."""
        return exact_total(one.points for one in self.answers if one.open)


class MarkedExercise(NamedTuple):
    """An exercise's answers. ``first_error``: the answer's name, empty where nothing is wrong."""

    exercise: str
    title: str
    parts: tuple[MarkedPart, ...]
    first_error: str = ""

    @property
    def answers(self) -> tuple[MarkedAnswer, ...]:
        """All answers in order."""
        return tuple(answer for part in self.parts for answer in part.answers)

    @property
    def score(self) -> Fraction:
        """The points that were earned so far."""
        return exact_total(part.score for part in self.parts)

    @property
    def out_of(self) -> Fraction:
        """The points there are."""
        return exact_total(part.points for part in self.parts)

    @property
    def open(self) -> Fraction:
        """The points that a person has still to give or refuse."""
        return exact_total(part.open for part in self.parts)


class Marked(NamedTuple):
    """What is found of a file of answers to an exercise or a problem set.

    ``set``: the id of the problem set; empty for a single exercise. ``problems`` are what the file
    says that is no answer: names that nobody asked for, an answer given twice.
    """

    set: str
    title: str
    exercises: tuple[MarkedExercise, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def score(self) -> Fraction:
        """The points that were earned so far."""
        return exact_total(one.score for one in self.exercises)

    @property
    def out_of(self) -> Fraction:
        """The points there are."""
        return exact_total(one.out_of for one in self.exercises)

    @property
    def open(self) -> Fraction:
        """The points that a person has still to give or refuse."""
        return exact_total(one.open for one in self.exercises)

    @property
    def unread(self) -> bool:
        """Whether the file was no text, so that it is not known what was answered."""
        return bool(self.problems) and all(
            answer.verdict == "unreadable" and not answer.given
            for one in self.exercises
            for answer in one.answers
        )

    @property
    def all_right(self) -> bool:
        """Whether every answer is right, and none is left to a person."""
        return not self.problems and all(
            answer.verdict in RIGHT or (answer.sort == "words" and not answer.open)
            for one in self.exercises
            for answer in one.answers
        )
