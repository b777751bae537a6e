"""Using exercises and problem sets from Python: load one, solve it, show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from exsolve.catalogue import find
from exsolve.errors import ExsolveError, Problem
from exsolve.points import total
from exsolve.solution import Formula, Handout, Purpose, Question, Solution, SolvedSet, Step

if TYPE_CHECKING:
    import numpy as np

    from exsolve.authoring.workbook import Workbook
    from exsolve.solution import Agreement
    from exsolve.solving.solve import Detail
    from exsolve.spec.nodes import Mapping as Tree
    from exsolve.spec.problem_set import ProblemSet as SetFile
    from exsolve.spec.problem_set import SetEntry
    from exsolve.spec.report import Report


class WorkedStep(Step):
    """A step that shows itself: its value, exact and in decimals."""

    __slots__ = ()

    @property
    def array(self) -> np.ndarray:
        """The float64 route's own result.

        Raises ExsolveError where a cell has no number, such as a batch size N.
        """
        import numpy as np

        if any(cell.number is None for cell in self.value.cells):
            raise ExsolveError(f"{self.name} has cells that are no numbers")
        return np.array(self.value.nested([cell.number for cell in self.value.cells]))

    def __repr__(self) -> str:
        from exsolve.typesetting.shown_steps import step_text

        return step_text(self)

    def _repr_latex_(self) -> str:
        from exsolve.typesetting.shown_steps import step_latex

        return step_latex(self)


class WorkedFormula(Formula):
    """A general formula that shows itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        from exsolve.typesetting.shown_steps import step_text

        return step_text(self)

    def _repr_latex_(self) -> str:
        from exsolve.typesetting.shown_steps import step_latex

        return step_latex(self)


class Worked(Solution):
    """A solution that shows itself: ``print(solution)``, the last line of a notebook's cell."""

    __slots__ = ()

    def text(self, format_name: str = "plain") -> str:
        """The solution in a format: plain, markdown, json, terminal.

        Raises ExsolveError for a format that there is not.
        """
        return _text(self, format_name)

    def step(self, name: str) -> WorkedStep | WorkedFormula:
        """The step or general formula of a quantity, by its name.

        Raises ExsolveError where no part has such a step.
        """
        steps = {step.name: step for part in self.parts for step in part.steps}
        if name not in steps:
            raise ExsolveError(
                f"{self.exercise} has no step {name!r}", expected="one of " + ", ".join(steps)
            )
        found = steps[name]
        return WorkedFormula(*found) if isinstance(found, Formula) else WorkedStep(*found)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<the solution of {self.exercise}, {len(self.parts)} parts>"

    def _repr_markdown_(self) -> str:
        return self.text("markdown")


class WorkedSet(SolvedSet):
    """A solved problem set that shows itself, as a solution does."""

    __slots__ = ()

    def text(self, format_name: str = "plain") -> str:
        """All its solutions in a format; raises as ``Worked.text``."""
        return _text(self, format_name)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<the solutions of {self.id}, {len(self.exercises)} exercises>"

    def _repr_markdown_(self) -> str:
        return self.text("markdown")


def _text(solved: Solution | SolvedSet, format_name: str) -> str:
    from exsolve.render import format_names, text_of

    if format_name not in format_names():
        raise ExsolveError(
            f"there is no format {format_name!r}",
            expected="one of " + ", ".join(format_names()),
        )
    return text_of(solved, format_name)


class Variant(NamedTuple):
    """An exercise of the same form with other values.

    ``text`` is its file, YAML; ``values`` are those that were drawn, by name, as they are written.
    """

    number: int
    id: str
    text: str
    exercise: Exercise
    values: Mapping[str, str]


class Exercise:
    """An exercise that has been read and checked, ready to solve."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook

    @property
    def id(self) -> str:
        """Its name, as in ``exsolve run ID``."""
        return self.workbook.id

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

        for found in search(self.workbook, count, seed, _built):
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
        return total(_points(exercise) for exercise in self.exercises)

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
            Question(solution.title, solution, _points(exercise))
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


def handout(
    contents: Sequence[Exercise | ProblemSet],
    purpose: Purpose = "key",
    digits: int = 4,
    detail: Detail = "normal",
) -> Handout:
    """An answer key or worksheet of exercises and sets, in this order, as one document.

    Raises ExsolveError as ``solve`` does. Its formats are those of ``exsolve.render.content_of``.
    """
    from exsolve.version import __version__

    solved: list[Solution | SolvedSet] = [
        one.question() if purpose == "sheet" else one.solve((), digits, detail) for one in contents
    ]
    title = ", ".join(one.title for one in solved)
    return Handout(purpose, title, tuple(solved), __version__)


def load_all(names: Sequence[str]) -> list[Exercise | ProblemSet]:
    """Exercises and sets by id or path, for one document.

    Raises ExsolveError with the problems of all of them, and where one of them stands twice.
    """
    loaded: list[Exercise | ProblemSet] = []
    problems: list[Problem] = []
    for name in names:
        try:
            loaded.append(load(name))
        except ExsolveError as error:
            problems += error.problems
    known: set[str] = set()
    for one in loaded:
        if one.id in known:
            problems.append(Problem(f"{one.id} stands twice", hint="name it once"))
        known.add(one.id)
    if problems:
        raise ExsolveError(problems)
    return loaded


def load(name: str | Path, givens: Mapping[str, str] | None = None) -> Exercise | ProblemSet:
    """Read an exercise or a problem set by id or path.

    ``givens`` are other values for the data of an exercise, as text. Raises ExsolveError with
    everything that is wrong with the file (and the exercises of a set), each with its place.
    """
    from exsolve.spec.files import read_bytes

    path = name if isinstance(name, Path) else find(name)
    return load_text(read_bytes(path), str(path), givens)


def load_text(
    text: str | bytes, file: str = "<text>", givens: Mapping[str, str] | None = None
) -> Exercise | ProblemSet:
    """Read YAML text; ``file`` is what messages call it, and paths in a set start beside it.

    Raises as ``load``.
    """
    from exsolve.spec.problem_set import problem_set_tree, read_problem_set

    found = problem_set_tree(text, file)
    if found is None:
        return load_exercise(text, file, givens)
    tree, report = found
    problem_set = _loaded(read_problem_set(tree, file, report), report)
    if givens:
        raise problem_set.refusal("a problem set has no data", f"a value for {next(iter(givens))}")
    return problem_set


def load_exercise(
    text: str | bytes, file: str = "<text>", givens: Mapping[str, str] | None = None
) -> Exercise:
    """Read an exercise from YAML text that is no problem set. Raises as ``load``."""
    return Exercise(_built(text, file, givens))


def _built(
    source: str | bytes | Tree, file: str, givens: Mapping[str, str] | None = None
) -> Workbook:
    from exsolve.kinds import kind, kind_names
    from exsolve.solving.assemble import assemble
    from exsolve.spec.exercise import read_draft

    names = kind_names()
    return assemble(read_draft(source, file, lambda name: kind(name).FIELDS, names), givens)


def _points(exercise: Exercise) -> int | float:
    return total(part.points for part in exercise.workbook.parts)


def _loaded(problem_set: SetFile, report: Report) -> ProblemSet:
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
    return load_exercise(content, str(path))


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
