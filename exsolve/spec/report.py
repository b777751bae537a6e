"""Collecting every problem of a file before any of them is raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exsolve import limits
from exsolve.errors import ExsolveError, Position, Problem

_KEPT = 20 * limits.PROBLEMS_SHOWN
_LONGEST_ECHO = 60


class Report:
    """The problems found so far, in any order; ``raise_problems`` sorts them by position."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(
        self,
        message: str,
        position: Position | None = None,
        *,
        expected: str = "",
        found: str = "",
        hint: str = "",
    ) -> None:
        """Note one problem."""
        self.include(Problem(message, expected, found, hint, position))

    def include(self, problem: Problem) -> None:
        """Note a problem that already exists as such."""
        self._count += 1
        # A hostile file can hold one for each of its bytes; what is never shown is only counted.
        if len(self._problems) < _KEPT:
            self._problems.append(problem)

    @property
    def crowded(self) -> bool:
        """Whether there are more problems than will be shown."""
        return self._count > limits.PROBLEMS_SHOWN

    def count(self, more: int) -> None:
        """Note that there are more problems, too many to describe."""
        self._count += more

    def problems(self) -> tuple[Problem, ...]:
        """At most limits.PROBLEMS_SHOWN problems by position, and one that counts the rest."""
        ordered = sorted(dict.fromkeys(self._problems), key=_place)
        repeated = len(self._problems) - len(ordered)
        shown = ordered[: limits.PROBLEMS_SHOWN]
        rest = self._count - repeated - len(shown)
        if rest:
            shown.append(Problem(f"and {rest} more {plural(rest, 'problem')}, not shown"))
        return tuple(shown)

    def raise_problems(self) -> None:
        """Raise ExsolveError with all problems, if there are any."""
        if self._count:
            raise ExsolveError(self.problems())


def _place(problem: Problem) -> tuple[bool, str, int, int]:
    position = problem.position
    if position is None:
        return (True, "", 0, 0)
    return (False, position.file, position.line, position.column)


def plural(count: int, noun: str) -> str:
    """The noun in the number that fits the count."""
    return noun if count == 1 else noun + "s"


def quote(text: str) -> str:
    """The user's own text as it is repeated in a message: on one line, and not too long."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_ECHO:
        line = line[: _LONGEST_ECHO - 1] + "…"
    return f"`{line}`"


def listing(words: Iterable[str], last: str = "or") -> str:
    """``a, b or c``"""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def nearest(word: str, known: Sequence[str]) -> list[str]:
    """The known words, at most two, that are perhaps meant by another one."""
    # difflib is slow to import and a correct file never needs it.
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold()[:80], folded, n=2, cutoff=0.6)
    return [folded[name] for name in near]


def suggestion(word: str, known: Sequence[str]) -> str:
    """``did you mean ...?``, or all known words where none is near and they are few."""
    near = nearest(word, known)
    if near:
        return f"did you mean {listing(map(quote, near))}?"
    if 0 < len(known) <= 30:
        return f"one of {', '.join(known)}"
    return ""
