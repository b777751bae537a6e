"""The exercises of a set by what its pages call them: titles, numbers, and ids as words."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from exsolve.answers.written import Outline

_SHEET_WORDS = r"problem|exercise|question|task|aufgabe|q|ex"
_NUMBERED = re.compile(
    rf"(?:(?P<word>{_SHEET_WORDS})\b\.?[ \t]*)?[#(]?(?P<number>\d{{1,3}}[a-z]?)(?![^\W_])[.):]*"
    r"[ \t]*[-–—:]?[ \t]*(?P<rest>.*)",
    re.I | re.S,
)
_GENERAL = frozenset(
    (
        *("a", "an", "and", "answer", "answers", "for", "in", "my", "of", "on", "part", "points"),
        *("solution", "solutions", "the", "to", "with", "work", "working"),
    )
)
"""Words of a heading that tell no exercise from another."""


class Titled(NamedTuple):
    """The exercise that a heading names, empty for none.

    ``numbered``: it is found by its number alone; ``word``: what stands before the number.
    """

    exercise: str = ""
    numbered: bool = False
    word: str = ""


_NOBODY = Titled()
_REMEMBERED = 1_000


class Titles:
    """Looks up headings among the exercises of a set."""

    def __init__(self, outline: Outline) -> None:
        self._by_title: dict[str, set[str]] = defaultdict(set)
        self._by_number: dict[str, set[str]] = defaultdict(set)
        self._words: dict[str, set[str]] = {}
        self._found: dict[str, Titled] = {}
        self._nearly: dict[str, list[str]] = {}
        self._several = several = len(outline.exercises) > 1
        for exercise in outline.exercises:
            said = [exercise.id, *exercise.titles]
            for title in filter(None, map(_plain, said)):
                self._by_title[title].add(exercise.id)
            self._words[exercise.id] = {word for one in said for word in _telling(one)}
            for title in exercise.titles if several else ():
                if (found := _NUMBERED.fullmatch(title)) and not found["word"]:
                    self._by_number[found["number"].casefold()].add(exercise.id)
        if several and not self._by_number:
            for number, exercise in enumerate(outline.exercises, 1):
                self._by_number[str(number)].add(exercise.id)

    def exactly(self, title: str) -> str:
        """The exercise that has this title, with its number or without; empty for none."""
        return _only(self._by_title.get(_plain(title), set()))

    def find(self, title: str) -> Titled:
        """The exercise that a heading names by its title or its number."""
        if not self._several:
            return _NOBODY
        if title not in self._found:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            self._found[title] = self._find(title)
        return self._found[title]

    def _find(self, title: str) -> Titled:
        if exercise := self.exactly(title):
            return Titled(exercise)
        found = _NUMBERED.fullmatch(title)
        said = _telling(title)
        exercise = _only(self._by_number.get(found["number"].casefold(), set())) if found else ""
        if found and exercise and (not said or said & self._words[exercise]):
            return Titled(exercise, numbered=True, word=(found["word"] or "").casefold())
        return _NOBODY

    def near(self, title: str) -> list[str]:
        """The exercises, at most two, that a heading perhaps means."""
        if title not in self._nearly:
            if len(self._nearly) > _REMEMBERED:
                self._nearly.clear()
            self._nearly[title] = self._near(title)
        return self._nearly[title]

    def _near(self, title: str) -> list[str]:
        from difflib import get_close_matches

        known = [one for one, exercises in self._by_title.items() if len(exercises) == 1]
        close = get_close_matches(_plain(title)[:100], known, n=2, cutoff=0.75)
        if close:
            return list(dict.fromkeys(_only(self._by_title[one]) for one in close))
        said = _telling(title)
        return [one for one, words in self._words.items() if said and said <= words][:2]


def _plain(title: str) -> str:
    """A title without its number, in lower case, its words separated by single spaces."""
    found = _NUMBERED.fullmatch(title.strip())
    words = re.findall(r"[^\W_]+", (found["rest"] if found else title).casefold())
    return " ".join(words)


def _telling(title: str) -> set[str]:
    return {word for word in _plain(title).split() if len(word) > 1 and word not in _GENERAL}


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""
