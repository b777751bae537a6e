"""A problem set, ready to solve: its exercises under the headings and points of the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exsolve.catalogue import find
from exsolve.errors import ExsolveError
from exsolve.library.exercises import Exercise, built
from exsolve.library.shown import WorkedSet
from exsolve.points import total
from exsolve.solution import Question, Solution

if TYPE_CHECKING:
    from exsolve.solving.solve import Detail
    from exsolve.spec.problem_set import ProblemSet as SetFile
    from exsolve.spec.problem_set import SetEntry
    from exsolve.spec.report import Report


class ProblemSet:
    """A problem set all of whose exercises have been read and checked, ready to solve.

    ``exercises`` stand in its order, with their headings and points in the set.
    """

    def __init__(self, file: SetFile, exercises: Sequence[Exercise]) -> None:
        self.file = file
        self.exercises = tuple(exercises)

    @property
    def id(self) -> str:
        """Its name, as in ``exsolve run ID``."""
        return self.file.id

    @property
    def points(self) -> int | float:
        """What all its exercises are worth."""
        return total(exercise.points for exercise in self.exercises)

    def solve(
        self, parts: Sequence[str] = (), digits: int = 4, detail: Detail = "normal"
    ) -> WorkedSet:
        """The worked solutions of all its exercises.

        Raises ExsolveError as ``Exercise.solve`` does, and where ``parts`` are asked for.
        """
        if parts:
            raise self.refusal("a problem set has no parts to choose from", f"part {parts[0]!r}")
        return self._solved([exercise.solve((), digits, detail) for exercise in self.exercises])

    def question(self) -> WorkedSet:
        """The problem set as it is asked, with nothing solved."""
        return self._solved([exercise.question() for exercise in self.exercises])

    def _solved(self, solutions: Sequence[Solution]) -> WorkedSet:
        from exsolve.version import __version__

        questions = tuple(
            Question(solution.title, solution, exercise.points)
            for solution, exercise in zip(solutions, self.exercises, strict=True)
        )
        file = self.file
        return WorkedSet(
            file.id, file.title, file.about, file.source, questions,
            self.points, __version__, file.digest,
        )  # fmt: skip

    def refusal(self, message: str, found: str) -> ExsolveError:
        """The error of somebody who asks of a set what only an exercise has."""
        ids = ", ".join(exercise.workbook.id for exercise in self.exercises)
        return ExsolveError(
            message, expected=f"to ask that of one of its exercises: {ids}",
            found=f"{found} of {self.file.id}",
        )  # fmt: skip


def with_exercises(problem_set: SetFile, report: Report) -> ProblemSet:
    """The set with its exercises; raises ExsolveError with the problems of all of them."""
    exercises: list[Exercise] = []
    first: dict[str, SetEntry] = {}
    for number, entry in enumerate(problem_set.exercises, 1):
        place = entry.exercise.position()
        try:
            exercise = _exercise_of(entry, problem_set.file)
        except ExsolveError as error:
            for problem in error.problems:
                report.include(problem if problem.position else problem._replace(position=place))
            continue
        name = exercise.workbook.id
        if name in first:
            earlier = first[name].exercise.position()
            report.add(
                f"the exercise `{name}` stands twice",
                place,
                found=f"first in line {earlier.line}, column {earlier.column}",
                hint="name it once; its parts stand in one place",
            )
            continue
        first[name] = entry
        exercises.append(_headed(exercise, entry, number, report))
    report.raise_problems()
    return ProblemSet(problem_set, exercises)


def _exercise_of(entry: SetEntry, file: str) -> Exercise:
    from exsolve.spec.files import read_bytes
    from exsolve.spec.problem_set import problem_set_tree

    path = find(entry.exercise.text, Path(file).parent)
    content = read_bytes(path)
    if problem_set_tree(content, str(path)) is not None:
        raise ExsolveError(
            f"`{entry.exercise.text}` is itself a problem set",
            expected="an exercise",
            found=str(path),
            hint="name its exercises one by one",
        )
    return Exercise(built(content, str(path)))


def _headed(exercise: Exercise, entry: SetEntry, number: int, report: Report) -> Exercise:
    """The exercise under its heading in the set, its parts worth what the set says."""
    from exsolve.spec.report import plural

    workbook = exercise.workbook
    title = entry.title or f"{number}. {workbook.title}"
    parts = workbook.parts
    if entry.points is not None and len(entry.points) != len(parts):
        ids = ", ".join(part.id for part in parts)
        sizes = ", ".join(f"{part.points:g}" for part in parts)
        report.add(
            f"points for {len(entry.points)} {plural(len(entry.points), 'part')}; "
            f"`{workbook.id}` has {len(parts)}",
            entry.points_position,
            expected=f"{len(parts)} {plural(len(parts), 'number')}, for {ids}",
            found=", ".join(f"{points:g}" for points in entry.points),
            hint=f"leave the points out for those of the exercise: [{sizes}]",
        )
    elif entry.points is not None:
        parts = tuple(
            part._replace(points=points) for part, points in zip(parts, entry.points, strict=True)
        )
        for part in parts:
            worth = round(sum(item.points for item in part.rubric), 2)
            if worth > part.points:
                report.add(
                    f"part {part.id} of `{workbook.id}` is worth {part.points:g} here, "
                    f"and its rubric adds up to {worth:g}",
                    entry.points_position,
                    expected=f"at least {worth:g} for part {part.id}",
                    found=f"{part.points:g}",
                )
    return Exercise(workbook._replace(title=title, parts=parts))
