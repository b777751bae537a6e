"""An exercise, ready to solve, and its variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from exsolve.errors import ExsolveError
from exsolve.library.shown import Worked
from exsolve.points import total

if TYPE_CHECKING:
    from exsolve.authoring.workbook import Workbook
    from exsolve.solution import Agreement
    from exsolve.solving.solve import Detail
    from exsolve.spec.nodes import Mapping as Tree


class Variant(NamedTuple):
    """An exercise of the same form with other values.

    ``text`` is its file, YAML; ``values`` are those that were drawn, by name, as they are written.
    """

    number: int
    id: str
    text: str
    exercise: Exercise
    values: Mapping[str, str]

    @property
    def content(self) -> Exercise:
        """What is solved and handed out."""
        return self.exercise

    @property
    def files(self) -> Mapping[str, str]:
        """Its file by the file's name."""
        return {f"{self.id}.yaml": self.text}


class Exercise:
    """An exercise that has been read and checked, ready to solve."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook

    @property
    def id(self) -> str:
        """Its name, as in ``exsolve run ID``."""
        return self.workbook.id

    @property
    def points(self) -> int | float:
        """What all its parts are worth."""
        return total(part.points for part in self.workbook.parts)

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

    def variants(self, count: int, seed: int) -> Iterator[Variant]:
        """Exercises of the same form with other values, as its field ``vary`` says, one by one.

        They differ from each other and from this one. Each depends on the seed, its number and
        those before it: the third is the same whether 3 or 30 are asked for. Raises ExsolveError
        for an exercise that does not vary, and where no values meet its conditions.
        """
        from exsolve.variation.search import search

        for found in search(self.workbook, count, seed, built):
            yield Variant(*found[:3], Exercise(found.workbook), found.values)

    def sample_variant(self) -> Variant | None:
        """A variant of a fixed seed, solved, to see that the exercise varies; None if it does not.

        Raises ExsolveError as ``variants`` does, and at the place of ``vary`` for a variant that
        cannot be solved.
        """
        plan = self.workbook.variation
        if plan is None:
            return None
        variant = next(self.variants(1, 0))
        try:
            variant.exercise.agreement()
        except ExsolveError as error:
            values = ", ".join(f"{name} = {text}" for name, text in variant.values.items())
            raise ExsolveError(
                problem._replace(
                    message=f"a variant with {values} has no solution: {problem.message}",
                    position=plan.position,
                )
                for problem in error.problems
            ) from error
        return variant


def built(
    source: str | bytes | Tree, file: str, givens: Mapping[str, str] | None = None
) -> Workbook:
    """The exercise in a text or tree, made ready to solve; ``file`` is what messages call it."""
    from exsolve.kinds import kind, kind_names
    from exsolve.solving.assemble import assemble
    from exsolve.spec.exercise import read_draft

    names = kind_names()
    return assemble(read_draft(source, file, lambda name: kind(name).FIELDS, names), givens)
