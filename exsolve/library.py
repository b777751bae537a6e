"""Using exercises from Python: load one, solve it, show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exsolve.catalogue import find
from exsolve.errors import ExsolveError
from exsolve.solution import Solution

if TYPE_CHECKING:
    from exsolve.authoring.workbook import Workbook
    from exsolve.solution import Agreement
    from exsolve.solving.solve import Detail


class Worked(Solution):
    """A solution that shows itself: ``print(solution)``, the last line of a notebook's cell."""

    __slots__ = ()

    def text(self, format_name: str = "plain") -> str:
        """The solution in a format: plain, markdown, json, terminal.

        Raises ExsolveError for a format that there is not.
        """
        from exsolve.render import format_module, format_names

        if format_name not in format_names():
            raise ExsolveError(
                f"there is no format {format_name!r}",
                expected="one of " + ", ".join(format_names()),
            )
        return str(format_module(format_name).render(self))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<the solution of {self.exercise}, {len(self.parts)} parts>"

    def _repr_markdown_(self) -> str:
        return self.text("markdown")


class Exercise:
    """An exercise that has been read and checked, ready to solve."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook

    def solve(
        self, parts: Sequence[str] = (), digits: int = 4, detail: Detail = "normal"
    ) -> Worked:
        """The worked solution; ``parts`` are ids (all by default), ``digits`` significant digits.

        Raises ExsolveError when a value does not exist or the two routes disagree.
        """
        from exsolve.solving.solve import solve

        return Worked(*solve(self.workbook, parts, digits, detail))

    def agreement(self) -> Agreement:
        """How many values agree on both routes: all that ``solve`` checks, in less time.

        Raises ExsolveError as ``solve`` does.
        """
        from exsolve.solving.solve import agreement

        return agreement(self.workbook)

    def question(self) -> Worked:
        """The exercise as it is asked, with nothing solved."""
        from exsolve.solving.solve import question

        return Worked(*question(self.workbook))


def load(exercise: str | Path, givens: Mapping[str, str] | None = None) -> Exercise:
    """Read an exercise by id or path; ``givens`` are other values for its data, as text.

    Raises ExsolveError with everything that is wrong with the file, each with its place.
    """
    from exsolve.spec.files import read_bytes

    path = exercise if isinstance(exercise, Path) else find(exercise)
    return load_text(read_bytes(path), str(path), givens)


def load_text(
    text: str | bytes, file: str = "<text>", givens: Mapping[str, str] | None = None
) -> Exercise:
    """Read an exercise from YAML text; ``file`` is what messages call it. Raises as ``load``."""
    from exsolve.kinds import kind, kind_names
    from exsolve.solving.assemble import assemble
    from exsolve.spec.exercise import read_draft

    names = kind_names()
    return Exercise(assemble(read_draft(text, file, lambda name: kind(name).FIELDS, names), givens))
