"""A problem set, ready to solve: its exercises under the headings and points of the sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from exsolve.catalogue import find
from exsolve.errors import ExsolveError
from exsolve.library.exercises import Exercise, Variant, built
from exsolve.library.shown import WorkedSet
from exsolve.points import total
from exsolve.solution import Question, Solution
from exsolve.version import __version__

if TYPE_CHECKING:
    from exsolve.solving.solve import Detail
    from exsolve.spec.marking import Marking
    from exsolve.spec.problem_set import ProblemSet as SetFile
    from exsolve.spec.problem_set import SetEntry
    from exsolve.spec.report import Report


class SetVariant(NamedTuple):
    """A problem set of the same form whose exercises have other values, where they vary.

    ``files`` are its own file, those of its exercises and of what they keep, by name: all of it.
    """

    number: int
    id: str
    content: ProblemSet
    files: Mapping[str, str]


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

    def variants(self, count: int, seed: int) -> Iterator[SetVariant]:
        """Sets of the same form with variants of the exercises that vary, one by one.

        Raises ExsolveError as ``Exercise.variants`` does, and where nothing varies.
        """
        streams = {
            one.id: one.variants(count, seed)
            for one in self.exercises
            if one.workbook.variation is not None
        }
        if not streams:
            raise self.refusal("nothing varies", "a variant")
        for number in range(1, count + 1):
            found = {name: next(stream) for name, stream in streams.items()}
            yield self._variant(f"{self.id}-{seed}-{number:02d}", number, seed, found)

    def _variant(self, id: str, number: int, seed: int, found: Mapping[str, Variant]) -> SetVariant:
        from exsolve.spec.report import Report

        exercises: list[Exercise] = []
        files: dict[str, str] = {}
        names: list[str] = []
        for place, (one, entry) in enumerate(zip(self.exercises, self.file.exercises, strict=True)):
            if one.id in found:
                variant = found[one.id]
                files |= variant.files
                names.append(f"{variant.id}.yaml")
                exercises.append(
                    _headed(variant.exercise, entry, place + 1, self.file.marking, Report())
                )
            else:
                files[f"{one.id}.yaml"] = one.workbook.content
                names.append(f"{one.id}.yaml")
                exercises.append(one)
        text = _set_text(self.file, id, number, seed, names)
        file = self.file._replace(id=id, content=text.encode())
        return SetVariant(number, id, ProblemSet(file, exercises), {**files, f"{id}.yaml": text})

    def _solved(self, solutions: Sequence[Solution]) -> WorkedSet:
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


def with_exercises(
    problem_set: SetFile, report: Report, contents: Mapping[str, str] | None = None
) -> ProblemSet:
    """The set with its exercises; raises ExsolveError with the problems of all of them.

    contents: the texts of the exercises, as the set names them, where they are not to be found.
    """
    exercises: list[Exercise] = []
    first: dict[str, SetEntry] = {}
    for number, entry in enumerate(problem_set.exercises, 1):
        place = entry.exercise.position()
        try:
            exercise = _exercise_of(entry, problem_set.file, contents)
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
        exercises.append(_headed(exercise, entry, number, problem_set.marking, report))
    report.raise_problems()
    return ProblemSet(problem_set, exercises)


def _exercise_of(entry: SetEntry, file: str, contents: Mapping[str, str] | None) -> Exercise:
    from exsolve.spec.files import read_bytes
    from exsolve.spec.problem_set import problem_set_tree

    if contents is not None:
        return Exercise(built(contents[entry.exercise.text], entry.exercise.text))
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


def _headed(
    exercise: Exercise,
    entry: SetEntry,
    number: int,
    marking: Marking | None,
    report: Report,
) -> Exercise:
    """The exercise under its heading in the set, its parts worth what the set says.

    What its entry says of its marking goes before what the set says, and that before its own.
    """
    from exsolve.authoring.policy import merged
    from exsolve.solving.policies import policy_of, policy_problems
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
    for problem in policy_problems(entry.marking, parts) if entry.marking else ():
        report.include(problem)
    policy = merged(workbook.policy, policy_of(marking), policy_of(entry.marking))
    own = workbook.title
    return Exercise(workbook._replace(title=title, own_title=own, parts=parts, policy=policy))


def _set_text(file: SetFile, id: str, number: int, seed: int, names: Sequence[str]) -> str:
    """The YAML of a set of variants; texts stand as JSON has them, which YAML reads as they are."""
    from exsolve.spec.marking import marking_fields

    fields = {
        "id": id,
        "title": file.title,
        "about": file.about,
        "source": file.source,
        "tags": list(file.tags),
    }
    lines = [
        f"# Variant {number} of {file.id} with seed {seed}, made by exsolve {__version__} "
        f"from the file {file.digest}"
    ]
    lines += [f"{name}: {_quoted(value)}" for name, value in fields.items() if value]
    if file.marking is not None:
        lines.append(f"marking: {_quoted(marking_fields(file.marking))}")
    lines.append("exercises:")
    for name, entry in zip(names, file.exercises, strict=True):
        lines.append(f"  - exercise: {_quoted(name)}")
        if entry.title:
            lines.append(f"    title: {_quoted(entry.title)}")
        if entry.points is not None:
            lines.append(f"    points: {list(entry.points)}")
        if entry.marking is not None:
            lines.append(f"    marking: {_quoted(marking_fields(entry.marking))}")
    return "\n".join(lines) + "\n"


def _quoted(value: str | Sequence[str] | Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
