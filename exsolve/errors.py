"""What can go wrong because of a file or an argument, and how it is said.

Only ``exsolve.cli`` catches these; everything else that is raised is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing that is wrong: what, where, what was expected, what was found, what to do."""

    message: str
    expected: str = ""
    found: str = ""
    hint: str = ""
    position: Position | None = None

    def __str__(self) -> str:
        text = f"{self.position}: {self.message}" if self.position else self.message
        if self.expected:
            text += f"\n    expected: {self.expected}"
        if self.found:
            text += f"\n    found:    {self.found}"
        if self.hint:
            text += f"\n    try:      {self.hint}"
        return text


class ExsolveError(Exception):
    """One or more problems that the user can mend."""

    def __init__(
        self,
        problems: Problem | Iterable[Problem] | str,
        expected: str = "",
        found: str = "",
        hint: str = "",
    ) -> None:
        if isinstance(problems, str):
            problems = Problem(problems, expected, found, hint)
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LanguageError(ExsolveError):
    """An expression that cannot be read, has no shape or has no value.

    ``offset`` is the place in the expression's own text (from 0), or -1 when it is not known;
    whoever knows where the text stands in a file turns it into a position.
    """

    def __init__(
        self,
        message: str,
        offset: int = -1,
        *,
        expected: str = "",
        found: str = "",
        hint: str = "",
    ) -> None:
        self.offset = offset
        super().__init__(message, expected, found, hint)

    @property
    def problem(self) -> Problem:
        """The one problem that this error carries."""
        return self.problems[0]


class ShapeError(LanguageError):
    """An expression that can be read, and whose parts have shapes that do not fit together."""
