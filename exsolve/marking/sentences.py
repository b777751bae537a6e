"""What is said to a student, in plain sentences; one place, so that it stays one voice."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

UNDECIDED = "This could be proved neither right nor wrong; a person has to look at it."
LONGEST = 2
"""Sentences about mistakes that one answer is told."""
OUT_OF_TIME = "Judging this took too long; a person has to look at it."


def shape(given: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """An answer of another shape."""
    verb = "are" if len(wanted) == 1 and wanted[0] != 1 else "is"
    return f"You gave {_sized(given)}; {_sized(wanted)} {verb} asked for."


def _sized(shape: tuple[int, ...]) -> str:
    if not shape:
        return "one number"
    if len(shape) == 1:
        return f"{shape[0]} number{'s' if shape[0] != 1 else ''}"
    return "an array of " + " × ".join(map(str, shape))


def trivial(name: str) -> str:
    """What follows from an answer that leaves nothing to compute."""
    return f"This follows from your {name}, which left nothing to compute."


def constant(given: Any) -> str:
    """An array of one and the same number."""
    what = "0" if given.is_zero else "the same number"
    return f"Your answer is {what} everywhere." if len(given.scalars) > 1 else ""


def slips(found: Sequence[Any]) -> str:
    """The mistakes that an answer shows: the likeliest, and another where that is soon said."""
    said = [*dict.fromkeys(str(one.says) for one in found)]
    if sum(one.count(". ") + 1 for one in said[:2]) <= LONGEST:
        return " Or: ".join(said[:2])
    return said[0]


def cells(share: Fraction, count: int, of: int = 0) -> str:
    """An array that is right in places; ``of`` all its cells only so many count."""
    right = share * count
    said = f"{right} of {count} cells {'is' if right == 1 else 'are'} right"
    if of <= count:
        return f"{said}."
    return f"{said}; the {of - count} that are 0 anyway do not count."


def undecided(share: Fraction, count: int) -> str:
    """What could not be settled, in some cells or in all."""
    return f"{cells(share, count)} {UNDECIDED}" if share else UNDECIDED


def imprecise(remarks: Sequence[str]) -> str:
    """A value that is right, and not written well enough."""
    return "Right, but " + "; ".join(remarks) + "."


def carried(name: str) -> str:
    """A value that is off only because an earlier one was rounded."""
    return f"The method is right; {name} was rounded too early."


def counted_once(name: str) -> str:
    """A value that is off only because of rounding that has cost something already."""
    return f"The method is right; the rounding that shows in your {name} is counted once."


def may_follow(name: str) -> str:
    """A value that is wrong by the key, after an answer that could not be judged."""
    return f"It may follow from your {name}, which could not be judged."


def circle(others: Sequence[str]) -> str:
    """A formula that needs what another answer gives by it."""
    if not others:
        return "This formula is in terms of what it should give."
    said = " and ".join(others)
    return f"You gave {said} by this, and this by {said}: together they say nothing."


def follows(names: Sequence[str]) -> str:
    """A value that follows from the student's own."""
    *others, last = names
    said = f"{', '.join(others)} and {last}" if others else last
    return f"This is what follows from your {said}."
