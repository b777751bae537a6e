"""What was read of an answer, and what readers need to know of the exercise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from exsolve.errors import Position, Problem
from exsolve.expression.tree import Node, Shape
from exsolve.solution import Expected

HINTS_IN_WORDS = ("in words", "a derivation, line by line")
"""What a blank form says behind ``#`` where no value is expected."""


class Number(NamedTuple):
    """One number of an answer, as it was written.

    places: the digits behind its decimal point (of 1.16e-10: 12; of 80%: 2), 0 for an integer;
    None for what is no plain decimal (4/5, sqrt(3), 0.1666...), which is meant exactly. digits: its
    significant digits. approximate: there was a sign for it (≈).
    ``offset`` and ``end`` are places in the answer's text.
    """

    node: Node
    text: str
    offset: int
    end: int
    places: int | None = None
    digits: int | None = None
    approximate: bool = False


class Written(NamedTuple):
    """An answer as it was read: the tree, and of a value its numbers, row by row.

    ``shape`` is that of a value; None for a formula. ``understood`` is the tree in the language.
    """

    text: str
    node: Node
    shape: tuple[int, ...] | None
    numbers: tuple[Number, ...]
    understood: str


class Vocabulary(NamedTuple):
    """The names that an answer may use, with their shapes, and unknown functions with how many
    arguments each has."""

    names: Mapping[str, Shape]
    functions: Mapping[str, int]


class PartOutline(NamedTuple):
    """A part, and what it wants to be answered."""

    id: str
    expected: tuple[Expected, ...]


class ExerciseOutline(NamedTuple):
    """An exercise, as far as a reader of answer files needs it.

    ``known`` are its names that nobody asks for: a line about one of them is working, no answer.
    ``titles`` are those that its pages print, in a set with its number (``3. RNN gradients``).
    """

    id: str
    parts: tuple[PartOutline, ...]
    known: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()


class Outline(NamedTuple):
    """An exercise or a problem set (which has an id), as far as a reader of files needs it."""

    set: str
    exercises: tuple[ExerciseOutline, ...]


class Response(NamedTuple):
    """What a student wrote as one answer.

    ``text`` is a slice of the file without its comments, empty for a blank; its first character
    stands in ``line`` and ``column`` (both from 1) of ``file``.
    ``problem``: why nobody can tell what was answered (an answer given twice, a name that two
    questions share); it is for a person to look at, whatever the text says.
    """

    exercise: str
    part: str
    name: str
    text: str
    file: str = ""
    line: int = 1
    column: int = 1
    problem: Problem | None = None

    def position(self, offset: int = 0) -> Position:
        """Where a character of the text stands in the file; -1 (not known): where it begins."""
        before = self.text[: max(offset, 0)]
        lines = before.count("\n")
        column = len(before) - before.rfind("\n") if lines else self.column + len(before)
        return Position(self.file, self.line + lines, column)
