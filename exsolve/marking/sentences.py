"""What is said to a student, in plain sentences; one place, so that it stays one voice."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

UNDECIDED = "This could be proved neither right nor wrong; a person has to look at it."
OUT_OF_TIME = "Judging this took too long; a person has to look at it."


def shape(given: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """An answer of another shape."""
    return f"You gave {_sized(given)}; {_sized(wanted)} is asked for."


def _sized(shape: tuple[int, ...]) -> str:
    if not shape:
        return "one number"
    if len(shape) == 1:
        return f"{shape[0]} number{'s' if shape[0] != 1 else ''}"
    return "an array of " + " × ".join(map(str, shape))


def trivial(name: str) -> str:
    """What follows from an answer that leaves nothing to compute."""
    return f"This follows from your {name}, which leave nothing to compute: no work shows in this."


def constant(given: Any) -> str:
    """An array of one and the same number."""
    what = "0" if given.is_zero else "the same number"
    return f"Your answer is {what} everywhere." if len(given.scalars) > 1 else ""


def slips(found: Sequence[Any]) -> str:
    """The mistakes that an answer shows."""
    first, *others = [one.says for one in found]
    if not others:
        return str(first)
    return f"{first} Or: " + " Or: ".join(others)


def cells(share: Fraction, count: int) -> str:
    """An array that is right in places."""
    return f"{share * count} of {count} cells are right."


def imprecise(remarks: Sequence[str]) -> str:
    """A value that is right, and not written well enough."""
    return "Right, but " + "; ".join(remarks) + "."


def carried(name: str) -> str:
    """A value that is off only because an earlier one was rounded."""
    return f"The method is right; {name} was rounded too early."


def follows(names: Sequence[str]) -> str:
    """A value that follows from the student's own."""
    return f"This is what follows from your {' and '.join(names)}."
