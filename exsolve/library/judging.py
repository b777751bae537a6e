"""Marking one file of answers: a plain function of plain data, which any process can run.

    task = exsolve.assessment("gnn-update")
    with ProcessPoolExecutor() as pool:
        marked = pool.map(partial(exsolve.judge, task), [path.read_bytes() for path in paths])

An :class:`Assessment` holds texts only, so that it pickles and travels to other machines; each
process reads it once and keeps what it made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from exsolve.answers.written import Outline
from exsolve.errors import ExsolveError, Problem
from exsolve.library.exercises import Exercise
from exsolve.library.problem_sets import ProblemSet, with_exercises
from exsolve.marking.marker import Marker
from exsolve.verdicts import Marked, MarkedAnswer, MarkedPart, Verdict
from exsolve.version import __version__

if TYPE_CHECKING:
    from exsolve.answers.written import Response

NO_MARKS: Mapping[tuple[str, str], Fraction] = {}
READY = 4
"""Assessments that a process keeps ready to mark."""
UNREADABLE = "The file could not be read; a person will look at it."


class Assessment(NamedTuple):
    """What is marked, as texts: the file of an exercise or problem set, and the exercises of the
    set as it names them; ``assigned`` are other values for the data of a single exercise."""

    id: str
    title: str
    file: str
    content: str
    exercises: tuple[tuple[str, str], ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all that it says, and of the version that marks."""
        said = "\0".join(map(repr, (__version__, *self)))
        return sha256(said.encode()).hexdigest()


def assessment(content: Exercise | ProblemSet) -> Assessment:
    """An exercise or problem set as it can be handed to another process."""
    if isinstance(content, ProblemSet):
        file = content.file
        exercises = tuple(
            (entry.exercise.text, one.workbook.content)
            for entry, one in zip(file.exercises, content.exercises, strict=True)
        )
        return Assessment(file.id, file.title, file.file, file.content.decode(), exercises)
    book = content.workbook
    return Assessment(book.id, book.title, f"{book.id}.yaml", book.content, (), book.assigned)


def judge(
    task: Assessment,
    data: bytes,
    file: str = "",
    marks: Mapping[tuple[str, str], Fraction] = NO_MARKS,
) -> Marked:
    """What is found of one file of answers; ``file`` is what messages call it.

    marks: the points that a person gave, by exercise and answer (of words: the id of their part).
    Whatever the file is or says is told in the result: of one that is no text every answer is
    unreadable, and left to a person. Raises ExsolveError for an assessment that has no solution.
    """
    return examiner(task).judge(data, file, marks)


class Examiner:
    """Marks answers to an exercise or a problem set that has been read."""

    def __init__(self, content: Exercise | ProblemSet) -> None:
        self.content = content
        whole = isinstance(content, ProblemSet)
        self.exercises = content.exercises if isinstance(content, ProblemSet) else (content,)
        self.set = content.id if whole else ""
        self.title = content.file.title if isinstance(content, ProblemSet) else ""
        self.title = self.title or self.exercises[0].workbook.title
        self._markers = {one.id: Marker(one.workbook) for one in self.exercises}
        self.outline = Outline(self.set, tuple(one.outline for one in self._markers.values()))

    def judge(
        self, data: bytes, file: str = "", marks: Mapping[tuple[str, str], Fraction] = NO_MARKS
    ) -> Marked:
        """What is found of a file of answers, whatever it is."""
        from exsolve.answers.files import read_submission

        try:
            submission = read_submission(data, self.outline, file or "the file")
        except ExsolveError as error:
            return left_open(self._blank, "unreadable", UNREADABLE, marks, error.problems)
        return self.mark(submission.responses, submission.problems, marks)

    def check(self, answers: Mapping[str, str]) -> Marked:
        """What is found of answers by name.

        Raises ExsolveError for a name that is not asked for, or that several exercises ask for.
        """
        from exsolve.answers.files import response

        return self.mark(tuple(response(*one, self.outline) for one in answers.items()))

    def mark(
        self,
        responses: tuple[Response, ...],
        problems: tuple[Problem, ...] = (),
        marks: Mapping[tuple[str, str], Fraction] = NO_MARKS,
    ) -> Marked:
        """What is found of answers that have been read."""
        found = []
        for name, marker in self._markers.items():
            own = [one for one in responses if one.exercise == name]
            given = {answer: points for (one, answer), points in marks.items() if one == name}
            found.append(marker.mark(own, given))
        return Marked(self.set, self.title, tuple(found), problems)

    @cached_property
    def _blank(self) -> Marked:
        """What is found of an empty file."""
        return self.mark(())


@lru_cache(maxsize=READY)
def examiner(task: Assessment) -> Examiner:
    """What marks an assessment; made once in a process. Raises ExsolveError for one without a
    solution."""
    from exsolve.library import load_exercise
    from exsolve.spec.problem_set import problem_set_tree, read_problem_set

    found = problem_set_tree(task.content, task.file) if task.exercises else None
    if found is None:
        return Examiner(load_exercise(task.content, task.file, dict(task.assigned)))
    tree, report = found
    file = read_problem_set(tree, task.file, report)
    return Examiner(with_exercises(file, report, dict(task.exercises)))


def left_open(
    blank: Marked,
    verdict: Verdict,
    message: str,
    marks: Mapping[tuple[str, str], Fraction],
    problems: Sequence[Problem] = (),
) -> Marked:
    """A submission that could not be judged: every answer has the verdict, and is open unless a
    person gave it points."""

    def answer_of(exercise: str, answer: MarkedAnswer) -> MarkedAnswer:
        points = marks.get((exercise, answer.name))
        credit = points / answer.points if points and answer.points else Fraction(0)
        return answer._replace(verdict=verdict, credit=credit, message=message, open=points is None)

    def part_of(exercise: str, part: MarkedPart) -> MarkedPart:
        return part._replace(answers=tuple(answer_of(exercise, one) for one in part.answers))

    return blank._replace(
        exercises=tuple(
            one._replace(
                parts=tuple(part_of(one.exercise, part) for part in one.parts), first_error=""
            )
            for one in blank.exercises
        ),
        problems=tuple(problems),
    )
