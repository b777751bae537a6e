"""Headings of a file of answers: which exercise or part they name."""

from __future__ import annotations

import re
from typing import NamedTuple

from exsolve.answers.addresses import Addresses, Context

_HEADING = re.compile(r"[ \t]{0,3}(?P<level>#{1,6})(?!#)[ \t]*(?P<title>[^\n]*)")
_FORM = "Answer form"
"""What the sheet calls the answer form at its end."""
_COMMENT = re.compile(r"(?<=\s)#.*")
_PART = re.compile(
    r"(?P<word>(?:part|question|problem|exercise|task|answer|teil|aufgabe|q|ex)\b\.?[ \t]*)?"
    r"(?P<open>[(\[]?)(?P<id>[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*)(?P<close>[)\].:]*)(?P<rest>.*)",
    re.I,
)
_OF_AN_EXERCISE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


class Heading(NamedTuple):
    """What a heading says.

    ``numbered``: an exercise by its number in the set. ``unknown``: it looks like the id of an
    exercise that is not here.
    """

    context: Context | None
    unknown: str = ""
    numbered: bool = False


class Under(NamedTuple):
    """What a heading stands under. ``deeper``: the heading of the exercise is of a higher level;
    ``numbered``: it was the number of the exercise."""

    context: Context
    deeper: bool = False
    numbered: bool = False


def title_at(text: str, start: int, end: int) -> str:
    """The words of a heading with ``#``; empty where the line is none."""
    found = _HEADING.match(text, start, end)
    if found is None:
        return ""
    return _COMMENT.sub("", found["title"]).strip().rstrip("#").strip()


def level_at(text: str, start: int, end: int) -> int:
    """How many ``#`` a heading has; as if it were one of ``#`` where it is underlined."""
    marked = text[start:end].lstrip()
    return len(marked) - len(marked.lstrip("#")) or 1


def heading(title: str, addresses: Addresses, under: Under) -> Heading:
    """What a title names, below the headings before it."""
    plain = title.strip("*_`: \t")
    before = under.context
    exercise, rest = _exercise(plain, addresses)
    context = Context(exercise) if exercise else before
    if not rest and exercise:
        return Heading(context)
    if exercise:
        return Heading(context._replace(part=part_named(rest, addresses, context)))
    titled = addresses.titles.find(plain)
    if titled.exercise and not titled.numbered:
        return Heading(Context(titled.exercise))
    same_level = titled.exercise and before.exercise and not under.deeper
    if (part := part_named(plain, addresses, context)) and not (
        same_level and (titled.word or under.numbered)
    ):
        return Heading(context._replace(part=part))
    if titled.exercise:
        return Heading(Context(titled.exercise), numbered=True)
    if plain in (addresses.outline.set, _FORM):
        return Heading(Context())
    return Heading(None, plain if _OF_AN_EXERCISE.fullmatch(plain) else "")


def part_named(title: str, addresses: Addresses, context: Context) -> str:
    """The part that ``b``, ``(b)``, ``Part b: the scores`` or ``b) The scores`` names."""
    found = _PART.fullmatch(title.lstrip(",.:/ \t"))
    if found is None:
        return ""
    alone = not found["rest"].strip()
    if not (alone or found["word"] or found["close"]):
        return ""
    return addresses.part(found["id"], context.exercise)


def _exercise(plain: str, addresses: Addresses) -> tuple[str, str]:
    """The exercise that a title begins or ends with, and the rest of the title behind it."""
    words = plain.split()
    if not words:
        return "", ""
    for word in (words[0], words[-1]):
        bare = word.strip("()[]*_`.,:;")
        if exercise := addresses.exercise(bare):
            rest = " ".join(words[1:]) if word is words[0] else ""
            return exercise, rest
        left, _, right = bare.rpartition(".")
        if left and (exercise := addresses.exercise(left)):
            return exercise, right
    return "", ""
