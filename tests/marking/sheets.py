"""Sheets of answers for the tests of marking: texts by name, marked by the library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import exsolve
from exsolve.library.judging import Examiner
from exsolve.verdicts import MarkedAnswer, MarkedExercise


@cache
def examiner(name: str) -> Examiner:
    """What marks a shipped exercise; made once."""
    return Examiner(exsolve.load(name))


@cache
def examiner_of(text: str) -> Examiner:
    """What marks the exercise in a YAML text."""
    return Examiner(exsolve.load_text(text))


def marked(name: str, answers: Mapping[str, str]) -> MarkedExercise:
    """What is found of answers to a shipped exercise, or to one in a YAML text."""
    found = examiner_of(name) if "\n" in name else examiner(name)
    return found.check(answers).exercises[0]


def by_name(found: MarkedExercise) -> dict[str, MarkedAnswer]:
    """The answers by their names."""
    return {one.name: one for one in found.answers}


def verdicts(name: str, answers: Mapping[str, str]) -> dict[str, str]:
    """The verdicts of those that were answered."""
    return {
        one.name: one.verdict for one in marked(name, answers).answers if one.verdict != "blank"
    }
